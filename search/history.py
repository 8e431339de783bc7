"""What a story's older versions leave behind, whatever order they arrive in. Pure; both stores use it.

A story is one document, the newest version. It carries the headlines and texts that older usable versions bore, so that
a correction shows what it corrected, and the version of the last kill, so that nothing from before a kill returns.
Every rule here gives the same result for every order of arrival.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from processors.annotations import Record
from search.documents import Document

MOST_PREVIOUS = 20  # headlines kept; a story with more keeps its newest ones
MOST_TEXTS = 3  # texts kept, the newest ones
LONGEST_TEXT = 20_000  # characters; a longer text is not kept, so that a story of many versions stays one document
STANDING_FIELDS = [
    "status", "headline", "body", "embargo_until", "previous_headlines", "previous_texts", "killed_version",
]  # fmt: skip


class Previous(Record, frozen=True):
    """A headline that the story no longer bears, and the newest version that bore it."""

    headline: str
    version: int


class PreviousText(Record, frozen=True):
    """A text that the story no longer bears, and the newest version that bore it."""

    body: str
    version: int


Row = TypeVar("Row", Previous, PreviousText)


class Past(Record, frozen=True):
    """What is known of a story's versions older than the one that is kept; oldest headline and text first."""

    previous: tuple[Previous, ...] = ()
    killed_version: int | None = None
    texts: tuple[PreviousText, ...] = ()


class Standing(Record, frozen=True):
    """The version that a store keeps of a story: what a newer or older one must know about it.

    ``body`` is empty where the text is not to be kept: too long, or under an embargo, which its successor may have
    been sent to keep.
    """

    version: int
    status: str
    headline: str
    past: Past = Past()
    body: str = ""


def standing_of(document: Document, past: Past) -> Standing:
    """How ``document`` stands once it is kept with ``past``."""
    if document.status == "canceled":
        return Standing(document.version, document.status, "", past)
    body = _kept(document.body, document.embargo_until)
    return Standing(document.version, document.status, document.headline, past, body)


def standing_in(source: Mapping[str, Any], version: int) -> Standing:
    """How a stored document stands, from its `STANDING_FIELDS`."""
    previous = tuple(Previous(row["headline"], row["version"]) for row in source.get("previous_headlines") or ())
    texts = tuple(PreviousText(row["body"], row["version"]) for row in source.get("previous_texts") or ())
    past = Past(previous, source.get("killed_version"), texts)
    body = _kept(source.get("body", ""), source.get("embargo_until"))
    return Standing(version, source.get("status", ""), source.get("headline", ""), past, body)


def _kept(body: str, embargo_until: object) -> str:
    return "" if embargo_until or len(body) > LONGEST_TEXT else body


def with_past(source: Mapping[str, Any], past: Past) -> dict[str, Any]:
    """A stored document with its past."""
    return {
        **source,
        "previous_headlines": [{"headline": row.headline, "version": row.version} for row in past.previous],
        "previous_texts": [{"body": row.body, "version": row.version} for row in past.texts],
        "killed_version": past.killed_version,
    }


def succeed(standing: Standing | None, document: Document) -> Past:
    """The past that ``document`` is kept with, where it is as new as what stands or newer."""
    past = standing.past if standing else Past()
    if standing and standing.version < document.version:
        past = _learn(past, standing)
    return _fit(past, standing_of(document, past))


def amend(standing: Standing, late: Document) -> Past | None:
    """What stands, with what an older version that came late adds to its past; ``None`` where it adds nothing."""
    if standing.status == "canceled" or late.version >= standing.version:
        return None
    past = _fit(_learn(standing.past, standing_of(late, Past())), standing)
    return None if past == standing.past else past


def _learn(past: Past, older: Standing) -> Past:
    killed = past.killed_version
    headlines = {row.headline: row.version for row in past.previous}
    texts = {row.body: row.version for row in past.texts}
    if older.status == "canceled":
        killed = max(killed or 0, older.version)
    elif older.status == "usable":
        for bore, wording in ((headlines, older.headline), (texts, older.body)):
            if wording:
                bore[wording] = max(older.version, bore.get(wording, 0))
    return Past(_rows(Previous, headlines, killed), killed, _rows(PreviousText, texts, killed))


def _rows(kind: Callable[[str, int], Row], bore: Mapping[str, int], killed: int | None) -> tuple[Row, ...]:
    """Wordings with the newest version that bore each, in order; none from before a kill."""
    rows = sorted((version, wording) for wording, version in bore.items() if killed is None or version > killed)
    return tuple(kind(wording, version) for version, wording in rows)


def _fit(past: Past, current: Standing) -> Past:
    """The past as the current version carries it: without a usable one's own wording, and empty under a kill."""
    if current.status == "canceled":
        return Past((), current.version)
    previous, texts = past.previous, past.texts
    if current.status == "usable":
        # This loses nothing: the current version will stand for its wording, as the newest that bore it.
        previous = tuple(row for row in previous if row.headline != current.headline)
        texts = tuple(row for row in texts if row.body != current.body)
    return Past(previous[-MOST_PREVIOUS:], past.killed_version, texts[-MOST_TEXTS:])
