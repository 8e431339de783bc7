import pytest

from processors.annotations import Model
from processors.annotator import Failure, annotate_each


class Fussy:
    """Upper-cases texts, but not those that say "bad"."""

    model = Model("fussy", "1")

    def __init__(self):
        self.calls = []

    def annotate(self, texts):
        self.calls.append(list(texts))
        if any("bad" in text for text in texts):
            raise ValueError("bad text")
        return [text.upper() for text in texts]


def test_a_good_batch_is_one_call():
    annotator = Fussy()
    assert annotate_each(annotator, ["a", "b"]) == ["A", "B"]
    assert annotator.calls == [["a", "b"]]


def test_a_bad_text_costs_only_its_own_annotation():
    assert annotate_each(Fussy(), ["a", "bad", "c"]) == ["A", Failure("ValueError: bad text"), "C"]


@pytest.mark.parametrize("texts", [[], ["bad"]])
def test_edges(texts):
    assert annotate_each(Fussy(), texts) == [Failure("ValueError: bad text")] * len(texts)


def test_a_wrong_number_of_annotations_is_a_failure():
    class Short(Fussy):
        def annotate(self, texts):
            return ["A"] if len(texts) != 1 else []

    (failure, _) = annotate_each(Short(), ["a", "b"])
    assert isinstance(failure, Failure)
    assert "0 annotations for 1 texts" in failure.why


def test_control_signals_pass_through():
    class Stopped(Fussy):
        def annotate(self, texts):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        annotate_each(Stopped(), ["a"])
