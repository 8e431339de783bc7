"""How well stories match a query, the same for both stores: what is counted, and how much it counts. Pure.

A word counts by how often the story's own headline and text have it, and by how rare it is among the stories that the
reader may see. Lucene's and FTS5's own scores count rarity and mean length over the whole index: there a hidden story
would move the scores of those that are shown, and so tell its words.
"""

import math
from collections.abc import Mapping, Sequence

from search.query.checking import ParsedQuery
from search.query.language import Leaf, wanted

HEADLINE_WEIGHT = 3.0  # of a word in the headline, beside one in the text
ONCE = 0.5  # what a word counts that is there once; n times, n / (n + 1)
MOST = 64  # words and phrases that decide the order, the first of a query

Weights = Mapping[Leaf, float]


def ranked_by(query: ParsedQuery) -> tuple[Leaf, ...]:
    """The words and phrases that decide the order of a query's stories; none where time does."""
    return tuple(dict.fromkeys(wanted(query.node)))[:MOST] if query.sort == "relevance" else ()


def weights(leaves: Sequence[Leaf], stories: int, having: Sequence[int]) -> dict[Leaf, float]:
    """What each word or phrase counts: the fewer of the ``stories`` that the reader may see have it, the more."""
    return {leaf: _rarity(stories, number) for leaf, number in zip(leaves, having, strict=True)}


def _rarity(stories: int, having: int) -> float:
    # Stories may come between two counts: a word never counts less than nothing.
    return math.log(1 + (max(stories, having) - having + 0.5) / (having + 0.5))
