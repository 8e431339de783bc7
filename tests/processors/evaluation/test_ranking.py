"""nDCG of rankings."""

import math

import pytest

from processors.evaluation.ranking import ndcg


def test_the_best_order_counts_one_and_none_of_it_nothing() -> None:
    assert ndcg([1, 2, 3], {1, 2}) == pytest.approx(1)
    assert ndcg([3, 4], {1, 2}) == 0
    assert ndcg([], {1}) == 0


def test_later_places_count_less() -> None:
    assert ndcg([9, 1], {1}) == pytest.approx(1 / math.log2(3))
    assert ndcg([9, 1], {1}) > ndcg([9, 8, 1], {1})


def test_only_the_first_places_count() -> None:
    assert ndcg([*range(100, 110), 1], {1}) == 0
    assert ndcg(range(10), set(range(20))) == pytest.approx(1)
