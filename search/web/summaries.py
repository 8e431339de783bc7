"""What a page shows of a stored story in a line or two: documents and hits in, what templates need out. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from search.redaction import filed_at, is_unnamed, named
from search.store import Hit
from search.stories.stated_times import lies_ahead, undated
from search.visibility import (
    DO_NOT_PUBLISH,
    EMBARGOED,
    REMOVED_HERE,
    came_at,
    closing_words,
    holds,
    is_forgotten,
    reasons,
)
from search.web.reading.plain import marked, shortened

SNIPPET = 220  # characters of a text in which nothing is highlighted
STANCES = 2
NOTABLE = timedelta(minutes=1)
LONGEST_SLUGLINE = 80
LONGEST_HEADLINE = 400
LONGEST_SNIPPET = 1000
LONGEST_TAG = 35  # of a language, as BCP 47 recommends
LONGEST_COUNTED = 50_000  # characters of a text whose words are counted one by one
URGENT = {1: "Flash", 2: "Urgent", 3: "Urgent"}
SHORT = {
    "withheld": "Held", "embargo": "Emb.", "correction": "Corr.", "update": "Upd.", "advisory": "Adv.",
    "lifted": "Lifted", "odd": "Date?",
}  # fmt: skip

# What `row_of` reads of a document, and `search.web.happening.reports` with it.
ROW_FIELDS = (
    "id", "version", "status", "format", "kind", "source", "slugline", "urgency", "language", "headline", "body",
    "editorial_note", "notes", "received_at", "version_created", "first_created", "embargo_until", "previous_headlines",
    "killed", "sentiment.label", "stance.holder", "stance.label", "stance.target", "stance.score", "event.id",
    "event.size",
)  # fmt: skip

Pieces = tuple[tuple[str, bool], ...]


class Badge(msgspec.Struct, frozen=True):
    """A word on a story's life cycle; ``kind`` is how it looks."""

    kind: str
    text: str

    @property
    def short(self) -> str:
        """The word where a line has no room to spare."""
        return SHORT.get(self.kind, self.text)


class EventLine(msgspec.Struct, frozen=True):
    """What a list says of a story's event: how many other reports there are, and who has it beside its own source."""

    id: str
    others: int
    sources: tuple[str, ...]
    least: bool = False  # whether there may be more


class StoryRow(msgspec.Struct, frozen=True):
    """A story in a list. ``apart`` is whether its agency's time is another than that of its arrival.

    ``undated`` says why it has no time of its agency's, "" where it has one.
    ``struck`` is whether the headline is that of a killed story, which is shown in place of its slugline; a killed
    story that may be called by neither has no headline. ``filed`` is when a killed story was filed, if that is known;
    ``unnamed``, whether readers who had it may know it by its headline.
    """

    id: str
    version: int
    arrived: datetime
    time: datetime
    apart: bool
    undated: str
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
    words: int
    stances: tuple[tuple[str, str, str], ...]
    filed: datetime | None = None
    unnamed: bool = False
    closing: str = ""  # what readers of a killed story must do
    event_id: str = ""
    event: EventLine | None = None  # where others report it, and where that was asked


def row_of(hit: Hit, now: datetime, *, hidden: bool = False, shown: bool = False, by_receipt: bool = False) -> StoryRow:
    """A hit as a row. ``hidden`` is the reader's right to see what was killed, ``shown`` whether they had seen it.

    ``by_receipt`` is whether it stands in a list by receipt: one with stories under an embargo.
    """
    document = hit.document
    killed = document["status"] == "canceled"
    slugline, called = document["slugline"], ""
    if killed:
        slugline, called = named(document, hidden=hidden, shown=shown)
        hit = Hit(hit.id, hit.score, {**document, "headline": called or slugline})
        document = hit.document
    arrived = came_at(document, now, by_receipt=by_receipt)
    made = datetime.fromisoformat(document["version_created"])
    plain = document["headline"] or ("" if killed else "(no headline)")
    highlighted = hit.highlights.get("headline") or (plain,)
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
        undated=undated(document),
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
        words=0 if killed else words_in(document["body"]),
        stances=_surest(document),
        filed=filed_at(document, hidden=hidden) if killed else None,
        closing=(REMOVED_HERE if is_forgotten(document) else DO_NOT_PUBLISH) if killed else "",
        unnamed=killed and not called and is_unnamed(document),
        event_id="" if killed else (document.get("event") or {}).get("id") or "",
    )


def facts_of_kill(document: Mapping[str, Any], *, hidden: bool, shown: bool = False) -> dict[str, Any]:
    """What a page says of a killed story in place of its text: by what its reader knows it, and when it was filed."""
    slugline, headline = named(document, hidden=hidden, shown=shown)
    return {
        "document": document,
        "closing": closing_words(document),
        "act": "Removed" if is_forgotten(document) else "Killed",
        "slugline": slugline,
        "headline": headline,
        "unnamed": not headline and is_unnamed(document),
        "filed": filed_at(document, hidden=hidden),
        "killed_at": datetime.fromisoformat(document["version_created"]),
        "agency_id": document["guid"] if hidden else "",  # which is often made of the story's words
    }


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
    return (*found, Badge("odd", "Future date")) if lies_ahead(document) else tuple(found)


def words_in(text: str) -> int:
    """How many words a text has; of a very long one, by its spaces."""
    return len(text.split()) if len(text) <= LONGEST_COUNTED else text.count(" ") + text.count("\n") + 1


def _surest(document: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    rows = sorted(document.get("stance") or (), key=lambda row: -row["score"])[:STANCES]
    return tuple((row["holder"], row["label"], row["target"]) for row in rows)
