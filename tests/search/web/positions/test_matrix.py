"""Positions as a table, by the functions that make it."""

import pytest

from search.views import Count
from search.web.graph import StanceTally
from search.web.positions.matrix import MOST_HOLDERS, PositionCell, joined_targets, matrix_of, meaning
from search.web.positions.newest import StatedPosition, counted, newest_first


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the one-China policy", "One China policies"),
        ("its sanctions", "Sanctions"),
        ("a new treaty", "new treaties"),
        ("United States", "the United States"),
    ],
)
def test_names_of_one_meaning(one: str, other: str) -> None:
    assert meaning(one) == meaning(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Congress", "Congres"), ("new taxes", "taxes"), ("AIDS", "aid"), ("the", "a")]
)
def test_names_of_different_meanings(one: str, other: str) -> None:
    assert meaning(one) != meaning(other)


def test_targets_of_one_meaning_are_counted_as_one_under_their_commonest_name() -> None:
    rows, others = joined_targets(
        [
            StanceTally("Xi", "favor", "one-China policy", 3, 2),
            StanceTally("Xi", "favor", "the one-China policy", 1, 1),
            StanceTally("Putin", "favor", "the one-China policy", 9, 5),
            StanceTally("Putin", "against", "United States", 4, 4),
        ]
    )
    assert rows == [
        StanceTally("Putin", "favor", "the one-China policy", 9, 5),
        StanceTally("Putin", "against", "United States", 4, 4),
        StanceTally("Xi", "favor", "the one-China policy", 4, 3),
    ]
    assert others == {"the one-China policy": ("one-China policy",)}


def test_a_matrix_counts_for_and_against_of_each_pair() -> None:
    made = matrix_of(
        [
            StanceTally("Putin", "against", "NATO", 4, 4),
            StanceTally("Xi", "against", "NATO", 1, 1),
            StanceTally("Xi", "favor", "NATO", 2, 2),
            StanceTally("Xi", "favor", "Taiwan", 9, 9),
        ]
    )
    assert made.targets == ("NATO", "Taiwan")
    assert made.rows == (
        ("Xi", (PositionCell("Xi", "NATO", 2, 1), PositionCell("Xi", "Taiwan", 9, 0))),
        ("Putin", (PositionCell("Putin", "NATO", 0, 4), None)),
    )
    assert made.left_out == 0


def test_a_matrix_of_many_is_bounded_and_says_how_many_it_leaves_out() -> None:
    made = matrix_of([StanceTally(f"h{n}", "favor", f"t{n % 30}", 1, 1) for n in range(300)])
    assert len(made.targets) == 10
    assert len(made.rows) == 14
    assert made.left_out == 286


def test_a_target_of_which_no_shown_holder_speaks_has_no_column() -> None:
    loud = [StanceTally(f"holder {n}", "against", "NATO", 5, 5) for n in range(MOST_HOLDERS)]
    quiet = [StanceTally(f"other {n}", "favor", "Taiwan", 1, 1) for n in range(3)]
    made = matrix_of([*loud, *quiet])
    assert made.targets == ("NATO",)
    assert all(len(cells) == 1 for _, cells in made.rows)
    assert (made.left_out, made.targets_left_out) == (3, 1)


def test_among_positions_of_one_sentence_the_newest_come_first() -> None:
    every = [Count("Xi → favor → NATO", 2, 2), Count("Abe → favor → trade", 1, 1), Count("Blair → against → war", 1, 1)]
    newest = [Count("Zhou → against → tariffs", 1, 1), Count("Blair → against → war", 1, 1)]
    found = [one.value for one in newest_first(every, newest, most=3)]
    assert found == ["Zhou → against → tariffs", "Blair → against → war", "Xi → favor → NATO", "Abe → favor → trade"]
    assert len(newest_first(every, newest, most=4)) == 3, "all are counted, so a fourth was taken away meanwhile"
    assert len(newest_first(every[:1], newest, most=1)) == 1, "how many stories have the others is not known"
    tallies = [StanceTally("Blair", "against", "war", 1, 1), StanceTally("Abe", "favor", "trade", 1, 1)]
    assert joined_targets(tallies)[0] == tallies
    assert [holder for holder, _ in matrix_of(tallies).rows] == ["Blair", "Abe"]


def test_positions_of_the_newest_stories_are_counted_by_their_sentences() -> None:
    stated = [
        StatedPosition("2026-11-01", "old", "Xi → favor → NATO", "high", "a"),
        StatedPosition("2026-11-03", "new", "Xi → against → war", "high", "b"),
        StatedPosition("2026-11-03", "new", "Xi → against → war", "high", "c"),
    ]
    assert counted(stated) == [Count("Xi → against → war", 1, 2), Count("Xi → favor → NATO", 1, 1)]
