"""What a reader wants to see of many stories at once: counts, courses over time, notices, how fast they came.

The same small protocol for both stores, beside `search.store.Store`: takes a `ParsedQuery`, gives counts. All of it
only reads, and all of it is bounded: a store may count over the newest matching stories only, and says over how many.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from processors.annotations import Record
from search.query.checking import ParsedQuery

Step = Literal["hour", "day", "week", "month", "year"]

# The fields that stories can be counted by, named as in queries.
FACETS = (
    "person", "organization", "location", "nationality", "source", "language", "sentiment", "stance", "country",
    "kind",
)  # fmt: skip
STATEMENT = " → "
PERCENTS = (50, 95, 99)
MOST_VALUES = 500  # of one field
FEWEST_SLOTS = 24  # that a course over time should have, where it is long enough
LENGTHS: tuple[tuple[Step, timedelta], ...] = (
    ("year", timedelta(days=366)), ("month", timedelta(days=31)), ("week", timedelta(days=7)),
    ("day", timedelta(days=1)), ("hour", timedelta(hours=1)),
)  # fmt: skip


class Count(Record, frozen=True):
    """A value, and how many stories have it."""

    value: str
    stories: int


class Facets(Record, frozen=True):
    """Values by field, the most frequent first, among the newest ``counted`` stories that match."""

    counts: dict[str, tuple[Count, ...]]
    counted: int


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


class Views(Protocol):
    """What can be asked of many stories."""

    async def facets(self, query: ParsedQuery, fields: Sequence[str], *, size: int, about: str = "") -> Facets:
        """The most frequent values of each field among the stories that match ``query``.

        With ``about``, stances only count where this name holds them or is their target.
        """

    async def timeline(self, query: ParsedQuery, split: Mapping[str, tuple[str, str]]) -> StoriesOverTime:
        """How many stories match over time, and of these how many have the field and value of each name."""

    async def notices(self, size: int, *, hidden: bool = False) -> list[dict[str, Any]]:
        """The newest kills (their tombstones), newest first.

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


def step_for(first: datetime, last: datetime) -> Step:
    """The longest step that still gives a course enough slots."""
    return next((step for step, length in LENGTHS if (last - first) >= FEWEST_SLOTS * length), "hour")
