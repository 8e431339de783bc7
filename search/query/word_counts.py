"""How many stories have a word, remembered for some minutes by what a reader may see: counts only weigh words by them.

Common words take longest to count, and are in nearly every search for similar stories.
"""

import time
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping

from search.query.checking import ParsedQuery
from search.query.language import Leaf

SECONDS = 300.0
MOST = 20_000  # words


def sight_of(query: ParsedQuery) -> Hashable:
    """What a reader may see, which decides the counts."""
    return query.hidden, query.kills, query.sources


class WordCounts:
    """Counts by sight and word; the word ``None`` stands for all stories."""

    def __init__(self, seconds: float = SECONDS, most: int = MOST) -> None:
        self._seconds = seconds
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()

    def known(self, sight: Hashable, words: Iterable[Leaf | None]) -> dict[Leaf | None, int]:
        """What is known of some words."""
        since = time.monotonic() - self._seconds
        found = ((word, self._kept.get((sight, word))) for word in words)
        return {word: one[1] for word, one in found if one and one[0] >= since}

    def keep(self, sight: Hashable, counts: Mapping[Leaf | None, int]) -> None:
        """Remember counts made now; those made longest ago give way."""
        now = time.monotonic()
        for word, count in counts.items():
            self._kept.pop((sight, word), None)
            self._kept[sight, word] = now, count
        while len(self._kept) > self._most:
            try:
                self._kept.popitem(last=False)
            except KeyError:  # another thread was quicker
                return

    def forget(self) -> None:
        """To be called when stories are written, so that who has written counts them."""
        self._kept.clear()
