"""Stances that are denied or only reported: takes a question, gives rows separate from stances that stories state."""

from typing import Any

import msgspec

from search.query.checking import ParsedQuery
from search.views import Count, parted
from search.web.library import Library
from search.web.positions.named import NamedPositions
from search.web.positions.sentences import evidence

MOST = 30  # rows


class ClaimedStances(msgspec.Struct, frozen=True):
    """``rows`` are holder, label, target, the full statement and the number of stories; ``early``: there are more.

    ``opened`` is the row whose sentences are shown.
    """

    rows: tuple[tuple[str, str, str, str, int], ...]
    early: bool
    opened: str
    sentences: list[dict[str, Any]]


async def claims_of(library: Library, query: ParsedQuery, of: NamedPositions, opened: str) -> ClaimedStances:
    """The claims of a question's stories, whatever stances it asks for; of one name only, if one is given."""
    facets = await library.facets(_plain(query, 1), ("claimed",), size=MOST + 1, containing=of.about)
    rows = [row for count in facets.counts["claimed"] if (row := _row(count, query, of))]
    shown = tuple(rows[:MOST])
    whole = opened if any(row[3] == opened for row in shown) else ""
    sentences = (await evidence(library, _plain(query, MOST), [whole], "claimed"))[1] if whole else []
    return ClaimedStances(shown, len(facets.counts["claimed"]) > MOST, whole, sentences)


async def claims_between(
    library: Library, query: ParsedQuery, said: dict[str, list[str]]
) -> list[tuple[str, dict[str, Any]]]:
    """The sentences in which somebody denies or claims one of these stances, by label; newest first."""
    found = [
        (label, proof)
        for label, statements in said.items()
        for proof in (await evidence(library, query, statements, "claimed"))[1]
    ]
    return sorted(found, key=lambda one: one[1]["time"], reverse=True)


def _row(count: Count, query: ParsedQuery, of: NamedPositions) -> tuple[str, str, str, str, int] | None:
    parts = parted(count.value)
    meant = parts is not None and of.has(count.value) and query.label in ("", parts[1])
    return (*parts, count.value, count.stories) if parts and meant else None


def _plain(query: ParsedQuery, limit: int) -> ParsedQuery:
    named = query.naming(holder="", target="", about="")
    return msgspec.structs.replace(named, label="", sort="newest", position=None, limit=limit, brief=True)
