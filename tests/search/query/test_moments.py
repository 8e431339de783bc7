"""Times as people write them."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from search.query import moments
from search.query.moments import moment

PRAGUE = ZoneInfo("Europe/Prague")


def today(zone: ZoneInfo | timezone = UTC) -> datetime:
    return datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.mark.parametrize("zone", [UTC, PRAGUE])
def test_days_by_name_are_whole_days_of_the_zone(zone: ZoneInfo | timezone) -> None:
    assert moment("today", zone=zone) == today(zone)
    assert moment("Yesterday", zone=zone) == today(zone) - timedelta(days=1)
    assert moment("yesterday", end=True, zone=zone) == moment("today", zone=zone)
    assert moment("2026-11-23", zone=zone) == datetime(2026, 11, 23, tzinfo=zone)
    assert moment("2026-11-23T14:30", zone=zone) == datetime(2026, 11, 23, 14, 30, tzinfo=zone)
    assert moment("2026-11-23T14:30Z", zone=zone) == datetime(2026, 11, 23, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ago"),
    [("30 min", 1800), ("30m", 1800), ("1 hour ago", 3600), ("2 hrs", 7200), ("3 days", 3 * 86400), ("now", 0)],
)
def test_how_long_ago(text: str, ago: int) -> None:
    assert abs(datetime.now(UTC) - timedelta(seconds=ago) - moment(text)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "text", ["23 November 2026", "November 23, 2026", "23 nov 2026", "Nov. 23 2026", "23 Nov, 2026"]
)
def test_plain_dates(text: str) -> None:
    assert moment(text) == datetime(2026, 11, 23, tzinfo=UTC)


def test_a_weekday_or_a_day_without_a_year_is_the_last_one() -> None:
    now = datetime.now(UTC)
    for name in ("monday", "Tue", "sunday"):
        found = moment(name)
        assert now - timedelta(days=7) < found <= now
        assert f"{found:%A}".lower().startswith(name.lower())
    for text in ("1 January", "31 Dec", "29 Feb"):
        assert moment(text) <= now
    assert moment("31 Dec").year in (now.year, now.year - 1)


@pytest.mark.parametrize("zone", [UTC, PRAGUE])
def test_a_time_of_day_is_of_the_day_that_is_named_or_of_today(zone: ZoneInfo | timezone) -> None:
    for text, day in (("yesterday 14:00", -1), ("14:00", 0), ("Today 14:00", 0), ("tomorrow 14:00", 1)):
        expected = (today(zone) + timedelta(days=day)).replace(hour=14)
        assert moment(text, zone=zone) == moment(text, end=True, zone=zone) == expected
    assert moment("9:05", zone=zone) == today(zone).replace(hour=9, minute=5)
    assert moment("23 Nov 2025 14:30", zone=zone) == datetime(2025, 11, 23, 14, 30, tzinfo=zone)
    assert moment("2025-11-23 14:30", zone=zone) == datetime(2025, 11, 23, 14, 30, tzinfo=zone)
    assert moment("monday 14:00", zone=zone) == moment("monday", zone=zone).astimezone(zone).replace(hour=14)


FRIDAY = datetime(2026, 11, 27, 22, 30, tzinfo=UTC)  # 23:30 in Prague


@pytest.mark.parametrize(
    ("text", "now", "first", "last"),  # days of Prague, and the day after the last
    [
        ("last week", FRIDAY, "2026-11-16", "2026-11-23"),
        ("This week", FRIDAY, "2026-11-23", "2026-11-30"),
        ("this week", FRIDAY + timedelta(days=2, hours=1), "2026-11-30", "2026-12-07"),  # Monday in Prague
        ("last month", FRIDAY, "2026-10-01", "2026-11-01"),
        ("this month", FRIDAY, "2026-11-01", "2026-12-01"),
        ("last month", datetime(2026, 1, 5, tzinfo=UTC), "2025-12-01", "2026-01-01"),
        ("last year", FRIDAY, "2025-01-01", "2026-01-01"),
        ("this  year", FRIDAY, "2026-01-01", "2027-01-01"),
        ("friday", FRIDAY, "2026-11-27", "2026-11-28"),
        ("last Friday", FRIDAY, "2026-11-20", "2026-11-21"),
        ("last mon", FRIDAY, "2026-11-23", "2026-11-24"),
        ("last sunday", FRIDAY + timedelta(days=2), "2026-11-22", "2026-11-23"),
    ],
)
def test_weeks_months_and_years_begin_and_end_in_the_zone(
    text: str, now: datetime, first: str, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Then(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Then":
            return cls.fromtimestamp(now.timestamp(), tz)

    monkeypatch.setattr(moments, "datetime", Then)
    assert moment(text, zone=PRAGUE) == datetime.fromisoformat(first).replace(tzinfo=PRAGUE)
    assert moment(text, end=True, zone=PRAGUE) == datetime.fromisoformat(last).replace(tzinfo=PRAGUE)


def test_a_period_that_ends_now() -> None:
    assert abs(moment("last 24 hours") - moment("24h")) < timedelta(seconds=5)
    assert abs(moment("past 2 weeks") - moment("14 days")) < timedelta(seconds=5)


@pytest.mark.parametrize("text", ["25:00", "14:60", "someday 14:00", "last fortnight", "next week", "at 14:00"])
def test_what_is_no_time_of_day_and_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        moment(text)


@pytest.mark.parametrize("text", ["31 November", "30 Feb", "decade 3", "someday", "12 March 99", "mo", "1 fortnight"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        moment(text)
