"""Words of a story, near-copies, and the scores of grouping."""

import json
from math import isqrt

import pytest

from processors.evaluation import events
from processors.evaluation.labelled_sentences import BadLine
from processors.events.copies import resemblance, sketch
from processors.events.words import MOST_WORDS, UNIT, likeness, rarity, weights

TEXT = "The Lufthansa pilots' union Cockpit said that its members will strike on Friday over pensions at the airline."


def test_rare_words_weigh_more_and_the_commonest_nothing() -> None:
    found = weights("Lufthansa pilots strike", TEXT)
    assert "the" not in found
    assert "that" not in found
    assert found["lufthansa"] > found["pensions"]
    assert "friday" not in found
    assert next(iter(found)) == "lufthansa"
    assert likeness(found, found) < UNIT * UNIT
    long = weights("", " ".join(f"Lufthansa pilot{chr(97 + n)} strikes." for n in range(26)))
    assert abs(isqrt(likeness(long, long)) - UNIT) <= 4
    assert rarity()["the"] < 1 < rarity()["lufthansa"] <= rarity()[""]


def test_weights_are_few_and_whole_for_any_text() -> None:
    assert weights("", "") == {}
    assert weights("the", "of and") == {}
    many = weights("", " ".join(f"x{chr(97 + n % 26)}{chr(97 + n // 26)}z" for n in range(500)))
    assert len(many) == MOST_WORDS
    assert all(isinstance(weight, int) for weight in many.values())


def test_a_copy_with_another_ending_resembles_and_another_story_does_not() -> None:
    text = " ".join(f"{TEXT} Sentence number {number} follows here." for number in range(6))
    first, copy = sketch("", text), sketch("", f"{text} It added nothing.")
    assert resemblance(first, first) == 1
    assert resemblance(first, copy) > 0.8
    assert resemblance(first, sketch("", "Rain fell over the north of the country for a second day. " * 6)) == 0
    assert resemblance(first, ()) == 0


def test_scores_of_groups_are_those_of_the_literature() -> None:
    labels = ["a", "a", "a", "b"]
    assert events.b_cubed(["1", "1", "1", "2"], labels)["b_cubed_f1"] == 100
    assert events.pairwise(["1", "2", "3", "4"], labels) == {
        "pairwise_precision": 0, "pairwise_recall": 0, "pairwise_f1": 0,
    }  # fmt: skip
    together = ["1"] * 4
    assert events.b_cubed(together, labels)["b_cubed_precision"] == pytest.approx(62.5)
    assert events.b_cubed(together, labels)["b_cubed_recall"] == 100
    assert events.pairwise(together, labels)["pairwise_precision"] == 50


def test_labelled_stories_are_scored_and_bad_lines_named() -> None:
    row = {"event": "strike", "title": "Lufthansa pilots strike", "text": TEXT, "url": "http://a.example/x"}
    line = json.dumps(row)
    (first, second) = events.read([line, "", line.replace("a.example", "b.example")])
    assert (first.source, second.source) == ("a.example", "b.example")
    found = events.score([first, second])
    assert (found["b_cubed_f1"], found["pairwise_f1"], found["stories"], found["events"]) == (100, 100, 2, 1)
    with pytest.raises(BadLine, match="line 1"):
        events.read(['{"title": "no event"}'])
