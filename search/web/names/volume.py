"""How much is written of a name now, and how much is usual: a query and a library in, counts out."""

from datetime import UTC, datetime, timedelta

import msgspec

from search.query.checking import ParsedQuery, parsed
from search.query.request import Query
from search.web.library import Library

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEFORE = 28  # days that the usual level is of
NOTABLE = 2.0  # times the usual level, from which on it is said


class Volume(msgspec.Struct, frozen=True):
    """Stories of the last hour and the last day, and how many a day were usual in the four weeks before.

    The usual number is ``None`` where there are no stories from so long ago that it could be said.
    """

    hour: int
    day: int
    usual: float | None

    @property
    def said(self) -> str:
        """What the last day is beside what is usual, "" where there is nothing to compare."""
        if self.usual is None or not (self.day or self.usual):
            return ""
        if not self.usual:
            return "hardly any in the four weeks before"
        if self.day >= NOTABLE * max(self.usual, 1):
            return "more than usual"
        return "less than usual" if self.day * NOTABLE <= self.usual else "as usual"


async def volume_of(library: Library, query: ParsedQuery, now: datetime) -> Volume:
    """The volume of a query's stories, whatever period it asks for."""
    yesterday = _minute(now - DAY)
    start = _minute(now - (BEFORE + 1) * DAY)
    periods = ((_minute(now - HOUR), None), (yesterday, None), (start, yesterday))
    every = msgspec.structs.replace(query, since=None, until=None, sort="newest", position=None, limit=1, fields=())
    hour, day, before = await library.counted_between(every, periods)
    days = (yesterday - max(start, await _beginning(library, query))) / DAY
    return Volume(hour, day, round(before / days, 1) if days >= 1 else None)


async def _beginning(library: Library, query: ParsedQuery) -> datetime:
    """When the first of all stories was made: a time before it says nothing of what is usual."""
    anything = Query(sort="oldest", limit=1, hidden=query.hidden)
    found = await library.find(msgspec.structs.replace(parsed(anything, library.limits), fields=("version_created",)))
    return datetime.fromisoformat(found.hits[0].document["version_created"]) if found.hits else datetime.now(UTC)


def _minute(moment: datetime) -> datetime:
    """Whole minutes, so that who asks a moment later is given what is remembered."""
    return moment.replace(second=0, microsecond=0)
