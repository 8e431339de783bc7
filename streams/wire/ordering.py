"""Chooses the time that orders a version: takes the provider's time and the receipt time, returns one of them.

A story's versions are ordered by their provider's times, but by none later than the receipt plus a day: then, and where
there is none, the receipt counts, and the order is said to rest on it (see `search.versions.precedence`). A kill or
correction that says its day alone counts as made at the end of that day, or at its receipt where that is earlier: what
came out in the morning is what it is about.
"""

import calendar
import re
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

LONGEST_AHEAD = timedelta(days=1)  # clocks and zones differ by less

_DATE = re.compile(r"(?P<y>\d{4})(?:[-./]?(?P<m>\d{2}))?(?:[-./]?(?P<d>\d{2}))?\s*(?:[Zz]|[+-]\d{2}:?\d{2})?$")


class Ordering(NamedTuple):
    """The time that orders a version, and whose time it is."""

    time: datetime
    by: Literal["provider", "receipt"]


def order_time(
    made: datetime | None, received: datetime, notes: list[str], *, until: datetime | None = None
) -> Ordering:
    """When a version counts as made; ``notes`` are told what had to be assumed.

    ``until`` is the end of the day of a version that says no hour, and kills or corrects.
    """
    if made is None:
        unreadable = any(note.startswith("version_created:") and "cannot be read" in note for note in notes)
        notes.append(f"version_created: {'unknown' if unreadable else 'missing'}, taken from the time of receipt")
        return Ordering(received, "receipt")
    if made > received + LONGEST_AHEAD:
        notes.append("version_created: more than a day after the time of receipt, which orders it instead")
        return Ordering(received, "receipt")
    if until is not None:
        notes.append("version_created: no hour, ordered by the end of the day or the time of receipt")
        return Ordering(max(made, min(until, received)), "receipt")
    return Ordering(made, "provider")


def end_of(value: str | float, made: datetime) -> datetime:
    """The end of the day, month or year that a time without an hour names; ``made`` is its beginning."""
    named = _DATE.match(value.strip()) if isinstance(value, str) else None
    days = 1
    if named and named["m"] is None:
        days = 366 if calendar.isleap(made.year) else 365
    elif named and named["d"] is None:
        days = calendar.monthrange(made.year, made.month)[1]
    return made.astimezone(UTC) + timedelta(days=days) - timedelta(milliseconds=1)
