"""What a reader wants to see of many stories at once: counts, courses over time, notices, how fast they came.

The same small protocol for both stores, beside `search.store.Store`: takes a `ParsedQuery`, gives counts. All of it
only reads, and all of it is bounded: a store may count over the newest matching stories only, and says over how many.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from processors.annotations import Record
from search.query.checking import ParsedQuery
from search.versions.lineage import first_shown
from search.visibility import EVERY_SOURCE, Sources

Step = Literal["minute", "10 minutes", "hour", "6 hours", "day", "week", "month", "year"]

# The fields that stories can be counted by, named as in queries.
FACETS = (
    "person", "organization", "location", "nationality", "source", "language", "sentiment", "stance", "country",
    "kind", "subject", "urgency",
)  # fmt: skip
FIRST_FIELDS = ("version", "embargo_until", "lineage")  # what `first_shown` reads beside a document's own time
Period = tuple[datetime, datetime | None]  # from the first moment to before the second, or without an end
STATEMENT = " → "
PERCENTS = (50, 95, 99)
MOST_VALUES = 500  # of one field
FEWEST_SLOTS = 24  # that a course over time should have, where it is long enough
CIVIL: tuple[Step, ...] = (
    "day",
    "week",
    "month",
    "year",
)  # steps that begin at midnight, which zones have their own of
LENGTHS: tuple[tuple[Step, timedelta], ...] = (
    ("year", timedelta(days=366)), ("month", timedelta(days=31)), ("week", timedelta(days=7)),
    ("day", timedelta(days=1)), ("hour", timedelta(hours=1)),
)  # fmt: skip
FINE: tuple[tuple[Step, timedelta], ...] = (
    *LENGTHS[:-1], ("6 hours", timedelta(hours=6)), ("hour", timedelta(hours=1)), ("10 minutes", timedelta(minutes=10)),
    ("minute", timedelta(minutes=1)),
)  # fmt: skip


class Count(Record, frozen=True):
    """A value, and how many stories have it; of a stance also how many different sentences of theirs say so."""

    value: str
    stories: int
    sentences: int = 0


class Facets(Record, frozen=True):
    """Values by field, the most frequent first, among the newest ``counted`` stories that match."""

    counts: dict[str, tuple[Count, ...]]
    counted: int
    more: bool = False  # whether more stories match than were counted


class BesideList(Record, frozen=True):
    """What is beside a list of stories: the most frequent values of some fields, and how many stories over time."""

    facets: "Facets"
    course: "StoriesOverTime"


class TimeInterval(Record, frozen=True):
    """A stretch of time from ``start`` (UTC): how many stories, and how many of them by the names asked for."""

    start: datetime
    stories: int
    split: dict[str, int]


class StoriesOverTime(Record, frozen=True):
    """How many stories over time, in slots of one ``step``, oldest first; slots without stories are left out."""

    step: Step
    slots: tuple[TimeInterval, ...]


class Throughput(Record, frozen=True):
    """How the newest ``stories`` came in: when, by the minute, and how long each stage took.

    ``minutes`` are POSIX minutes with the stories indexed in each, oldest first. ``seconds`` has, for each part of
    `search.mapping`'s latency, the percentiles of `PERCENTS`. ``newest`` is when the last one was indexed.
    """

    stories: int
    minutes: tuple[tuple[int, int], ...]
    seconds: dict[str, tuple[float, ...]]
    newest: datetime | None


class EventReport(Record, frozen=True):
    """One report of an event. ``copy_of`` is the first story that it nearly copies.

    ``made`` is when its present version was made, or its first one, where that was asked for.
    """

    id: str
    source: str
    headline: str
    made: datetime
    copy_of: str = ""


def by_event(documents: Iterable[Mapping[str, Any]]) -> dict[str, tuple[EventReport, ...]]:
    """Reports by event, oldest first, of stored documents with at least their event, id, source, headline and time.

    With `FIRST_FIELDS` too, their times are those of their stories' first versions.
    """
    found: dict[str, list[EventReport]] = {}
    for one in documents:
        made = first_shown(one)
        report = EventReport(one["id"], one["source"], one["headline"], made, one["event"].get("copy_of") or "")
        found.setdefault(one["event"]["id"], []).append(report)
    return {event: tuple(sorted(reports, key=lambda one: (one.made, one.id))) for event, reports in found.items()}


class FacetOptions(Record, frozen=True):
    """Which values are counted.

    With ``about``, stances only count where this name holds them or is their target, with ``level`` those of this
    level. With ``containing``, values only count that contain this text, in any case. Without ``sentences`` nobody asks
    how many sentences have a stance: a store may leave that out.
    """

    about: str = ""
    containing: str = ""
    level: str = ""
    sentences: bool = True


EVERY_VALUE = FacetOptions()


class Views(Protocol):
    """What can be asked of many stories."""

    async def facets(
        self, query: ParsedQuery, fields: Sequence[str], *, size: int, options: FacetOptions = EVERY_VALUE
    ) -> Facets:
        """The most frequent values of each field among the stories that match ``query``.

        ``options`` say which of the values count.
        """

    async def timeline(
        self, query: ParsedQuery, split: Mapping[str, tuple[str, str]], *, fine: bool = False, zone: str = "UTC"
    ) -> StoriesOverTime:
        """How many stories match over time, and of these how many have the field and value of each name.

        ``fine`` asks for slots of less than an hour where the time is short. Days, and what is longer, are those of
        ``zone``.
        """

    async def overview(self, query: ParsedQuery, fields: Sequence[str], *, size: int, zone: str = "UTC") -> BesideList:
        """What `facets` gives, without sentences, and a fine `timeline`, which share most of their work."""

    async def counted_between(self, query: ParsedQuery, periods: Sequence[Period]) -> tuple[int, ...]:
        """How many of the stories that match ``query`` were made in each period, which may overlap."""

    async def total(self, query: ParsedQuery) -> int:
        """How many stories match ``query``."""

    async def reports(
        self, events: Sequence[str], size: int, *, sources: Sources = EVERY_SOURCE, firsts: bool = False
    ) -> dict[str, tuple[EventReport, ...]]:
        """The newest ``size`` stories that report any of these events, by event, oldest first.

        With ``firsts`` in the order of their first versions (`first_shown`), which takes longer to read.
        Only what everybody may see who sees these ``sources``.
        Read as they stand now, so that nothing hidden is counted or named however lately it was hidden.
        """

    async def notices(
        self, size: int, *, hidden: bool = False, sources: Sources = EVERY_SOURCE
    ) -> list[dict[str, Any]]:
        """The newest kills (their tombstones) of the reader's ``sources``, newest first.

        With ``hidden`` also stories under embargo, and notices of kills whose story was not found: which they are would
        tell of hidden stories.
        """

    async def flow(self, size: int) -> Throughput:
        """How the newest ``size`` stories came in."""

    async def close(self) -> None:
        """Give connections back; the store's own stay."""


def parted(statement: str) -> tuple[str, str, str] | None:
    """Holder, label and target of a stance as one value; ``None`` for what is none."""
    for label in ("favor", "against"):
        holder, found, target = statement.partition(f"{STATEMENT}{label}{STATEMENT}")
        if found:
            return holder, label, target
    return None


def is_about(statement: str, name: str) -> bool:
    """Whether a stance, as one value, is held by somebody or is toward somebody or something of this name."""
    parts = parted(statement)
    return parts is not None and name in (parts[0], parts[2])


def step_for(first: datetime, last: datetime, *, fine: bool = False) -> Step:
    """The longest step that still gives a course enough slots."""
    steps = FINE if fine else LENGTHS
    return next((step for step, length in steps if (last - first) >= FEWEST_SLOTS * length), steps[-1][0])
