"""Counts stories over time in the embedded store: a condition in, slots of one length out."""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from search.sqlite.finding import matching
from search.sqlite.query import SqlCondition
from search.sqlite.slots import LATEST, MADE, Clock, Counted, counted_along
from search.views import CIVIL, Period, Step, StoriesOverTime, TimeInterval, step_for
from search.visibility import EPOCH, milliseconds

# The length of the slots that moments are counted by, in milliseconds; longer ones are put together of these.
DAY = 86_400_000
LENGTHS: dict[Step, int] = {"minute": 60_000, "10 minutes": 600_000, "hour": 3_600_000, "6 hours": 21_600_000}
START: dict[Step, Callable[[datetime], datetime]] = {
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
"""When the slot begins that a day lies in."""


def course(
    db: sqlite3.Connection, condition: SqlCondition, split: Mapping[str, tuple[str, str]], *, fine: bool, zone: str
) -> StoriesOverTime:
    """How many stories match a condition over time; days and longer slots follow the zone."""
    return course_of(db, condition, split, fine=fine, zone=zone, listed=False)[0]


def course_of(
    db: sqlite3.Connection,
    condition: SqlCondition,
    split: Mapping[str, tuple[str, str]],
    *,
    fine: bool,
    zone: str,
    listed: bool = True,
) -> tuple[StoriesOverTime, str]:
    """The same, and the stories in JSON if they are ``listed``, "" where they are only counted.

    Slots are first as long as fits all stories' times: most searches are spread over these, and are read once only.
    """
    ends = _ends(db, condition)
    while ends[0] is not None:
        first, last = (datetime.fromtimestamp(end / 1000, UTC) for end in ends)
        step = step_for(first, last, fine=fine)
        place = ZoneInfo(zone) if step in CIVIL else UTC
        clock = Clock.of(first, last, place, LENGTHS.get(step, DAY))
        found = counted_along(db, condition, clock, ends, split, listed=listed)
        if not found.slots:
            break
        ends = found.ends
        fitting = step_for(*(datetime.fromtimestamp(end / 1000, UTC) for end in ends), fine=fine)
        if LENGTHS.get(fitting, DAY) == clock.length:
            return StoriesOverTime(fitting, _together(found, fitting, place)), found.stories
    return StoriesOverTime("hour", ()), ""


def _ends(db: sqlite3.Connection, condition: SqlCondition) -> Sequence[Any]:
    """The first and the last time of the stories that match, or of all stories."""
    where = condition.where if condition.bare else "1"
    one = f"SELECT {MADE} FROM stories INDEXED BY stories_by_time WHERE {where} ORDER BY {MADE}"
    every = f"SELECT ({one} LIMIT 1), ({one} DESC LIMIT 1)"
    ends: Sequence[Any] = db.execute(every, condition.parameters).fetchone()
    return ends


def counts_between(db: sqlite3.Connection, condition: SqlCondition, periods: Sequence[Period]) -> tuple[int, ...]:
    """How many of the stories that match were made in each period, in one pass."""
    asked: dict[str, object] = {}
    sums = []
    for number, (since, until) in enumerate(periods):
        asked |= {f"since{number}": milliseconds(since), f"until{number}": milliseconds(until or LATEST)}
        sums.append(f"total({MADE} >= :since{number} AND {MADE} < :until{number})")
    statement = f"SELECT {', '.join(sums)} FROM {matching(condition)}"
    return tuple(map(int, db.execute(statement, condition.parameters | asked).fetchone()))


def _together(found: Counted, step: Step, place: tzinfo) -> tuple[TimeInterval, ...]:
    """Slots of one step, put together of shorter ones, with those of their parts."""
    slots, split = _counted(found.slots, step), {name: _counted(some, step) for name, some in found.split.items()}
    return tuple(
        TimeInterval(_utc(start, place), count, {name: some[start] for name, some in split.items()})
        for start, count in sorted(slots.items())
    )


def _counted(slots: Mapping[int, int], step: Step) -> Counter[datetime]:
    found: Counter[datetime] = Counter()
    for start, count in slots.items():
        found[_start(start, step)] += count
    return found


def _start(milliseconds: int, step: Step) -> datetime:
    """When the slot of a moment begins, by its zone's clock; the first or last year where the calendar ends."""
    begins = START.get(step)
    try:
        start = EPOCH.replace(tzinfo=None) + timedelta(milliseconds=milliseconds)
        return begins(start) if begins else start
    except OverflowError:
        return EPOCH.replace(tzinfo=None, year=MINYEAR if milliseconds < 0 else MAXYEAR)


def _utc(local: datetime, zone: tzinfo) -> datetime:
    """A moment in a zone's local time; unchanged at the ends of the calendar."""
    try:
        return local.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return local.replace(tzinfo=UTC)
