"""A query checked and taken apart, once, where it comes in. Takes a `Query`, gives a `ParsedQuery` for the stores."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from processors.annotations import Record
from search.documents import MAX_ID_BYTES
from search.query.fields import NAMED, NAMED_FIELDS, QUERY_FIELDS
from search.query.language import AllOf, AnyOf, Leaf, Node, Not, has_word, is_number, parse, printable, wanted
from search.query.request import DEFAULT_LIMITS, Limits, Query, QueryError, Sort
from search.visibility import Sources

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
    "arrived": (_is_moment, _is_moment, _is_moment, _is_id),
}

Order = Literal["relevance", "newest", "oldest", "arrived", "received"]
ExactValue = tuple[tuple[str, ...], str]  # the fields of which any may have the whole value, and the value


class ParsedQuery(Record, frozen=True):
    """A `Query` that was understood, as stores and views take it: nothing in it has to be parsed or checked again.

    ``node`` is the tree of its text, and of a source that has several names. ``names`` are those of entity, holder,
    target and about that are given, by their option. ``position`` is where the last page ended, ``None`` for the first
    page. ``limits`` are those that it was checked by, and that what is added to it is checked by. Without ``counted``
    nobody asks how many stories match: a store may leave that out of its answer. Of a query by relevance that is
    ``likest`` only the first few are wanted: a store may pass over those that have only the commonest of its words. Of
    one that has words ``weighed``, which are those of its node, the most common ones are passed over
    (`search.query.ranking.few_have`), and a story's score is the sum of the others that it has; it has one page. With
    ``only_ids`` hits have ids and scores, and nothing of their documents; with ``fields`` these of them only:
    "stance.holder" is that part of each row of stance. Without ``marks_texts`` what matched is marked in headlines
    only. With ``by_receipt`` ``arrived`` is the order of receipt, whoever asks. The rest is as in `Query`.
    """

    node: Node
    names: tuple[tuple[str, Leaf], ...]
    label: Literal["", "favor", "against"]
    source: str
    language: str
    since: datetime | None
    until: datetime | None
    exact: tuple[ExactValue, ...]
    excluded: tuple[ExactValue, ...]
    hidden: bool
    kills: bool
    sources: Sources
    arrived_since: datetime | None
    sort: Sort
    limit: int
    position: tuple[Any, ...] | None
    brief: bool
    limits: Limits
    backward: bool = False  # in the reverse of its order
    counted: bool = True
    likest: bool = False
    weighed: tuple[tuple[Leaf, int], ...] = ()
    only_ids: bool = False
    fields: tuple[str, ...] = ()
    marks_texts: bool = True
    by_receipt: bool = False

    @property
    def order(self) -> Order:
        """How hits are ordered: those who ask for stories under an embargo get ``arrived`` as it was received."""
        return "received" if self.sort == "arrived" and (self.hidden or self.by_receipt) else self.sort

    @property
    def start(self) -> tuple[Any, ...] | None:
        """Where in its `order` the last page ended; the one by receipt has no time of arrival before the others."""
        return self.position[1:] if self.position and self.order == "received" else self.position

    def end(self, values: Sequence[Any]) -> str:
        """The ``after`` of a page whose last hit has these values of its `order`."""
        return after_token(self.sort, [*values[:1], *values] if self.order == "received" else [*values])

    @property
    def wanted(self) -> list[Leaf]:
        """What a match should show marked."""
        if self.only_ids:
            return []
        return [*wanted(self.node), *(leaf for option, leaf in self.names if option != "about")]

    @property
    def stance(self) -> dict[str, Leaf]:
        """Holder and target, to be asked of one and the same stance."""
        return {option: leaf for option, leaf in self.names if option in ("holder", "target")}

    def name(self, option: str) -> Leaf | None:
        """The name that is given for an option."""
        return next((leaf for one, leaf in self.names if one == option), None)

    def naming(self, **names: str) -> "ParsedQuery":
        """With other names for some of entity, holder, target and about; "" for none."""
        kept = [(option, leaf) for option, leaf in self.names if option not in names]
        return msgspec.structs.replace(self, names=(*kept, *_names(names, self.limits)))

    def having(self, field: str, value: str) -> "ParsedQuery":
        """With one more whole value, as in `Query.exact`."""
        return msgspec.structs.replace(self, exact=(*self.exact, _exact_value(field, value, self.limits)))

    def following(self, after: str) -> "ParsedQuery":
        """The page that follows the one whose end is ``after``."""
        return msgspec.structs.replace(self, position=_position(self.sort, after))


def parsed(query: Query, limits: Limits = DEFAULT_LIMITS) -> ParsedQuery:
    """The query taken apart; ``QueryError`` where it cannot be understood or would cost too much."""
    options = {"entity": query.entity, "holder": query.holder, "target": query.target, "about": query.about}
    if (values := len(query.exact) + len(query.excluded)) > limits.words:
        raise QueryError(f"too many filter values: {values} given, {limits.words} allowed")
    if not 1 <= query.limit <= limits.hits:
        raise QueryError(f"limit: {query.limit} is not between 1 and {limits.hits}; use paging to get more")
    source = _code("source", query.source, limits)
    node = _with_every_name(parse(query.text, limits), limits)
    if source and len(limits.names_of(source)) > 1:
        node, source = AllOf((node, _with_every_name(Leaf(source, "source"), limits))), ""
    return ParsedQuery(
        node=node,
        names=_names(options, limits),
        label=query.label,
        source=source,
        language=_code("language", query.language, limits),
        since=query.since,
        until=query.until,
        exact=tuple(_exact_value(field, value, limits) for field, value in query.exact),
        excluded=tuple(_exact_value(field, value, limits) for field, value in query.excluded),
        hidden=query.hidden,
        kills=query.kills,
        sources=query.sources,
        arrived_since=query.arrived_since,
        sort=query.sort,
        limit=query.limit,
        position=_position(query.sort, query.after),
        brief=query.brief,
        limits=limits,
    )


def _with_every_name(node: Node, limits: Limits) -> Node:
    """The tree, in which a source is meant by each of its names."""
    if isinstance(node, Leaf):
        names = limits.names_of(node.text) if node.field == "source" and not node.prefix else ()
        return AnyOf(tuple(msgspec.structs.replace(node, text=name) for name in names)) if names[1:] else node
    if isinstance(node, Not):
        return Not(_with_every_name(node.part, limits))
    return msgspec.structs.replace(node, parts=tuple(_with_every_name(part, limits) for part in node.parts))


def after_token(sort: str, position: list[Any]) -> str:
    """Where a page ended, as text to ask for the next one."""
    return base64.urlsafe_b64encode(msgspec.json.encode([sort, *position])).decode()


def _names(options: dict[str, str], limits: Limits) -> tuple[tuple[str, Leaf], ...]:
    return tuple((option, _name_leaf(option, name, limits)) for option, name in options.items() if name)


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


def _exact_value(field: str, value: str, limits: Limits) -> ExactValue:
    kind = "words" if field == NAMED else QUERY_FIELDS[field].kind if field in QUERY_FIELDS else ""
    if kind not in ("words", "code", "number"):
        raise QueryError(f"{field!r} cannot be filtered by value")
    if len(value) > limits.characters:
        raise QueryError(f"{field}: give a value of at most {limits.characters} characters")
    if kind == "number" and not is_number(value):
        raise QueryError(f"{field}: {value[:60]!r} is not a whole number")
    return (NAMED_FIELDS if field == NAMED else (field,)), printable(value)


def _position(sort: Sort, after: str) -> tuple[Any, ...] | None:
    """The position that ``after`` says: ``None`` for the first page."""
    if not after:
        return None
    try:
        given, *position = msgspec.json.decode(base64.urlsafe_b64decode(after.encode()), type=list[Any])
    except (ValueError, binascii.Error, msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        given, position = "", []
    kinds = POSITIONS[sort]
    good = given == sort and len(position) == len(kinds)
    if not good or not all(fits(value) for value, fits in zip(position, kinds, strict=True)):
        raise QueryError("after: not from a page of this query and sort order")
    return tuple(position)
