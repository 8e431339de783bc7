"""Rankings made into one by rank alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query.fusion import CONSTANT, fused

RANKINGS = st.lists(st.lists(st.sampled_from("abcdef"), unique=True), max_size=4)


def test_a_story_counts_by_its_place_in_every_ranking() -> None:
    found = fused([["a", "b"], ["b", "c"]])
    assert list(found) == ["b", "a", "c"]
    assert found["b"] == pytest.approx(1 / (CONSTANT + 1) + 1 / (CONSTANT + 2))


def test_of_equal_stories_the_smaller_id_comes_first_whatever_ranking_it_is_from() -> None:
    assert list(fused([["z"], ["a"]])) == list(fused([["a"], ["z"]])) == ["a", "z"]
    assert fused([]) == fused([[], []]) == {}


@given(RANKINGS)
def test_the_order_of_the_rankings_changes_nothing(rankings: list[list[str]]) -> None:
    assert list(fused(rankings)) == list(fused(rankings[::-1]))


@given(st.lists(st.sampled_from("abcdef"), unique=True))
def test_one_ranking_stays_as_it_is(ranking: list[str]) -> None:
    assert list(fused([ranking, ranking])) == ranking
