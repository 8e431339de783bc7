"""What is above its usual level: counts in, trends out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.events.trends import FEWEST, Period, first_of, rising, tail, usual_level

WEEKS = [Period(100, {"Acme": 2, "Fed": 30}, 200.0)] * 4


def test_what_is_many_times_its_usual_share_rises_and_what_is_often_told_does_not() -> None:
    now = Period(100, {"Acme": 25, "Fed": 35, "new": 8, "few": FEWEST - 1})
    found = rising("organization", now, WEEKS)
    assert {one.value for one in found} == {"new", "Acme"}
    acme = next(one for one in found if one.value == "Acme")
    assert 11 < acme.times < 12
    assert acme.usual == pytest.approx(100 * 8.5 / 401)


def test_of_what_never_came_before_no_level_is_quoted_however_young_the_archive_is() -> None:
    young = [Period(2, {"Fed": 2}, 300.0)]
    (new,) = rising("organization", Period(60, {"Acme": 58, "Fed": 40}), young)
    assert (new.usual, new.said) == (0, "hardly ever before")
    (seen,) = rising("organization", Period(60, {"Acme": 60}), [Period(40, {"Acme": 5}, 300.0)])
    assert (round(seen.usual, 1), seen.said) == (8.0, "7 times the usual")


def test_a_busy_hour_alone_makes_no_trend() -> None:
    assert rising("organization", Period(1000, {"Acme": 20, "Fed": 300}), WEEKS) == []


def test_a_gap_says_nothing_and_without_any_past_nothing_rises() -> None:
    gap = Period(0, {}, 200.0)
    assert usual_level("Acme", 100, [*WEEKS, gap, gap]) == usual_level("Acme", 100, WEEKS)
    assert rising("organization", Period(100, {"Acme": 90}), [gap]) == []


def test_a_value_below_the_counted_ones_is_taken_to_be_as_frequent_as_the_last_of_them() -> None:
    with_floor = [Period(1000, {"Fed": 300}, 300.0, floor=40)]
    assert rising("organization", Period(100, {"new": 9}), with_floor) == []
    assert rising("organization", Period(100, {"new": 40}), with_floor) != []


@given(st.integers(0, 200), st.floats(0.01, 100))
def test_the_chance_of_more_is_smaller(stories: int, usual: float) -> None:
    assert 0 <= tail(stories + 1, usual) <= tail(stories, usual) <= 1
    assert tail(0, usual) == 1


def test_the_least_likely_come_first_in_any_order_of_fields() -> None:
    now = Period(100, {"Acme": 15, "new": 30})
    trends = [*rising("person", now, WEEKS), *rising("event", now, WEEKS)]
    assert first_of(trends, 2) == first_of(trends[::-1], 2)
    assert {one.value for one in first_of(trends, 2)} == {"new"}
