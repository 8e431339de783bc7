import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.encoder.pieces import LOWER, SPECIAL, TITLE, Pieces, pieces_of

# "Ghana sued Nestle": the last word has two sub-tokens; a mark stands at either end.
TEXT = "Ghana sued Nestle"
PIECES = Pieces(
    ids=[101, 7, 8, 9, 10, 102],
    shapes=[SPECIAL, TITLE, LOWER, TITLE, TITLE, SPECIAL],
    offsets=[(0, 0), (0, 5), (6, 10), (11, 15), (15, 17), (0, 0)],
    words=[-1, 0, 1, 2, 2, -1],
)


def test_words_have_a_first_sub_token_and_a_place():
    assert PIECES.firsts == [1, 2, 3]
    assert [TEXT[start:end] for start, end in PIECES.places] == ["Ghana", "sued", "Nestle"]


@pytest.mark.parametrize(("words", "expected"), [((0, 1), [1]), ((1, 3), [2, 3, 4]), ((2, 3), [3, 4]), ((1, 1), [])])
def test_the_sub_tokens_of_words(words, expected):
    assert PIECES.of_words(*words) == expected


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ((0, 5), [1]),
        ((2, 3), [1]),  # a part of a word is the whole word
        ((15, 17), [3, 4]),  # so is its second sub-token
        ((4, 12), [1, 2, 3, 4]),
        ((5, 6), []),  # a space is no word
        ((0, 0), []),
        ((17, 40), []),
    ],
)
def test_a_span_is_every_word_that_it_touches(span, expected):
    assert pieces_of(span, PIECES) == expected


@given(st.integers(0, 20), st.integers(0, 20))
def test_no_span_touches_the_marks_at_the_ends(start, length):
    found = pieces_of((start, start + length), PIECES)
    assert set(found) <= {1, 2, 3, 4}
    assert found == sorted(found)
