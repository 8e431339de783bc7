"""Stories over time as bars, each of which leads to the stories of its time. Takes `StoriesOverTime`; pure."""

from datetime import datetime

from processors.annotations import Record
from search.query.addresses import SearchParameters
from search.views import StoriesOverTime
from search.web.charts import after, filled

WIDTH, HEIGHT = 1000.0, 40.0
LEAST = 1.5  # height of a bar with any story


class Bar(Record, frozen=True):
    """The stories of one slot: where its bar stands, its time, and the address of the search for it."""

    x: float
    width: float
    height: float
    start: datetime
    end: datetime
    stories: int
    link: str


class Histogram(Record, frozen=True):
    """Bars from the first story to the last. ``base`` is the search at any time, for a part of it to be chosen."""

    step: str
    bars: tuple[Bar, ...]
    base: str
    most: int


def histogram(asked: SearchParameters, course: StoriesOverTime, zone: str = "UTC") -> Histogram | None:
    """The bars of a course in a zone; ``None`` where there are no stories."""
    if not course.slots:
        return None
    slots = filled(course, zone)
    most = max(slot.stories for slot in slots)
    width = WIDTH / len(slots)
    ends = [(slot.start, after(slot.start, course.step, zone)) for slot in slots]
    links = asked.links_between("/", [(written(start), written(end)) for start, end in ends])
    bars = []
    for number, (slot, (start, end), link) in enumerate(zip(slots, ends, links, strict=True)):
        height = max(LEAST, HEIGHT * slot.stories / most) if slot.stories else 0.0
        bars.append(Bar(number * width, width, height, start, end, slot.stories, link))
    return Histogram(course.step, tuple(bars), asked.link("/", since="", until=""), most)


def written(moment: datetime) -> str:
    """A moment as in an address, to the minute."""
    return f"{moment:%Y-%m-%dT%H:%MZ}" if moment.year >= 1000 else ""  # noqa: PLR2004 - as ISO 8601 writes years
