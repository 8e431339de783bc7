"""Near-copies: takes texts, gives sketches (MinHash) and how much of two texts is the same. Pure.

A text is seen as the set of its runs of five words. Of the hashes of all runs the smallest are kept: the share that two
such sketches have in common estimates the share of runs that the texts have in common (Broder's resemblance).
"""

import re
from collections.abc import Sequence
from zlib import crc32

WORD = re.compile(r"\w+")
RUN = 5  # words
KEPT = 48  # hashes of a text
LONGEST_TEXT = 20_000  # characters looked at
COPY = 0.5  # of the runs in common: one text is a near-copy of the other


def sketch(headline: str, body: str) -> tuple[int, ...]:
    """The smallest hashes of a text, in order; of a text of a few words, those of headline and text."""
    words = WORD.findall(body[:LONGEST_TEXT].lower())
    if len(words) < 4 * RUN:
        words = WORD.findall(headline.lower()) + words
    runs = {" ".join(words[start : start + RUN]) for start in range(max(1, len(words) - RUN + 1))}
    return tuple(sorted({crc32(run.encode()) for run in runs if run})[:KEPT])


def resemblance(one: Sequence[int], other: Sequence[int]) -> float:
    """The share of runs that two texts have in common, estimated from their sketches."""
    if not one or not other:
        return 0.0
    both = set(one) & set(other)
    smallest = sorted({*one, *other})[: min(KEPT, max(len(one), len(other)))]
    return sum(value in both for value in smallest) / len(smallest)
