"""The query language, the same for both stores: query-string text in, a small tree out.

::

    putin xi                both words, by the stems of each story's language, in headline or text
    "one-China policy"      the exact words, side by side
    sanction*               words that begin so
    putin OR xi, NOT xi, -xi, (…)
    headline:taiwan  person:"Xi Jinping"  source:AP  urgency:1  usage_terms:(online OR print)

Anything that cannot be understood, or that would cost too much, is a `QueryError` that says where and what to do.
"""

import re
from collections.abc import Iterator

from processors.annotations import Record
from search.characters import UNASKED
from search.query.fields import QUERY_FIELDS
from search.query.request import DEFAULT_LIMITS, Limits, QueryError

# Lucene's English stop words: stems leave them out of the index, so they are searched among the exact words.
STOP_WORDS = frozenset(
    re.split(
        " ",
        "a an and are as at be but by for if in into is it no not of on or such that the their then there these they "
        "this to was will with",
    )
)
SHORTEST_PREFIX = 2
LARGEST_NUMBER = 2**31 - 1


class Leaf(Record, frozen=True):
    """One word, phrase or value, to be found in ``field`` ("" for headline or text)."""

    text: str
    field: str = ""
    exact: bool = False  # a phrase or a stop word: no stems
    prefix: bool = False


class AllOf(Record, frozen=True):
    """Every part must hold; without parts it holds for every document."""

    parts: tuple["Node", ...] = ()


class AnyOf(Record, frozen=True):
    """At least one part must hold."""

    parts: tuple["Node", ...]


class Not(Record, frozen=True):
    """The part must not hold."""

    part: "Node"


Node = Leaf | AllOf | AnyOf | Not

TOKEN = re.compile(
    r"""(?P<space>\s+) | (?P<open>\() | (?P<close>\))
      | (?P<minus>-)(?=\S)
      | (?P<field>[A-Za-z_]+):(?=[^\s)])
      | "(?P<phrase>(?:[^"\\]|\\.)*)"
      | (?P<quote>")
      | (?P<word>(?:[^\s()"\\]|\\.)+) | (?P<odd>.)""",
    re.VERBOSE | re.DOTALL,
)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
POSSESSIVE = re.compile(r"['\u2019]s$", re.IGNORECASE)


def parse(text: str, limits: Limits = DEFAULT_LIMITS) -> Node:
    """The tree of a query text; an empty one, or ``*``, holds for every document."""
    if len(text) > limits.characters:
        raise QueryError(f"the query is too long: {len(text)} characters, {limits.characters} allowed")
    text = printable(text)
    if text.strip() in ("", "*"):
        return AllOf()
    node = _Parser(text, limits).whole()
    if node is None:
        raise QueryError("the query has no letters or digits to search for")
    return node


def wanted(node: Node) -> Iterator[Leaf]:
    """The leaves of headline and text that a match should show: all but those under NOT."""
    if isinstance(node, Leaf):
        if not node.field or QUERY_FIELDS[node.field].kind == "text":
            yield node
    elif not isinstance(node, Not):
        for part in node.parts:
            yield from wanted(part)


def printable(text: str) -> str:
    """Text with a space for whatever no stored text can hold: control characters and halves of surrogate pairs."""
    return UNASKED.sub(" ", text)


def has_word(text: str) -> bool:
    """Whether there is anything in a text to search for."""
    return any(char.isalnum() for char in text)


def is_number(text: str) -> bool:
    """Whether a text is a whole number that a store can hold."""
    return text.isascii() and text.isdigit() and int(text) <= LARGEST_NUMBER


class _Parser:
    """Recursive descent over the tokens; a part without any letter or digit (a lone dash) is ``None``."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        self._tokens = [match for match in TOKEN.finditer(text) if match.lastgroup != "space"]
        self._at = 0
        self._words = 0
        self._prefixes = 0

    def whole(self) -> Node | None:
        node = self._any("", 0)
        if self._kind() == "close":
            raise self._error("this parenthesis was never opened")
        return node

    def _kind(self) -> str:
        return self._tokens[self._at].lastgroup or "" if self._at < len(self._tokens) else ""

    def _operator(self) -> str:
        if self._kind() != "word":
            return ""
        word = self._tokens[self._at]["word"]
        return word if word in ("AND", "OR", "NOT") else ""

    def _error(self, what: str) -> QueryError:
        if self._at >= len(self._tokens):
            return QueryError(f"at the end of the query: {what}")
        token = self._tokens[self._at]
        return QueryError(f"at character {token.start() + 1}, “{token[0][:30]}”: {what}")

    def _any(self, field: str, depth: int) -> Node | None:
        parts = [self._all(field, depth)]
        while self._operator() == "OR":
            self._at += 1
            parts.append(self._all(field, depth))
        kept = tuple(part for part in parts if part is not None)
        return AnyOf(kept) if len(kept) > 1 else next(iter(kept), None)

    def _all(self, field: str, depth: int) -> Node | None:
        parts = [self._not(field, depth)]
        while True:
            operator = self._operator()
            if operator == "AND":
                self._at += 1
            elif operator == "OR" or self._kind() in ("", "close"):
                break
            parts.append(self._not(field, depth))
        kept = tuple(part for part in parts if part is not None)
        return AllOf(kept) if len(kept) > 1 else next(iter(kept), None)

    def _not(self, field: str, depth: int) -> Node | None:
        if depth > self._limits.depth:
            raise self._error(f"parentheses and NOTs are nested more than {self._limits.depth} deep")
        if self._operator() == "NOT" or self._kind() == "minus":
            self._at += 1
            part = self._not(field, depth + 1)
            return None if part is None else Not(part)
        return self._primary(field, depth)

    def _primary(self, field: str, depth: int) -> Node | None:
        kind, operator = self._kind(), self._operator()
        if operator or kind in ("", "close"):
            raise self._error(f"a word is missing{f' before {operator}' if operator else ''}")
        token = self._tokens[self._at]
        if kind == "field":
            name = token["field"].lower()
            if name not in QUERY_FIELDS:
                raise self._error(
                    f"unknown field {token['field']!r}; use one of {', '.join(QUERY_FIELDS)}, or put the text in "
                    "quotes to search for it as written"
                )
            self._at += 1
            return self._primary(name, depth)
        if kind == "open":
            return self._group(field, depth)
        if kind == "quote":
            raise self._error("this quotation is never closed")
        if kind == "odd":
            raise self._error("a backslash must be followed by another character")
        if kind == "minus":
            raise self._error("put the minus before the field name, or the value in quotes if the minus is part of it")
        leaf = self._leaf(field, token)
        self._at += 1
        return leaf

    def _group(self, field: str, depth: int) -> Node | None:
        opened = self._at
        self._at += 1
        node = self._any(field, depth + 1)
        if self._kind() != "close":
            self._at = opened
            raise self._error("this parenthesis is never closed")
        self._at += 1
        return node

    def _leaf(self, field: str, token: "re.Match[str]") -> Leaf | None:
        self._words += 1
        if self._words > self._limits.words:
            raise self._error(f"the query has more than {self._limits.words} words")
        kind = QUERY_FIELDS[field].kind if field else "text"
        phrase = token["phrase"]
        if phrase is not None:
            text = ESCAPED.sub(r"\1", phrase)
            return self._checked(Leaf(text, field, exact=True), kind)
        word = token["word"]
        if word.endswith(":") and word[:-1].lower() in QUERY_FIELDS:
            raise self._error(f"a value is missing after {word}")
        prefix = word.endswith("*") and not word.endswith("\\*")
        if prefix:
            word = word[:-1]
            self._prefixes += 1
        if re.search(r"(?<!\\)[*?]", word.rstrip("?")):
            raise self._error(
                "* works only at the end of a word, ? is not a wildcard; put the text in quotes to search for it"
            )
        text = ESCAPED.sub(r"\1", word)
        if kind == "text" and not prefix:
            text = POSSESSIVE.sub("", text)
        exact = kind == "text" and text.lower() in STOP_WORDS
        return self._checked(Leaf(text, field, exact=exact, prefix=prefix), kind)

    def _checked(self, leaf: Leaf, kind: str) -> Leaf | None:
        if leaf.prefix and sum(char.isalnum() for char in leaf.text) < SHORTEST_PREFIX:
            raise self._error(f"write at least {SHORTEST_PREFIX} letters before the *")
        if self._prefixes > self._limits.prefixes:
            raise self._error(f"the query has more than {self._limits.prefixes} words with *")
        if kind == "number" and not is_number(leaf.text):
            raise self._error(f"{leaf.field} takes a whole number")
        return leaf if kind == "code" or has_word(leaf.text) else None
