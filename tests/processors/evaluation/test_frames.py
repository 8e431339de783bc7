import pytest

from processors.annotations import Model, Span, Stance
from processors.evaluation import frames
from processors.evaluation.labelled_sentences import BadLine

TEXT = "Putin rejected the US interference and praised Xi."
LINE = (
    f'{{"sentence": "{TEXT}", "stances": ['
    '{"holder": [0, 5], "target": [19, 34], "label": "against", "cue": [6, 14]},'
    '{"holder": [0, 5], "target": [47, 49], "label": "favor", "cue": [39, 46]}]}'
)


def row(label, target, score):
    holder, aimed = (Span(start, end, TEXT[start:end]) for start, end in ((0, 5), target))
    return Stance("Putin", aimed.text, label, score, Span(0, len(TEXT), TEXT), "", holder, aimed)


class Says:
    model = Model("test", "1")

    def __init__(self, *rows):
        self.rows = rows

    def annotate(self, texts):
        return [self.rows for _ in texts]


def scores(*rows):
    return frames.score(Says(*rows), frames.read([LINE]))


def test_a_row_that_meets_both_spans_is_right_relaxed_and_with_the_same_words_strict():
    found = scores(row("against", (15, 34), 0.9), row("favor", (39, 49), 0.4))
    first = found["by_least_score"][0]
    assert first["relaxed"] == {"precision": 100, "recall": 100, "f1": 100, "support": 2}
    assert first["strict"]["precision"] == 50  # "the" counts for nothing, "praised" does


def test_a_wrong_label_and_a_second_row_for_one_stance_are_wrong():
    found = scores(row("favor", (19, 34), 0.9), row("favor", (47, 49), 0.8), row("favor", (47, 49), 0.7))
    assert found["by_least_score"][0]["relaxed"]["precision"] == pytest.approx(100 / 3)
    assert found["by_least_score"][0]["relaxed"]["recall"] == 50


def test_rows_below_the_least_score_count_for_nothing():
    found = {
        each["least"]: each
        for each in scores(row("favor", (47, 49), 0.4), row("against", (0, 5), 0.2))["by_least_score"]
    }
    assert (found[0.4]["rows"], found[0.4]["relaxed"]["precision"]) == (1, 100)
    assert (found[0.5]["rows"], found[0.5]["relaxed"]["precision"]) == (0, 0)


def test_the_calibration_error_is_the_gap_between_score_and_share_right():
    found = scores(row("against", (19, 34), 0.9), row("favor", (0, 5), 0.7))
    assert found["calibration"] == [
        {"low": 0.7, "rows": 1, "mean_score": 0.7, "right": 0.0},
        {"low": 0.9, "rows": 1, "mean_score": 0.9, "right": 1.0},
    ]
    assert found["calibration_error"] == pytest.approx((0.7 + 0.1) / 2)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"sentence": "Putin"}',
        '{"sentence": "Putin", "stances": [{"holder": [0, 9], "target": [0, 1], "label": "favor"}]}',
        '{"sentence": "Putin", "stances": [{"holder": [0, 1], "target": [0, 1], "label": "none"}]}',
    ],
)
def test_a_line_that_cannot_be_read_is_named(line):
    with pytest.raises(BadLine, match="line 2"):
        frames.read([LINE, line])
