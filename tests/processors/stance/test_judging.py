"""What the annotator makes of the stances that an encoder states; the encoder is faked."""

from types import SimpleNamespace
from typing import Any

import pytest

from processors.annotations import Model
from processors.encoder.reading import EncodedSentence, TextReading
from processors.encoder.stances import AGAINST, FAVOR, StatedStance
from processors.stance import agreement
from processors.stance.judging import HIGH, MEDIUM, StanceAnnotator, level_of, without_sources
from processors.stance.pairs import Paired
from processors.text.passages import sentences

FACTS = {"Berlin denounced Rome.": AGAINST, "Berlin praised Rome.": FAVOR, "Reuters denounced Rome.": AGAINST}


def stated(text, score=0.87654321):
    """One stance where one of `FACTS` stands: first word, cue, last word."""
    for fact, label in FACTS.items():
        if fact in text:
            at, (holder, cue, target) = text.index(fact), fact.rstrip(".").split(" ")
            holder_at, target_at, cue_at = (
                (at + fact.index(word), at + fact.index(word) + len(word)) for word in (holder, target, cue)
            )
            return [StatedStance(holder_at, target_at, cue_at, label, score, (1.0, 1.0, 1.0))]
    return []


class Encodes:
    chances = (0.6, 0.1, 0.1, 0.1, 0.1)
    weights: Any = None

    def encode(self, texts):
        return [SimpleNamespace(text=text) for text in texts]

    def stated(self, encoded):
        return [stated(each.text) for each in encoded]

    def stances(self, asked):
        return [[self.chances] for _ in asked]


@pytest.fixture(autouse=True)
def agreed(monkeypatch):
    """How surely readers agree with each stance in turn, taken from the back."""
    each: list[float] = []
    monkeypatch.setattr(agreement, "chances", lambda _, asked: [each.pop() if each else 0.8 for _ in asked])
    return each


class Reads:
    model = Model("test", "1")

    def __init__(self):
        self.encoder = Encodes()

    def read(self, texts):
        return [TextReading(tuple(sentence(text, place) for place in sentences(text))) for text in texts]


def annotator():
    reader: Any = Reads()
    return StanceAnnotator(reader)


def sentence(text, place):
    encoded: Any = SimpleNamespace(text=text[place.start : place.end], mentions=())
    return EncodedSentence(place.start, place.end, encoded)


def rows(text):
    (found,) = annotator().annotate([text])
    return found


def test_a_stance_has_spans_of_the_text_and_its_sentence_as_evidence():
    text = "Rome slept. Berlin denounced Rome. It rained."
    (row,) = rows(text)
    assert (row.holder, row.label, row.target, row.cue, row.score) == ("Berlin", "against", "Rome", "denounced", 0.8765)
    assert row.evidence.text == "Berlin denounced Rome."
    for span in (row.evidence, row.holder_span, row.target_span):
        assert text[span.start : span.end] == span.text


def test_offsets_count_code_points():
    (row,) = rows("😀 Ünder. Berlin praised Rome.")
    assert (row.label, row.holder_span.start) == ("favor", 9)


def spoken(text, holder, label=FAVOR):
    by, toward, cue = ((text.index(word), text.index(word) + len(word)) for word in (holder, "plan", "backs"))
    return StatedStance(by, toward, cue, label, 0.9, (1.0, 1.0, 1.0))


@pytest.mark.parametrize(
    ("text", "holders", "kept"),
    [
        ("Xi backs the plan, said Yuri Ushakov.", ("Xi", "Yuri Ushakov"), ["Xi"]),
        ("So, according to his aide Lee, Xi backs the plan.", ("Xi", "Lee"), ["Xi"]),
        ("Smith said they backs the plan.", ("Smith", "they"), ["they"]),
        ("Xi and Putin backs the plan.", ("Xi", "Putin"), ["Xi", "Putin"]),
        ("Xi backs the plan, Smith said.", ("Smith",), ["Smith"]),  # nobody else could be meant
    ],
)
def test_who_only_reports_a_stance_does_not_hold_it(text, holders, kept):
    found = without_sources(text, [spoken(text, holder) for holder in holders])
    assert [text[slice(*each.holder)] for each in found] == kept


def test_a_level_is_how_surely_readers_agree(agreed):
    agreed += [0.2, 0.9]
    (shown, kept) = rows("Berlin denounced Rome. It rained. Berlin praised Rome.")
    assert [(row.label, row.level) for row in (shown, kept)] == [("against", "high"), ("favor", "low")]


@pytest.mark.parametrize(
    ("chance", "level"),
    [(1.0, "high"), (HIGH, "high"), (HIGH - 0.01, "medium"), (MEDIUM, "medium"), (MEDIUM - 0.01, "low"), (0, "low")],
)
def test_the_levels_begin_where_they_are_said_to(chance, level):
    assert level_of(chance) == level


@pytest.mark.parametrize(("cue", "target"), [("denounced", "talks of ministers"), ("accused", "talks")])
def test_a_phrase_has_its_complement_unless_somebody_is_accused_of_it(monkeypatch, cue, target):
    monkeypatch.setitem(FACTS, f"Berlin {cue} talks", FAVOR)
    (row,) = rows(f"Berlin {cue} talks of ministers in Rome.")
    assert row.target == target


def test_the_evidence_begins_after_the_dateline():
    (row,) = rows("MOSCOW (Reuters) - Berlin denounced Rome.")
    assert row.evidence.text == "Berlin denounced Rome."


def test_a_news_agency_holds_no_stance():
    assert rows("Reuters denounced Rome.") == ()


def test_each_text_has_its_own_rows():
    found = annotator().annotate(["", "Berlin praised Rome.", "It rained.", "Berlin denounced Rome."])
    assert [[row.label for row in each] for each in found] == [[], ["favor"], [], ["against"]]


@pytest.mark.parametrize(
    ("text", "p", "q", "expected"),
    [
        ("It rained on Berlin and Rome.", (13, 19), (24, 28), 0),  # the pair head says none
        ("Berlin denounced Rome.", (0, 6), (17, 21), 0),  # 3 × 0.1 is less than 1.4 × 0.6
    ],
)
def test_none_wins_where_it_is_likeliest(text, p, q, expected):
    assert annotator().judge([Paired(text, p, q, 0)]) == [expected]


@pytest.mark.parametrize(
    ("text", "p", "q", "expected"),
    [
        ("Berlin praised Rome.", (0, 6), (15, 19), 1),
        ("Berlin praised Rome.", (15, 19), (0, 6), 2),
        ("Berlin denounced Rome.", (0, 6), (17, 21), 3),
        ("Berlin denounced Rome.", (17, 21), (0, 6), 4),
    ],
)
def test_a_stated_stance_tips_an_undecided_pair(monkeypatch, text, p, q, expected):
    monkeypatch.setattr(Encodes, "chances", (0.2, 0.2, 0.2, 0.2, 0.2))
    assert annotator().judge([Paired(text, p, q, 0)]) == [expected]
