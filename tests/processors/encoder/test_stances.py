"""From chances of words to stances, without a model: each row of chances is written out or made by `tags`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.encoder import stances
from processors.encoder.pieces import Pieces
from processors.encoder.stances import AGAINST, BESIDE, FAVOR, HOLDER, LEAST_CUE, TARGET, Run, StatedStance

NONE, BEGINS_HOLDER, BEGINS_TARGET = 0, 1, 3  # columns of the chances of roles; the next of each goes on with it
CERTAINTY = (0.0, 1.0, 1.0, 1.0, 0.0, 0.0)


def tags(*columns, sure=0.9):
    """Chances of one word a row, ``sure`` in the given column."""
    rows = np.full((len(columns), 5), (1 - sure) / 4, np.float32)
    rows[range(len(columns)), columns] = sure
    return rows


def words_of(text):
    words = text.split()
    starts = [sum(map(len, words[:at])) + at for at in range(len(words))]
    places = [(start, start + len(word)) for start, word in zip(starts, words, strict=True)]
    size = len(words) + 2
    return Pieces([0] * size, [0] * size, [(0, 0), *places, (0, 0)], [-1, *range(len(words)), -1])


def read(text, roles, cue):
    pieces = words_of(text)
    found = stances.stated(text, pieces, cue, roles, CERTAINTY)
    return [(text[slice(*s.holder)], text[slice(*s.cue)], text[slice(*s.target)], s.label) for s in found]


def test_cues_are_runs_of_likely_words_with_their_likelier_label():
    found = stances.cues(tags(0, 3, 4, 0, 1))
    assert [run[:3] for run in found] == [(1, 3, AGAINST), (4, 5, FAVOR)]
    assert [run.chance for run in found] == pytest.approx([0.975, 0.975])


def test_an_unlikely_word_is_no_cue():
    assert stances.cues(tags(0, sure=1 - LEAST_CUE + 0.05)) == []
    assert len(stances.cues(tags(0, sure=1 - LEAST_CUE - 0.05))) == 1


@pytest.mark.parametrize(
    ("words", "columns", "expected"),
    [
        (["Putin", "backs", "Xi"], (1, 0, 3), [(0, 1, HOLDER), (2, 3, TARGET)]),
        # two of a kind side by side are one
        (["US", "policy"], (3, 3), [(0, 2, TARGET)]),
        # and so are two targets with a small word between them
        (["policy", "of", "containment"], (3, 0, 3), [(0, 3, TARGET)]),
        (["China", "and", "Russia"], (3, 0, 3), [(0, 1, TARGET), (2, 3, TARGET)]),
        # holders are not joined
        (["Senate", "of", "Rome"], (1, 0, 1), [(0, 1, HOLDER), (2, 3, HOLDER)]),
        ([], (), []),
    ],
)
def test_roles(words, columns, expected):
    assert [run[:3] for run in stances.roles(tags(*columns), words)] == expected


def test_every_holder_stands_to_every_target():
    found = read("Putin and Xi denounced Rome and Paris", tags(1, 0, 1, 0, 3, 0, 3), Run(3, 4, AGAINST, 0.9))
    assert found == [
        (holder, "denounced", target, AGAINST) for holder in ("Putin", "Xi") for target in ("Rome", "Paris")
    ]


def test_without_a_holder_or_a_target_nothing_is_stated():
    cue = Run(1, 2, FAVOR, 0.9)
    assert read("Putin cheers Rome", tags(0, 0, 3), cue) == []
    assert read("Putin cheers Rome", tags(1, 0, 0), cue) == []


def test_a_second_holder_must_be_nearly_as_likely_as_the_first():
    roles = tags(1, 0, 3, 0, 1)
    roles[4] = [0.38, 0.6 * BESIDE, 0, 0.1, 0.1]
    assert [holder for holder, *_ in read("Putin cheers Rome , Xi", roles, Run(1, 2, FAVOR, 0.9))] == ["Putin"]


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.integers(0, 2))
def test_a_surer_part_makes_a_surer_stance(chances, part):
    surer = [min(1.0, chance + 0.1) if at == part else chance for at, chance in enumerate(chances)]
    less, more = (stances.certain(each, FAVOR, CERTAINTY) for each in (chances, surer))
    assert 0 <= less <= more <= 1


def test_a_stance_is_weighed_by_its_less_sure_role_and_its_label():
    logit = stances.logit
    even = logit(0.5)
    assert stances.evidence((0.5, 0.9, 0.5), AGAINST) == [1, even, logit(0.9), even, even, 0]
    assert stances.evidence((0.5, 0.5, 0.9), FAVOR) == [1, even, even, logit(0.9), even, 1]


@pytest.mark.parametrize(("chance", "odds"), [(0.5, 0.0), (0.9, 2.1972), (0.0, -9.2102), (1.0, 9.2102)])
def test_logit_has_bounds(chance, odds):
    assert stances.logit(chance) == pytest.approx(odds, abs=1e-3)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [((0, 5), (4, 9), True), ((0, 5), (5, 9), False), ((3, 4), (0, 9), True), ((6, 9), (0, 5), False)],
)
def test_places_meet_where_they_share_a_character(one, other, expected):
    assert stances.meet(one, other) is stances.meet(other, one) is expected


def stated(holder, target, label, score):
    return StatedStance(holder, target, (6, 9), label, score, (1.0, 1.0, 1.0))


def test_of_two_stances_of_the_same_words_the_surer_stays():
    sure, unsure = stated((0, 5), (10, 20), AGAINST, 0.9), stated((3, 5), (12, 14), FAVOR, 0.4)
    other = stated((0, 5), (30, 34), FAVOR, 0.3)
    assert stances.distinct([unsure, other, sure]) == [sure, other]


places = st.tuples(st.integers(0, 20), st.integers(1, 5)).map(lambda pair: (pair[0], sum(pair)))


@given(st.lists(st.builds(stated, places, places, st.integers(0, 1), st.floats(0, 1)), max_size=8))
def test_distinct_stances_never_meet_in_both_places(found):
    kept = stances.distinct(found)
    assert [each.score for each in kept] == sorted((each.score for each in kept), reverse=True)
    assert bool(kept) == bool(found)
    for at, one in enumerate(kept):
        for other in kept[at + 1 :]:
            assert not (stances.meet(one.holder, other.holder) and stances.meet(one.target, other.target))
