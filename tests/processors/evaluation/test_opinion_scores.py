import pytest

from processors.evaluation import opinion_scores
from processors.stance.pairs import Paired


def pair(label):
    return Paired("Xi met Li.", (0, 2), (7, 9), label)


def test_right_answers_score_a_hundred_in_both_directions():
    pairs = [pair(label) for label in (0, 1, 2, 3, 4)]
    found = opinion_scores.stance(lambda some: [each.label for each in some], pairs)
    assert (found["macro_f1"], found["micro_f1"], found["examples"]) == (100, 100, 10)


def test_a_row_of_which_only_the_label_is_known_is_answered_by_none():
    found = opinion_scores.stance(lambda some: [each.label for each in some], [pair(1), 3, 0])
    assert found["by_class"]["against"]["recall"] == 0
    assert found["by_class"]["favor"]["recall"] == 100


def test_the_commonest_answer_stands_beside():
    found = opinion_scores.majority(["a", "a", "a", "b"], ["a", "b"])
    assert found["majority_micro_f1"] == 75


@pytest.mark.parametrize(
    ("compound", "expected"),
    [(-1, "negative"), (-0.05, "negative"), (-0.04, "neutral"), (0, "neutral"), (0.04, "neutral"), (0.05, "positive")],
)
def test_vaders_own_bounds(compound, expected):
    assert opinion_scores._vader(compound) == expected


def test_answers_come_batch_by_batch_and_keep_their_order():
    sizes = []

    def judge(some):
        sizes.append(len(some))
        return [[each] for each in some]

    answers, speed = opinion_scores.timed(judge, list(range(150)))
    assert answers == [[each] for each in range(150)]
    assert sizes == [1, 64, 64, 22]  # the first is no part of the speed
    assert speed > 0
