"""The events in which a name appears, by day, newest first. Takes stories and their events' reports. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

import msgspec

from search.query.addresses import address, event_address, story_address
from search.store import Hit
from search.views import EventReport
from search.web.happening.reports import MOST_REPORTS, called_in, event_headline, event_id

LOOKED_AT = 100  # newest stories
# What is read of them.
DAY_FIELDS = (
    "id", "status", "source", "headline", "version_created", "event.id", "event.size", "event.headline",
)  # fmt: skip
LONGEST = 300  # characters of a headline


class NamedEvent(msgspec.Struct, frozen=True):
    """An event that a name was in, as a day lists it: ``reports`` are all, ``stories`` those of the day that name it.

    ``least`` is whether there may be more reports.
    """

    headline: str
    link: str
    time: datetime
    sources: tuple[str, ...]
    reports: int
    stories: int
    least: bool


class NamedDay(msgspec.Struct, frozen=True):
    """A day on which a name was in events; ``link`` narrows its page to that day."""

    start: datetime
    link: str
    events: tuple[NamedEvent, ...]


def days_of(
    name: str, hits: Sequence[Hit], reports: Mapping[str, tuple[EventReport, ...]], zone: tzinfo
) -> list[NamedDay]:
    """The days of a name's stories, which come newest first."""
    least = sum(map(len, reports.values())) >= MOST_REPORTS
    days: dict[datetime, dict[str, list[Hit]]] = {}
    for hit in hits:
        if hit.document["status"] != "canceled":
            start = _made(hit).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
            days.setdefault(start, {}).setdefault(event_id(hit.document) or hit.id, []).append(hit)
    return [
        NamedDay(
            start,
            day_address(name, start, start + timedelta(days=1)),
            tuple(_event(stories, reports.get(event, ()), zone, least=least) for event, stories in events.items()),
        )
        for start, events in days.items()
    ]


def day_address(name: str, start: datetime, end: datetime) -> str:
    """The page of a name, narrowed to its stories from one moment to another."""
    since, until = (f"{one:%Y-%m-%dT%H:%M%z}" for one in (start, end))
    return address("/entity", [("name", name), ("since", since), ("until", until)])


def _event(stories: Sequence[Hit], reports: Sequence[EventReport], zone: tzinfo, *, least: bool) -> NamedEvent:
    """An event, from those of its stories that mention a name; or a single story that belongs to none."""
    first = stories[0]
    sources = dict.fromkeys([*(one.source for one in reports), *(hit.document["source"] for hit in stories)])
    is_event = len(reports) > 1
    headline = event_headline(called_in(stories), reports) if is_event else str(first.document["headline"])
    return NamedEvent(
        headline=headline[:LONGEST] or "(no headline)",
        link=event_address(event_id(first.document)) if is_event else story_address(first.id),
        time=_made(first).astimezone(zone),
        sources=tuple(sources),
        reports=max(len(reports), len(stories)),
        stories=len(stories),
        least=least and is_event,
    )


def _made(hit: Hit) -> datetime:
    return datetime.fromisoformat(hit.document["version_created"])
