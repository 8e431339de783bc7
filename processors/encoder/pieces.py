"""Text to what the encoder reads.

In: a text. Out: its sub-tokens with ids, word shapes, character offsets into that very text, and which
sub-token begins a word. The vocabulary is uncased, so case reaches the model only through the shapes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

LOWER, TITLE, UPPER, INITIAL, MIXED, NUMBER, SYMBOL, SPECIAL = range(8)

WINDOW = 192  # sub-tokens the model was trained on at most, marks included
OVERLAP = 48

Offsets = tuple[int, int]

WORDS = 20_000  # whose shapes are kept: those of most of a day's news


@dataclass(frozen=True)
class Pieces:
    """One text's sub-tokens; the first and last are the begin and end marks, with empty offsets."""

    ids: list[int]
    shapes: list[int]
    offsets: list[Offsets]
    words: list[int]  # index of the word each sub-token belongs to; -1 for the marks

    @cached_property
    def firsts(self) -> list[int]:
        """The first sub-token of each word."""
        return [at for at, word in enumerate(self.words) if word >= 0 and (at == 0 or word != self.words[at - 1])]

    @cached_property
    def places(self) -> list[Offsets]:
        """Where each word stands in the text."""
        ends = {word: end for word, (_, end) in zip(self.words, self.offsets, strict=True)}
        return [(self.offsets[at][0], ends[self.words[at]]) for at in self.firsts]

    def of_words(self, first: int, last: int) -> list[int]:
        """The sub-tokens of the words ``[first, last)``."""
        firsts = [*self.firsts, len(self.ids) - 1]
        return [at for at in range(firsts[first], firsts[last]) if self.words[at] >= 0]


@lru_cache(WORDS)
def shape_of(word: str) -> int:
    """Classify a word by its letters: `Paris` is TITLE, `EU` UPPER, `McCain` MIXED, `G7` NUMBER."""
    if word.islower() and word.isalpha():
        return LOWER
    if any(c.isdigit() for c in word):
        return NUMBER
    if not word[0].isalnum():
        return SYMBOL
    if word.isupper():
        return UPPER if len(word) > 1 else INITIAL
    if word[0].isupper() and word[1:].islower():
        return TITLE
    return LOWER if word.islower() or word == word.swapcase() else MIXED


def _shapes(text: str, words: Sequence[int], offsets: Sequence[Offsets]) -> list[int]:
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for word, (start, end) in zip(words, offsets, strict=True):
        starts.setdefault(word, start)
        ends[word] = end
    of_word = {w: shape_of(text[s : ends[w]]) if ends[w] > s else SPECIAL for w, s in starts.items() if w >= 0}
    of_word[-1] = SPECIAL
    return [of_word[w] for w in words]


def to_pieces(tokenizer: Any, texts: Sequence[str]) -> list[Pieces]:
    """Cut each text into sub-tokens."""
    found = []
    for text, encoding in zip(texts, tokenizer.encode_batch(list(texts)), strict=True):
        words = [-1 if w is None else w for w in encoding.word_ids]
        found.append(Pieces(encoding.ids, _shapes(text, words, encoding.offsets), encoding.offsets, words))
    return found


def pieces_of(span: Offsets, pieces: Pieces) -> list[int]:
    """Name the sub-tokens of every word that the character span touches."""
    offsets, words, end = pieces.offsets, pieces.words, len(pieces.offsets) - 1  # the marks at both ends left out
    low = bisect_right(offsets, span[0], 1, end, key=lambda offset: offset[1])
    high = bisect_left(offsets, span[1], low, end, key=lambda offset: offset[0])
    if low == high:
        return []
    while words[low - 1] == words[low]:
        low -= 1
    while words[high] == words[high - 1]:
        high += 1
    return list(range(low, high))


def cut(length: int) -> Iterator[Offsets]:
    """Cut a text of so many sub-tokens into windows that overlap."""
    start = 0
    while True:
        end = min(length, start + WINDOW)
        yield start, end
        if end == length:
            return
        start = end - OVERLAP


def kept(start: int, end: int, length: int) -> Offsets:
    """Say which part of a window counts: up to the middle of what it shares with its neighbours."""
    return start + (OVERLAP // 2 if start else 0), end - (OVERLAP // 2 if end < length else 0)
