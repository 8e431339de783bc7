"""The tables of the embedded store, and how a document is put into them.

``stories`` holds the documents, with headline and body once more as they are searched (`apart`); ``stems`` and
``exact`` are full-text indices over these two; ``names``, ``codes`` and ``stances`` hold what the fields of
`search.query.fields` are found by, a row for each value.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

import re
import sqlite3
from datetime import datetime
from typing import Any

import msgspec

from search.query.fields import QUERY_FIELDS, values
from search.query.language import STOP_WORDS
from search.store import StoreError
from search.visibility import milliseconds, milliseconds_of

SCHEMA_VERSION = 2
ROWS_A_STORY = 1 << 16  # names and stances of a story have the row ids rowid * ROWS_A_STORY + n
APART = "\ue002"  # for private use: FTS5 reads it as part of a word, and its stemmer leaves such a word alone
STOP_WORD = re.compile(rf"\b(?:{'|'.join(sorted(STOP_WORDS))})\b", re.IGNORECASE)
NOTICE_STATE = "kills.state"  # beside the fields that readers can ask for
BETWEEN_NAMES = " \ue000 "  # a word of its own, so that no phrase runs from one name into the next

BY_ARRIVAL = (
    "CREATE INDEX stories_by_arrival ON stories (received_at DESC, version_created DESC, id, status, embargo_until);"
)
TOKENS = "unicode61 remove_diacritics 0 tokenchars ''_''"  # as Elasticsearch's standard tokenizer, nearly
TABLES = f"""
CREATE TABLE stories (
  rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, status TEXT NOT NULL,
  embargo_until INTEGER, version_created INTEGER NOT NULL, headline TEXT NOT NULL, body TEXT NOT NULL,
  document BLOB NOT NULL, received_at INTEGER NOT NULL DEFAULT 0);
CREATE INDEX stories_by_time ON stories (version_created DESC, id, status, embargo_until);
{BY_ARRIVAL}
CREATE VIRTUAL TABLE stems USING fts5 (
  headline, body, content='stories', content_rowid='rowid', tokenize='porter {TOKENS}');
CREATE VIRTUAL TABLE exact USING fts5 (
  headline, body, content='stories', content_rowid='rowid', tokenize='{TOKENS}');
CREATE VIRTUAL TABLE names USING fts5 (field, value, tokenize='{TOKENS}');
CREATE VIRTUAL TABLE stances USING fts5 (holder, target, label, tokenize='{TOKENS}');
CREATE TABLE codes (field TEXT, value, story INTEGER, PRIMARY KEY (field, value, story)) WITHOUT ROWID;
CREATE INDEX codes_by_story ON codes (story);
CREATE TRIGGER stories_in AFTER INSERT ON stories BEGIN
  INSERT INTO stems (rowid, headline, body) VALUES (new.rowid, new.headline, new.body);
  INSERT INTO exact (rowid, headline, body) VALUES (new.rowid, new.headline, new.body);
END;
CREATE TRIGGER stories_changed AFTER UPDATE OF headline, body ON stories BEGIN
  INSERT INTO stems (stems, rowid, headline, body) VALUES ('delete', old.rowid, old.headline, old.body);
  INSERT INTO exact (exact, rowid, headline, body) VALUES ('delete', old.rowid, old.headline, old.body);
  INSERT INTO stems (rowid, headline, body) VALUES (new.rowid, new.headline, new.body);
  INSERT INTO exact (rowid, headline, body) VALUES (new.rowid, new.headline, new.body);
END;
PRAGMA user_version = {SCHEMA_VERSION};
"""

# Where each stem stands: what FTS5 has beside its own scores, which count hidden stories.
PLACES = "CREATE VIRTUAL TABLE temp.stem_places USING fts5vocab (main, stems, instance)"


def apart(text: str) -> str:
    """Text, or a part of a query, with its stop words made words of their own.

    FTS5 stems them too, so that "ore" would find every "or"; Elasticsearch leaves them out of its stems.
    """
    return STOP_WORD.sub(rf"\g<0>{APART}", text)


def set_up(db: sqlite3.Connection) -> None:
    """Make the tables where there are none; ``StoreError`` where there are another program's."""
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("BEGIN IMMEDIATE")
    try:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            for statement in _statements(TABLES):
                db.execute(statement)
        elif version == 1:
            _from_1(db)
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
    db.execute(BY_ARRIVAL)
    db.execute("PRAGMA user_version = 2")


def _statements(script: str) -> list[str]:
    """The statements of a script, one by one: ``executescript`` would commit before it starts."""
    statements, current = [], ""
    for line in script.strip().splitlines():
        current += line + "\n"
        if sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    return statements


def put(db: sqlite3.Cursor, rowid: int | None, source: dict[str, Any]) -> None:
    """Store a document and all that it is found by, in place of the row ``rowid`` where there is one."""
    row = {
        **{name: source[name] for name in ("id", "version", "status")},
        **{name: apart(source[name]) for name in ("headline", "body")},
        "embargo_until": milliseconds_of(source["embargo_until"]),
        "version_created": milliseconds_of(source["version_created"]),
        "received_at": milliseconds_of(source["received_at"]),
        "document": msgspec.json.encode(source),
    }
    if rowid is None:
        columns = ", ".join(row)
        db.execute(f"INSERT INTO stories ({columns}) VALUES (:{', :'.join(row)})", row)
        rowid = db.lastrowid
        assert rowid is not None
    else:
        changes = ", ".join(f"{name} = :{name}" for name in row)
        db.execute(f"UPDATE stories SET {changes} WHERE rowid = :rowid", row | {"rowid": rowid})
        first, last = rowid * ROWS_A_STORY, (rowid + 1) * ROWS_A_STORY - 1
        db.execute("DELETE FROM names WHERE rowid BETWEEN ? AND ?", (first, last))
        db.execute("DELETE FROM stances WHERE rowid BETWEEN ? AND ?", (first, last))
        db.execute("DELETE FROM codes WHERE story = ?", (rowid,))
    _put_rows(db, rowid, source)


def _put_rows(db: sqlite3.Cursor, rowid: int, source: dict[str, Any]) -> None:
    """The rows by which a document's names, codes and stances are found."""
    row_ids = range(rowid * ROWS_A_STORY, (rowid + 1) * ROWS_A_STORY)
    names, codes = [], []
    for name, field in QUERY_FIELDS.items():
        found = dict.fromkeys(value for path in field.paths for value in values(source, path))
        if field.kind == "words":
            names += [(name, value) for value in found]
        elif field.kind in ("code", "number"):
            codes += [(name, str(value).lower(), rowid) for value in found]
    if kills := source.get("kills"):
        codes.append((NOTICE_STATE, kills["state"], rowid))
    stances = [
        (BETWEEN_NAMES.join(row["holder_names"]), BETWEEN_NAMES.join(row["target_names"]), row["label"])
        for row in source["stance_rows"]
    ]
    db.executemany(
        "INSERT INTO names (rowid, field, value) VALUES (?, ?, ?)",
        [(row_id, *name) for row_id, name in zip(row_ids, names, strict=False)],
    )
    db.executemany(
        "INSERT INTO stances (rowid, holder, target, label) VALUES (?, ?, ?, ?)",
        [(row_id, *stance) for row_id, stance in zip(row_ids, stances, strict=False)],
    )
    db.executemany("INSERT OR IGNORE INTO codes (field, value, story) VALUES (?, ?, ?)", codes)
