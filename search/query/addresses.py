"""What a reader asks for in an address, and addresses of what else could be asked. Pure but for "ago" times.

Takes the parameters of an address, gives `SearchParameters`: the query, parsed once for all that the page asks, and the
parameters in one order, so that the same question always has the same address.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import quote

from processors.annotations import Record
from search.query.checking import ParsedQuery, parsed
from search.query.moments import moment
from search.query.request import DEFAULT_LIMITS, Limits, Query, QueryError

SORTS = ("relevance", "newest", "oldest", "arrived")
NAMES = ("entity", "holder", "target", "source", "language")
WHOLE = (
    "person", "organization", "location", "nationality", "country", "sentiment", "stance", "kind", "subject", "urgency",
    "named",
)  # fmt: skip
ONE = (*NAMES, "label", "kind", "sentiment", "urgency")  # a story has one of them: another one takes its place
NOT = "not_"  # before the name of a parameter whose value a story must not have
EXCLUDED = tuple(f"{NOT}{name}" for name in ("source", "language", *WHOLE))
LOOKS = ("sort", "hidden", "view", "fold")  # how what is found is shown
ORDER = ("q", *NAMES, "label", *WHOLE, *EXCLUDED, "since", "until", *LOOKS, "about")
PAGING = ("after", "limit", "open")
VIEWS = ("", "compact", "full")
FOLDS = ("", "1")
PLACES = {name: place for place, name in enumerate((*ORDER, *PAGING))}
PAGE_ONLY = ("about", "view", "fold")  # parameters that no list of stories takes
MOST_PARAMETERS = 64
QUOTED = 16_384  # names and values that are remembered as they are written in addresses: a page has hundreds
SHORT = 200  # characters of those that are


class SearchParameters(Record, frozen=True):
    """What a reader asks for. ``about`` is a name that stances are to be of; ``open`` is the story shown beside a list.

    ``given`` are the parameters but for paging and the open story.
    """

    query: ParsedQuery
    given: tuple[tuple[str, str], ...]
    about: str = ""
    open: str = ""

    def value(self, name: str) -> str:
        """The parameter as it was given, "" where it was not."""
        return next((value for one, value in self.given if one == name), "")

    def has(self, name: str, value: str) -> bool:
        """Whether the parameter was given with this value."""
        return (name, value) in self.given

    @property
    def narrowed(self) -> tuple[tuple[str, str], ...]:
        """What narrows the search beside its words, its times and its looks."""
        return tuple(one for one in self.given if one[0] not in ("q", "since", "until", *LOOKS))

    @property
    def period(self) -> tuple[tuple[str, str], ...]:
        """The times that were asked for, for links to pages that show the same period of something else."""
        return tuple(one for one in self.given if one[0] in ("since", "until"))

    @property
    def ordered(self) -> tuple[tuple[str, str], ...]:
        """The parameters with the order that the list is in, for what has another one by default."""
        return (*(one for one in self.given if one[0] != "sort"), ("sort", self.query.sort))

    @property
    def is_search(self) -> bool:
        """Whether anything at all is asked for, beside how it is shown."""
        return any(name not in LOOKS for name, _ in self.given)

    def link(self, path: str, *, without: Iterable[tuple[str, str]] = (), **more: str) -> str:
        """The address of the same question at ``path``, without some parameters, with others or "" for none."""
        dropped = set(without)
        kept = [one for one in self.given if one not in dropped and one[0] not in more]
        return address(path, [*kept, *((name, value) for name, value in more.items() if value)])

    def links_between(self, path: str, times: Iterable[tuple[str, str]]) -> Iterator[str]:
        """The address of the same question between each two times, as `link` gives it with ``since`` and ``until``."""
        kept = sorted((one for one in self.given if one[0] not in ("since", "until")), key=_place)
        parts = [(_place(one) < PLACES["since"], f"{_quoted(one[0])}={_quoted(one[1])}") for one in kept]
        before, after = ([part for is_before, part in parts if is_before is which] for which in (True, False))
        for since, until in times:
            given = [f"{name}={_quoted(one)}" for name, one in (("since", since), ("until", until)) if one]
            asked = "&".join([*before, *given, *after])
            yield f"{path}?{asked}" if asked else path

    def with_value(self, path: str, name: str, value: str) -> str:
        """The address of the same question with one more whole value."""
        kept = [one for one in self._without(name, value) if not (name in ONE and one[0] == name)]
        return address(path, [*kept, (name, value)])

    def excluding(self, path: str, name: str, value: str) -> str:
        """The address of the same question for stories that do not have a value."""
        return address(path, [*self._without(name, value), (f"{NOT}{name}", value)])

    def _without(self, name: str, value: str) -> list[tuple[str, str]]:
        return [one for one in self.given if one not in ((name, value), (f"{NOT}{name}", value))]


def address(path: str, parameters: Iterable[tuple[str, str]] = ()) -> str:
    """A path with parameters, in the order of `ORDER`."""
    ordered = sorted(parameters, key=_place)
    asked = "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in ordered])
    return f"{path}?{asked}" if asked else path


def story_address(document_id: str, within: Iterable[tuple[str, str]] = ()) -> str:
    """Where a story is shown; ``within`` are the parameters of the list that it is opened from."""
    return address(f"/story/{quote(_encodable(document_id), safe='')}", within)


def event_address(event_id: str) -> str:
    """Where an event is shown."""
    return f"/event/{quote(_encodable(event_id), safe='')}"


def tag_address(tag: str) -> str:
    """Where the stories with a tag are shown."""
    return f"/desk/tag/{quote(_encodable(tag), safe='')}"


def beside_address(way: str, document_id: str, within: Iterable[tuple[str, str]] = ()) -> str:
    """Where to find the next or the previous story of a list."""
    return address(f"/beside/{way}/{quote(_encodable(document_id), safe='')}", within)


def download_address(document_id: str, form: str) -> str:
    """Where a story is to be had in a form that other programs read."""
    return f"/api/stories/{quote(_encodable(document_id), safe='')}/{form}"


def export_address(ending: str, given: Iterable[tuple[str, str]]) -> str:
    """Where the stories of a question are to be had as ``csv``, ``jsonl`` or ``atom``."""
    return address(f"/api/stories.{ending}", [one for one in given if one[0] not in PAGE_ONLY])


def entity_address(name: str, period: Iterable[tuple[str, str]] = ()) -> str:
    """Where a name is shown, in a period."""
    return address("/entity", [("name", name), *period])


def pair_address(holder: str, target: str, also: Iterable[str] = (), period: Iterable[tuple[str, str]] = ()) -> str:
    """Where the stances of one toward another are shown, in a period; ``also`` are other names of the other."""
    names = [("holder", holder), ("target", target), *(("also", name) for name in also)]
    return address("/stances/pair", [*names, *period])


def asked(
    parameters: Iterable[tuple[str, str]],
    *,
    limit: int,
    hidden: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    sort: Literal["", "arrived"] = "",
    zone: tzinfo = UTC,
) -> SearchParameters:
    """The question that an address asks; unknown parameters are passed over. `QueryError` names a wrong one.

    ``limit`` is the size of a page where none is given, ``sort`` its order: by relevance where there are words, else by
    time, for "". ``hidden`` stories are only given to whom they may be. Times that name no zone are of ``zone``.
    """
    known = [(name, value.strip()) for name, value in parameters if name in (*ORDER, *PAGING) and value.strip()]
    if len(known) > MOST_PARAMETERS:
        raise QueryError(f"too many filters: {len(known)} given, {MOST_PARAMETERS} allowed")
    one = dict(reversed(known))  # the first of each
    named: dict[str, Any] = {name: one.get(name, "") for name in NAMES}
    if len(about := one.get("about", "")) > limits.characters:
        raise QueryError(f"about: give a name of at most {limits.characters} characters")
    query = Query(
        text=one.get("q", ""),
        **named,
        label=_choice(one, "label", ("", "favor", "against")),
        since=_time(one, "since", zone),
        until=_time(one, "until", zone),
        exact=tuple((name, value) for name, value in dict.fromkeys(known) if name in WHOLE),
        excluded=tuple((name.removeprefix(NOT), value) for name, value in dict.fromkeys(known) if name in EXCLUDED),
        hidden=hidden and one.get("hidden") == "1",
        sort=_choice(one, "sort", SORTS) or sort or ("relevance" if one.get("q") else "newest"),
        limit=_number(one.get("limit"), limit),
        after=one.get("after", ""),
    )
    _choice(one, "view", VIEWS)
    _choice(one, "fold", FOLDS)
    return SearchParameters(parsed(query, limits), _given(known, one), about, one.get("open", ""))


def _given(known: list[tuple[str, str]], one: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The parameters but for paging, in the order of `ORDER`: each once, but for those that may have several values."""
    several = [item for item in dict.fromkeys(known) if item[0] in (*WHOLE, *EXCLUDED)]
    given = [item for item in one.items() if item[0] not in (*WHOLE, *EXCLUDED, *PAGING)] + several
    return tuple(sorted(given, key=lambda item: PLACES[item[0]]))


def _choice(one: dict[str, str], name: str, choices: tuple[str, ...]) -> Any:
    value = one.get(name, "")
    if value and value not in choices:
        raise QueryError(f"{name}: {value[:60]!r} is not one of {', '.join(choice for choice in choices if choice)}")
    return value


def _time(one: dict[str, str], name: str, zone: tzinfo) -> datetime | None:
    if not (value := one.get(name)):
        return None
    try:
        return moment(value, end=name == "until", zone=zone)
    except ValueError as error:
        raise QueryError(f"{name}: {error}") from None


def _number(value: str | None, default: int) -> int:
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 7):  # noqa: PLR2004 - far above any page
        raise QueryError(f"limit: {value[:60]!r} is not a number")
    return int(value)


def _place(parameter: tuple[str, str]) -> int:
    return PLACES.get(parameter[0], len(PLACES))


def _quoted(text: str) -> str:
    return _short_quoted(text) if len(text) <= SHORT else quote(_encodable(text), safe="")


@lru_cache(QUOTED)
def _short_quoted(text: str) -> str:
    return quote(_encodable(text), safe="")


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
