import pytest

from processors.vocabulary.bare_words import is_bare


@pytest.mark.parametrize("words", ["he", "the deal", "this", "it"])
def test_what_says_nothing_by_itself(words):
    assert is_bare(words)


@pytest.mark.parametrize("words", ["one-China policy", "NATO", "Vladimir Putin", "US interference"])
def test_what_a_reader_understands(words):
    assert not is_bare(words)
