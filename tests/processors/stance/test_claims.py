"""A stance that somebody denies, or claims of another, is told from one that the sentence states."""

import pytest

from processors.annotations import Span, Stance
from processors.stance.claims import claim_of


def row(sentence: str, holder: str, cue: str, target: str, start: int = 40) -> Stance:
    def span(words: str) -> Span:
        at = sentence.index(words)
        return Span(start + at, start + at + len(words), words)

    evidence = Span(start, start + len(sentence), sentence)
    return Stance(holder, target, "favor", 0.9, evidence, cue, span(holder), span(target), level="high")


@pytest.mark.parametrize(
    ("sentence", "holder", "cue", "target", "claim"),
    [
        ("Iran denied backing the Houthis.", "Iran", "backing", "Houthis", "denied"),
        ("Iran denies that it supports the rebels.", "it", "supports", "rebels", "denied"),
        ("Mr Smith has denied ever supporting the plan.", "Mr Smith", "supporting", "plan", "denied"),
        ("Tehran rejected claims that it backs Hamas.", "it", "backs", "Hamas", "denied"),
        ("Iran denied the report and criticized Israel.", "Iran", "criticized", "Israel", ""),
        ("Iran denied visas, but it supports the talks.", "it", "supports", "talks", ""),
        ("The U.S. accused Iran of backing the Houthis.", "Iran", "backing", "Houthis", "reported"),
        ("The U.S. accused Iran of backing the Houthis.", "The U.S.", "accused", "Iran", ""),
        ("Iran, accused of arming the rebels, said nothing.", "Iran", "arming", "rebels", "reported"),
        ("Israel claims that Iran supports Hezbollah.", "Iran", "supports", "Hezbollah", "reported"),
        ("Iran reportedly supports the deal.", "Iran", "supports", "deal", "reported"),
        ("Berlin is said to oppose the plan.", "Berlin", "oppose", "plan", "reported"),
        ("Xi backs the plan, an aide said.", "Xi", "backs", "plan", ""),
        ("The minister said Iran supports Hezbollah.", "Iran", "supports", "Hezbollah", ""),
        ("The group that claimed the attack praised Hamas.", "The group", "praised", "Hamas", ""),
        ("He denied it.", "He", "elsewhere", "it", ""),
    ],
)
def test_who_denies_or_only_claims_states_nothing(
    sentence: str, holder: str, cue: str, target: str, claim: str
) -> None:
    assert claim_of(row(sentence, holder, cue, target)) == claim


def test_a_holder_that_another_sentence_names_is_no_trouble() -> None:
    said = row("Iran denied backing the Houthis.", "Iran", "backing", "Houthis")
    elsewhere = Span(0, 2, "He")
    assert claim_of(Stance("Iran", "x", "favor", 0.9, said.evidence, "backing", elsewhere, elsewhere)) == "denied"
