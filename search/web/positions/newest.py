"""The positions of the newest stories, which come first among equals: a query in, counts in order out.

Most positions are stated by one sentence. By name, those of yesterday would stand between those of last year, and with
more than the store counts, would be missing.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from processors.text.repetitions import sentence_id
from search.query.checking import ParsedQuery
from search.store import SearchResults
from search.views import Count
from search.web.library import Library

LOOKED_AT = 25  # stories with a position of each side
FIELDS = ("version_created", "stance.statement", "stance.level", "stance.evidence")  # of these


class StatedPosition(NamedTuple):
    """A position in a story: when the story is of, the story, the position as one value, its level, its sentence."""

    time: str
    story: str
    statement: str
    level: str
    sentence: str


async def newest_positions(library: Library, query: ParsedQuery, level: str) -> list[Count]:
    """The positions that the newest stories state, newest first; each with its sentences in these stories."""
    asked = [
        msgspec.structs.replace(
            query, label=label, sort="newest", position=None, limit=LOOKED_AT, brief=True, fields=FIELDS
        )
        for label in ("favor", "against")
        if query.label in ("", label)
    ]
    pages = await asyncio.gather(*(library.made_of(one, stated_in) for one in asked))
    return counted(one for one in dict.fromkeys(one for page in pages for one in page) if level in ("", one.level))


def stated_in(found: SearchResults) -> list[StatedPosition]:
    """All positions of the stories that were found."""
    return [
        StatedPosition(
            hit.document["version_created"],
            hit.id,
            row["statement"],
            row.get("level") or "medium",
            sentence_id(row["evidence"]["text"]),
        )
        for hit in found.hits
        for row in hit.document.get("stance") or ()
    ]


def counted(positions: Iterable[StatedPosition]) -> list[Count]:
    """Each position once, newest first; as of one story, since what more have is counted by the store."""
    found: dict[str, set[str]] = {}
    for one in sorted(positions, key=lambda one: one.time, reverse=True):
        found.setdefault(one.statement, set()).add(one.sentence)
    return [Count(statement, 1, len(sentences)) for statement, sentences in found.items()]


def newest_first(counts: Sequence[Count], newest: Sequence[Count], most: int) -> list[Count]:
    """``counts`` by how recent they are, and those that were beyond the ``most`` that the store counts.

    A position that is not among them is of one story, if the last of them is; else how many it has is not known.
    """
    known = {one.value for one in counts}
    cut = len(counts) >= most and counts[-1].stories == 1
    found = [*counts, *(one for one in newest if cut and one.value not in known)]
    rank = {one.value: place for place, one in enumerate(newest)}
    return sorted(found, key=lambda one: rank.get(one.value, len(rank)))
