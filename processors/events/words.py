"""The words that say what a story is about, each with a weight. Takes headline and text, gives whole numbers. Pure.

A word weighs more the rarer it is in news (TF-IDF). How rare, says a table that ships with this package, so a story
has the same weights whatever else has come, and in whatever order.
"""

import gzip
import math
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

WORD = re.compile(r"[^\W\d_][^\W_]*(?:['’](?=[^\W\d_])[^\W_]*)*")
IN_HEADLINE = 3  # a word of the headline counts as so many of the text
LEAST_RARITY = 3.3  # a word that one story in 27 has says nothing: not "shr" and "qtr" of a wire of earnings
FLOOR = 60.0  # the length that a story of few or common words is taken to have: it is like no other by these alone
MOST_WORDS = 80  # the heaviest ones of a story
LONGEST_TEXT = 20_000  # characters looked at: news begins with what matters
LOOKED_UP = 20  # of these, the heaviest, by which a story is looked up
UNIT = 1000  # the length of a story's vector; weights are whole, so that sums do not depend on their order


def weights(headline: str, body: str) -> dict[str, int]:
    """The heaviest words of a story with their weights: a vector of length `UNIT`, shorter for a story of few words."""
    counts = Counter(words_of(body[:LONGEST_TEXT]))
    for word in words_of(headline):
        counts[word] += IN_HEADLINE
    rare = rarity()
    weighed = {
        word: (1 + math.log(count)) * rare.get(word, rare[""])
        for word, count in counts.items()
        if rare.get(word, LEAST_RARITY) >= LEAST_RARITY
    }
    heaviest = sorted(weighed.items(), key=lambda one: (-one[1], one[0]))[:MOST_WORDS]
    length = max(FLOOR, math.sqrt(sum(weight * weight for _, weight in heaviest)))
    return {word: round(UNIT * weight / length) for word, weight in heaviest}


def likeness(one: Mapping[str, int], other: Mapping[str, int]) -> int:
    """The cosine of two vectors, in millionths."""
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other.get(word, 0) for word, weight in one.items())


@cache
def rarity() -> dict[str, float]:
    """How rare each word is: the logarithm of all stories over those that have it; under "" that of an unknown word.

    The table has a first line with the number of stories, then lines with a number of stories and the words that so
    many have.
    """
    table = gzip.decompress((files("processors") / "data" / "word_rarity.txt.gz").read_bytes()).decode()
    first, *lines = table.splitlines()
    stories = int(first) + 1
    found = {"": math.log(stories / 1.5)}
    for line in lines:
        having, *words = line.split(" ")
        found |= dict.fromkeys(words, math.log(stories / (int(having) + 0.5)))
    return found


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without a possessive ending."""
    return [word.replace("’", "'").removesuffix("'s") for word in WORD.findall(text.lower())]
