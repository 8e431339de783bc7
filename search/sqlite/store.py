"""The embedded store: one SQLite file, full-text search by FTS5.

Takes and gives what `search.store.Store` says. Several processes write one file at once: each write is one
``BEGIN IMMEDIATE`` transaction, waiting its turn; readers never wait (WAL). A turn that does not come within the
time-out is `StoreUnavailable`. Searches have connections of their own, so they wait neither for writes nor each other.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

import asyncio
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import msgspec

from processors.events.summary import EventSummary
from search.documents import OPEN, Document
from search.mapping import LONG_PARTS, SEARCH_ONLY
from search.query.checking import ParsedQuery
from search.query.request import DEFAULT_LIMITS, Limits
from search.query.word_counts import WordCounts
from search.sqlite.connections import Connections
from search.sqlite.events import set_events
from search.sqlite.finding import find_page, passages
from search.sqlite.languages import condition_in
from search.sqlite.layouts import set_up
from search.sqlite.nearest import nearest
from search.sqlite.tables import NOTICE_STATE
from search.sqlite.weighed import weighed_page
from search.sqlite.writing import correct, keep_merge, merges_in, stories_of, write_again, write_all
from search.store import Hit, Outcome, SearchResults
from search.versions.corrections import Correction
from search.versions.joining import Merge, Merges
from search.versions.lineage import STANDING_FIELDS, StoryState, kept_in
from search.visibility import EVERY_SOURCE, Sources, milliseconds, seen_by, sql_condition
from search.words.stemming import STEMMINGS, stemming_of

READERS = 4  # searches at once
LOOK_UP = 1000  # ids in one statement; SQLite takes 32,766
AGAIN = 100  # stories that are written once more in one transaction, so that other writers get their turns

StandingFields = msgspec.defstruct("StandingFields", [(name, Any, None) for name in STANDING_FIELDS])


class SqliteStore:
    """Documents in the file ``path``.

    ``timeout`` is how many seconds a write waits for its turn.
    """

    def __init__(self, path: Path, *, timeout: float = 30.0, limits: Limits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self._writer = Connections(path, 1, timeout=timeout, writing=True)
        self.readers = Connections(path, READERS, timeout=timeout)
        self._counts = WordCounts()

    async def set_up(self) -> None:
        """Make the file and its tables. Safe to repeat, also by several processes at once."""
        await self._writer.run(set_up, make=True)

    async def write(self, documents: Sequence[Document]) -> list[Outcome]:
        """Keep the newest version of each document: one outcome each, in order."""
        try:
            return await self._writer.run(lambda db: write_all(db, documents))
        finally:
            self._counts.forget()

    async def correct(self, document_id: str, correction: Correction, *, withdraw: bool = False) -> bool:
        """Keep what somebody corrected in a story, or take it back; whether there is such a story."""
        return await self._writer.run(lambda db: correct(db, document_id, correction, withdraw=withdraw))

    async def find(self, query: ParsedQuery) -> SearchResults:
        """The documents that match, visible ones only unless ``query.hidden``."""

        def read(db: sqlite3.Connection) -> SearchResults:
            return _find(db, query, self.limits.megabytes, self._counts)

        return await self.readers.run(read, seconds=self.limits.seconds)

    async def nearest(self, meaning: bytes, query: ParsedQuery) -> SearchResults:
        """Of the documents that match, those whose vectors of meaning are the most like ``meaning``."""

        def read(db: sqlite3.Connection) -> SearchResults:
            return nearest(db, meaning, query, now_ms(), _reading(query))

        return await self.readers.run(read, seconds=self.limits.seconds)

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

    async def versions(
        self, ids: Sequence[str], *, hidden: bool = False, sources: Sources = EVERY_SOURCE
    ) -> dict[str, int]:
        """The version that stands of each story that a reader may see or whose kill they may know of, by id."""
        where = sql_condition(*seen_by(hidden=hidden, kills=True, sources=sources))

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

    async def count(self, *, hidden: bool = False, sources: Sources = EVERY_SOURCE) -> int:
        """How many documents a reader can find, or with ``hidden`` how many there are."""
        where = sql_condition(*seen_by(hidden=hidden, sources=sources))
        statement = f"SELECT count(*) FROM stories WHERE {where}"

        def read(db: sqlite3.Connection) -> int:
            return int(db.execute(statement, {"now": now_ms()}).fetchone()[0])

        return await self.readers.run(read, seconds=self.limits.seconds)

    async def set_events(self, events: Mapping[str, EventSummary]) -> None:
        """Say of stories, by id, which event they report."""
        await self._writer.run(lambda db: set_events(db, events))

    async def merges(self) -> Merges:
        """All merged names."""
        return await self.readers.run(merges_in)

    async def join(self, merge: Merge, *, withdraw: bool = False) -> None:
        """Keep that two names are one, or two, and write the stories that have them."""
        await self._writer.run(lambda db: keep_merge(db, merge, withdraw=withdraw))
        found = await self.readers.run(lambda db: stories_of(db, merge.entity))
        for start in range(0, len(found), AGAIN):
            some = found[start : start + AGAIN]
            await self._writer.run(partial(write_again, rowids=some, entity=merge.entity))

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


def _reading(query: ParsedQuery) -> Callable[[bytes], dict[str, Any]]:
    """How a query's hits are made of what is stored."""
    if query.only_ids:
        return lambda _: {}
    if query.fields:
        return partial(parts, query.fields)
    return brief if query.brief else stored


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


def parts(fields: tuple[str, ...], document: bytes) -> dict[str, Any]:
    """Some fields of a stored document, or parts of them; the others are passed over and not decoded."""
    given: dict[str, Any] = msgspec.to_builtins(msgspec.json.decode(document, type=_parts_type(fields)))
    if "sentiment" in fields and given.get("sentiment"):
        given["sentiment"].pop("sentences", None)  # long, as in `brief`
    return given


@cache
def _parts_type(fields: tuple[str, ...]) -> type[msgspec.Struct]:
    inside: dict[str, list[str]] = {}
    for name, _, part in (field.partition(".") for field in fields):
        inside.setdefault(name, []).extend([part] if part else [])
    return msgspec.defstruct("Parts", [(name, _part_type(some), msgspec.UNSET) for name, some in inside.items()])


def _part_type(fields: Sequence[str]) -> Any:
    """A row, or rows, with some fields; anything where none are named."""
    if not fields:
        return Any
    row = msgspec.defstruct("Row", [(name, Any, msgspec.UNSET) for name in fields])
    return row | list[row] | None  # type: ignore[valid-type]


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


def _find(db: sqlite3.Connection, query: ParsedQuery, megabytes: int, counts: WordCounts) -> SearchResults:
    condition = condition_in(db, query, now_ms())
    if query.weighed:
        page = weighed_page(db, query, condition, megabytes, counts)
    else:
        page = find_page(db, query, condition, megabytes, counts)
    read = _reading(query)
    documents = [read(row[1]) for row in page.rows]
    names = {stemming_of(document["language"]) if "language" in document else "" for document in documents}
    marking = condition.marking(STEMMINGS.keys() if "" in names else names)
    marked = passages(db, marking, [row[0] for row in page.rows], texts=query.marks_texts)
    hits = tuple(
        Hit(document_id, score, document, marked.get(rowid, {}))
        for document, (rowid, _, score, _, document_id, *_) in zip(documents, page.rows, strict=True)
    )
    return SearchResults(page.total, hits, page.after(query))
