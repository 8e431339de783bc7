"""A name's page says by day what happened: events once each, newest first, in the reader's zone, with links."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from search.store import Hit
from search.views import EventReport, StoriesOverTime, TimeInterval
from search.web.charts import chart_of
from search.web.happening.reports import MOST_REPORTS
from search.web.names.days import day_address, days_of
from search.web.site import ZONE_COOKIE

LATE = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)  # the next day in Paris
PARIS = ZoneInfo("Europe/Paris")


def hit(story: str, made: datetime, event: str = "", **said: Any) -> Hit:
    told = {"id": event, "headline": "Minister resigns", "size": 3} if event else None
    values = {
        "id": story, "headline": f"Story {story}", "source": "AP", "status": "usable", "event": told,
        "version_created": made.isoformat(), **said,
    }  # fmt: skip
    return Hit(story, 0.0, values)


def report(story: str, headline: str = "Minister resigns") -> EventReport:
    return EventReport(story, "AFP", headline, LATE)


def test_stories_of_one_event_are_one_line_of_a_day_with_all_its_reports() -> None:
    hits = [hit("c", LATE, "e"), hit("b", LATE - timedelta(hours=1), "e"), hit("a", LATE - timedelta(hours=2))]
    (day,) = days_of("Xi", hits, {"e": (report("b"), report("c"), report("x"))}, UTC)
    assert [(one.headline, one.reports, one.stories) for one in day.events] == [
        ("Minister resigns", 3, 2), ("Story a", 1, 1),
    ]  # fmt: skip
    assert [one.link for one in day.events] == ["/event/e", "/story/a"]
    assert day.events[0].sources == ("AFP", "AP")
    assert day.link == "/entity?since=2026-11-02T00%3A00%2B0000&until=2026-11-03T00%3A00%2B0000&name=Xi"


def test_days_are_those_of_the_reader() -> None:
    (day,) = days_of("Xi", [hit("a", LATE)], {}, PARIS)
    assert (day.start.day, day.events[0].time.hour) == (3, 0)


def test_a_report_that_is_gone_gives_no_headline_but_the_first_does_and_killed_stories_give_no_day() -> None:
    (day,) = days_of("Xi", [hit("a", LATE, "e")], {"e": (report("b", "Another"), report("a", "Third"))}, UTC)
    assert day.events[0].headline == "Another", "as on the page of the event"
    assert days_of("Xi", [hit("k", LATE, status="canceled")], {}, UTC) == []


def test_where_not_all_reports_were_read_it_says_so() -> None:
    many = tuple(report(str(number)) for number in range(MOST_REPORTS))
    (day,) = days_of("Xi", [hit("a", LATE, "e")], {"e": many}, UTC)
    assert day.events[0].least


def test_the_bars_of_a_zone_lead_to_its_days_over_a_change_of_the_clock() -> None:
    before, after = datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)
    course = StoriesOverTime("day", (TimeInterval(before, 1, {}), TimeInterval(after, 2, {})))
    chart = chart_of(course, {}, "Europe/Paris", lambda *ends: day_address("Xi", *ends))
    starts = chart.data["starts"]
    assert [chart.data["stories"][starts.index(int(one.timestamp()))] for one in (before, after)] == [1, 2]
    assert starts[starts.index(int(before.timestamp())) + 1] == int(after.timestamp())
    assert "since=2026-10-25T00%3A00%2B0200&until=2026-10-26T00%3A00%2B0100" in chart.rows[1][3]


async def test_a_names_page_has_days_in_the_readers_zone(page: httpx.AsyncClient) -> None:
    for said, zone in (("Europe/Paris", "Europe/Paris"), ("Nowhere/At all", "UTC")):
        shown = (await page.get("/entity?name=Vladimir Putin", headers={"Cookie": f"{ZONE_COOKIE}={said}"})).text
        assert f"&#34;zone&#34;:&#34;{zone}&#34;" in shown
    assert "Dollar down sharply" in shown.partition("Day by day")[2]
