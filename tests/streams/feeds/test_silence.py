from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.silence import DAY, LEAST_GAPS, SHORTEST, judge, usual_gap

HOUR = 3600.0
MONDAY = 4 * DAY  # 5 January 1970


def office(weeks: int, until: float) -> list[float]:
    """A story every ten minutes, nine to five on weekdays, for so many weeks; nothing after ``until``."""
    times = []
    for day in range(weeks * 7):
        if day % 7 < 5:
            start = MONDAY + day * DAY + 9 * HOUR
            times += [start + n * 600 for n in range(49)]
    return [t for t in times if t <= until]


def test_a_feed_of_which_little_is_known_is_never_silent() -> None:
    assert not judge([], 1e9).silent
    assert judge([0.0, 60.0, 120.0], 1e9).usual is None
    assert not judge([0.0, 60.0, 120.0], 1e9).silent


def test_a_steady_feed_is_silent_after_twice_its_gap_but_not_before_the_least() -> None:
    steady = [n * 3600.0 for n in range(40)]
    assert not judge(steady, steady[-1] + 7000).silent
    assert judge(steady, steady[-1] + 7300).silent
    quick = [n * 60.0 for n in range(400)]
    assert not judge(quick, quick[-1] + SHORTEST - 1).silent
    assert judge(quick, quick[-1] + SHORTEST + 1).silent


def test_an_office_feed_may_sleep_at_night_and_over_the_weekend() -> None:
    friday = MONDAY + 2 * 7 * DAY + 4 * DAY + 17 * HOUR
    times = office(3, friday)
    assert times[-1] == friday
    assert not judge(times, friday + 16 * HOUR).silent
    assert not judge(times, friday + 64 * HOUR).silent


def test_an_office_feed_that_stops_in_the_morning_is_found_soon() -> None:
    tuesday = MONDAY + 2 * 7 * DAY + 1 * DAY + 11 * HOUR
    times = office(3, tuesday)
    assert not judge(times, tuesday + 600).silent
    assert judge(times, tuesday + 30 * 60).silent


def test_one_outage_does_not_become_usual() -> None:
    times = [n * 1200.0 for n in range(20 * 72)]  # twenty days, every twenty minutes
    broken = times[:300] + [t + 20 * HOUR for t in times[300:]]
    assert usual_gap(broken, broken[-1]) == 1200.0


@given(st.lists(st.floats(0, 1e9), max_size=50), st.floats(0, 1e9), st.floats(0, 1e9))
def test_the_longer_it_is_quiet_the_more_silent(times, now, later) -> None:
    times.sort()
    now, later = sorted((now, later))
    assert judge(times, now).silent <= judge(times, later).silent
    if len(set(times)) <= LEAST_GAPS:
        assert not judge(times, later).silent


def test_what_a_profile_expects_counts_more_than_what_was_usual() -> None:
    steady = [n * 3600.0 for n in range(40)]
    assert judge(steady, steady[-1] + 1900, expected=1800.0).silent
    assert not judge(steady, steady[-1] + 86_000, expected=86_400.0).silent
    assert judge([0.0], 1801, expected=1800.0).silent  # no rhythm need be known
    assert not judge([], 1e9, expected=1800.0).silent  # it has not begun yet
