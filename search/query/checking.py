"""What a `Query` asks, checked and taken apart, the same for both stores; and where its pages end."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

import msgspec

from processors.annotations import Record
from search.documents import MAX_ID_BYTES
from search.query.fields import NAMED, NAMED_FIELDS, QUERY_FIELDS
from search.query.language import Leaf, Node, has_word, parse, printable, wanted
from search.query.request import DEFAULT_LIMITS, Limits, Query, QueryError

LARGEST_SCORE, LARGEST_MOMENT = 1e9, 2**53


def _is_score(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LARGEST_SCORE


def _is_moment(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_MOMENT


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value.encode()) <= MAX_ID_BYTES
    except UnicodeEncodeError:
        return False


# The values that say where a page ended, by sort order. Anybody can write others: none may be more than a store takes.
POSITIONS: dict[str, tuple[Callable[[Any], bool], ...]] = {
    "relevance": (_is_score, _is_moment, _is_id),
    "newest": (_is_moment, _is_id),
    "oldest": (_is_moment, _is_id),
    "arrived": (_is_moment, _is_moment, _is_id),
}


class Asked(Record, frozen=True):
    """The parts of a query. ``names`` are those of entity, holder, target and about that are given, by their option.

    ``exact`` has whole values, each with the fields of which any may have it. ``position`` is where the last page
    ended, ``None`` for the first page.
    """

    node: Node
    names: dict[str, Leaf]
    source: str
    language: str
    exact: list[tuple[tuple[str, ...], str]]
    size: int
    position: list[Any] | None

    @property
    def wanted(self) -> list[Leaf]:
        """What a match should show marked."""
        return [*wanted(self.node), *(leaf for option, leaf in self.names.items() if option != "about")]

    @property
    def stance(self) -> dict[str, Leaf]:
        """Holder and target, to be asked of one and the same stance."""
        return {option: leaf for option, leaf in self.names.items() if option in ("holder", "target")}


def asked(query: Query, limits: Limits = DEFAULT_LIMITS) -> Asked:
    """The parts of ``query``; ``QueryError`` where it cannot be understood or would cost too much."""
    options = {"entity": query.entity, "holder": query.holder, "target": query.target, "about": query.about}
    return Asked(
        parse(query.text, limits),
        {option: _name_leaf(option, name, limits) for option, name in options.items() if name},
        _code("source", query.source, limits),
        _code("language", query.language, limits),
        _exact_values(query, limits),
        page_size(query, limits),
        _position(query),
    )


def after_token(sort: str, position: list[Any]) -> str:
    """Where a page ended, as text to ask for the next one."""
    return base64.urlsafe_b64encode(msgspec.json.encode([sort, *position])).decode()


def _name_leaf(option: str, name: str, limits: Limits) -> Leaf:
    """The leaf for a name given as an option such as ``entity``: its words, whole and in order."""
    if len(name) > limits.characters:
        raise QueryError(f"{option}: give a name of at most {limits.characters} characters")
    name = printable(name).strip()
    if not has_word(name):
        raise QueryError(f"{option}: {name!r} has no letters or digits to search for")
    return Leaf(name, option, exact=True)


def _code(option: str, value: str, limits: Limits) -> str:
    if len(value) > limits.characters:
        raise QueryError(f"{option}: give a value of at most {limits.characters} characters")
    return printable(value)


def _exact_values(query: Query, limits: Limits) -> list[tuple[tuple[str, ...], str]]:
    if len(query.exact) > limits.words:
        raise QueryError(f"too many filter values: {len(query.exact)} given, {limits.words} allowed")
    found: list[tuple[tuple[str, ...], str]] = []
    for field, value in query.exact:
        fields = NAMED_FIELDS if field == NAMED else (field,)
        if field != NAMED and (field not in QUERY_FIELDS or QUERY_FIELDS[field].kind not in ("words", "code")):
            raise QueryError(f"{field!r} cannot be filtered by value")
        if len(value) > limits.characters:
            raise QueryError(f"{field}: give a value of at most {limits.characters} characters")
        found.append((fields, printable(value)))
    return found


def page_size(query: Query, limits: Limits = DEFAULT_LIMITS) -> int:
    """How many hits a page of ``query`` has."""
    if not 1 <= query.limit <= limits.hits:
        raise QueryError(f"limit: {query.limit} is not between 1 and {limits.hits}; use paging to get more")
    return query.limit


def _position(query: Query) -> list[Any] | None:
    """The position in ``query.after``: ``None`` for the first page."""
    if not query.after:
        return None
    try:
        sort, *position = msgspec.json.decode(base64.urlsafe_b64decode(query.after.encode()), type=list[Any])
    except (ValueError, binascii.Error, msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        sort, position = "", []
    kinds = POSITIONS[query.sort]
    good = sort == query.sort and len(position) == len(kinds)
    if not good or not all(fits(value) for value, fits in zip(position, kinds, strict=True)):
        raise QueryError("after: not from a page of this query and sort order")
    return position
