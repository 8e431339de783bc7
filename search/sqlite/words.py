"""The words that FTS5 makes of a text. Takes text, gives its stems as the embedded store's index has them."""

import sqlite3
from contextlib import closing
from functools import lru_cache

from search.sqlite.tables import TOKENS


@lru_cache(4096)
def stems(text: str) -> tuple[str, ...]:
    """The text's words in order, by FTS5 itself: its tokenizer can be had in no other way."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(f"CREATE VIRTUAL TABLE one USING fts5 (text, tokenize='porter {TOKENS}')")
        db.execute("CREATE VIRTUAL TABLE words USING fts5vocab (one, instance)")
        db.execute("INSERT INTO one VALUES (?)", (text,))
        return tuple(str(row[0]) for row in db.execute("SELECT term FROM words ORDER BY offset"))
