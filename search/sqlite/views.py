"""The views of the embedded store. Takes a `SqliteStore` and queries, gives counts; only reads.

Values are counted over the newest matching stories only, so that counting costs no more with a larger archive.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from search.documents import OPEN
from search.query.checking import ParsedQuery
from search.sqlite.courses import counts_between, course, course_of
from search.sqlite.events import reporting
from search.sqlite.facets import FacetChoice, facets
from search.sqlite.finding import count
from search.sqlite.languages import condition_in
from search.sqlite.store import SqliteStore, brief, now_ms
from search.sqlite.tables import NOTICE_STATE
from search.views import (
    EVERY_VALUE,
    MOST_VALUES,
    PERCENTS,
    BesideList,
    EventReport,
    FacetOptions,
    Facets,
    Period,
    StoriesOverTime,
    Throughput,
    by_event,
    is_about,
)
from search.visibility import (
    EVERY_SOURCE,
    EVERYTHING,
    KILLED,
    PUBLIC_KILL,
    VISIBLE,
    WAITING,
    Sources,
    sql_condition,
    within,
)

T = TypeVar("T")


class _Timed(msgspec.Struct):
    indexed_at: datetime
    latency: dict[str, float]


class SqliteViews:
    """Views of a store's file. ``timeout`` is how many seconds one may take."""

    def __init__(self, store: SqliteStore, *, timeout: float = 10.0) -> None:
        self._readers = store.readers
        self._timeout = timeout

    async def facets(
        self, query: ParsedQuery, fields: Sequence[str], *, size: int, options: FacetOptions = EVERY_VALUE
    ) -> Facets:
        """The most frequent values of each field among the newest stories that match."""

        def is_wanted(field: str, value: str) -> bool:
            meant = not (options.about and field == "stance") or is_about(value, options.about)
            return meant and options.containing.lower() in value.lower()

        narrowed = is_wanted if options.about or options.containing else None
        which = FacetChoice(min(size, MOST_VALUES), narrowed, options.level)
        return await self._run(lambda db: facets(db, condition_in(db, query, now_ms()), fields, which))

    async def overview(self, query: ParsedQuery, fields: Sequence[str], *, size: int, zone: str = "UTC") -> BesideList:
        """The most frequent values of the newest stories that match, and how many match over time."""
        which = FacetChoice(min(size, MOST_VALUES), None, "")

        def read(db: sqlite3.Connection) -> BesideList:
            condition = condition_in(db, query, now_ms())
            over_time, known = course_of(db, condition, {}, fine=True, zone=zone)
            total = sum(slot.stories for slot in over_time.slots)
            return BesideList(facets(db, condition, fields, which, total, known), over_time)

        return await self._run(read)

    async def timeline(
        self, query: ParsedQuery, split: Mapping[str, tuple[str, str]], *, fine: bool = False, zone: str = "UTC"
    ) -> StoriesOverTime:
        """How many stories match over time, and of these how many have the field and value of each name."""
        return await self._run(lambda db: course(db, condition_in(db, query, now_ms()), split, fine=fine, zone=zone))

    async def counted_between(self, query: ParsedQuery, periods: Sequence[Period]) -> tuple[int, ...]:
        """How many of the stories that match were made in each period."""
        return await self._run(lambda db: counts_between(db, condition_in(db, query, now_ms()), periods))

    async def total(self, query: ParsedQuery) -> int:
        """How many stories match."""
        return await self._run(lambda db: count(db, condition_in(db, query, now_ms())))

    async def reports(
        self, events: Sequence[str], size: int, *, sources: Sources = EVERY_SOURCE, firsts: bool = False
    ) -> dict[str, tuple[EventReport, ...]]:
        """The newest visible stories that report any of these events, by event, oldest first."""
        rule = within(sources, VISIBLE)
        return by_event(await self._run(lambda db: reporting(db, events, size, now_ms(), rule, firsts=firsts)))

    async def notices(
        self, size: int, *, hidden: bool = False, sources: Sources = EVERY_SOURCE
    ) -> list[dict[str, Any]]:
        """The newest kills, newest first; with ``hidden`` also stories under embargo."""
        which = sql_condition(PUBLIC_KILL)
        if hidden:
            open_notices = f"SELECT story FROM codes WHERE field = '{NOTICE_STATE}' AND value = '{OPEN}'"
            which = f"{sql_condition(KILLED, WAITING)} OR rowid IN ({open_notices})"
        seen = sql_condition(within(sources, EVERYTHING))
        statement = (
            f"SELECT document FROM stories WHERE ({which}) AND {seen} ORDER BY version_created DESC, id LIMIT :size"
        )
        asked = {"now": now_ms(), "size": size}
        return await self._run(lambda db: [brief(row[0]) for row in db.execute(statement, asked)])

    async def flow(self, size: int) -> Throughput:
        """How the newest ``size`` stories came in."""
        return await self._run(lambda db: _flow(db, size))

    async def close(self) -> None:
        """Nothing to do: the connections are the store's."""

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await self._readers.run(work, seconds=self._timeout)


def _flow(db: sqlite3.Connection, size: int) -> Throughput:
    rows = db.execute("SELECT document FROM stories ORDER BY rowid DESC LIMIT ?", (size,))
    found = [msgspec.json.decode(row[0], type=_Timed) for row in rows]
    minutes = Counter(int(one.indexed_at.timestamp() // 60) for one in found)
    parts = {part for one in found for part in one.latency}
    seconds = {part: _percentiles([one.latency[part] for one in found if part in one.latency]) for part in parts}
    newest = max((one.indexed_at for one in found), default=None)
    return Throughput(len(found), tuple(sorted(minutes.items())), seconds, newest)


def _percentiles(numbers: list[float]) -> tuple[float, ...]:
    numbers = sorted(numbers)
    return tuple(numbers[min(len(numbers) - 1, len(numbers) * percent // 100)] for percent in PERCENTS)
