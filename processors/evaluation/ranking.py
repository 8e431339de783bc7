"""How good an order of found things is. Takes rankings and what is relevant, gives nDCG. Pure."""

import math
from collections.abc import Collection, Hashable, Sequence
from typing import TypeVar

FIRST = 10

T = TypeVar("T", bound=Hashable)


def ndcg(ranking: Sequence[T], relevant: Collection[T], first: int = FIRST) -> float:
    """Normalized discounted cumulative gain of the first so many (Järvelin and Kekäläinen 2002), 0 to 1.

    What is relevant is equally so. ``relevant`` must not be empty.
    """
    gained = sum(_gain(place) for place, one in enumerate(ranking[:first]) if one in relevant)
    return gained / sum(_gain(place) for place in range(min(first, len(relevant))))


def _gain(place: int) -> float:
    return 1 / math.log2(place + 2)
