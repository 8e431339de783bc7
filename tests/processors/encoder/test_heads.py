import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from processors.encoder import heads

logits = arrays(np.float32, st.tuples(st.integers(1, 6), st.just(5)), elements=st.floats(-8, 8, width=32))


@given(logits)
def test_softmax_gives_chances(scores):
    chances = heads.softmax(scores)
    assert (chances >= 0).all()
    assert np.allclose(chances.sum(axis=-1), 1, atol=1e-5)
    assert (chances.max(axis=-1) == np.take_along_axis(chances, scores.argmax(axis=-1)[:, None], axis=-1)[:, 0]).all()


@pytest.mark.parametrize("x", [-3.0, -1.0, -0.1, 0.0, 0.5, 2.0])
def test_gelu_is_the_exact_one(x):
    exact = x * (1 + math.erf(x / math.sqrt(2))) / 2
    assert heads.gelu(np.array([x], np.float32))[0] == pytest.approx(exact, abs=1e-6)


def test_a_span_is_the_mean_of_its_sub_tokens_and_an_empty_one_nothing():
    hidden = np.array([[1, 0], [3, 4], [5, 8]], np.float32)
    assert heads.pooled(hidden, [[0], [1, 2], []]).tolist() == [[1, 0], [4, 6], [0, 0]]


@pytest.mark.parametrize(
    ("p", "q", "expected"),
    [([1], [4], [2, 3]), ([4], [1], [2, 3]), ([1, 2], [3], []), ([], [3], []), ([2], [], []), ([1, 2, 3], [2], [])],
)
def test_what_stands_between_two_spans(p, q, expected):
    assert heads.between(p, q) == expected


@given(logits)
def test_the_tags_chosen_are_lawful(scores):
    tags, _ = heads.best_tags(scores)
    table = heads.allowed(5)
    assert all(table[before, after] for before, after in zip([0, *tags], tags, strict=False))


@given(logits)
def test_runs_are_apart_and_in_order(scores):
    end = 0
    for first, last, kind, sure in heads.tag_runs(*heads.best_tags(scores)):
        assert end <= first < last <= len(scores)
        assert kind in {0, 1}
        assert 0 <= sure <= 1 + 1e-5
        end = last


def test_runs_are_read_off_tags():
    chances = np.full((5, 5), 0.2, np.float32)
    runs = heads.tag_runs([1, 2, 0, 3, 4], chances)
    assert [run[:3] for run in runs] == [(0, 2, 0), (3, 5, 1)]
    assert [run[3] for run in runs] == pytest.approx([0.4, 0.4])
