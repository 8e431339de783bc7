"""Fast queries of the embedded store, even for a large archive. Takes a condition, gives rows.

SQLite does not know how many stories match a word. So the store first looks for a few matches. If those are all, it
sorts them. If there are more, the quickest way to a page is to go through the stories in order until it is full.

Lists of row ids come from SQLite as one value of JSON. Row by row, Python's lock would be taken and given back for each
of thousands: beside another busy thread that takes longer than the search.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from search.query.checking import ParsedQuery
from search.query.language import Leaf
from search.query.ranking import LIKEST, Weights, of_rarest, weights
from search.query.word_counts import WordCounts, sight_of
from search.sqlite.expressions import BEGINNING
from search.sqlite.query import PLACE, SORTS, SqlCondition
from search.sqlite.scoring import ranked_page
from search.sqlite.tables import APART
from search.store import MARKS

FEW = 2000  # stories that are ordered rather than looked for in the order
NO_LIMIT = -1
PASSAGE_WORDS = 40
LONGEST_MARKED = 20_000  # characters
PASSAGE_BEFORE, PASSAGE_AFTER = 60, 400  # characters
ORDERED = {
    "newest": "stories_by_time",
    "oldest": "stories_by_time",
    "arrived": "stories_by_arrival",
    "received": "stories_by_receipt",
}
OF_SOME = "stories INDEXED BY stories_small WHERE stories.rowid IN (SELECT value FROM json_each(:some))"


class Listed(NamedTuple):
    """Row ids as JSON, how many they are, and whether there are more."""

    stories: str
    size: int
    more: bool


class FoundPage(NamedTuple):
    """The rows of a page (row id, document, score, `PLACE`), and one after it if any.

    ``total`` is how many stories match, 0 where that was not asked for.
    """

    rows: list[Any]
    more: bool
    total: int

    def after(self, query: ParsedQuery) -> str:
        """What the next page is asked for with, "" on the last one."""
        if not self.more:
            return ""
        last = dict(zip(("score", *PLACE), self.rows[-1][2 : 3 + len(PLACE)], strict=True))
        return query.end([last[name] for name, _ in SORTS[query.order]])


def find_page(
    db: sqlite3.Connection, query: ParsedQuery, condition: SqlCondition, megabytes: int, counts: WordCounts
) -> FoundPage:
    """A page of what matches, in the query's order."""
    if query.sort == "relevance":
        having = _having(db, condition, query, counts)
        if query.likest:
            condition = SqlCondition(of_rarest(query, having), condition.now, languages=condition.languages)
        statement = ranked_page(condition, query, matching(condition), _weights(db, query, condition, having, counts))
        rows, more = bounded(db.execute(statement, condition.parameters), query.limit, megabytes << 20)
        return FoundPage(rows, more, rows[0][-1] if rows else count(db, condition))
    some = _some(db, condition, FEW)
    in_order = f"stories INDEXED BY {ORDERED[query.order]} WHERE {condition.where}"
    statement = condition.ordered_page(query, in_order if some is None else OF_SOME)
    asked = condition.parameters | ({} if some is None else {"some": some.stories})
    rows, more = bounded(db.execute(statement, asked), query.limit, megabytes << 20)
    if some is not None:
        return FoundPage(rows, more, some.size)
    return FoundPage(rows, more, count(db, condition) if query.counted else 0)


def count(db: sqlite3.Connection, condition: SqlCondition) -> int:
    """How many stories match."""
    return int(db.execute(f"SELECT count(*) FROM {matching(condition)}", condition.parameters).fetchone()[0])


def newest(
    db: sqlite3.Connection, condition: SqlCondition, most: int, total: int | None = None, known: str = ""
) -> Listed:
    """The newest stories that match, the newest first.

    ``total`` is how many match, where that is known, and ``known`` are all of them in JSON.
    """
    among, asked = f"stories INDEXED BY stories_by_time WHERE {condition.where}", {**condition.parameters, "most": most}
    more = True
    if total is not None and total <= most:
        among, more = OF_SOME if known else matching(condition), False
        asked["some"] = known
    elif total is None and (some := _some(db, condition, most)) is not None:
        among, asked, more = OF_SOME, {"some": some.stories, "most": most}, False
    ordered = f"SELECT stories.rowid AS story FROM {among} ORDER BY version_created DESC, id LIMIT :most"
    stories, size = db.execute(f"SELECT json_group_array(story), count(*) FROM ({ordered})", asked).fetchone()
    return Listed(stories, size, more)


def matching(condition: SqlCondition, first: str = "") -> str:
    """Where to count and scan all matches: in the index of small columns, or among the stories of a period.

    SQLite begins with the list of stories that stands first, such as ``first``, a condition that fewer meet.
    """
    if condition.from_words and not first:
        return condition.from_words
    index = "" if condition.timed else " INDEXED BY stories_small"
    return f"stories{index} WHERE {f'{first} AND ' if first else ''}{condition.where}"


def _some(db: sqlite3.Connection, condition: SqlCondition, most: int) -> Listed | None:
    """All matches; ``None`` if there are more than ``most``."""
    found = f"SELECT stories.rowid AS story FROM {matching(condition)} LIMIT {most + 1}"
    statement = f"SELECT json_group_array(story), count(*) FROM ({found})"
    stories, size = db.execute(statement, condition.parameters).fetchone()
    return Listed(stories, size, more=False) if size <= most else None


def _having(db: sqlite3.Connection, condition: SqlCondition, query: ParsedQuery, counts: WordCounts) -> dict[Leaf, int]:
    """How many stories have each of several words, counted up to a limit; a single word needs no counting."""
    several = condition.ranked if condition.ranked[1:] else ()
    most = LIKEST if query.likest else NO_LIMIT
    sight = most, sight_of(query)
    known = counts.known(sight, several)
    made: dict[Leaf | None, int] = {}
    for leaf in several:
        if leaf not in known:
            made[leaf] = db.execute(*condition.having(leaf, most)).fetchone()[0]
    counts.keep(sight, made)
    known |= made
    return {leaf: known[leaf] for leaf in several}


def _weights(
    db: sqlite3.Connection, query: ParsedQuery, condition: SqlCondition, having: Mapping[Leaf, int], counts: WordCounts
) -> Weights:
    """The weight of each word among several."""
    if not condition.ranked[1:]:
        return {}
    sight = sight_of(query)
    every = counts.known(sight, [None]).get(None)
    if every is None:
        statement = f"SELECT count(*) FROM stories INDEXED BY stories_small WHERE {condition.seen}"
        every = int(db.execute(statement, condition.parameters).fetchone()[0])
        counts.keep(sight, {None: every})
    return weights(condition.ranked, every, [having[leaf] for leaf in condition.ranked])


def bounded(found: Iterable[tuple[Any, ...]], most: int, most_bytes: int) -> tuple[list[Any], bool]:
    """The rows of a page, and whether there are more; the first is included however large it is."""
    rows: list[Any] = []
    for row in found:
        most_bytes -= len(row[1])
        if len(rows) == most or (rows and most_bytes < 0):
            return rows, True
        rows.append(row)
    return rows, False


def passages(
    db: sqlite3.Connection, marking: str, rowids: Sequence[int], *, texts: bool = True
) -> dict[int, dict[str, tuple[str, ...]]]:
    """Headline and a passage of the text, or without ``texts`` the former alone, marked by `MARKS`, by row id.

    The time of ``highlight`` grows with the square of the matches, and that of ``snippet`` more; so the passage is
    cut here, and nothing is marked in a text longer than `LONGEST_MARKED`.
    """
    if not marking or not rowids:
        return {}
    # For each story FTS5 would put together all words that begin so; with a plus it does that once.
    once = "+" if BEGINNING in marking else ""
    body = _highlight("body", 1) if texts else "''"
    statement = (
        f"SELECT rowid, {_highlight('headline', 0)}, {body} FROM stems "
        f"WHERE stems MATCH ? AND {once}rowid IN ({', '.join('?' * len(rowids))})"
    )
    found = db.execute(statement, (*MARKS, *(MARKS if texts else ()), marking, *rowids))
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
    """The words around the first marked one."""
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
