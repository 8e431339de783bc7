"""Events on the page: documents and the reports that a reader may see in, what lists and the event's own page show out.

Counts and sources are those of the reports as the store has them now, never those that are stored with a story: one
that was killed a moment ago, or is not this reader's to see, is neither counted nor named.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from search.store import Hit
from search.views import EventReport
from search.web.library import Library
from search.web.summaries import EventLine, StoryRow

MOST_REPORTS = 500  # of all events on a page
MOST_SOURCES = 8  # named beside a story


def event_id(document: Mapping[str, Any]) -> str:
    """The event of a stored document that may have other reports; "" for none."""
    event = document.get("event") or {}
    return str(event["id"]) if event.get("id") and event.get("size", 2) > 1 else ""


def called_in(hits: Iterable[Hit]) -> Iterator[str | None]:
    """What stories say that their event is called."""
    return ((hit.document.get("event") or {}).get("headline") for hit in hits)


def event_headline(called: Iterable[str | None], reports: Sequence[EventReport]) -> str:
    """What an event is called on every page: the headline most like the others, else that of its first report.

    ``called`` is what its stories say, and is believed only while a report that readers may see has that headline.
    """
    there = {one.headline for one in reports}
    return next((one for one in called if one and one in there), reports[0].headline if reports else "")


async def reported(library: Library, hits: Sequence[Hit]) -> dict[str, tuple[EventReport, ...]]:
    """The reports of the events of found stories, by event."""
    return await library.reports(sorted({event for hit in hits if (event := event_id(hit.document))}), MOST_REPORTS)


def with_events(
    rows: Sequence[StoryRow], hits: Sequence[Hit], reports: Mapping[str, tuple[EventReport, ...]], *, fold: bool
) -> list[StoryRow]:
    """Rows with what is said of their events; with ``fold`` the first row of each event only."""
    found, seen = [], set()
    least = sum(map(len, reports.values())) >= MOST_REPORTS
    for row, hit in zip(rows, hits, strict=True):
        event = event_id(hit.document)
        others = [one for one in reports.get(event, ()) if one.id != row.id]
        if fold and event and event in seen:
            continue
        seen.add(event)
        sources = sorted({one.source for one in others} - {row.source})[:MOST_SOURCES]
        line = EventLine(event, len(others), tuple(sources), least) if others else None
        found.append(msgspec.structs.replace(row, event=line))
    return found


class Haver(msgspec.Struct, frozen=True):
    """A source that has an event: its first report, and how many there are."""

    source: str
    first: EventReport
    reports: int


def havers(reports: Sequence[EventReport]) -> list[Haver]:
    """Who has an event, the first to have it first."""
    by_source: dict[str, list[EventReport]] = {}
    for one in reports:
        by_source.setdefault(one.source, []).append(one)
    return [Haver(source, of[0], len(of)) for source, of in by_source.items()]
