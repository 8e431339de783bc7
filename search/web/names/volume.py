"""How much is written of a name now, and how much is usual: a query and a library in, counts out."""

from datetime import datetime, timedelta

import msgspec

from search.query.checking import ParsedQuery
from search.web.library import Library

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEFORE = 28  # days that the usual level is of
NOTABLE = 2.0  # times the usual level, from which on it is said


class Volume(msgspec.Struct, frozen=True):
    """Stories of the last hour and the last day, and how many a day were usual in the four weeks before."""

    hour: int
    day: int
    usual: float

    @property
    def said(self) -> str:
        """What the last day is beside what is usual, "" where there is nothing to compare."""
        if not (self.day or self.usual):
            return ""
        if not self.usual:
            return "hardly any in the four weeks before"
        if self.day >= NOTABLE * max(self.usual, 1):
            return "more than usual"
        return "less than usual" if self.day * NOTABLE <= self.usual else "as usual"


async def volume_of(library: Library, query: ParsedQuery, now: datetime) -> Volume:
    """The volume of a query's stories, whatever period it asks for."""
    yesterday = _minute(now - DAY)
    periods = ((_minute(now - HOUR), None), (yesterday, None), (_minute(now - (BEFORE + 1) * DAY), yesterday))
    every = msgspec.structs.replace(query, since=None, until=None, sort="newest", position=None, limit=1, fields=())
    hour, day, before = await library.counted_between(every, periods)
    return Volume(hour, day, round(before / BEFORE, 1))


def _minute(moment: datetime) -> datetime:
    """Whole minutes, so that who asks a moment later is given what is remembered."""
    return moment.replace(second=0, microsecond=0)
