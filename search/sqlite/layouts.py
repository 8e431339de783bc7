"""Sets up the embedded store's file: makes the tables, or brings those of an older layout up to date.

Takes a connection. A file of a later layout, or another program's, is left alone.
"""

import sqlite3
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from search.sqlite import counted
from search.sqlite.tables import (
    BY_ARRIVAL,
    BY_RECEIPT,
    LANGUAGE_COLUMNS,
    MEANINGS,
    MERGES,
    SCHEMA_VERSION,
    SENTENCE,
    SMALL,
    TABLES,
    TRIGGERS,
    put_stems,
    sentence_codes,
)
from search.store import StoreError
from search.visibility import milliseconds
from search.words.stemming import ENGLISH, stemming_of

TRIES, TRY_AGAIN = 100, 0.1  # to log writes ahead, and seconds between them


def _write_ahead(db: sqlite3.Connection) -> None:
    """Log writes ahead. SQLite does not wait its turn for this, so processes that begin together must try again."""
    for tries_left in reversed(range(TRIES)):
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or not tries_left:
                raise
            time.sleep(TRY_AGAIN)
        else:
            return


def set_up(db: sqlite3.Connection) -> None:
    """Make the tables where there are none; ``StoreError`` where there are another program's."""
    _write_ahead(db)
    db.execute("BEGIN IMMEDIATE")
    try:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            for statement in _statements(TABLES):
                db.execute(statement)
        elif version in LAYOUTS:
            for known in range(version, SCHEMA_VERSION):
                LAYOUTS[known](db)
            db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            version = SCHEMA_VERSION
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    if version not in (0, SCHEMA_VERSION):
        raise StoreError(
            f"the index file has layout {version}, this program knows {SCHEMA_VERSION}: feed again into a new file",
            "another file",
        )


class _Received(msgspec.Struct):
    received_at: datetime


def _from_1(db: sqlite3.Connection) -> None:
    """Give a file of layout 1 the times of receipt that the documents in it have."""
    db.execute("ALTER TABLE stories ADD COLUMN received_at INTEGER NOT NULL DEFAULT 0")
    for (rowid,) in db.execute("SELECT rowid FROM stories").fetchall():
        (document,) = db.execute("SELECT document FROM stories WHERE rowid = ?", (rowid,)).fetchone()
        received = milliseconds(msgspec.json.decode(document, type=_Received).received_at)
        db.execute("UPDATE stories SET received_at = ? WHERE rowid = ?", (received, rowid))


class _Stated(msgspec.Struct):
    stance_rows: list[dict[str, Any]] = []
    stance: list[dict[str, Any]] | None = None


def _from_2(db: sqlite3.Connection) -> None:
    """Add to a file of layout 2 which sentence each of its stances is from."""
    for (rowid,) in db.execute("SELECT rowid FROM stories").fetchall():
        (document,) = db.execute("SELECT document FROM stories WHERE rowid = ?", (rowid,)).fetchone()
        stated = msgspec.json.decode(document, type=_Stated)
        levels = [row.get("level", counted.LEVEL) for row in stated.stance or ()]
        shown = [
            row | {"level": row.get("level", level)} for row, level in zip(stated.stance_rows, levels, strict=False)
        ]
        rows = sentence_codes(shown, rowid)
        db.executemany("INSERT OR IGNORE INTO codes (field, value, story) VALUES (?, ?, ?)", rows)


def _from_3(db: sqlite3.Connection) -> None:
    """Give a file of layout 3 the levels of its stances."""
    db.execute("DELETE FROM codes WHERE field = ?", (SENTENCE,))
    _from_2(db)


def _from_4(db: sqlite3.Connection) -> None:
    """Add the table of merged names to a file of layout 4."""
    db.execute(MERGES)


def _from_5(db: sqlite3.Connection) -> None:
    """Add the counted values of each story to a file of layout 5."""
    for statement in _statements(counted.TABLES):
        db.execute(statement)
    counted.count_all(db)


def _from_6(db: sqlite3.Connection) -> None:
    """Give a file of layout 6 the table of meanings; the stories in it have none."""
    db.execute(MEANINGS)


def _from_7(db: sqlite3.Connection) -> None:
    """Give a file of layout 7 columns for the word stems of other languages than English; `_from_9` makes these."""
    for column in LANGUAGE_COLUMNS:
        db.execute(f"ALTER TABLE stories ADD COLUMN {column} TEXT")
    for name in ("stories_in", "stories_changed"):
        db.execute(f"DROP TRIGGER IF EXISTS {name}")
    for statement in _statements(TRIGGERS):
        db.execute(statement)


def _from_8(db: sqlite3.Connection) -> None:
    """Give a file of layout 8 the stories of each counted value."""
    counted.invert(db)


def _from_9(db: sqlite3.Connection) -> None:
    """Make all word stems of other languages than English once more.

    Words with accents of their own had wrong ones, and a program of layout 7 leaves the old ones when it writes.
    """
    stories = db.execute(
        f"SELECT rowid, {LANGUAGE_COLUMNS[0]} IS NULL, coalesce(value, '') FROM stories "  # noqa: S608 - a constant
        "LEFT JOIN codes ON story = stories.rowid AND field = 'language'"
    ).fetchall()
    for rowid, is_english, language in stories:
        if not is_english or stemming_of(language) != ENGLISH:
            put_stems(db, rowid, language)


def _from_10(db: sqlite3.Connection) -> None:
    """Give a file of layout 10 the times at which its stories reached readers, and the indices that have them."""
    db.execute("ALTER TABLE stories ADD COLUMN arrived_at INTEGER NOT NULL DEFAULT 0")
    db.execute("UPDATE stories SET arrived_at = max(received_at, ifnull(embargo_until, 0))")
    for name in ("stories_by_arrival", "stories_small"):
        db.execute(f"DROP INDEX IF EXISTS {name}")
    for index in (BY_ARRIVAL, BY_RECEIPT, SMALL):
        db.execute(index)


LAYOUTS: dict[int, Callable[[sqlite3.Connection], None]] = {  # to the next one
    1: _from_1, 2: _from_2, 3: _from_3, 4: _from_4, 5: _from_5, 6: _from_6, 7: _from_7, 8: _from_8, 9: _from_9,
    10: _from_10,
}  # fmt: skip


def _statements(script: str) -> list[str]:
    """The statements of a script, one by one: ``executescript`` would commit before it starts."""
    statements, current = [], ""
    for line in script.strip().splitlines():
        current += line + "\n"
        if sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    return statements
