import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors import sentiment
from processors.sentiment import SURE, Tone, labelled, together


@pytest.fixture(scope="module")
def annotator():
    return sentiment.load()


def test_document_sentences_and_names(annotator):
    text = (
        "Berlin mourns\n\nEveryone praised Anna Berg for her brave and brilliant work. Police say Carl Voss is a corrupt "
        "and cruel liar who robbed the poor. The table is brown."
    )
    (found,) = annotator.annotate([text])
    sentences = found.sentiment.sentences
    assert text[sentences[3].start : sentences[3].end] == "The table is brown."
    assert sentences[1].score > sentences[3].score > sentences[2].score
    assert (sentences[1].label, sentences[2].label) == ("positive", "negative")
    assert found.sentiment.score == pytest.approx(sum(each.score for each in sentences) / 4, abs=1e-3)
    toward = {text[tone.start : tone.end]: together([tone]) or (0.0, "", 0.0) for tone in found.names}
    assert [toward[name][1] for name in ("Anna Berg", "Carl Voss")] == ["positive", "negative"]


def test_no_text_is_neutral(annotator):
    found = [each.sentiment for each in annotator.annotate(["", "\n"])]
    assert [(each.score, each.label, each.confidence) for each in found] == [(0.0, "neutral", 0.0)] * 2


@settings(max_examples=50)
@given(st.floats(-1, 1), st.floats(0.01, 0.5), st.floats(0.01, 1))
def test_a_label_is_that_of_its_score_and_its_confidence_a_chance(score, neutral, error):
    label, confidence = labelled(score, neutral, error)
    assert 0 <= confidence <= 1
    assert label == ("neutral" if abs(score) < neutral else "negative" if score < 0 else "positive")


def test_a_score_far_from_its_bound_is_surer():
    assert labelled(0.9, 0.1, 0.2)[1] > labelled(0.2, 0.1, 0.2)[1] > 0.5


@pytest.mark.parametrize(
    ("chances", "label"),
    [((SURE, 0.2, 0.2), "negative"), ((SURE - 0.01, 0.2, 0.21), "neutral"), ((0.1, 0.3, SURE), "positive")],
)
def test_a_tone_toward_a_name_that_is_not_sure_is_neutral(chances, label):
    found = together([Tone(0, 2, chances)])
    assert found is not None
    assert found[1] == label


def test_all_the_mentions_of_an_entity_count_alike():
    rows = [Tone(0, 2, (0.9, 0.0, 0.1)), Tone(9, 11, (0.7, 0.2, 0.1))]
    assert together(rows) == (-0.7, "negative", 0.8)
    assert together([]) is None


def test_texts_that_say_the_like_point_the_same_way_in_other_words(annotator):
    strike, dockers, other, none = (
        each.meaning
        for each in annotator.annotate(
            [
                "Port workers strike in Antwerp\n\nThe union called a walkout over wages, and ships wait in the harbour.",
                "Dockers lay down tools\n\nCargo vessels queue off Rotterdam as unions demand higher pay.",
                "Actress wins prize\n\nThe film's star thanked the jury at the festival in Venice.",
                "",
            ]
        )
    )

    def product(one, two):
        return sum(a * b for a, b in zip(memoryview(one).cast("b"), memoryview(two).cast("b"), strict=True))

    assert len(strike) == 128
    assert none == b""
    assert product(strike, dockers) > 2 * max(0, product(strike, other))
