from hypothesis import given
from hypothesis import strategies as st

from processors.annotations import Annotations, Entity, Sentiment, Span, Stance
from processors.pipeline import load
from processors.resolve import resolve
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


def stance(holder, target, label, evidence, score=0.8):
    return Stance(holder.text, target.text, label, score, evidence, "cue", holder, target)


AGAINST = stance(span("Vladimir Putin"), span("Washington's interference"), "against", FIRST)
FAVOR = stance(span("He"), span("one-China policy"), "favor", THIRD)


def rows(annotations):
    return {(row.holder, row.label, row.target) for row in stances_of(annotations)}


def stances_of(annotations: Annotations) -> tuple[Stance, ...]:
    assert annotations.stance is not None
    return annotations.stance


def test_against_a_deed_is_also_against_its_doer_with_the_same_evidence():
    found = resolve(TEXT, [PUTIN, WASHINGTON], None, [AGAINST])
    assert rows(found) == {
        ("Vladimir Putin", "against", "Washington's interference"),
        ("Vladimir Putin", "against", "United States"),
    }
    derived = next(row for row in stances_of(found) if row.target == "United States")
    assert derived.target_id == "country:US"
    assert derived.evidence == FIRST
    assert derived.target_span == span("Washington")
    assert derived.score < 0.8


def test_being_for_a_deed_is_not_being_for_its_doer():
    found = resolve(
        TEXT,
        [PUTIN, WASHINGTON],
        None,
        [stance(span("Vladimir Putin"), span("Washington's interference"), "favor", FIRST)],
    )
    assert rows(found) == {("Vladimir Putin", "favor", "Washington's interference")}


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


def test_nobody_stands_against_himself():
    assert (
        resolve(TEXT, [PUTIN], None, [stance(span("Vladimir Putin"), span("Putin", 1), "against", FIRST)]).stance == ()
    )


def test_tone_toward_an_entity_is_that_of_its_mentions():
    first, again, where = span("Vladimir Putin"), span("Putin", 1), span("Washington")
    names = (
        Tone(again.start, again.end, (0.1, 0.1, 0.8)),
        Tone(where.start, where.end, (0.7, 0.2, 0.1)),
        Tone(first.start + 9, first.end, (0.3, 0.4, 0.3)),
    )
    found = resolve(TEXT, [PUTIN, WASHINGTON, TODAY], Tones(Sentiment(0.0, "neutral"), names), None)
    assert found.sentiment is not None
    assert {each.name: (each.score, each.label, each.confidence) for each in found.sentiment.entities} == {
        "Vladimir Putin": (0.35, "positive", 0.55),
        "Washington": (-0.6, "negative", 0.7),
    }


def test_missing_parts_cost_only_themselves():
    assert resolve(TEXT, None, None, None, failures={"entities": "why"}).failures == {"entities": "why"}
    found = resolve(TEXT, None, None, [AGAINST, FAVOR])
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


def test_whom_a_policy_contains_is_not_whose_policy_it_is() -> None:
    text = 'Putin and Xi denounced the US policy of "double containment" of Russia and China in a phone call.'
    (found,) = load().annotate([text])
    rows = {(stance.holder, stance.target) for stance in found.stance or ()}
    assert ("Xi", "United States") in rows or ("Xi Jinping", "United States") in rows
    assert not {target for _, target in rows} & {"Russia", "China"}
