"""Which terms a story must have so that a query can match it: this decides nearly all searches without SQL.

Takes parsed queries and the terms of a batch of stories; gives, for each query, the stories that it matches for certain
and those that it may match, as bits. Where these differ, as for a phrase, the same SQL as for a search decides
(`search.alerts.matching`). So uncertainty costs time, never correctness.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from search.query.checking import ParsedQuery
from search.query.fields import QUERY_FIELDS
from search.query.language import AllOf, AnyOf, Leaf, Node
from search.sqlite.tables import TOKENS, apart
from search.words.stemming import asked

Term = str  # the table (stems, exact, names, stances, codes) and the word in it: `term_of`; a prefix ends with `PREFIX`
Choice = tuple[Term, ...]  # terms of which a story has one: a word's stems in each language
PREFIX = "\U0010ffff"
TABLES = ("stems", "exact", "names", "stances")


class Requirement:
    """The terms that a part of a query requires of a story.

    One of each choice in ``terms``, all of ``parts``, one of ``either``, and none of ``none_of``.
    ``certain``: every story that has the terms matches. Otherwise it may match.
    """

    __slots__ = ("certain", "either", "none_of", "parts", "terms")

    def __init__(
        self,
        terms: Sequence[Choice] = (),
        parts: "Sequence[Requirement]" = (),
        either: "Sequence[Requirement]" = (),
        none_of: "Sequence[Requirement]" = (),
        *,
        certain: bool = True,
    ) -> None:
        self.terms, self.parts, self.either, self.none_of = tuple(terms), tuple(parts), tuple(either), tuple(none_of)
        self.certain = certain

    def stories(self, by_term: Mapping[Term, int], every: int) -> tuple[int, int]:
        """The stories, as bits, that match for certain, and those that may."""
        may = every
        for choice in self.terms:
            some = 0
            for term in choice:
                some |= by_term.get(term, 0)
            may &= some
            if not may:
                return 0, 0
        certain = may if self.certain else 0
        for part in self.parts:
            surely, perhaps = part.stories(by_term, every)
            certain, may = certain & surely, may & perhaps
            if not may:
                return 0, 0
        if self.either:
            each = [one.stories(by_term, every) for one in self.either]
            certain &= reduce(or_, (surely for surely, _ in each))
            may &= reduce(or_, (perhaps for _, perhaps in each))
        for one in self.none_of:
            surely, perhaps = one.stories(by_term, every)
            certain, may = certain & ~perhaps, may & ~surely
        return certain, may

    def anchors(self) -> frozenset[Choice]:
        """Terms of which every match has at least one, as few and as rare as possible; empty if there are none."""
        choices = [frozenset([choice]) for choice in self.terms]
        choices += [anchors for part in self.parts if (anchors := part.anchors())]
        if self.either:
            each = [one.anchors() for one in self.either]
            if all(each):
                choices.append(frozenset().union(*each))
        if not choices:
            return frozenset()
        return min(choices, key=lambda terms: (len(terms), max(map(_commonness, terms)), sorted(terms)))


def _commonness(choice: Choice) -> tuple[bool, int]:
    """A guess at how many stories have a term: many have the code of a source or kind, and few a long word."""
    return choice[0].startswith("codes "), -len(choice[0])


UNDECIDED = Requirement(certain=False)


def term_of(table: str, word: str) -> Term:
    """The term for a word in a table."""
    return f"{table} {word}"


def code_term(field: str, value: Any) -> Term:
    """The term for a code in a field."""
    return f"codes {field}={value}"


class Tokenizer:
    """Tokenizes texts with FTS5's own tokenizers, many at a time, since each call is expensive."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        for name, tokens in (("plain", TOKENS), ("stemmed", f"porter {TOKENS}")):
            self._db.execute(f"CREATE VIRTUAL TABLE {name} USING fts5 (text, content='', tokenize='{tokens}')")
            self._db.execute(f"CREATE VIRTUAL TABLE {name}_words USING fts5vocab ({name}, instance)")

    def learn(self, texts: Iterable[tuple[str, str]]) -> None:
        """Tokenize texts, each for a table, and cache the words."""
        new = [one for one in dict.fromkeys(texts) if one not in self._known]
        for table in TABLES:
            mine = [text for of, text in new if of == table]
            for text, words in zip(mine, self.cut(table, mine), strict=True):
                self._known[table, text] = words

    def words(self, table: str, text: str) -> tuple[str, ...]:
        """The words of one text."""
        if (table, text) not in self._known:
            self.learn([(table, text)])
        return self._known[table, text]

    def forget(self) -> None:
        """Clear the cache."""
        self._known.clear()

    def cut(self, table: str, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """The words of texts in their order, as a table has them."""
        if not texts:
            return []
        name = "stemmed" if table == "stems" else "plain"
        found: list[list[str]] = [[] for _ in texts]
        self._db.execute("BEGIN")
        try:
            self._db.executemany(f"INSERT INTO {name} (rowid, text) VALUES (?, ?)", list(enumerate(texts)))  # noqa: S608
            words = self._db.execute(f"SELECT doc, term FROM {name}_words ORDER BY doc, offset")  # noqa: S608
            for row, term in words:
                found[row].append(term)
        finally:
            self._db.execute("ROLLBACK")
        return [tuple(words) for words in found]


def requirement_of(query: ParsedQuery, tokenizer: Tokenizer) -> Requirement:
    """The terms that a story must have so that a query can match it."""
    parts = [_node(query.node, tokenizer)]
    if entity := query.name("entity"):
        parts.append(_leaf(entity, tokenizer))
    parts += [_rows("stances", leaf.text, tokenizer) for leaf in query.stance.values()]
    if query.label:
        parts.append(Requirement([(term_of("stances", query.label),)], certain=False))
    if about := query.name("about"):
        parts.append(_rows("stances", about.text, tokenizer))
    if query.source:
        parts.append(_code("source", query.source))
    parts += [_exactly(fields, value, tokenizer) for fields, value in query.exact]
    if query.excluded:
        parts.append(Requirement(none_of=[_exactly(fields, value, tokenizer) for fields, value in query.excluded]))
    if query.language or query.since or query.until or query.arrived_since:
        parts.append(UNDECIDED)
    return _all_of(parts)


def _exactly(fields: Iterable[str], value: str, tokenizer: Tokenizer) -> Requirement:
    """An exact value in any of the fields."""
    each = [
        _code(field, value) if QUERY_FIELDS[field].kind in ("code", "number") else _rows("names", value, tokenizer)
        for field in fields
    ]
    return Requirement(either=each)


def _all_of(parts: Sequence[Requirement]) -> Requirement:
    """All of the parts; parts that are only terms are merged."""
    plain = [one for one in parts if not (one.parts or one.either or one.none_of)]
    terms = tuple(dict.fromkeys(term for one in plain for term in one.terms))
    merged = Requirement(terms, certain=all(one.certain for one in plain))
    others = [one for one in parts if one.parts or one.either or one.none_of]
    return Requirement((), [merged, *others]) if others else merged


def texts_of(query: ParsedQuery) -> Iterable[tuple[str, str]]:
    """The texts that `requirement_of` tokenizes, with their tables."""
    waiting: list[Node] = [query.node, *(leaf for option, leaf in query.names if option == "entity")]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Leaf):
            yield from _text(node)
        elif isinstance(node, AllOf | AnyOf):
            waiting += node.parts
        else:
            waiting.append(node.part)
    yield from (("stances", leaf.text) for option, leaf in query.names if option != "entity")
    for fields, value in (*query.exact, *query.excluded):
        yield from (("names", value) for field in fields if QUERY_FIELDS[field].kind not in ("code", "number"))


def _node(node: Node, tokenizer: Tokenizer) -> Requirement:
    if isinstance(node, Leaf):
        return _leaf(node, tokenizer)
    if isinstance(node, AllOf):
        return _all_of([_node(part, tokenizer) for part in node.parts])
    if isinstance(node, AnyOf):
        return Requirement(either=[_node(part, tokenizer) for part in node.parts])
    return Requirement(none_of=[_node(node.part, tokenizer)])


def _text(leaf: Leaf) -> list[tuple[str, str]]:
    """The text of a leaf as it is searched for in each language, with its table; nothing for a code."""
    field = QUERY_FIELDS.get(leaf.field)
    if field is None or field.kind == "text":
        if leaf.exact or leaf.prefix:
            return [("exact", leaf.text if leaf.prefix else apart(leaf.text))]
        return [("stems", text) for text in (apart(leaf.text), *asked(leaf.text))]
    return [("names", leaf.text)] if field.kind == "words" else []


def _leaf(leaf: Leaf, tokenizer: Tokenizer) -> Requirement:
    if texts := _text(leaf):
        each = [_rows(*text, tokenizer, prefix=leaf.prefix, alone=not leaf.field) for text in texts]
        return each[0] if len(each) == 1 else _any_of(each)
    if leaf.prefix:
        return UNDECIDED
    return _code(leaf.field, leaf.text)


def _rows(table: str, text: str, tokenizer: Tokenizer, *, prefix: bool = False, alone: bool = False) -> Requirement:
    """The words of a text, which are certain where it is one word ``alone`` that may stand anywhere."""
    words = tokenizer.words(table, text)
    if prefix and words:
        words = (*words[:-1], words[-1] + PREFIX)
    terms = [(term_of(table, word),) for word in dict.fromkeys(words)]
    return Requirement(terms, certain=alone and len(words) == 1)


def _any_of(each: Sequence[Requirement]) -> Requirement:
    """One of the needs of a word in each language; a choice of terms where each is one term."""
    if any(len(one.terms) != 1 for one in each):
        return Requirement(either=each)
    return Requirement([tuple(one.terms[0][0] for one in each)], certain=all(one.certain for one in each))


def _code(field: str, value: str) -> Requirement:
    is_number = QUERY_FIELDS[field].kind == "number"
    return Requirement([(code_term(field, str(int(value)) if is_number else value.lower()),)])


def terms_in(requirement: Requirement) -> Iterable[Term]:
    """All terms that a need names, and the prefixes."""
    for choice in requirement.terms:
        yield from choice
    for part in (*requirement.parts, *requirement.either, *requirement.none_of):
        yield from terms_in(part)
