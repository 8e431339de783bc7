"""The tables of the embedded store, and how a document is put into them.

``stories`` holds the documents, with headline and body once more as they are searched (`apart`); ``stems`` and
``exact`` are full-text indices over these two; ``names``, ``codes`` and ``stances`` hold what the fields of
`search.query.fields` are found by, a row for each value. ``merges`` holds merged names, ``meanings``
the vectors of meaning.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

import re
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from processors.text.repetitions import sentence_id
from search.documents import DERIVED, meaning_of
from search.query.fields import QUERY_FIELDS, values
from search.query.language import STOP_WORDS
from search.sqlite import counted
from search.visibility import arrived_at, milliseconds, milliseconds_of
from search.words.stemming import ENGLISH, marked, stemming_of

SCHEMA_VERSION = 11
ROWS_A_STORY = 1 << 16  # names and stances of a story have the row ids rowid * ROWS_A_STORY + n
APART = "\ue002"  # for private use: FTS5 reads it as part of a word, and its stemmer leaves such a word alone
STOP_WORD = re.compile(rf"\b(?:{'|'.join(sorted(STOP_WORDS))})\b", re.IGNORECASE)
NOTICE_STATE = "kills.state"  # beside the fields that readers can ask for
SENTENCE = "stance_rows.sentence"  # likewise: a sentence's id, a stance of which it is the evidence, and its level
BETWEEN_NAMES = " \ue000 "  # a word of its own, so that no phrase runs from one name into the next

MEANINGS = "CREATE TABLE IF NOT EXISTS meanings (story INTEGER PRIMARY KEY, vector BLOB NOT NULL);"
BY_ARRIVAL = (
    "CREATE INDEX stories_by_arrival ON stories "
    "(arrived_at DESC, received_at DESC, version_created DESC, id, status, embargo_until);"
)
BY_RECEIPT = (
    "CREATE INDEX stories_by_receipt ON stories "
    "(received_at DESC, version_created DESC, id, status, embargo_until, arrived_at);"
)
MERGES = "CREATE TABLE IF NOT EXISTS merges (entity TEXT PRIMARY KEY, merge BLOB NOT NULL) WITHOUT ROWID;"
SMALL = (  # what stories are counted and ordered by, without their texts
    "CREATE INDEX stories_small ON stories "
    "(rowid, status, embargo_until, version_created, received_at, arrived_at, id);"
)
TOKENS = "unicode61 remove_diacritics 0 tokenchars ''_''"  # as Elasticsearch's standard tokenizer, nearly
LANGUAGE_COLUMNS = ("headline_stems", "body_stems")
# Where headline and body are in English, FTS5 stems them itself; else it is given their marked stems, of which its own
# stemmer leaves each alone. They stand where the words stand, so ``highlight`` marks the words.
TRIGGERS = """
CREATE TRIGGER stories_in AFTER INSERT ON stories BEGIN
  INSERT INTO stems (rowid, headline, body) VALUES (
    new.rowid, coalesce(new.headline_stems, new.headline), coalesce(new.body_stems, new.body));
  INSERT INTO exact (rowid, headline, body) VALUES (new.rowid, new.headline, new.body);
END;
CREATE TRIGGER stories_changed AFTER UPDATE OF headline, body, headline_stems, body_stems ON stories BEGIN
  INSERT INTO stems (stems, rowid, headline, body) VALUES (
    'delete', old.rowid, coalesce(old.headline_stems, old.headline), coalesce(old.body_stems, old.body));
  INSERT INTO exact (exact, rowid, headline, body) VALUES ('delete', old.rowid, old.headline, old.body);
  INSERT INTO stems (rowid, headline, body) VALUES (
    new.rowid, coalesce(new.headline_stems, new.headline), coalesce(new.body_stems, new.body));
  INSERT INTO exact (rowid, headline, body) VALUES (new.rowid, new.headline, new.body);
END;
"""
TABLES = f"""
CREATE TABLE stories (
  rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, status TEXT NOT NULL,
  embargo_until INTEGER, version_created INTEGER NOT NULL, headline TEXT NOT NULL, body TEXT NOT NULL,
  document BLOB NOT NULL, received_at INTEGER NOT NULL DEFAULT 0, headline_stems TEXT, body_stems TEXT,
  arrived_at INTEGER NOT NULL DEFAULT 0);
CREATE INDEX stories_by_time ON stories (version_created DESC, id, status, embargo_until);
{BY_ARRIVAL}
{BY_RECEIPT}
{SMALL}
CREATE VIRTUAL TABLE stems USING fts5 (
  headline, body, content='stories', content_rowid='rowid', tokenize='porter {TOKENS}');
CREATE VIRTUAL TABLE exact USING fts5 (
  headline, body, content='stories', content_rowid='rowid', tokenize='{TOKENS}');
CREATE VIRTUAL TABLE names USING fts5 (field, value, tokenize='{TOKENS}');
CREATE VIRTUAL TABLE stances USING fts5 (holder, target, label, tokenize='{TOKENS}');
CREATE TABLE codes (field TEXT, value, story INTEGER, PRIMARY KEY (field, value, story)) WITHOUT ROWID;
CREATE INDEX codes_by_story ON codes (story);
{MERGES}
{MEANINGS}
{counted.TABLES}{TRIGGERS}PRAGMA user_version = {SCHEMA_VERSION};
"""

# Where each stem stands: what FTS5 has beside its own scores, which count hidden stories.
PLACES = "CREATE VIRTUAL TABLE temp.stem_places USING fts5vocab (main, stems, instance)"


def kept_under(field: str) -> list[str]:
    """The names under which the values of a field's paths are kept: those of its first path are counted.

    FTS5 reads "subject.1" as two words, so who asks for the words of a subject finds its code too.
    """
    return [field if number == 0 else f"{field}.{number}" for number in range(len(QUERY_FIELDS[field].paths))]


def apart(text: str) -> str:
    """Text, or a part of a query, with its stop words made words of their own.

    FTS5 stems them too, so that "ore" would find every "or"; Elasticsearch leaves them out of its stems.
    """
    return STOP_WORD.sub(rf"\g<0>{APART}", text)


def put(db: sqlite3.Cursor, rowid: int | None, source: dict[str, Any]) -> int:
    """Store a document and all that it is found by, in place of the row ``rowid`` where there is one; gives its row."""
    row = {
        **{name: source[name] for name in ("id", "version", "status")},
        **{name: apart(source[name]) for name in ("headline", "body")},
        **_stems(source["headline"], source["body"], source["language"]),
        "embargo_until": milliseconds_of(source["embargo_until"]),
        "version_created": milliseconds_of(source["version_created"]),
        "received_at": milliseconds_of(source["received_at"]),
        "arrived_at": milliseconds(arrived_at(source)),
        "document": msgspec.json.encode({name: value for name, value in source.items() if name not in DERIVED}),
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
        db.execute("DELETE FROM meanings WHERE story = ?", (rowid,))
    if meaning := meaning_of(source):
        db.execute("INSERT INTO meanings (story, vector) VALUES (?, ?)", (rowid, meaning))
    _put_rows(db, rowid, source)
    return rowid


def _stems(headline: str, body: str, language: str) -> dict[str, str | None]:
    """The marked stems of a text in another language than English; nothing for one in English."""
    name = stemming_of(language)
    found = [None if name == ENGLISH else marked(text, name) for text in (headline, body)]
    return dict(zip(LANGUAGE_COLUMNS, found, strict=True))


def put_stems(db: sqlite3.Connection, rowid: int, language: str) -> None:
    """Make the stems of a stored story once more, and store them where they are others."""
    columns = f"headline, body, {', '.join(LANGUAGE_COLUMNS)}"
    headline, body, *known = db.execute(f"SELECT {columns} FROM stories WHERE rowid = ?", (rowid,)).fetchone()
    found = _stems(headline.replace(APART, ""), body.replace(APART, ""), language)
    if known == list(found.values()):
        return
    changes = ", ".join(f"{column} = :{column}" for column in LANGUAGE_COLUMNS)
    db.execute(f"UPDATE stories SET {changes} WHERE rowid = :rowid", found | {"rowid": rowid})


class FoundBy(NamedTuple):
    """What a document is found by, beside its text: ``names`` have their field, ``codes`` too, ``stances`` are rows."""

    names: list[tuple[str, str]]
    codes: list[tuple[str, Any]]
    stances: list[tuple[str, str, str]]


def found_by(source: Mapping[str, Any]) -> FoundBy:
    """The names, codes and stances by which a document is found, as they are kept."""
    found = FoundBy([], [], [])
    for name, field in QUERY_FIELDS.items():
        if field.kind == "words":
            kept = zip(kept_under(name), field.paths, strict=True)
            said = {value: at for at, path in reversed(list(kept)) for value in values(source, path)}
            found.names.extend((at, value) for value, at in said.items())
        elif field.kind in ("code", "number"):
            codes = dict.fromkeys(value for path in field.paths for value in values(source, path))
            found.codes.extend((name, str(value).lower()) for value in codes)
    if kills := source.get("kills"):
        found.codes.append((NOTICE_STATE, kills["state"]))
    found.stances.extend(
        (BETWEEN_NAMES.join(row["holder_names"]), BETWEEN_NAMES.join(row["target_names"]), row["label"])
        for row in source["stance_rows"]
    )
    return found


def _put_rows(db: sqlite3.Cursor, rowid: int, source: dict[str, Any]) -> None:
    """The rows by which a document's names, codes and stances are found."""
    row_ids = range(rowid * ROWS_A_STORY, (rowid + 1) * ROWS_A_STORY)
    found = found_by(source)
    codes = [(*code, rowid) for code in found.codes] + sentence_codes(source["stance_rows"], rowid)
    db.executemany(
        "INSERT INTO names (rowid, field, value) VALUES (?, ?, ?)",
        [(row_id, *name) for row_id, name in zip(row_ids, found.names, strict=False)],
    )
    db.executemany(
        "INSERT INTO stances (rowid, holder, target, label) VALUES (?, ?, ?, ?)",
        [(row_id, *stance) for row_id, stance in zip(row_ids, found.stances, strict=False)],
    )
    db.executemany("INSERT OR IGNORE INTO codes (field, value, story) VALUES (?, ?, ?)", codes)


def sentence_codes(stance_rows: Iterable[Mapping[str, Any]], rowid: int) -> list[tuple[str, str, int]]:
    """The sentence of each stance, as codes."""
    return [
        (SENTENCE, f"{sentence_id(row['evidence'])} {row.get('level', counted.LEVEL)} {row['statement']}", rowid)
        for row in stance_rows
    ]


def stance_of(code: str) -> tuple[str, str]:
    """The level and the stance that such a code is of."""
    _, level, stance = code.split(" ", 2)
    return level, stance
