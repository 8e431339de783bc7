"""A compact copy of the values that facets count: a story's values by field and its stances, as numbers of their texts.

Searching has its own copy of names and codes (`search.sqlite.tables`); counting from that would read a hundred
thousand rows of text for five thousand stories. Here each text has a number, and each story one row of numbers. The
same by number says which stories have exactly this value, which the words of names say only after reading each.
"""

import sqlite3
from array import array
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from processors.text.repetitions import sentence_id
from search.field_types import LONGEST_KEYWORD
from search.query.fields import QUERY_FIELDS, values

# Never reorder these, and add at the end: the place of a field is in the number of each of its values.
COUNTED_FIELDS = (
    "person", "organization", "location", "nationality", "country", "subject", "kind", "urgency", "source", "language",
    "sentiment", "stance",
)  # fmt: skip
FIELDS = 16  # that there is room for: a value's number is a multiple of this and the place of its field
LEVELS = ("high", "medium", "low")
LEVEL = "medium"  # of rows from before levels were kept

BY_TERM = "CREATE TABLE IF NOT EXISTS by_term (term INTEGER, story INTEGER, PRIMARY KEY (term, story)) WITHOUT ROWID;"
TABLES = f"""
CREATE TABLE terms (id INTEGER PRIMARY KEY, field INTEGER NOT NULL, value TEXT NOT NULL, UNIQUE (field, value));
CREATE TABLE counted (story INTEGER PRIMARY KEY, terms BLOB NOT NULL, stances BLOB NOT NULL);
{BY_TERM}
"""
STANCE = COUNTED_FIELDS.index("stance")
NUMBER, SENTENCE = "I", "Q"  # what arrays hold: numbers of texts; of each stance its text, level and sentence


def count_in(db: sqlite3.Cursor, rowid: int, source: Mapping[str, Any]) -> None:
    """Store a document's counted values, replacing earlier ones."""
    found = [
        (place, str(value))
        for place, field in enumerate(COUNTED_FIELDS)
        if place != STANCE
        for value in dict.fromkeys(values(source, QUERY_FIELDS[field].paths[0]))
        if len(str(value)) <= LONGEST_KEYWORD
    ]
    terms = array(NUMBER, [_number(db, *one) for one in found])
    stances = array(SENTENCE, _stances(db, source["stance_rows"]))
    before = array(NUMBER)
    for (kept,) in db.execute("SELECT terms FROM counted WHERE story = ?", (rowid,)).fetchall():
        before.frombytes(kept)
    statement = "INSERT OR REPLACE INTO counted (story, terms, stances) VALUES (?, ?, ?)"
    db.execute(statement, (rowid, terms.tobytes(), stances.tobytes()))
    db.executemany("DELETE FROM by_term WHERE term = ? AND story = ?", [(one, rowid) for one in before])
    db.executemany("INSERT OR IGNORE INTO by_term (term, story) VALUES (?, ?)", [(one, rowid) for one in terms])


def _stances(db: sqlite3.Cursor, rows: Iterable[Mapping[str, Any]]) -> Iterable[int]:
    for row in rows:
        if len(row["statement"]) > LONGEST_KEYWORD:
            continue
        yield _number(db, STANCE, row["statement"])
        yield LEVELS.index(row.get("level", LEVEL))
        yield int(sentence_id(row["evidence"]), 16)


def _number(db: sqlite3.Cursor, place: int, value: str) -> int:
    """The number of a text; a new number if it has none yet."""
    row = db.execute("SELECT id FROM terms WHERE field = ? AND value = ?", (place, value)).fetchone()
    if row is None:
        last = db.execute("SELECT max(id) FROM terms").fetchone()[0] or 0
        row = ((last // FIELDS + 1) * FIELDS + place,)
        db.execute("INSERT INTO terms (id, field, value) VALUES (?, ?, ?)", (*row, place, value))
    return int(row[0])


def is_by_term(field: str, value: str) -> bool:
    """Whether the stories that have a value of this field are found by its number."""
    return field in COUNTED_FIELDS and field != "stance" and len(value) <= LONGEST_KEYWORD


def invert(db: sqlite3.Connection) -> None:
    """Add the table of stories by term to a file from before it, from what is counted of each story."""
    db.execute(BY_TERM)
    for story, kept in db.execute("SELECT story, terms FROM counted").fetchall():
        terms = array(NUMBER)
        terms.frombytes(kept)
        db.executemany("INSERT OR IGNORE INTO by_term (term, story) VALUES (?, ?)", [(one, story) for one in terms])


def count_all(db: sqlite3.Connection) -> None:
    """Store the counted values of every story, in a file from before they were kept."""
    cursor = db.cursor()
    for (rowid,) in db.execute("SELECT rowid FROM stories").fetchall():
        (document,) = db.execute("SELECT document FROM stories WHERE rowid = ?", (rowid,)).fetchone()
        source = msgspec.json.decode(document)
        rows = source.get("stance_rows", [])
        levels = [row.get("level", LEVEL) for row in source.get("stance") or ()]
        leveled = [{"level": level, **row} for row, level in zip(rows, levels, strict=False)]
        count_in(cursor, rowid, {**source, "stance_rows": leveled or rows})
