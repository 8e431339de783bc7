"""Which languages the stories of a file are in: a query is asked in the stems of these only."""

import sqlite3

from search.query.checking import ParsedQuery
from search.sqlite.query import SqlCondition
from search.words.stemming import STEMMINGS, stemming_of

MOST_TAGS = 200  # of a file that has more, all stems are asked for: feeds may send any number, in each query's way

# From one code to the next in their order: there are a few languages, and as many codes as stories.
TAGS = """
WITH RECURSIVE tags (tag) AS (
  SELECT min(value) FROM codes WHERE field = 'language'
  UNION ALL SELECT (SELECT min(value) FROM codes WHERE field = 'language' AND value > tag) FROM tags WHERE tag NOTNULL
  LIMIT :most)
SELECT tag FROM tags WHERE tag NOTNULL
"""


def condition_in(db: sqlite3.Connection, query: ParsedQuery, now: int) -> SqlCondition:
    """The condition of a query in a file, whose stories may be in fewer languages than have stems."""
    tags = [str(tag) for (tag,) in db.execute(TAGS, {"most": MOST_TAGS + 1})]
    languages = STEMMINGS.keys() if len(tags) > MOST_TAGS else frozenset(map(stemming_of, tags))
    return SqlCondition(query, now, languages=languages)
