"""The views of the embedded store. Takes a `SqliteStore` and queries, gives counts; only reads.

Values are counted over the newest matching stories only, so that counting costs no more with a larger archive.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from search.documents import OPEN
from search.field_types import LONGEST_KEYWORD
from search.query.checking import ParsedQuery
from search.query.fields import QUERY_FIELDS, values
from search.sqlite.query import SqlCondition
from search.sqlite.store import SqliteStore, brief, now_ms
from search.sqlite.tables import NOTICE_STATE, ROWS_A_STORY
from search.views import (
    MOST_VALUES,
    PERCENTS,
    Count,
    Facets,
    Step,
    StoriesOverTime,
    Throughput,
    TimeInterval,
    is_about,
    step_for,
)
from search.visibility import KILLED, PUBLIC_KILL, WAITING, sql_condition

COUNTED = 1000  # newest matching stories that values are counted over

# The start of the slot that a moment lies in.
SLOTS: dict[Step, str] = {
    "hour": "strftime('%Y-%m-%dT%H:00:00', version_created / 1000, 'unixepoch')",
    "day": "strftime('%Y-%m-%dT00:00:00', version_created / 1000, 'unixepoch')",
    "week": "strftime('%Y-%m-%dT00:00:00', version_created / 1000, 'unixepoch', 'weekday 0', '-6 days')",
    "month": "strftime('%Y-%m-01T00:00:00', version_created / 1000, 'unixepoch')",
    "year": "strftime('%Y-01-01T00:00:00', version_created / 1000, 'unixepoch')",
}

T = TypeVar("T")


class _Timed(msgspec.Struct):
    indexed_at: datetime
    latency: dict[str, float]


class SqliteViews:
    """Views of a store's file. ``timeout`` is how many seconds one may take."""

    def __init__(self, store: SqliteStore, *, timeout: float = 10.0) -> None:
        self._readers = store.readers
        self._timeout = timeout

    async def facets(self, query: ParsedQuery, fields: Sequence[str], *, size: int, about: str = "") -> Facets:
        """The most frequent values of each field among the newest stories that match."""
        return await self._run(
            lambda db: _facets(db, SqlCondition(query, now_ms()), fields, min(size, MOST_VALUES), about)
        )

    async def timeline(self, query: ParsedQuery, split: Mapping[str, tuple[str, str]]) -> StoriesOverTime:
        """How many stories match over time, and of these how many have the field and value of each name."""
        return await self._run(lambda db: _course(db, SqlCondition(query, now_ms()), split))

    async def notices(self, size: int, *, hidden: bool = False) -> list[dict[str, Any]]:
        """The newest kills, newest first; with ``hidden`` also stories under embargo."""
        which = sql_condition(PUBLIC_KILL)
        if hidden:
            open_notices = f"SELECT story FROM codes WHERE field = '{NOTICE_STATE}' AND value = '{OPEN}'"
            which = f"{sql_condition(KILLED, WAITING)} OR rowid IN ({open_notices})"
        statement = f"SELECT document FROM stories WHERE {which} ORDER BY version_created DESC, id LIMIT :size"
        asked = {"now": now_ms(), "size": size}
        return await self._run(lambda db: [brief(row[0]) for row in db.execute(statement, asked)])

    async def flow(self, size: int) -> Throughput:
        """How the newest ``size`` stories came in."""
        return await self._run(lambda db: _flow(db, size))

    async def close(self) -> None:
        """Nothing to do: the connections are the store's."""

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await self._readers.run(work, seconds=self._timeout)


def _facets(db: sqlite3.Connection, condition: SqlCondition, fields: Sequence[str], size: int, about: str) -> Facets:
    newest = f"SELECT rowid FROM stories WHERE {condition.where} ORDER BY version_created DESC, id LIMIT {COUNTED}"
    stories = [row[0] for row in db.execute(newest, condition.parameters)]
    these = {"stories": msgspec.json.encode(stories).decode()}
    rows = f"newest.value * {ROWS_A_STORY} AND newest.value * {ROWS_A_STORY} + {ROWS_A_STORY - 1}"
    tables = {
        # What FTS5 keeps of names, by row id: a story's rows lie together. CROSS JOIN: story by story, never all names.
        "words": "SELECT c0, c1, count(*) FROM json_each(:stories) AS newest CROSS JOIN names_content AS kept "
        f"ON kept.id BETWEEN {rows} WHERE c0 IN ({{}}) GROUP BY 1, 2",
        "code": "SELECT field, codes.value, count(*) FROM json_each(:stories) AS newest CROSS JOIN codes "
        "ON story = newest.value WHERE field IN ({}) GROUP BY 1, 2",
    }
    found: dict[str, Counter[str]] = {field: Counter() for field in fields}
    for kind, statement in tables.items():
        names = {f"f{n}": field for n, field in enumerate(fields) if QUERY_FIELDS[field].kind == kind}
        wanted = ", ".join(f":{name}" for name in names)
        for field, value, count in db.execute(statement.format(wanted), these | names):
            if len(value) <= LONGEST_KEYWORD and (not (about and field == "stance") or is_about(value, about)):
                found[field][value] = count
    counts = {field: _first(db, field, counter, size, these) for field, counter in found.items()}
    return Facets(counts, len(stories))


def _first(
    db: sqlite3.Connection, field: str, counter: Counter[str], size: int, these: Mapping[str, str]
) -> tuple[Count, ...]:
    ordered = sorted(counter.items(), key=lambda one: (-one[1], one[0]))[:size]
    if QUERY_FIELDS[field].kind == "code":
        ordered = [(_spelt(db, field, value, these), stories) for value, stories in ordered]
    return tuple(Count(value, stories) for value, stories in ordered)


def _spelt(db: sqlite3.Connection, field: str, code: str, these: Mapping[str, str]) -> str:
    """A code as the newest of these stories has it: they are kept in lower case to be found by."""
    statement = (
        "SELECT document FROM json_each(:stories) AS newest CROSS JOIN codes ON codes.story = newest.value "
        "JOIN stories ON stories.rowid = story WHERE field = :field AND codes.value = :code ORDER BY newest.key LIMIT 1"
    )
    (document,) = db.execute(statement, {**these, "field": field, "code": code}).fetchone()
    source = brief(document)
    spelt = (str(value) for path in QUERY_FIELDS[field].paths for value in values(source, path))
    return next((value for value in spelt if value.lower() == code), code)


def _course(db: sqlite3.Connection, condition: SqlCondition, split: Mapping[str, tuple[str, str]]) -> StoriesOverTime:
    chosen = [condition.exactly(field, value) for field, value in split.values()]
    ends = db.execute(
        f"SELECT min(version_created), max(version_created) FROM stories WHERE {condition.where}", condition.parameters
    ).fetchone()
    if ends[0] is None:
        return StoriesOverTime("hour", ())
    step = step_for(*(datetime.fromtimestamp(end / 1000, UTC) for end in ends))
    sums = "".join(f", sum({one})" for one in chosen)
    rows = db.execute(
        f"SELECT {SLOTS[step]}, count(*){sums} FROM stories WHERE {condition.where} GROUP BY 1 ORDER BY 1",
        condition.parameters,
    )
    slots = (
        TimeInterval(datetime.fromisoformat(start).replace(tzinfo=UTC), stories, dict(zip(split, counts, strict=True)))
        for start, stories, *counts in rows
    )
    return StoriesOverTime(step, tuple(slots))


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
