import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.annotations import Annotations, Entity, Sentiment, Span, Stance
from processors.resolve import SHOWN, SURE, resolve
from processors.sentiment import Tone, Tones

TEXT = "Washington's interference was denounced by Vladimir Putin. Putin likes tea. He backed the one-China policy."


def span(words, nth=0):
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return Span(start, start + len(words), words)


PUTIN = Entity("p1", "Vladimir Putin", "PERSON", (span("Vladimir Putin"), span("Putin", 1)), 2, 0.9)
WASHINGTON = Entity("w1", "Washington", "GPE", (span("Washington"),), 1, 0.5, "US")
TODAY = Entity("d1", "tea", "DATE", (span("tea"),), 1, 0.1)
FIRST = span("Washington's interference was denounced by Vladimir Putin.")
THIRD = span("He backed the one-China policy.")


def stance(holder, target, label, evidence, score=0.8, level="high"):
    return Stance(holder.text, target.text, label, score, evidence, "cue", holder, target, level=level)


AGAINST = stance(span("Vladimir Putin"), span("Washington's interference"), "against", FIRST)
FAVOR = stance(span("He"), span("one-China policy"), "favor", THIRD)


def rows(annotations):
    return {(row.holder, row.label, row.target) for row in stances_of(annotations)}


def stances_of(annotations: Annotations) -> tuple[Stance, ...]:
    assert annotations.stance is not None
    return annotations.stance


def test_whose_deed_a_target_names_is_said_in_its_row():
    (row,) = stances_of(resolve(TEXT, [PUTIN, WASHINGTON], None, [AGAINST]))
    assert (row.holder, row.label, row.target) == ("Vladimir Putin", "against", "Washington's interference")
    assert (row.target_id, row.about) == (None, ("country:US",))
    assert (row.score, row.level) == (0.8, "medium")  # a reader would agree; the sentence says it less surely


@pytest.mark.parametrize(
    ("score", "level"), [(0.95, "high"), (SURE, "high"), (0.8, "medium"), (SHOWN["high"] - 0.01, "low")]
)
def test_a_row_is_shown_only_where_its_sentence_says_it_surely(score, level):
    given = stance(span("Vladimir Putin"), span("one-China policy"), "favor", FIRST, score)
    (row,) = stances_of(resolve(TEXT, [PUTIN], None, [given]))
    assert row.level == level


def test_a_target_that_names_its_holder_is_kept_at_level_low():
    given = stance(span("Washington"), span("Washington's interference"), "against", FIRST, 0.95)
    (row,) = stances_of(resolve(TEXT, [PUTIN, WASHINGTON], None, [given]))
    assert (row.about, row.level) == (("country:US",), "low")


def test_a_target_that_is_an_entity_is_about_nothing_else():
    given = stance(span("Vladimir Putin"), span("Washington"), "against", FIRST)
    (row,) = stances_of(resolve(TEXT, [PUTIN, WASHINGTON], None, [given]))
    assert (row.target, row.target_id, row.about) == ("United States", "country:US", ())


@pytest.mark.parametrize(
    ("words", "kept"),
    [("He", "low"), ("tea", "low"), ("policy", "low"), ("one-China policy", "high"), ("interference", "high")],
)
def test_what_a_reader_would_not_understand_is_kept_at_level_low(words, kept):
    body = Entity("o1", "Vladimir Putin", "ORG", (span("Vladimir Putin"),), 1, 0.5)  # so that "He" means nobody
    given = stance(span("Vladimir Putin"), span(words), "favor", FIRST, 0.95)
    rows = stances_of(resolve(TEXT, [body, TODAY], None, [given]))  # "tea" stands for a date
    assert [row.level for row in rows] == [kept]
    assert [row.score for row in rows] == [0.95]


def test_who_cannot_hold_a_stance_is_kept_at_level_low():
    law = Entity("l1", "Putin", "LAW", (span("Putin", 1),), 1, 0.5)
    given = stance(span("Putin", 1), span("one-China policy"), "favor", THIRD, 0.95)
    (row,) = stances_of(resolve(TEXT, [law], None, [given]))
    assert (row.holder, row.level) == ("Putin", "low")
    (row,) = stances_of(resolve(TEXT, None, None, [given]))  # without entities nobody can know
    assert row.level == "high"


def test_a_pronoun_is_its_antecedent_and_less_sure():
    (row,) = stances_of(resolve(TEXT, [PUTIN, WASHINGTON], None, [FAVOR]))
    assert (row.holder, row.holder_id, row.target_id) == ("Vladimir Putin", "p1", None)
    assert row.score < FAVOR.score


def test_a_pair_is_one_row_with_the_best_evidence():
    weak = stance(span("Putin", 1), span("Washington"), "against", span("Putin likes tea."), 0.4)
    strong = stance(span("Vladimir Putin"), span("Washington"), "against", FIRST, 0.8)
    contrary = stance(span("Putin", 1), span("Washington"), "favor", span("Putin likes tea."), 0.5)
    (row,) = stances_of(resolve(TEXT, [PUTIN, WASHINGTON], None, [weak, strong, contrary]))
    assert (row.label, row.evidence) == ("against", FIRST)


def test_a_sentence_that_the_text_repeats_weighs_once():
    text = f"{FIRST.text} {FIRST.text.upper()} Putin backed Washington. Putin praised Washington."
    where = [Span(at, at + len(FIRST.text), text[at : at + len(FIRST.text)]) for at in (0, len(FIRST.text) + 1)]
    others = [Span(text.index(words), text.index(words) + len(words), words) for words in (
        "Putin backed Washington.", "Putin praised Washington.",
    )]  # fmt: skip
    given = [stance(span("Vladimir Putin"), span("Washington"), "against", each, 0.5) for each in where]
    given += [stance(span("Vladimir Putin"), span("Washington"), "favor", each, 0.4) for each in others]
    (row,) = stances_of(resolve(TEXT, [PUTIN, WASHINGTON], None, given))
    assert row.label == "favor"  # 0.8 in two sentences, against 0.5 in one


def test_nobody_stands_against_himself():
    assert (
        resolve(TEXT, [PUTIN], None, [stance(span("Vladimir Putin"), span("Putin", 1), "against", FIRST)]).stance == ()
    )


def test_tone_toward_an_entity_is_that_of_its_mentions():
    first, again, where = span("Vladimir Putin"), span("Putin", 1), span("Washington")
    names = (
        Tone(again.start, again.end, (0.1, 0.0, 0.9)),
        Tone(where.start, where.end, (0.8, 0.1, 0.1)),
        Tone(first.start + 9, first.end, (0.1, 0.2, 0.7)),
    )
    found = resolve(TEXT, [PUTIN, WASHINGTON, TODAY], Tones(Sentiment(0.0, "neutral"), names), None)
    assert found.sentiment is not None
    assert {each.name: (each.score, each.label, each.confidence) for each in found.sentiment.entities} == {
        "Vladimir Putin": (0.7, "positive", 0.8),
        "Washington": (-0.7, "negative", 0.8),
    }


def test_missing_parts_cost_only_themselves():
    assert resolve(TEXT, None, None, None, failures={"entities": "why"}).failures == {"entities": "why"}
    found = resolve(TEXT, None, None, [AGAINST])
    assert found.entities is None
    assert rows(found) == {("Vladimir Putin", "against", "Washington's interference")}
    assert resolve(TEXT, [PUTIN], None, None).stance is None


@given(st.permutations([AGAINST, FAVOR, stance(span("Putin", 1), span("Washington"), "favor", FIRST, 0.3)]))
def test_the_order_of_stances_changes_nothing(stances):
    expected = resolve(
        TEXT,
        [PUTIN, WASHINGTON],
        None,
        [AGAINST, FAVOR, stance(span("Putin", 1), span("Washington"), "favor", FIRST, 0.3)],
    )
    assert resolve(TEXT, [PUTIN, WASHINGTON], None, stances) == expected
