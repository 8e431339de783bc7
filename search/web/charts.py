"""Stories over time, ready to be drawn. Takes `StoriesOverTime`, gives rows for a table and numbers for the chart."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from search.views import CIVIL, FINE, Step, StoriesOverTime, TimeInterval

MOST = 1000  # slots drawn
FEWEST = 12
STEPS = dict(FINE)


class Chart(msgspec.Struct, frozen=True):
    """``rows`` are start, stories, the split and the link of each slot with stories; ``data`` is for the library."""

    step: str
    names: tuple[str, ...]
    rows: tuple[tuple[datetime, int, tuple[int, ...], str], ...]
    data: dict[str, Any]


def chart_of(
    course: StoriesOverTime,
    names: Mapping[str, str],
    zone: str = "UTC",
    link: Callable[[datetime, datetime], str] | None = None,
) -> Chart:
    """A course with every slot of its time, in ``zone``.

    ``names`` are what readers call the parts of its split; ``link`` gives the address of what lies between two moments.
    """
    slots = filled(course, zone)
    links = {slot.start: link(*_ends(slot.start, course.step, zone)) if link else "" for slot in slots if slot.stories}
    data = {
        "zone": zone,
        "links": [links.get(slot.start, "") for slot in slots],
        "step": course.step,
        "starts": [int(slot.start.timestamp()) for slot in slots],
        "stories": [slot.stories for slot in slots],
        "parts": [[slot.split.get(key, 0) for slot in slots] for key in names],
        "keys": list(names),
        "names": list(names.values()),
    }
    rows = tuple(
        (slot.start, slot.stories, tuple(slot.split.get(key, 0) for key in names), links.get(slot.start, ""))
        for slot in course.slots
    )
    return Chart(course.step, tuple(names.values()), rows[::-1], data)


def filled(course: StoriesOverTime, zone: str = "UTC") -> list[TimeInterval]:
    """The slots of a course, those without stories too; as they are where these would be too many."""
    found: list[TimeInterval] = []
    for slot in course.slots:
        while found and (following := after(found[-1].start, course.step, zone)) < slot.start:
            found.append(TimeInterval(following, 0, {}))
            if len(found) > MOST:
                return list(course.slots)
        found.append(slot)
    return _with_room(found, course.step, zone) if 0 < len(found) < FEWEST else found


def _with_room(slots: list[TimeInterval], step: Step, zone: str) -> list[TimeInterval]:
    """A short course with empty slots before and after, so that a single bar does not fill a drawing."""
    length = after(slots[-1].start, step, zone) - slots[-1].start
    room = range(1, FEWEST // 2 + 1)
    before = [TimeInterval(slots[0].start - length * number, 0, {}) for number in reversed(room)]
    return [*before, *slots, *(TimeInterval(slots[-1].start + length * number, 0, {}) for number in room)]


def after(start: datetime, step: Step, zone: str = "UTC") -> datetime:
    """The start of the next slot; for days and longer slots, in the zone's local time."""
    if step not in CIVIL:
        return start + STEPS[step]
    local = start.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if step == "year":
        following = local.replace(year=local.year + 1)
    elif step == "month":
        following = local.replace(year=local.year + local.month // 12, month=local.month % 12 + 1)
    else:
        following = local + STEPS[step]
    return following.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _ends(start: datetime, step: Step, zone: str) -> tuple[datetime, datetime]:
    """Both ends of a slot, in the zone."""
    place = ZoneInfo(zone)
    return start.astimezone(place), after(start, step, zone).astimezone(place)
