"""Stories over time, ready to be drawn. Takes `StoriesOverTime`, gives rows for a table and numbers for the chart."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from search.views import StoriesOverTime, TimeInterval

MOST = 1000  # slots drawn
FEWEST = 12


class Chart(msgspec.Struct, frozen=True):
    """``rows`` are start, stories and the split of each slot with stories; ``data`` is for the chart library."""

    step: str
    names: tuple[str, ...]
    rows: tuple[tuple[datetime, int, tuple[int, ...]], ...]
    data: dict[str, Any]


def chart_of(course: StoriesOverTime, names: Mapping[str, str]) -> Chart:
    """A course with every slot of its time; ``names`` are what readers call the parts of its split."""
    slots = filled(course)
    data = {
        "step": course.step,
        "starts": [int(slot.start.timestamp()) for slot in slots],
        "stories": [slot.stories for slot in slots],
        "parts": [[slot.split.get(key, 0) for slot in slots] for key in names],
        "keys": list(names),
        "names": list(names.values()),
    }
    rows = tuple((slot.start, slot.stories, tuple(slot.split.get(key, 0) for key in names)) for slot in course.slots)
    return Chart(course.step, tuple(names.values()), rows[::-1], data)


def filled(course: StoriesOverTime) -> list[TimeInterval]:
    """The slots of a course, those without stories too; as they are where these would be too many."""
    found: list[TimeInterval] = []
    for slot in course.slots:
        while found and (following := after(found[-1].start, course.step)) < slot.start:
            found.append(TimeInterval(following, 0, {}))
            if len(found) > MOST:
                return list(course.slots)
        found.append(slot)
    return _with_room(found, course.step) if 0 < len(found) < FEWEST else found


def _with_room(slots: list[TimeInterval], step: str) -> list[TimeInterval]:
    """A short course with empty slots before and after, so that a single bar does not fill a drawing."""
    length = after(slots[-1].start, step) - slots[-1].start
    room = range(1, FEWEST // 2 + 1)
    before = [TimeInterval(slots[0].start - length * number, 0, {}) for number in reversed(room)]
    return [*before, *slots, *(TimeInterval(slots[-1].start + length * number, 0, {}) for number in room)]


def after(start: datetime, step: str) -> datetime:
    """The start of the next slot."""
    if step == "year":
        return start.replace(year=start.year + 1)
    if step == "month":
        return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    return start + {"week": timedelta(days=7), "day": timedelta(days=1)}.get(step, timedelta(hours=1))
