"""How like a story others are: takes stored documents, gives numbers. Pure, so that both stores order alike.

Three things count: the words that say what a story is about (`processors.events.words`), whether each story begins with
what is the other's headline, and the vectors of meaning. The shares were chosen on labelled stories
(docs/annotations.md): names by themselves, the same event, lengths and sources gave nothing beyond these.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import mul
from typing import Any

from processors.events.words import IN_HEADLINE, LEAST_RARITY, rarity, words_of
from search.documents import meaning_of
from search.query.similar import LONGEST, LONGEST_HEADLINE

FIELDS = ("headline", "body", "meaning")  # of a document that are looked at
HEADLINES, MEANING = 0.3, 0.2  # how much these count, beside 1 for the words
READ = 2500  # characters of a text
BEGINNING = 130  # words
LEAST_IN_HEADLINE = 2.0  # rarity of a headline's word: it is in fewer than 14 stories of a hundred
KEPT = 50_000  # words as they are written: most of a text have been met


class Described:
    """What of a story is compared."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        headline = _written(document.get("headline") or "", LONGEST_HEADLINE)
        body = _written(document.get("body") or "", READ)
        self.headline = {word: rare for written in headline for word, rare in _informative(written)}
        self.beginning = {word for written in body[:BEGINNING] for word, _ in _informative(written)}
        self.beginning.update(self.headline)
        self.weights = _weights(Counter(body), headline)
        self.length = math.hypot(*self.weights.values())
        self.meaning = memoryview(meaning_of(document)).cast("b")
        self.meant = math.hypot(*self.meaning)

    def like(self, other: "Described") -> float:
        """How like another story this one is: the same the other way round, and 1.5 for a copy."""
        headlines = math.sqrt(_covered(self.headline, other.beginning) * _covered(other.headline, self.beginning))
        return round(self._in_words(other) + HEADLINES * headlines + MEANING * self._in_meaning(other), 6)

    def _in_words(self, other: "Described") -> float:
        """The cosine of the two stories' weights."""
        few, many = sorted((self.weights, other.weights), key=len)
        same = math.fsum(weight * many[word] for word, weight in few.items() if word in many)
        return same / (self.length * other.length) if same else 0.0

    def _in_meaning(self, other: "Described") -> float:
        """The cosine of their vectors; 0 where one has none."""
        if len(self.meaning) != len(other.meaning) or not self.meant * other.meant:
            return 0.0
        product: int = sum(map(mul, self.meaning, other.meaning))
        return product / (self.meant * other.meant)


def _written(text: str, most: int) -> list[str]:
    """The words as they are written between spaces; addresses and the like say nothing."""
    return [one for one in text[:most].lower().split() if len(one) <= LONGEST]


def _weights(body: Counter[str], headline: Iterable[str]) -> dict[str, float]:
    """What each word weighs that is not too frequent in news, as in `processors.events.words`, but for the length."""
    counts: dict[tuple[str, float], int] = {}
    for written, count in [*body.items(), *((one, IN_HEADLINE) for one in headline)]:
        for word in _informative(written):
            counts[word] = counts.get(word, 0) + count
    return {word: (1 + math.log(count)) * rare for (word, rare), count in counts.items() if rare >= LEAST_RARITY}


@lru_cache(KEPT)
def _informative(written: str) -> tuple[tuple[str, float], ...]:
    """The words in what stands between two spaces, each with its rarity; without frequent ones."""
    rare = rarity()
    found = ((word, rare.get(word, rare[""])) for word in words_of(written))
    return tuple((word, each) for word, each in found if each >= LEAST_IN_HEADLINE)


def _covered(headline: Mapping[str, float], beginning: set[str]) -> float:
    """How much of a headline a story begins with: the rarer its words, the more."""
    whole = math.fsum(headline.values())
    return math.fsum(rare for word, rare in headline.items() if word in beginning) / whole if whole else 0.0
