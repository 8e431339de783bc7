"""The terms under which the SQLite store would index a story, without its tables. Takes stories, gives sets of terms.

In FTS5 white space always ends a word. So texts are split there, and the tokens of each piece are cached: most pieces
recur in the next story, and only new ones are tokenized by FTS5.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Any

from search.alerts.terms import PREFIX, Term, Tokenizer, code_term, term_of
from search.sqlite.tables import apart, found_by
from search.words.stemming import ENGLISH, STEMMINGS, marked, stemming_of

MOST_KEPT = 2_000_000  # characters of pieces: some hundred thousand


class WordPieces:
    """The cached terms of pieces of text, for some tables."""

    def __init__(self, tokenizer: Tokenizer, *tables: str, stemming: str = ENGLISH) -> None:
        self._tokenizer = tokenizer
        self._stemming = stemming
        self._tables = tables
        self._known: dict[str, tuple[Term, ...]] = {}
        self._characters = 0

    def terms(self, texts: Iterable[str]) -> list[set[Term]]:
        """The terms of each text."""
        cut = [set(text.split()) for text in texts]
        new = set().union(*cut).difference(self._known)
        if new:
            self._known |= self._made(list(new))
        known = self._known
        found = [set(chain.from_iterable([known[piece] for piece in pieces])) for pieces in cut]
        self._characters += sum(map(len, new))
        if self._characters > MOST_KEPT:
            self._known, self._characters = {}, 0
        return found

    def _made(self, pieces: Sequence[str]) -> dict[str, tuple[Term, ...]]:
        each = [self._tokenizer.cut(table, self._as_in(table, pieces)) for table in self._tables]
        return {
            piece: tuple(
                {term_of(table, word) for table, words in zip(self._tables, found, strict=True) for word in words}
            )
            for piece, *found in zip(pieces, *each, strict=True)
        }

    def _as_in(self, table: str, pieces: Sequence[str]) -> Sequence[str]:
        """Pieces as a table has them."""
        if table == "stems" and self._stemming != ENGLISH:
            return [marked(piece, self._stemming) for piece in pieces]
        return [apart(piece) for piece in pieces] if "stems" in self._tables else pieces


class StoryTerms:
    """Finds the terms of stories, and caches those of their words."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._text = {name: WordPieces(tokenizer, "stems", "exact", stemming=name) for name in (ENGLISH, *STEMMINGS)}
        self._names = WordPieces(tokenizer, "names")
        self._stances = WordPieces(tokenizer, "stances")

    def of(self, stories: Sequence[Mapping[str, Any]]) -> list[set[Term]]:
        """All terms of each story."""
        by = [found_by(story) for story in stories]
        found = self._texts(stories)
        names = self._names.terms("\n".join(chain.from_iterable(one.names)) for one in by)
        stances = self._stances.terms("\n".join(chain.from_iterable(one.stances)) for one in by)
        for terms, *others, one in zip(found, names, stances, by, strict=True):
            terms.update(*others, (code_term(field, value) for field, value in one.codes))
        return found

    def _texts(self, stories: Sequence[Mapping[str, Any]]) -> list[set[Term]]:
        """The terms of headline and body, by the stems of each story's language."""
        found: list[set[Term]] = [set() for _ in stories]
        numbers: dict[str, list[int]] = defaultdict(list)
        for number, story in enumerate(stories):
            numbers[stemming_of(story["language"])].append(number)
        for name, some in numbers.items():
            texts = (f"{stories[number]['headline']}\n{stories[number]['body']}" for number in some)
            for number, terms in zip(some, self._text[name].terms(texts), strict=True):
                found[number] = terms
        return found


def stories_by_term(
    found: Sequence[set[Term]], needed: AbstractSet[Term], prefixes: Collection[Term]
) -> dict[Term, int]:
    """For each needed term and prefix, the stories that have it, as a bit set."""
    bits: dict[Term, int] = {}
    for number, terms in enumerate(found):
        for term in needed & terms:
            bits[term] = bits.get(term, 0) | 1 << number
    if prefixes:
        ordered = sorted(set().union(*found))
        for prefix in prefixes:
            some = _beginning(ordered, prefix.removesuffix(PREFIX))
            bits[prefix] = sum(1 << number for number, terms in enumerate(found) if not terms.isdisjoint(some))
    return bits


def _beginning(ordered: list[Term], text: str) -> list[Term]:
    """The terms that begin with a text."""
    return ordered[bisect_left(ordered, text) : bisect_left(ordered, text + PREFIX)]  # no character is greater
