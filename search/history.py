"""What a story's older versions leave behind, whatever order they arrive in. Pure; both stores use it.

A story is one document, the newest version. It carries the headlines that older usable versions bore, so that a
correction shows what it corrected, and the version of the last kill, so that nothing from before a kill returns.
Every rule here gives the same result for every order of arrival.
"""

from collections.abc import Mapping
from typing import Any

from processors.annotations import Record
from search.documents import Document

MOST_PREVIOUS = 20  # headlines kept; a story with more keeps its newest ones
STANDING_FIELDS = ["status", "headline", "previous_headlines", "killed_version"]


class Previous(Record, frozen=True):
    """A headline that the story no longer bears, and the newest version that bore it."""

    headline: str
    version: int


class Past(Record, frozen=True):
    """What is known of a story's versions older than the one that is kept; oldest headline first."""

    previous: tuple[Previous, ...] = ()
    killed_version: int | None = None


class Standing(Record, frozen=True):
    """The version that a store keeps of a story: what a newer or older one must know about it."""

    version: int
    status: str
    headline: str
    past: Past = Past()


def standing_of(document: Document, past: Past) -> Standing:
    """How ``document`` stands once it is kept with ``past``."""
    headline = "" if document.status == "canceled" else document.headline
    return Standing(document.version, document.status, headline, past)


def standing_in(source: Mapping[str, Any], version: int) -> Standing:
    """How a stored document stands, from its `STANDING_FIELDS`."""
    previous = tuple(Previous(row["headline"], row["version"]) for row in source.get("previous_headlines") or ())
    past = Past(previous, source.get("killed_version"))
    return Standing(version, source.get("status", ""), source.get("headline", ""), past)


def with_past(source: Mapping[str, Any], past: Past) -> dict[str, Any]:
    """A stored document with its past."""
    return {
        **source,
        "previous_headlines": [{"headline": row.headline, "version": row.version} for row in past.previous],
        "killed_version": past.killed_version,
    }


def succeed(standing: Standing | None, document: Document) -> Past:
    """The past that ``document`` is kept with, where it is as new as what stands or newer."""
    past = standing.past if standing else Past()
    if standing and standing.version < document.version:
        past = _learn(past, standing.version, standing.status, standing.headline)
    return _fit(past, standing_of(document, past))


def amend(standing: Standing, late: Document) -> Past | None:
    """What stands, with what an older version that came late adds to its past; ``None`` where it adds nothing."""
    if standing.status == "canceled" or late.version >= standing.version:
        return None
    past = _fit(_learn(standing.past, late.version, late.status, late.headline), standing)
    return None if past == standing.past else past


def _learn(past: Past, version: int, status: str, headline: str) -> Past:
    killed = past.killed_version
    newest = {row.headline: row.version for row in past.previous}
    if status == "canceled":
        killed = max(killed or 0, version)
    elif status == "usable" and headline:
        newest[headline] = max(version, newest.get(headline, 0))
    kept = [Previous(text, number) for text, number in newest.items() if killed is None or number > killed]
    return Past(tuple(sorted(kept, key=lambda row: (row.version, row.headline))), killed)


def _fit(past: Past, current: Standing) -> Past:
    """The past as the current version carries it: without a usable one's own headline, and empty under a kill."""
    if current.status == "canceled":
        return Past((), current.version)
    previous = past.previous
    if current.status == "usable":
        # This loses nothing: the current version will stand for its headline, as the newest that bore it.
        previous = tuple(row for row in previous if row.headline != current.headline)
    return Past(previous[-MOST_PREVIOUS:], past.killed_version)
