import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.encoder import encoder as encoders
from processors.encoder import reading
from processors.encoder.reading import TextReader

LONGEST_WAIT = 10.0  # seconds: a deadlock fails here instead of hanging the tests


class Counting:
    """Encodes nothing; says how often it was asked for each sentence."""

    def __init__(self, floats=10):
        self.asked: list[str] = []
        self.floats = floats

    def encode(self, texts):
        self.asked += texts
        return [SimpleNamespace(text=text, hidden=np.zeros(self.floats, np.float32)) for text in texts]


class Slow(Counting):
    """Begins, and ends only when told to: with its result or with an error."""

    def __init__(self, error=None):
        super().__init__()
        self.begun, self.go_on, self.error = threading.Event(), threading.Event(), error

    def encode(self, texts):
        self.begun.set()
        assert self.go_on.wait(LONGEST_WAIT)
        if self.error:
            raise self.error
        return super().encode(texts)


@pytest.fixture
def threads():
    with ThreadPoolExecutor(3) as pool:
        yield pool


def test_three_who_ask_one_after_another_cost_one_reading():
    encoder = Counting()
    reader = TextReader(encoder)
    readings = [reader.read(["It rains. It pours.", "It shines."]) for _ in range(3)]
    assert sorted(encoder.asked) == ["It pours.", "It rains.", "It shines."]
    assert readings[0] == readings[1] == readings[2]
    assert reader.held == (0, 0)


def test_three_who_ask_at_once_cost_one_reading(threads):
    encoder = Slow()
    reader = TextReader(encoder)
    waiting = [threads.submit(reader.read, ["It rains.", "It pours."]) for _ in range(3)]
    assert encoder.begun.wait(LONGEST_WAIT)
    encoder.go_on.set()
    first, second, third = (each.result(LONGEST_WAIT) for each in waiting)
    assert first == second == third
    assert sorted(encoder.asked) == ["It pours.", "It rains."]
    assert reader.held == (0, 0)


def test_two_who_ask_for_the_same_texts_in_turned_order_do_not_wait_for_each_other_for_ever(threads):
    reader = TextReader(Counting(), readers=2)
    texts = [f"Story {number}." for number in range(200)]
    forth = [threads.submit(reader.read, texts[at : at + 7]) for at in range(0, 200, 7)]
    back = [threads.submit(reader.read, texts[at : at + 5][::-1]) for at in reversed(range(0, 200, 5))]
    assert sum(len(each.result(LONGEST_WAIT)) for each in forth + back) == 2 * len(texts)


def test_an_error_reaches_everyone_who_waits_and_the_next_may_try_again(threads):
    encoder = Slow(RuntimeError("the model is on fire"))
    reader = TextReader(encoder)
    waiting = [threads.submit(reader.read, ["It rains."]) for _ in range(2)]
    assert encoder.begun.wait(LONGEST_WAIT)
    encoder.go_on.set()
    assert [str(each.exception(LONGEST_WAIT)) for each in waiting] == ["the model is on fire"] * 2
    assert reader.held == (0, 0)
    encoder.error = None
    assert [sentence.encoded.text for sentence in reader.read(["It rains."])[0].sentences] == ["It rains."]


def test_what_is_held_is_bounded_and_the_oldest_goes_first():
    encoder = Counting(floats=2**18)  # a MiB a sentence
    reader = TextReader(encoder, megabytes=4)
    for number in range(20):
        reader.read([f"Story {number}."])
        assert reader.held[1] <= 4 * 2**20
    reader.read(["Story 19.", "Story 0."])
    assert [encoder.asked.count(f"Story {number}.") for number in (0, 19)] == [2, 1]


def test_a_text_larger_than_the_bound_is_read_all_the_same():
    reader = TextReader(Counting(floats=2**18), megabytes=0.5)
    assert len(reader.read(["One. Two. Three."])[0].sentences) == 3
    assert reader.held == (0, 0)


def test_empty_texts_cannot_pile_up():
    reader = TextReader(Counting(), megabytes=0.1)
    for length in range(500):
        assert reader.read([" " * length]) == [reading.TextReading(())]
    assert reader.held[0] <= 103


@given(st.lists(st.text(alphabet=st.sampled_from("abC. \n\t!Åé\ud800😀"), max_size=60), max_size=5))
def test_offsets_slice_back_and_leave_out_only_space(texts):
    for text, found in zip(texts, TextReader(Counting()).read(texts), strict=True):
        end = 0
        for sentence in found.sentences:
            assert not text[end : sentence.start].strip()
            assert len(sentence.encoded.text) == sentence.end - sentence.start > 0
            assert sentence.local(sentence.start, sentence.end) == (0, len(sentence.encoded.text))
            end = sentence.end
        assert not text[end:].strip()


def test_capitals_are_read_in_natural_case():
    text = "MERKEL WARNS OF A LONG WINTER\n\nAngela Merkel warned of a long winter."
    (found,) = TextReader(Counting()).read([text])
    assert found.sentences[0].encoded.text == "Merkel warns of a long winter"


def test_the_shipped_encoder_reads():
    if not (encoders.MODELS / "manifest.json").is_file():
        pytest.skip("no model in processors/models")
    reader = reading.load()
    text = "Talks in Rome\n\nAngela Merkel met Emmanuel Macron in Rome. They spoke for hours."
    (found,) = reader.read([text])
    names = [text[s.start + m.start : s.start + m.end] for s in found.sentences for m in s.encoded.mentions]
    assert names == ["Rome", "Angela Merkel", "Emmanuel Macron", "Rome"]
    assert reader.model.name.startswith("newsreader-")
    assert reader.model.version
