"""Stories by the weights of the words that they have, in the embedded store: no word is looked for further than needed.

Takes a query with weighed words, gives the first page.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

import sqlite3
from collections import Counter

import msgspec

from search.query import ranking
from search.query.checking import ParsedQuery
from search.query.language import AllOf, Leaf
from search.query.word_counts import WordCounts, sight_of
from search.sqlite.finding import OF_SOME, FoundPage, bounded
from search.sqlite.query import COLUMNS, SqlCondition


def weighed_page(
    db: sqlite3.Connection, query: ParsedQuery, whole: SqlCondition, megabytes: int, counts: WordCounts
) -> FoundPage:
    """What matches with any of the words, as `ParsedQuery.weighed` says; of equal ones the newest first, then by id.

    ``whole`` is the condition of the query.
    """
    without = msgspec.structs.replace(query, node=AllOf(), weighed=())
    condition = SqlCondition(without, whole.now, languages=whole.languages)
    sight = "at least", sight_of(query)
    known = counts.known(sight, [leaf for leaf, _ in query.weighed])
    found: dict[Leaf, list[int]] = {}

    def having(leaf: Leaf, most: int) -> int:
        if known.get(leaf, 0) >= most:
            return most
        (stories,) = db.execute(*condition.with_word(leaf, most)).fetchone()
        found[leaf] = msgspec.json.decode(stories)
        if len(found[leaf]) == most:
            counts.keep(sight, {leaf: most})
        return len(found[leaf])

    scores: Counter[int] = Counter()
    for leaf, weight in ranking.few_have(query.weighed, having):
        if leaf not in found or len(found[leaf]) > ranking.LIKEST:
            (stories,) = db.execute(*condition.with_word(leaf, ranking.LIKEST, first=scores)).fetchone()
            found[leaf] = msgspec.json.decode(stories)
        scores.update(dict.fromkeys(found[leaf], weight))
    asked = condition.parameters | {"some": msgspec.json.encode(list(scores)).decode()}
    statement = f"SELECT stories.rowid, {COLUMNS} FROM {OF_SOME} AND ({condition.where})"
    matching = sorted(db.execute(statement, asked), key=lambda row: (-scores[row[0]], -row[1], row[2]))
    document = "SELECT x''" if query.only_ids else "SELECT document FROM stories WHERE rowid = :rowid"
    page = (
        (story, db.execute(document, {"rowid": story}).fetchone()[0], float(scores[story]), *rest)
        for story, *rest in matching[: query.limit]
    )
    rows, _ = bounded(page, query.limit, megabytes << 20)
    return FoundPage(rows, more=False, total=0)
