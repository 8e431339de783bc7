"""The nearest stories by their vectors of meaning, in the embedded store: every one is compared.

So nothing is kept in memory, and what is found is exact. Then the best are asked for what the reader may see of them,
and more of them where that is too little: what is hidden takes nobody's place. A hundred thousand vectors of 128 bytes
take a tenth of a second; without numpy, which comes with the models, some times that.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

import heapq
import math
import sqlite3
from collections.abc import Callable, Sequence
from operator import mul
from typing import Any

import msgspec

from search.query.checking import ParsedQuery
from search.sqlite.languages import condition_in
from search.sqlite.query import SqlCondition
from search.store import Hit, SearchResults

AT_FIRST, MORE = 500, 8  # how many of the best are looked at, and how many times that where they are too few
AT_ONCE = 16_384  # vectors, which bounds what is in memory


def nearest(
    db: sqlite3.Connection, meaning: bytes, query: ParsedQuery, now: int, read: Callable[[bytes], dict[str, Any]]
) -> SearchResults:
    """The matching stories that are most like ``meaning``, each read by ``read``; equals by time, then by id."""
    condition = condition_in(db, query, now)
    stories, scores = _compared(db, meaning)
    most = max(AT_FIRST, query.limit)
    while len(found := _matching(db, condition, stories, scores, most)) < query.limit and most < len(stories):
        most *= MORE
    hits = []
    for score, _, one, rowid in found[: query.limit]:
        (document,) = db.execute("SELECT document FROM stories WHERE rowid = ?", (rowid,)).fetchone()
        hits.append(Hit(one, -score, read(document)))
    return SearchResults(len(hits), tuple(hits))


def _compared(db: sqlite3.Connection, meaning: bytes) -> tuple[list[int], list[float]]:
    """All stories with a vector as long, and how like each is."""
    stories: list[int] = []
    scores: list[float] = []
    rows = db.execute("SELECT story, vector FROM meanings WHERE length(vector) = ?", (len(meaning),))
    while some := rows.fetchmany(AT_ONCE):
        stories += [story for story, _ in some]
        scores += cosines(meaning, b"".join([vector for _, vector in some]))
    return stories, scores


def _matching(
    db: sqlite3.Connection, condition: SqlCondition, stories: Sequence[int], scores: Sequence[float], most: int
) -> list[tuple[float, int, str, int]]:
    """What matches of the ``most`` best, and of those as good as the last of them: in order, with what orders it."""
    least = heapq.nlargest(most, scores)[-1] if most < len(scores) else 0.0
    best = {story: score for story, score in zip(stories, scores, strict=True) if score >= least}
    statement = (
        "SELECT rowid, -version_created, id FROM stories "
        f"WHERE stories.rowid IN (SELECT value FROM json_each(:some)) AND ({condition.where})"
    )
    some = msgspec.json.encode(list(best)).decode()
    rows = db.execute(statement, condition.parameters | {"some": some})
    return sorted((-best[rowid], made, one, rowid) for rowid, made, one in rows)


def cosines(meaning: bytes, vectors: bytes) -> list[float]:
    """The cosine of a vector with each of many, as 0 to 1, rounded so that equal stories are equal."""
    one = memoryview(meaning).cast("b")
    own = math.sqrt(sum(number * number for number in one))
    try:
        import numpy as np  # noqa: PLC0415 - only hosts with the models have it
    except ImportError:
        return [_cosine(one, own, vectors[at : at + len(one)]) for at in range(0, len(vectors), len(one))]
    many = np.frombuffer(vectors, np.int8).reshape(-1, len(one)).astype(np.float32)  # whole numbers, and so exact
    lengths = own * np.sqrt(np.einsum("ij,ij->i", many, many).astype(np.float64))
    found: list[float] = np.round((1 + many @ np.array(one, np.float32) / np.maximum(lengths, 1)) / 2, 6).tolist()
    return found


def _cosine(one: memoryview, own: float, vector: bytes) -> float:
    other = memoryview(vector).cast("b")
    length = own * math.sqrt(sum(map(mul, other, other)))
    cosine: float = sum(map(mul, one, other)) / max(length, 1)
    return round((1 + cosine) / 2, 6)
