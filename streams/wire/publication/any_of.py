"""Searches a text for many words at once: takes the words, says whether a text has one of them.

Words with the same first letter share a pattern, in which what they have in common is written once: "no(?:n |t for)".
Python finds a pattern with a fixed beginning as fast as a single word. In a text, one pattern of all words, or one that
tries them one after the other, takes twice as long. In a short line, one pattern is quicker than several.
"""

import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from itertools import groupby

SHORT = 60  # characters


def common_pattern(words: AbstractSet[str]) -> str:
    """A pattern that finds each of the words, of which none is contained in another."""
    by_letter = groupby(sorted(words), key=lambda word: word[:1])
    branches = [re.escape(letter) + common_pattern({word[1:] for word in some}) for letter, some in by_letter if letter]
    return "".join(branches) if len(branches) < 2 else f"(?:{'|'.join(branches)})"  # noqa: PLR2004


class AnyOf:
    """Words to look for, as they are written: with their spaces, in their case."""

    def __init__(self, words: Iterable[str]) -> None:
        every = frozenset(words)
        shortest = sorted(word for word in every if not any(other in word for other in every - {word}))
        groups = [frozenset(some) for _, some in groupby(shortest, key=lambda word: word[0])]
        largest_first = sorted(groups, key=len, reverse=True)
        self._alike = [re.compile(common_pattern(group)).search for group in largest_first if len(group) > 1]
        self._single = [word for group in largest_first if len(group) == 1 for word in group]
        self._in_line = re.compile(common_pattern(frozenset(shortest))).search

    def is_in(self, text: str) -> bool:
        """Whether one of the words stands in the text, also within another word."""
        if len(text) <= SHORT:
            return self._in_line(text) is not None
        for search in self._alike:
            if search(text):
                return True
        return any(map(text.__contains__, self._single))

    def narrowed(self, text: str) -> Callable[[str], bool]:
        """The same question for the lines of a text: of all words, only those that may stand in it are looked for."""
        alike = [search for search in self._alike if search(text)]
        single = [word for word in self._single if word in text]

        def is_in(line: str) -> bool:
            return any(search(line) for search in alike) or any(map(line.__contains__, single))

        return is_in
