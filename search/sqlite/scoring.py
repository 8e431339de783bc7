"""A page of stories by relevance, as SQL: takes a condition and the weights of words, gives a statement; pure.

FTS5's own scores count hidden stories. So the places of each word are counted (`search.query.ranking`), story by story.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

from search.query.checking import ParsedQuery
from search.query.language import Leaf
from search.query.ranking import HEADLINE_WEIGHT, ONCE, Weights
from search.sqlite.expressions import fts
from search.sqlite.query import COLUMNS, SqlCondition, order_of, with_documents
from search.sqlite.tables import apart
from search.sqlite.words import stems
from search.words.stemming import ENGLISH, STEMMINGS, asked

WORTH = {"headline": HEADLINE_WEIGHT, "body": 1.0}
AMONG = "IN (SELECT story FROM matches)"


def ranked_page(condition: SqlCondition, query: ParsedQuery, matching: str, weights: Weights) -> str:
    """The same as `SqlCondition.ordered_page` by relevance, and how many stories match in a further column.

    Where any word is enough, the stories that match are those that have a score, if the reader may see them.
    """
    any_word = condition.of_any_word
    parts = [
        part
        for leaf in condition.ranked
        for part in _score(condition, leaf, weights.get(leaf, 1.0), among="" if any_word else AMONG)
    ]
    matches = f"matches AS MATERIALIZED (SELECT stories.rowid AS story FROM {matching}), "
    if not any_word:
        parts.insert(0, "SELECT story, 0.0 AS part FROM matches")
    # Rounded, so that equal stories are equal whatever order their parts were added in.
    sums = f"SELECT story, round(sum(part), 6) AS score FROM ({' UNION ALL '.join(parts)}) GROUP BY story"
    found = (
        f"SELECT story, score, {COLUMNS} "
        f"FROM ({sums}) AS sums CROSS JOIN stories INDEXED BY stories_small ON stories.rowid = story"
        f"{f' WHERE {condition.seen}' if any_word else ''}"
    )
    order = ", ".join(f"{name} {'ASC' if way > 0 else 'DESC'}" for name, way in order_of(query))
    size = condition.parameter(query.limit + 1)
    return (
        f"WITH {'' if any_word else matches}found AS MATERIALIZED ({found}), page AS MATERIALIZED "
        f"(SELECT * FROM found WHERE {condition.beyond(query)} ORDER BY {order} LIMIT {size}) "
        f"{with_documents(query, '(SELECT count(*) FROM found)')}"
    )


def _score(condition: SqlCondition, leaf: Leaf, weight: float, among: str) -> list[str]:
    """``SELECT``s of stories and what a word or phrase adds to their score; see `search.query.ranking`.

    A single word is counted. A phrase, or words that begin so, are there or not: FTS5 says no more of them.
    """
    counts = condition.parameter(weight)
    columns = {leaf.field: WORTH[leaf.field]} if leaf.field else WORTH
    if terms := _single(leaf):
        these = ", ".join(
            condition.parameter(term) for name, term in terms.items() if name == ENGLISH or name in condition.languages
        )
        of = f"term IN ({these})" + (f" AND col = '{leaf.field}'" if leaf.field else "")
        times = ", ".join(f"sum(col = '{name}') AS {name}" for name in columns)
        places = f"SELECT doc, {times} FROM stem_places WHERE {of}{f' AND doc {among}' if among else ''} GROUP BY 1"
        worth = " + ".join(f"{each} * {name} / ({name} + 1.0)" for name, each in columns.items())
        return [f"SELECT doc AS story, {counts} * ({worth}) AS part FROM ({places})"]
    within = f" AND +rowid {among}" if among else ""
    return [
        f"SELECT rowid AS story, {counts} * {each * ONCE} AS part FROM stems "
        f"WHERE stems MATCH {condition.parameter(fts(leaf, name, table='stems', names=condition.languages))}{within}"
        for name, each in columns.items()
    ]


def _single(leaf: Leaf) -> dict[str, str]:
    """A leaf that is one word in every language: its stem by language, as FTS5 has it. Nothing for other leaves."""
    if leaf.prefix:
        return {}
    phrases = (apart(leaf.text), *asked(leaf.text))
    terms = stems(" ".join(phrases))  # as FTS5 has them: it folds letters such as "ς" in marked stems too
    if any(" " in phrase for phrase in phrases) or not len(phrases) == len(terms) == 1 + len(STEMMINGS):
        return {}
    return dict(zip((ENGLISH, *STEMMINGS), terms, strict=True))
