"""What a story's older versions leave behind, whatever order they arrive in. Pure; both stores use it.

A story is one document, the newest version. It carries the headlines and texts that older usable versions bore, so that
a correction shows what it corrected, and the version of the last kill, so that nothing from before a kill returns.
A tombstone carries what its killed version was called, so that a desk can tell which story to take down; one that is
left of a story forgotten on request carries nothing.
Every rule here gives the same result for every order of arrival.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from processors.annotations import Record
from search.documents import Document

MOST_PREVIOUS = 20  # headlines kept; a story with more keeps its newest ones
MOST_TEXTS = 3  # texts kept, the newest ones
LONGEST_TEXT = 20_000  # characters; a longer text is not kept, so that a story of many versions stays one document
LONGEST_NAME = 500  # characters of a headline or slugline kept of a killed version
FORGOTTEN = "forgotten"  # the format of a notice that a story is to be forgotten
STANDING_FIELDS = [
    "status", "format", "headline", "slugline", "body", "embargo_until", "previous_headlines", "previous_texts",
    "killed_version", "killed",
]  # fmt: skip


class Previous(Record, frozen=True):
    """A headline that the story no longer bears, and the newest version that bore it."""

    headline: str
    version: int


class PreviousText(Record, frozen=True):
    """A text that the story no longer bears, and the newest version that bore it."""

    body: str
    version: int


class Killed(Record, frozen=True):
    """What a killed story was called: by its newest usable version, with the embargo of that one.

    Of a story that was only ever withheld it is the newest such version, without a word of it.
    """

    version: int
    status: str
    headline: str = ""
    slugline: str = ""
    embargo_until: datetime | None = None


Row = TypeVar("Row", Previous, PreviousText)


class Past(Record, frozen=True):
    """What is known of a story's versions older than the one that is kept; oldest headline and text first.

    ``killed`` is empty for a usable version, which says itself what a kill would take back.
    """

    previous: tuple[Previous, ...] = ()
    killed_version: int | None = None
    texts: tuple[PreviousText, ...] = ()
    killed: Killed | None = None


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
    slugline: str = ""
    embargo_until: datetime | None = None
    forgotten: bool = False


def standing_of(document: Document, past: Past) -> Standing:
    """How ``document`` stands once it is kept with ``past``."""
    if document.status == "canceled":
        return Standing(document.version, document.status, "", past, forgotten=document.format == FORGOTTEN)
    body = _kept(document.body, document.embargo_until)
    return Standing(
        document.version, document.status, document.headline, past, body, document.slugline, document.embargo_until
    )


def standing_in(source: Mapping[str, Any], version: int) -> Standing:
    """How a stored document stands, from its `STANDING_FIELDS`."""
    previous = tuple(Previous(row["headline"], row["version"]) for row in source.get("previous_headlines") or ())
    texts = tuple(PreviousText(row["body"], row["version"]) for row in source.get("previous_texts") or ())
    killed = msgspec.convert(source.get("killed"), Killed | None)
    past = Past(previous, source.get("killed_version"), texts, killed)
    if source.get("status") == "canceled":
        return Standing(version, "canceled", "", past, forgotten=source.get("format") == FORGOTTEN)
    until = msgspec.convert(source.get("embargo_until"), datetime | None)
    body = _kept(source.get("body", ""), until)
    status, headline = source.get("status", ""), source.get("headline", "")
    return Standing(version, status, headline, past, body, source.get("slugline", ""), until)


def _kept(body: str, embargo_until: object) -> str:
    return "" if embargo_until or len(body) > LONGEST_TEXT else body


def with_past(source: Mapping[str, Any], past: Past) -> dict[str, Any]:
    """A stored document with its past."""
    return {
        **source,
        "previous_headlines": [{"headline": row.headline, "version": row.version} for row in past.previous],
        "previous_texts": [{"body": row.body, "version": row.version} for row in past.texts],
        "killed_version": past.killed_version,
        "killed": msgspec.to_builtins(past.killed),
    }


def succeed(standing: Standing | None, document: Document) -> Past:
    """The past that ``document`` is kept with, where it is as new as what stands or newer."""
    past = standing.past if standing else Past()
    if standing and standing.version < document.version:
        past = _learn(past, standing)
    return _fit(past, standing_of(document, past))


def amend(standing: Standing, late: Document) -> Past | None:
    """What stands, with what an older version that came late adds to its past; ``None`` where it adds nothing."""
    if late.version >= standing.version:
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
        for bore, wording in ((headlines, _told(older)), (texts, older.body)):
            if wording:
                bore[wording] = max(older.version, bore.get(wording, 0))
    previous, before = _rows(Previous, headlines, killed), _rows(PreviousText, texts, killed)
    return Past(previous, killed, before, _called(past.killed, older))


def _told(standing: Standing) -> str:
    """The headline, where readers may have seen it; one under an embargo may have been corrected to keep a secret."""
    return "" if standing.embargo_until else standing.headline


def _called(known: Killed | None, older: Standing) -> Killed | None:
    """What a kill that came now would take back."""
    if older.status == "canceled":
        return known
    found = Killed(older.version, older.status)
    if older.status == "usable":
        names = older.headline[:LONGEST_NAME], older.slugline[:LONGEST_NAME]
        found = Killed(older.version, older.status, *names, older.embargo_until)
    if known and (known.status == "usable", known.version) >= (found.status == "usable", found.version):
        return known
    return found


def _rows(kind: Callable[[str, int], Row], bore: Mapping[str, int], killed: int | None) -> tuple[Row, ...]:
    """Wordings with the newest version that bore each, in order; none from before a kill."""
    rows = sorted((version, wording) for wording, version in bore.items() if killed is None or version > killed)
    return tuple(kind(wording, version) for version, wording in rows)


def _fit(past: Past, current: Standing) -> Past:
    """The past as the current version carries it: without a usable one's own wording, and empty under a kill."""
    if current.status == "canceled":
        return Past((), current.version, killed=None if current.forgotten else past.killed)
    previous, texts, killed = past.previous, past.texts, past.killed
    if current.status == "usable":
        killed = None
        # This loses nothing: the current version will stand for its wording, as the newest that bore it.
        previous = tuple(row for row in previous if row.headline != _told(current))
        texts = tuple(row for row in texts if row.body != current.body)
    return Past(previous[-MOST_PREVIOUS:], past.killed_version, texts[-MOST_TEXTS:], killed)
