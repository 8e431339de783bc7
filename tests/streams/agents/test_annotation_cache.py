"""What a process keeps of texts that it has annotated, and that it is what the model would say."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.annotations import Model
from processors.annotator import Failure
from processors.pipeline import load
from streams.agents.annotation_cache import OVERHEAD, AnnotationCache
from streams.agents.enrich import PARTS
from streams.agents.received_article import AnnotatorInput, digest_of

Words = tuple[str, ...]


class Splits:
    """Words of a text; fails on the word "bad"."""

    model = Model("splits", "1")

    def __init__(self) -> None:
        self.asked: list[str] = []

    def annotate(self, texts):
        self.asked += texts
        if any("bad" in text for text in texts):
            raise ValueError("bad text")
        return [tuple(text.split()) for text in texts]


def ask(cache, texts):
    return cache.annotate([AnnotatorInput(text, 1, digest_of(text)) for text in texts])


def test_a_text_is_annotated_once() -> None:
    splits = Splits()
    cache = AnnotationCache("t", splits, Words, 1)
    assert ask(cache, ["a b", "c", "a b"]) == [("a", "b"), ("c",), ("a", "b")]
    assert ask(cache, ["c", "d"]) == [("c",), ("d",)]
    assert splits.asked == ["a b", "c", "d"]


def test_failures_are_not_remembered() -> None:
    splits = Splits()
    cache = AnnotationCache("t", splits, Words, 1)
    for _ in range(2):
        good, bad = ask(cache, ["good", "bad"])
        assert good == ("good",)
        assert bad == Failure("ValueError: bad text")
    assert splits.asked.count("bad") > splits.asked.count("good")


def test_the_cache_is_bounded_and_keeps_what_was_met_last() -> None:
    splits = Splits()
    cache = AnnotationCache("t", splits, Words, 10 * (OVERHEAD + 10) / 2**20)
    ask(cache, ["kept"])
    for number in range(100):
        ask(cache, [f"n{number}", "kept"])
        assert cache.bytes <= 10 * (OVERHEAD + 10)
    assert splits.asked.count("kept") == 1
    ask(cache, ["n0"])
    assert splits.asked.count("n0") == 2, "it was forgotten"


def test_nothing_is_remembered_when_not_wanted() -> None:
    splits = Splits()
    cache = AnnotationCache("t", splits, Words, 0)
    ask(cache, ["a"])
    assert ask(cache, ["a"]) == [("a",)]
    assert splits.asked == ["a", "a"]
    assert cache.bytes == 0


def test_another_model_is_asked_again() -> None:
    splits = Splits()
    cache = AnnotationCache("t", splits, Words, 1)
    ask(cache, ["a"])
    splits.model = Model("splits", "2")
    assert ask(cache, ["a"]) == [("a",)]
    assert splits.asked == ["a", "a"]
    assert cache.bytes < 2 * OVERHEAD, "what the first model said is gone"


@given(
    st.lists(st.lists(st.sampled_from(["a", "b c", "bad", "", "\x00 é"]), max_size=4), max_size=6),
    st.sampled_from([0, 0.0005, 1]),
)
def test_the_cache_changes_no_answer(batches, megabytes) -> None:
    cache = AnnotationCache("t", Splits(), tuple, megabytes)
    for batch in batches:
        expected = [Failure("ValueError: bad text") if "bad" in text else tuple(text.split()) for text in batch]
        assert ask(cache, batch) == expected


@pytest.fixture(scope="module")
def annotators():
    return load()


@pytest.mark.parametrize("name", PARTS)
def test_what_is_remembered_is_what_the_annotator_said(annotators, name) -> None:
    text = "Xi criticized Obama.\n\nBEIJING - President Xi Jinping of China sharply criticized Barack Obama on Monday."
    cache = AnnotationCache(name, getattr(annotators, name), PARTS[name], 1)
    (first,), (second,) = ask(cache, [text]), ask(cache, [text])
    assert first == second
    assert type(first) is type(second) or get_args(PARTS[name])
    assert cache.bytes > 0
