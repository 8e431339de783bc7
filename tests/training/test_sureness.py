"""Precision of tones by how likely they must be, where rows stand for more names than one."""

import numpy as np
import pytest

from training.sureness import Judged

CHANCES = np.array([(0.9, 0.1, 0.0), (0.6, 0.3, 0.1), (0.1, 0.1, 0.8), (0.1, 0.8, 0.1)])


def names(counts=(1, 1, 1, 1), labels=(0, 1, 2, 0)):
    return Judged(CHANCES, np.array(labels), np.array(counts, dtype=float), ["a", "b", "c", "d"])


def test_a_likelier_tone_is_told_and_neutral_never_is():
    assert [names().right(least)[0].tolist() for least in (0.0, 0.7, 0.85, 0.95)] == [
        [True, True, True, False],
        [True, False, True, False],
        [True, False, False, False],
        [False] * 4,
    ]


@pytest.mark.parametrize(
    ("least", "counts", "precision", "recall"),
    [(0.0, (1, 1, 1, 1), 200 / 3, 200 / 3), (0.7, (1, 1, 1, 1), 100, 200 / 3), (0.0, (1, 2, 1, 6), 50, 25)],
)
def test_each_row_counts_as_often_as_it_stands_for(least, counts, precision, recall):
    assert names(counts).shares(least) == pytest.approx((precision, recall))


def test_nothing_told_is_nothing_right():
    assert names().shares(0.95) == (0, 0)


def test_the_interval_holds_the_precision_and_is_the_same_each_time():
    low, high = names().interval(0.0)
    assert low <= names().shares(0.0)[0] <= high <= 100
    assert names().interval(0.0) == (low, high)
    assert names(labels=(0, 0, 2, 0)).interval(0.0) == (100, 100)
