"""What is said of an event on each of its stories: takes a `Grouping`, gives `EventSummary`. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime

from processors.annotations import Record
from processors.events.fingerprint import Fingerprint
from processors.events.grouping import Grouping

MOST_SOURCES = 50  # named
COMPARED = 50  # reports, the first, of which the headline is the one that is most like the others


class EventSummary(Record, frozen=True):
    """An event as readers may know of it: nothing in it is of a story that is hidden or was killed.

    ``id`` is the id of the story that began it. ``copy_of`` is of the one story that it is said on: the first story
    that this one nearly copies.
    """

    id: str
    headline: str
    size: int
    sources: tuple[str, ...]
    first: datetime
    last: datetime
    copy_of: str = ""


def summary(grouping: Grouping, event: str) -> EventSummary | None:
    """What is said of an event; ``None`` where it has no report any more."""
    reports = grouping.reports(event)
    if not reports:
        return None
    sources = tuple(sorted({one.source for one in reports})[:MOST_SOURCES])
    best = _best(grouping, reports[:COMPARED])
    return EventSummary(event, best.headline, len(reports), sources, _moment(reports[0]), _moment(reports[-1]))


def _best(grouping: Grouping, reports: Sequence[Fingerprint]) -> Fingerprint:
    """The report that is most like the others; of several, the first."""

    def likeness(one: Fingerprint) -> int:
        alike = grouping.alike(one.id)
        return sum(alike.get(other.id, 0) for other in reports)

    return max(reports, key=likeness)  # the first of those that are equal


def _moment(report: Fingerprint) -> datetime:
    return datetime.fromtimestamp(report.made / 1000, UTC)
