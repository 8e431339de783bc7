"""A text's vector of meaning, from hidden states that are given."""

import numpy as np
from numpy.typing import NDArray

from processors.encoder import meaning
from processors.encoder.encoder import Encoded
from processors.encoder.pieces import Pieces

WEIGHTS = {"mean": np.zeros(3, np.float32), "weight": np.eye(3, dtype=np.float32)[:2]}


def encoded(text: str, *states: tuple[float, float, float]) -> Encoded:
    """A sentence of one sub-token a word, between two marks."""
    places, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        places.append((at, at + len(word)))
    inside: NDArray[np.float32] = np.array([(9, 9, 9), *states, (9, 9, 9)], np.float32)
    marks = [(0, 0)]
    pieces = Pieces([0] * len(inside), [0] * len(inside), [*marks, *places, *marks], [-1, *range(len(states)), -1])
    return Encoded(text, pieces, inside, (), np.zeros((len(states), 5), np.float32))


def numbers(vector: bytes) -> list[int]:
    return list(memoryview(vector).cast("b"))


def test_telling_words_count_and_frequent_ones_and_numbers_do_not() -> None:
    text = encoded("the zebra of 1987", (0, 5, 0), (2, -1, 0), (0, 5, 0), (0, 5, 0))
    assert numbers(meaning.vector(WEIGHTS, [text])) == [127, -64]


def test_the_headline_counts_more() -> None:
    zebra, quartz = encoded("zebra", (1, 0, 0)), encoded("quartz", (0, 1, 0))
    first, second = numbers(meaning.vector(WEIGHTS, [zebra, quartz]))
    assert first == 127
    assert 0 < second < 60
    assert numbers(meaning.vector(WEIGHTS, [quartz, zebra]))[1] == 127


def test_sub_tokens_of_one_word_count_as_the_word_does() -> None:
    whole = encoded("zebra quartz", (1, 0, 0), (0, 1, 0))
    first, last, *_ = meaning.word_weights(whole.text, whole.pieces)[1:3]
    assert first > 0
    assert last > 0
    split = Pieces(whole.pieces.ids, whole.pieces.shapes, [(0, 0), (0, 2), (2, 5), (0, 0)], [-1, 0, 0, -1])
    assert meaning.word_weights("zebra", split).tolist() == [0.0, first, first, 0.0]


def test_a_text_without_telling_words_or_a_model_without_the_head_has_none() -> None:
    assert meaning.vector(WEIGHTS, [encoded("the of", (1, 0, 0), (1, 0, 0))]) == b""
    assert meaning.vector(WEIGHTS, []) == b""
    assert meaning.vector({}, [encoded("zebra", (1, 0, 0))]) == b""
    assert meaning.vector(WEIGHTS, [encoded("zebra", (0, 0, 1))]) == b""
