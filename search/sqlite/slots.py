"""Counts matching stories by slots of one length on a zone's clock, in the embedded store.

SQLite groups by sorting, which takes longer than all the rest. So it gives the slot of each story, all of them as one
value of JSON, and these are counted here; or where every story of a period counts, it counts slot by slot along its
index of times.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import msgspec

from search.sqlite.finding import matching
from search.sqlite.query import SqlCondition

MADE = "version_created"
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)  # changes of clocks that count
APART = timedelta(days=7)  # two changes of a clock are further apart
QUARTER = 900  # seconds of an hour: when clocks change
MOST_ALONG = 2000  # slots that are counted one by one


class Clock(NamedTuple):
    """Slots of one ``length`` in milliseconds, on a clock with these ``offsets`` from UTC, each with its end."""

    length: int
    offsets: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, first: datetime, last: datetime, zone: tzinfo, length: int) -> "Clock":
        """The clock of a zone between two moments."""
        return cls(length, _offsets(*_days(first, last), zone))

    @property
    def slot(self) -> str:
        """The number of a story's slot, as an expression."""
        cases = "".join(f"WHEN {MADE} < {until} THEN {offset} " for until, offset in self.offsets[:-1])
        offset = self.offsets[-1][1]
        local = f"({MADE} + {f'CASE {cases}ELSE {offset} END' if cases else offset})"
        return (
            f"({local} - ({local} % {self.length} + {self.length}) % {self.length}) / {self.length}"  # before 1970 too
        )

    def number(self, moment: int) -> int:
        """The number of the slot that a moment lies in."""
        offset = next((offset for until, offset in self.offsets[:-1] if moment < until), self.offsets[-1][1])
        return (moment + offset) // self.length

    def start(self, number: int) -> int:
        """When a slot of a day begins; where the clock is put forward over its first hour, at that moment."""
        since = None
        for until, offset in self.offsets:
            start = number * self.length - offset
            start = start if since is None else max(start, since)
            if start < until:
                break
            since = until
        return start


class Counted(NamedTuple):
    """How many stories by the start of their slot on its clock, and of these by name; first and last story.

    ``stories`` are all of them in JSON, "" where they were not listed.
    """

    slots: Mapping[int, int]
    split: Mapping[str, Mapping[int, int]]
    ends: Sequence[int]
    stories: str


def counted_along(
    db: sqlite3.Connection,
    condition: SqlCondition,
    clock: Clock,
    ends: Sequence[int],
    split: Mapping[str, tuple[str, str]],
    *,
    listed: bool,
) -> Counted:
    """The stories that match, between ``ends``, and how many of them have the field and value of each name."""
    looks = {name: condition.has(*one) for name, one in split.items()}
    slots = None if looks else _along(db, condition, clock, ends)
    parts: dict[str, Mapping[int, int]] = {}
    stories = ""
    if slots is None:
        numbers, stories, ends = _listed(db, condition, clock, listed=listed or bool(looks))
        slots = Counter(numbers)
        quicker = {name: look for name, (look, most) in looks.items() if len(numbers) <= most}
        parts |= _looked_up(db, condition, quicker, numbers, stories) if quicker else {}
    for name in split.keys() - parts.keys():
        parts[name] = Counter(_listed(db, condition, clock, condition.exactly(*split[name]))[0])
    begun = {name: _begun(parts[name], clock) for name in split}
    return Counted(_begun(slots, clock), begun, ends, stories)


def _begun(slots: Mapping[int, int], clock: Clock) -> dict[int, int]:
    return {number * clock.length: count for number, count in slots.items()}


def _along(db: sqlite3.Connection, condition: SqlCondition, clock: Clock, ends: Sequence[int]) -> dict[int, int] | None:
    """Slot by slot; ``None`` where not all stories of a period count, or the slots are too many."""
    first, last = map(clock.number, ends)
    if not condition.bare or last - first >= MOST_ALONG:
        return None
    starts = [clock.start(number) for number in range(first, last + 2)]
    within = f"{MADE} >= json_extract(slot.value, '$[0]') AND {MADE} < json_extract(slot.value, '$[1]')"
    counted = f"SELECT count(*) FROM stories INDEXED BY stories_by_time WHERE {within} AND {condition.where}"
    statement = f"SELECT {first} + slot.key, ({counted}) FROM json_each(:slots) AS slot"
    slots = {"slots": msgspec.json.encode([*pairwise(starts)]).decode()}
    return {slot: count for slot, count in db.execute(statement, condition.parameters | slots) if count}


def _listed(
    db: sqlite3.Connection, condition: SqlCondition, clock: Clock, only: str = "", *, listed: bool = False
) -> tuple[list[int], str, Sequence[int]]:
    """The number of each story's slot; where ``listed`` the stories in JSON, in the same order; the first and last."""
    stories = "json_group_array(stories.rowid)" if listed else "''"
    columns = f"json_group_array({clock.slot}), {stories}, min({MADE}), max({MADE})"
    statement = f"SELECT {columns} FROM {matching(condition, only)}"
    numbers, stories, *ends = db.execute(statement, condition.parameters).fetchone()
    return msgspec.json.decode(numbers, type=list[int]), stories, ends


def _looked_up(
    db: sqlite3.Connection, condition: SqlCondition, looks: Mapping[str, str], slots: Sequence[int], stories: str
) -> dict[str, Mapping[int, int]]:
    """The slots of the stories that have each value, which is looked up for each story."""
    has = " + ".join(f"({look}) * {1 << at}" for at, look in enumerate(looks.values()))
    statement = f"SELECT json_group_array({has}) FROM json_each(:listed) AS listed"
    (found,) = db.execute(statement, condition.parameters | {"listed": stories}).fetchone()
    counts = Counter(zip(slots, msgspec.json.decode(found, type=list[int]), strict=True))
    having: dict[str, Counter[int]] = {name: Counter() for name in looks}
    for (slot, bits), count in counts.items():
        for at, name in enumerate(looks):
            having[name][slot] += count * (bits >> at & 1)
    return {**having}


def _days(first: datetime, last: datetime) -> tuple[datetime, datetime]:
    """From the day of one moment to the end of another's, so that many searches have the same clock."""
    begin, end = (min(max(one, EARLIEST), LATEST).replace(hour=0, minute=0, second=0) for one in (first, last))
    return begin.replace(microsecond=0), end.replace(microsecond=0) + timedelta(days=1)


@lru_cache(256)
def _offsets(first: datetime, last: datetime, zone: tzinfo) -> tuple[tuple[int, int], ...]:
    return tuple(_changes(first, last, zone))


def _changes(first: datetime, last: datetime, zone: tzinfo) -> Iterator[tuple[int, int]]:
    """A zone's offsets from UTC, each with the end of its validity, in milliseconds; the last one is open-ended."""
    at, last = (min(max(one, EARLIEST), LATEST) for one in (first, last))
    while at < last:
        following = min(at + APART, last)
        if _offset(following, zone) != _offset(at, zone):
            yield _change(at, following, zone), _offset(at, zone)
        at = following
    yield 0, _offset(last, zone)


def _change(low: datetime, high: datetime, zone: tzinfo) -> int:
    """When a zone's clock is changed between two moments, in milliseconds since 1970."""
    before = _offset(low, zone)
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return round(high.timestamp() / QUARTER) * QUARTER * 1000


def _offset(moment: datetime, zone: tzinfo) -> int:
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return int(offset.total_seconds() * 1000)
