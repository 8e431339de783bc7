"""What a reader asks for in an address, and addresses of what else could be asked. Pure but for "ago" times.

Takes the parameters of an address, gives `SearchParameters`: the query, parsed once for all that the page asks, and the
parameters in one order, so that the same question always has the same address.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote, urlencode

from processors.annotations import Record
from search.query.checking import ParsedQuery, parsed
from search.query.moments import moment
from search.query.request import DEFAULT_LIMITS, Limits, Query, QueryError

SORTS = ("relevance", "newest", "oldest", "arrived")
NAMES = ("entity", "holder", "target", "source", "language")
WHOLE = ("person", "organization", "location", "nationality", "country", "sentiment", "stance", "kind", "named")
ORDER = ("q", *NAMES, "label", *WHOLE, "since", "until", "sort", "hidden", "about")
PAGING = ("after", "limit")
MOST_PARAMETERS = 64


class SearchParameters(Record, frozen=True):
    """What a reader asks for. ``about`` is a name that stances are to be of.

    ``given`` are the parameters but for paging.
    """

    query: ParsedQuery
    given: tuple[tuple[str, str], ...]
    about: str = ""

    def value(self, name: str) -> str:
        """The parameter as it was given, "" where it was not."""
        return next((value for one, value in self.given if one == name), "")

    def has(self, name: str, value: str) -> bool:
        """Whether the parameter was given with this value."""
        return (name, value) in self.given

    @property
    def narrowed(self) -> tuple[tuple[str, str], ...]:
        """What narrows the search beside its words, its times and its order."""
        return tuple(one for one in self.given if one[0] not in ("q", "since", "until", "sort", "hidden"))

    def link(self, path: str, *, without: Iterable[tuple[str, str]] = (), **more: str) -> str:
        """The address of the same question at ``path``, without some parameters, with others or "" for none."""
        dropped = set(without)
        kept = [one for one in self.given if one not in dropped and one[0] not in more]
        return address(path, [*kept, *((name, value) for name, value in more.items() if value)])

    def with_value(self, path: str, name: str, value: str) -> str:
        """The address of the same question with one more whole value."""
        single = name in (*NAMES, "label")
        kept = [one for one in self.given if one != (name, value) and not (single and one[0] == name)]
        return address(path, [*kept, (name, value)])


def address(path: str, parameters: Iterable[tuple[str, str]] = ()) -> str:
    """A path with parameters, in the order of `ORDER`."""
    places = {name: place for place, name in enumerate((*ORDER, *PAGING))}
    ordered = sorted(parameters, key=lambda one: places.get(one[0], len(places)))
    asked = urlencode([(name, _encodable(value)) for name, value in ordered], quote_via=quote)
    return f"{path}?{asked}" if asked else path


def story_address(document_id: str) -> str:
    """Where a story is shown."""
    return f"/story/{quote(_encodable(document_id), safe='')}"


def entity_address(name: str) -> str:
    """Where a name is shown."""
    return address("/entity", [("name", name)])


def pair_address(holder: str, target: str) -> str:
    """Where the stances of one toward another are shown."""
    return address("/stances/pair", [("holder", holder), ("target", target)])


def asked(
    parameters: Iterable[tuple[str, str]],
    *,
    limit: int,
    hidden: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    sort: Literal["", "arrived"] = "",
) -> SearchParameters:
    """The question that an address asks; unknown parameters are passed over. `QueryError` names a wrong one.

    ``limit`` is the size of a page where none is given, ``sort`` its order: by relevance where there are words, else by
    time, for "". ``hidden`` stories are only given to whom they may be.
    """
    known = [(name, value.strip()) for name, value in parameters if name in (*ORDER, *PAGING) and value.strip()]
    if len(known) > MOST_PARAMETERS:
        raise QueryError(f"too many filters: {len(known)} given, {MOST_PARAMETERS} allowed")
    one = dict(reversed(known))  # the first of each
    named: dict[str, Any] = {name: one.get(name, "") for name in NAMES}
    query = Query(
        text=one.get("q", ""),
        **named,
        label=_choice(one, "label", ("", "favor", "against")),
        since=_time(one, "since"),
        until=_time(one, "until"),
        exact=tuple((name, value) for name, value in dict.fromkeys(known) if name in WHOLE),
        hidden=hidden and one.get("hidden") == "1",
        sort=_choice(one, "sort", SORTS) or sort or ("relevance" if one.get("q") else "newest"),
        limit=_number(one.get("limit"), limit),
        after=one.get("after", ""),
    )
    several = [item for item in dict.fromkeys(known) if item[0] in WHOLE]
    given = [(name, value) for name, value in one.items() if name not in (*WHOLE, *PAGING)] + several
    places = {name: place for place, name in enumerate(ORDER)}
    return SearchParameters(
        parsed(query, limits), tuple(sorted(given, key=lambda item: places[item[0]])), one.get("about", "")
    )


def _choice(one: dict[str, str], name: str, choices: tuple[str, ...]) -> Any:
    value = one.get(name, "")
    if value and value not in choices:
        raise QueryError(f"{name}: {value[:60]!r} is not one of {', '.join(choice for choice in choices if choice)}")
    return value


def _time(one: dict[str, str], name: str) -> datetime | None:
    if not (value := one.get(name)):
        return None
    try:
        return moment(value, end=name == "until")
    except ValueError as error:
        raise QueryError(f"{name}: {error}") from None


def _number(value: str | None, default: int) -> int:
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 7):  # noqa: PLR2004 - far above any page
        raise QueryError(f"limit: {value[:60]!r} is not a number")
    return int(value)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
