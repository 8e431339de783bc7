"""What a page shows of a stored story in a line or two: documents and hits in, what templates need out. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from search.redaction import named
from search.store import Hit
from search.visibility import EMBARGOED, holds, reasons
from search.web.plain import marked, shortened

SNIPPET = 220  # characters of a text in which nothing is highlighted
STANCES = 2
NOTABLE = timedelta(minutes=1)
CLOCKS = timedelta(minutes=5)  # by which clocks may differ without a word
LONGEST_SLUGLINE = 80
LONGEST_HEADLINE = 400
LONGEST_SNIPPET = 1000
LONGEST_TAG = 35  # of a language, as BCP 47 recommends
URGENT = {1: "Flash", 2: "Urgent", 3: "Urgent"}

Pieces = tuple[tuple[str, bool], ...]


class Badge(msgspec.Struct, frozen=True):
    """A word on a story's life cycle; ``kind`` is how it looks."""

    kind: str
    text: str


class StoryRow(msgspec.Struct, frozen=True):
    """A story in a list. ``apart`` is whether its agency's time is another than that of its arrival.

    ``struck`` is whether the headline is that of a killed story, which is shown in place of its slugline.
    """

    id: str
    version: int
    arrived: datetime
    time: datetime
    apart: bool
    killed: bool
    struck: bool
    source: str
    slugline: str
    urgency: int | None
    urgent: str
    language: str
    headline: Pieces
    snippet: Pieces
    marks: tuple[Badge, ...]
    was: str
    tone: str
    stances: tuple[tuple[str, str, str], ...]


def row_of(hit: Hit, now: datetime, *, hidden: bool = False) -> StoryRow:
    """A hit as a row. ``hidden`` is the reader's right to see what was killed."""
    document = hit.document
    killed = document["status"] == "canceled"
    slugline, called = document["slugline"], ""
    if killed:
        slugline, called = named(document, hidden=hidden)
        hit = Hit(hit.id, hit.score, {**document, "headline": called or slugline or "(no slugline)"})
        document = hit.document
    arrived, made = (datetime.fromisoformat(document[field]) for field in ("received_at", "version_created"))
    highlighted = hit.highlights.get("headline") or (document["headline"] or "(no headline)",)
    headline = highlighted[0] if len(highlighted[0]) <= LONGEST_HEADLINE else f"{highlighted[0][:LONGEST_HEADLINE]} …"
    text = document["editorial_note"] if killed else document["body"]
    passages = hit.highlights.get("body") or (shortened(text, SNIPPET),)
    previous = document.get("previous_headlines") or ()
    return StoryRow(
        id=hit.id,
        version=document["version"],
        arrived=arrived,
        time=made,
        apart=abs(made - arrived) >= NOTABLE,
        killed=killed,
        struck=bool(called),
        slugline=shortened(slugline, LONGEST_SLUGLINE) if called or not killed else "",
        source=shortened(document["source"], 80),
        urgency=document["urgency"],
        urgent=URGENT.get(document["urgency"] or 0, ""),
        language=document["language"][:LONGEST_TAG],
        headline=tuple(marked(headline)),
        snippet=tuple(marked(" … ".join(passages[:2])[:LONGEST_SNIPPET])),
        marks=marks(document, now),
        was=previous[-1]["headline"] if previous and document["kind"] == "correction" else "",
        tone=(document.get("sentiment") or {}).get("label", ""),
        stances=_surest(document),
    )


def row_of_document(document: Mapping[str, Any], now: datetime) -> StoryRow:
    """A stored document as a row."""
    return row_of(Hit(document["id"], 0.0, dict(document)), now)


def marks(document: Mapping[str, Any], now: datetime) -> tuple[Badge, ...]:
    """The marks of a story: kill, withheld, embargo, correction, update, advisory, a time that cannot be right."""
    found = []
    found = [Badge(reason.name, reason.label) for reason in reasons(document, now)]
    kind = document["kind"]
    if kind in ("correction", "update", "advisory") and document["status"] != "canceled":
        found.append(Badge(kind, kind.capitalize()))
    if document.get("embargo_until") and not holds(EMBARGOED, document, now):
        found.append(Badge("lifted", "Embargo lifted"))
    odd = odd_time(document)
    return (*found, Badge("odd", odd)) if odd else tuple(found)


def odd_time(document: Mapping[str, Any]) -> str:
    """What is wrong with the time that the agency gave, "" for nothing."""
    about = [note for note in document.get("notes") or () if note.startswith("version_created: ")]
    if any(note.startswith("version_created: missing") for note in about):
        return "Date unreadable" if len(about) > 1 else "No date"
    received, made = (datetime.fromisoformat(document[field]) for field in ("received_at", "version_created"))
    return "Future date" if made - received > CLOCKS else ""


def _surest(document: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    rows = sorted(document.get("stance") or (), key=lambda row: -row["score"])[:STANCES]
    return tuple((row["holder"], row["label"], row["target"]) for row in rows)
