"""Days of a zone's clock, also where it is changed."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from search.open import open_store, views_of
from search.sqlite.slots import Clock
from tests.search.samples import document, question

DAY = 86_400_000
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["UTC", "Europe/Prague", "America/New_York", "America/Havana", "Asia/Kolkata"])
def test_days_follow_each_other_and_begin_where_the_zones_clock_says(name: str) -> None:
    zone = ZoneInfo(name)
    clock = Clock.of(FIRST, LAST, zone, DAY)
    assert len(clock.offsets) == (3 if name in ("Europe/Prague", "America/New_York", "America/Havana") else 1)
    first, last = (clock.number(int(one.timestamp() * 1000)) for one in (FIRST, LAST))
    for number in range(first, last):
        start = clock.start(number)
        assert (clock.number(start - 1), clock.number(start)) == (number - 1, number)
        local = datetime.fromtimestamp(start / 1000, UTC).astimezone(zone)
        # In Havana, the first hour of a day in spring is not there.
        assert (local.hour, local.minute) == (
            (1, 0) if name == "America/Havana" and local.month == 3 and local.day == 8 else (0, 0)
        )


async def test_stories_of_a_year_are_counted_by_the_days_of_the_zone(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    days = ((3, 1, 12, 0), (3, 29, 22, 30), (10, 25, 22, 30), (10, 25, 23, 30), (11, 1, 12, 0))
    moments = [datetime(2026, month, day, hour, minute, tzinfo=UTC) for month, day, hour, minute in days]
    await store.write([document(f"s{n}", n + 1, version_created=made) for n, made in enumerate(moments)])
    views = views_of(store)
    course = await views.timeline(question(), {}, zone="Europe/Prague")
    searched = await views.timeline(question("putin"), {}, zone="Europe/Prague")
    assert (course.step, course, len(course.slots)) == ("week", searched, 4)
    beside = await views.overview(question(), ["source"], size=5, zone="Europe/Prague")
    assert {slot.start.astimezone(ZoneInfo("Europe/Prague")).hour for slot in beside.course.slots} == {0}
    await views.close()
    await store.close()
