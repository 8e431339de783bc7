"""Writing to the embedded store: takes documents, corrections and merges; each call is one transaction."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import msgspec

from search.documents import Document, unfit
from search.sqlite.counted import count_in
from search.sqlite.tables import SCHEMA_VERSION, put
from search.store import Outcome, StoreUnavailable, outcome_of, with_or_without
from search.versions.corrections import Correction
from search.versions.history import arrive, changes
from search.versions.joining import Merge, Merges, is_of
from search.versions.lineage import stored as to_store
from search.versions.lineage import story_in


def write_all(db: sqlite3.Connection, documents: Sequence[Document]) -> list[Outcome]:
    """Keep the newest version of each document: one outcome each, in order."""
    with in_one_transaction(db) as cursor:
        merges = merges_in(cursor)
        return [_write(cursor, document, merges) for document in documents]


def correct(db: sqlite3.Connection, document_id: str, correction: Correction, *, withdraw: bool) -> bool:
    """Keep what somebody corrected in a story, or take it back; whether there is such a story, and it is not killed."""
    with in_one_transaction(db) as cursor:
        row = cursor.execute("SELECT rowid, document FROM stories WHERE id = ?", (document_id,)).fetchone()
        merges = merges_in(cursor)
        known = story_in(msgspec.json.decode(row[1])) if row else None
        story = with_or_without(known, correction, merges, withdraw=withdraw) if known else None
        if story is not None:
            _put(cursor, row[0], to_store(story, merges))
        return story is not None


def merges_in(db: sqlite3.Connection | sqlite3.Cursor) -> Merges:
    """All merged names."""
    rows = db.execute("SELECT merge FROM merges ORDER BY entity")
    return Merges(msgspec.json.decode(row[0], type=Merge) for row in rows)


def keep_merge(db: sqlite3.Connection, merge: Merge, *, withdraw: bool) -> None:
    """Store a merge, or remove it; stories that are written later follow it."""
    with in_one_transaction(db) as cursor:
        cursor.execute("DELETE FROM merges WHERE entity = ?", (merge.entity,))
        if not withdraw:
            cursor.execute("INSERT INTO merges VALUES (?, ?)", (merge.entity, msgspec.json.encode(merge)))


def stories_of(db: sqlite3.Connection, entity: str) -> list[int]:
    """The row ids of stories that may name an entity: all whose documents contain its id."""
    named = msgspec.json.encode(entity)
    return [row[0] for row in db.execute("SELECT rowid FROM stories WHERE instr(document, ?)", (named,))]


def write_again(db: sqlite3.Connection, rowids: Sequence[int], entity: str) -> None:
    """Rewrite those of some stories that name an entity, with the current merges."""
    with in_one_transaction(db) as cursor:
        merges = merges_in(cursor)
        for rowid in rowids:
            row = cursor.execute("SELECT document FROM stories WHERE rowid = ?", (rowid,)).fetchone()
            source = msgspec.json.decode(row[0]) if row else {}
            if row and is_of(source, entity) and (made := to_store(story_in(source), merges)) != source:
                _put(cursor, rowid, made)


def _write(db: sqlite3.Cursor, document: Document, merges: Merges) -> Outcome:
    if refusal := unfit(document):
        return Outcome("refused", refusal)
    row = db.execute("SELECT rowid, document FROM stories WHERE id = ?", (document.id,)).fetchone()
    story = story_in(msgspec.json.decode(row[1])) if row else None
    arrived = arrive(story, document)
    try:
        if changes(story, arrived):
            _put(db, row[0] if row else None, to_store(arrived, merges))
    except UnicodeEncodeError as error:
        return Outcome("refused", f"cannot be written as JSON: {error}")
    return outcome_of(arrived, document)


def _put(db: sqlite3.Cursor, rowid: int | None, source: dict[str, Any]) -> None:
    count_in(db, put(db, rowid, source), source)


@contextmanager
def in_one_transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Cursor]:
    """A transaction that waits its turn. ``StoreUnavailable`` where the file has a layout that this program predates.

    It would leave out what it does not know, such as the stems of a story that is killed.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        layout = db.execute("PRAGMA user_version").fetchone()[0]
        if layout > SCHEMA_VERSION:
            raise StoreUnavailable(
                f"the index file has layout {layout}, this program knows {SCHEMA_VERSION}: upgrade it"
            )
        with closing(db.cursor()) as cursor:
            yield cursor
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
