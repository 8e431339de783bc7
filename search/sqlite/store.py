"""The embedded store: one SQLite file, full-text search by FTS5.

Takes and gives what `search.store.Store` says. Several processes write one file at once: each write is one
``BEGIN IMMEDIATE`` transaction, waiting its turn; readers never wait (WAL). A turn that does not come within the
time-out is `StoreUnavailable`. Searches have connections of their own, so they wait neither for writes nor each other.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from search.documents import OPEN, Document, unfit
from search.mapping import LONG_PARTS, SEARCH_ONLY
from search.query.checking import ParsedQuery, after_token
from search.query.ranking import Weights, weights
from search.query.request import DEFAULT_LIMITS, Limits
from search.sqlite.connections import Connections
from search.sqlite.query import SORTS, SqlCondition
from search.sqlite.tables import APART, NOTICE_STATE, put, set_up
from search.store import MARKS, Hit, Outcome, SearchResults, outcome_of
from search.versions.history import arrive, changes
from search.versions.lineage import STANDING_FIELDS, StoryState, kept_in, story_in
from search.versions.lineage import stored as to_store
from search.visibility import milliseconds, seen_by, sql_condition

PASSAGE_WORDS = 40
LONGEST_MARKED = 20_000  # characters
PASSAGE_BEFORE, PASSAGE_AFTER = 60, 400  # characters
READERS = 4  # searches at once
LOOK_UP = 1000  # ids in one statement; SQLite takes 32,766

StandingFields = msgspec.defstruct("StandingFields", [(name, Any, None) for name in STANDING_FIELDS])


class SqliteStore:
    """Documents in the file ``path``.

    ``timeout`` is how many seconds a write waits for its turn.
    """

    def __init__(self, path: Path, *, timeout: float = 30.0, limits: Limits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self._writer = Connections(path, 1, timeout=timeout, writing=True)
        self.readers = Connections(path, READERS, timeout=timeout)

    async def set_up(self) -> None:
        """Make the file and its tables. Safe to repeat, also by several processes at once."""
        await self._writer.run(set_up, make=True)

    async def write(self, documents: Sequence[Document]) -> list[Outcome]:
        """Keep the newest version of each document: one outcome each, in order."""
        return await self._writer.run(lambda db: _write_all(db, documents))

    async def find(self, query: ParsedQuery) -> SearchResults:
        """The documents that match, visible ones only unless ``query.hidden``."""
        return await self.readers.run(lambda db: _find(db, query, self.limits.megabytes), seconds=self.limits.seconds)

    async def get(self, document_id: str) -> dict[str, Any] | None:
        """One document by its id, hidden or not."""

        def read(db: sqlite3.Connection) -> dict[str, Any] | None:
            row = db.execute("SELECT document FROM stories WHERE id = ?", (document_id,)).fetchone()
            return stored(row[0]) if row else None

        return await self.readers.run(read)

    async def fates(self, ids: Sequence[str]) -> dict[str, StoryState]:
        """What is kept of each story that is there, by id, hidden or not."""

        def read(db: sqlite3.Connection) -> dict[str, StoryState]:
            found: dict[str, StoryState] = {}
            for start in range(0, len(ids), LOOK_UP):
                some = ids[start : start + LOOK_UP]
                marks = ", ".join("?" * len(some))
                rows = db.execute(f"SELECT id, document FROM stories WHERE id IN ({marks})", some)
                for document_id, document in rows:
                    found[document_id] = kept_in(
                        msgspec.structs.asdict(msgspec.json.decode(document, type=StandingFields))
                    )
            return found

        return await self.readers.run(read)

    async def versions(self, ids: Sequence[str], *, hidden: bool = False) -> dict[str, int]:
        """The version that stands of each story that a reader may see or whose kill they may know of, by id."""
        where = sql_condition(*seen_by(hidden=hidden, kills=True))

        def read(db: sqlite3.Connection) -> dict[str, int]:
            found: dict[str, int] = {}
            for start in range(0, len(ids), LOOK_UP):
                some = ids[start : start + LOOK_UP]
                named = {f"i{number}": one for number, one in enumerate(some)}
                these = f"id IN ({', '.join(f':{name}' for name in named)})"
                statement = f"SELECT id, version FROM stories WHERE {these} AND ({where})"
                found |= dict(db.execute(statement, {"now": now_ms(), **named}).fetchall())
            return found

        return await self.readers.run(read)

    async def open_notices(self, since: datetime, size: int) -> list[dict[str, Any]]:
        """Notices received since then whose story was not found, as stored, the last one first."""
        statement = (
            "SELECT document FROM stories WHERE rowid IN (SELECT story FROM codes WHERE field = ? AND value = ?) "
            "AND received_at >= ? ORDER BY received_at DESC, id LIMIT ?"
        )
        asked = (NOTICE_STATE, OPEN, milliseconds(since), size)

        def read(db: sqlite3.Connection) -> list[dict[str, Any]]:
            return [msgspec.json.decode(row[0]) for row in db.execute(statement, asked)]

        return await self.readers.run(read)

    async def count(self, *, hidden: bool = False) -> int:
        """How many documents a reader can find, or with ``hidden`` how many there are."""
        where = sql_condition(*seen_by(hidden=hidden))
        statement = f"SELECT count(*) FROM stories WHERE {where}"

        def read(db: sqlite3.Connection) -> int:
            return int(db.execute(statement, {"now": now_ms()}).fetchone()[0])

        return await self.readers.run(read, seconds=self.limits.seconds)

    def forget(self) -> None:
        """Nothing to do: nothing is remembered."""

    async def refresh(self) -> None:
        """Nothing to do: what is committed is findable."""

    async def close(self) -> None:
        """Close the file."""
        for connections in (self._writer, self.readers):
            await asyncio.to_thread(connections.close)


def stored(document: bytes) -> dict[str, Any]:
    """A stored document as readers get it."""
    source: dict[str, Any] = msgspec.json.decode(document)
    for field in SEARCH_ONLY:
        source.pop(field, None)
    return source


def brief(document: bytes) -> dict[str, Any]:
    """A stored document without its `LONG_PARTS`, which are passed over and not decoded."""
    parts = msgspec.json.decode(document, type=dict[str, msgspec.Raw])
    source: dict[str, Any] = {}
    long = dict(path.partition(".")[::2] for path in LONG_PARTS)
    for name, part in parts.items():
        if long.get(name):
            source[name] = _without(part, long[name])
        elif name not in SEARCH_ONLY and name not in long:
            source[name] = msgspec.json.decode(part)
    return source


def _without(part: msgspec.Raw, field: str) -> Any:
    """A row, or rows, without one field."""
    rows = msgspec.json.decode(part, type=list[dict[str, msgspec.Raw]] | dict[str, msgspec.Raw] | None)

    def kept(row: dict[str, msgspec.Raw]) -> dict[str, Any]:
        return {name: msgspec.json.decode(value) for name, value in row.items() if name != field}

    if isinstance(rows, list):
        return [kept(row) for row in rows]
    return rows and kept(rows)


def now_ms() -> int:
    """Milliseconds since 1970."""
    return int(time.time() * 1000)


def _write_all(db: sqlite3.Connection, documents: Sequence[Document]) -> list[Outcome]:
    db.execute("BEGIN IMMEDIATE")
    try:
        with closing(db.cursor()) as cursor:
            outcomes = [_write(cursor, document) for document in documents]
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    return outcomes


def _write(db: sqlite3.Cursor, document: Document) -> Outcome:
    if refusal := unfit(document):
        return Outcome("refused", refusal)
    row = db.execute("SELECT rowid, document FROM stories WHERE id = ?", (document.id,)).fetchone()
    story = story_in(msgspec.json.decode(row[1])) if row else None
    arrived = arrive(story, document)
    try:
        if changes(story, arrived):
            put(db, row[0] if row else None, to_store(arrived))
    except UnicodeEncodeError as error:
        return Outcome("refused", f"cannot be written as JSON: {error}")
    return outcome_of(arrived, document)


def _find(db: sqlite3.Connection, query: ParsedQuery, megabytes: int) -> SearchResults:
    condition = SqlCondition(query, now_ms())
    page = condition.page(query, _weights(db, condition))
    rows, more = _bounded(db.execute(page, condition.parameters), query.limit, megabytes << 20)
    if rows:
        total = rows[0][-1]
    else:  # nothing matches, or nothing beyond the last page
        count = f"SELECT count(*) FROM stories WHERE {condition.where}"
        total = db.execute(count, condition.parameters).fetchone()[0]
    passages = _passages(db, condition.marking, [row[0] for row in rows])
    hits = tuple(
        Hit(document_id, score, (brief if query.brief else stored)(document), passages.get(rowid, {}))
        for rowid, document, score, _, document_id, *_ in rows
    )
    after = ""
    if more:
        last = dict(zip(("score", "version_created", "id", "received_at"), rows[-1][2:6], strict=True))
        after = after_token(query.sort, [last[name] for name, _ in SORTS[query.sort]])
    return SearchResults(total, hits, after)


def _weights(db: sqlite3.Connection, condition: SqlCondition) -> Weights:
    """What each word counts among several; a single one needs no counting."""
    if not condition.ranked[1:]:
        return {}
    having = [db.execute(*condition.having(leaf)).fetchone()[0] for leaf in condition.ranked]
    every = db.execute(f"SELECT count(*) FROM stories WHERE {condition.seen}", condition.parameters).fetchone()[0]
    return weights(condition.ranked, every, having)


def _bounded(found: sqlite3.Cursor, most: int, most_bytes: int) -> tuple[list[Any], bool]:
    """The rows of a page, and whether there are more; the first is there however large it is."""
    rows: list[Any] = []
    for row in found:
        most_bytes -= len(row[1])
        if len(rows) == most or (rows and most_bytes < 0):
            return rows, True
        rows.append(row)
    return rows, False


def _passages(db: sqlite3.Connection, marking: str, rowids: list[int]) -> dict[int, dict[str, tuple[str, ...]]]:
    """Headline and a passage of the text with what matched between `MARKS`, by row id.

    The time of ``highlight`` grows with the square of the matches, and that of ``snippet`` more; so the passage is
    cut here, and nothing is marked in a text longer than `LONGEST_MARKED`.
    """
    if not marking or not rowids:
        return {}
    statement = (
        f"SELECT rowid, {_highlight('headline', 0)}, {_highlight('body', 1)} FROM stems "
        f"WHERE stems MATCH ? AND rowid IN ({', '.join('?' * len(rowids))})"
    )
    found = db.execute(statement, (*MARKS, *MARKS, marking, *rowids))
    return {
        rowid: {
            name: (text.replace(APART, ""),)
            for name, text in (("headline", headline), ("body", _passage(body)))
            if MARKS[0] in text
        }
        for rowid, headline, body in found
    }


def _highlight(column: str, number: int) -> str:
    return f"CASE WHEN length({column}) <= {LONGEST_MARKED} THEN highlight(stems, {number}, ?, ?) ELSE '' END"


def _passage(text: str) -> str:
    """The words about the first that is marked."""
    first = text.find(MARKS[0])
    if first < 0:
        return ""
    start = max(0, first - PASSAGE_BEFORE)
    before = text[start:first].split(" ", 1)[-1] if start else text[:first]
    words = (before + text[first : first + PASSAGE_AFTER]).split(" ")
    cut = len(text) > first + PASSAGE_AFTER or len(words) > PASSAGE_WORDS
    passage = " ".join(words[: min(PASSAGE_WORDS, len(words) - 1)] if cut and len(words) > 1 else words)
    if passage.rfind(MARKS[0]) > passage.rfind(MARKS[1]):
        passage += MARKS[1]
    return f"{'…' if start else ''}{passage}{'…' if cut else ''}"
