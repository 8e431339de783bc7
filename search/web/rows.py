"""What a page shows of a stored story in a line or two: documents and hits in, what templates need out. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from search.store import Hit
from search.web.plain import marked, shortened

SNIPPET = 220  # characters of a text in which nothing is highlighted
STANCES = 2
URGENT = {1: "Flash", 2: "Urgent", 3: "Urgent"}

Pieces = tuple[tuple[str, bool], ...]


class Mark(msgspec.Struct, frozen=True):
    """A word on a story's life cycle; ``kind`` is how it looks."""

    kind: str
    text: str


class StoryRow(msgspec.Struct, frozen=True):
    """A story in a list."""

    id: str
    version: int
    time: datetime
    source: str
    urgency: int | None
    urgent: str
    language: str
    headline: Pieces
    snippet: Pieces
    marks: tuple[Mark, ...]
    was: str
    tone: str
    stances: tuple[tuple[str, str, str], ...]


def row_of(hit: Hit, now: datetime) -> StoryRow:
    """A hit as a row."""
    document = hit.document
    highlighted = hit.highlights.get("headline") or (document["headline"] or "(no headline)",)
    passages = hit.highlights.get("body") or (shortened(document["body"], SNIPPET),)
    previous = document.get("previous_headlines") or ()
    return StoryRow(
        id=hit.id,
        version=document["version"],
        time=datetime.fromisoformat(document["version_created"]),
        source=document["source"],
        urgency=document["urgency"],
        urgent=URGENT.get(document["urgency"] or 0, ""),
        language=document["language"],
        headline=tuple(marked(highlighted[0])),
        snippet=tuple(marked(" … ".join(passages[:2]))),
        marks=marks(document, now),
        was=previous[-1]["headline"] if previous and document["kind"] == "correction" else "",
        tone=(document.get("sentiment") or {}).get("label", ""),
        stances=_surest(document),
    )


def row_of_document(document: Mapping[str, Any], now: datetime) -> StoryRow:
    """A stored document as a row."""
    return row_of(Hit(document["id"], 0.0, dict(document)), now)


def marks(document: Mapping[str, Any], now: datetime) -> tuple[Mark, ...]:
    """The marks of a story: kill, withheld, embargo, correction, update, advisory."""
    found = []
    if document["status"] == "canceled":
        found.append(Mark("kill", "Killed"))
    elif document["status"] == "withheld":
        found.append(Mark("withheld", "Withheld"))
    if document["kind"] in ("correction", "update", "advisory") and document["status"] != "canceled":
        found.append(Mark(document["kind"], document["kind"].capitalize()))
    if document.get("embargo_until"):
        over = not embargoed(document, now)
        found.append(Mark("lifted" if over else "embargo", "Embargo lifted" if over else "Embargo"))
    return tuple(found)


def embargoed(document: Mapping[str, Any], now: datetime) -> bool:
    """Whether the story is before its time."""
    until = document.get("embargo_until")
    return until is not None and datetime.fromisoformat(until) > now


def _surest(document: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    rows = sorted(document.get("stance") or (), key=lambda row: -row["score"])[:STANCES]
    return tuple((row["holder"], row["label"], row["target"]) for row in rows)
