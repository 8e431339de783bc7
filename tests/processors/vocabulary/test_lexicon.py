import pytest

from processors.vocabulary.lexicon import lexicon


@pytest.mark.parametrize("text", ["Both criticised it", "a boycotting ally", "came under fire", "vetoed", "Foes met"])
def test_any_form_of_a_word_of_stance_opens_a_sentence(text):
    assert lexicon().cue.search(text)


@pytest.mark.parametrize("text", ["food for the foreign minister", "all allowed", "she lives in Warren"])
def test_words_that_only_begin_alike_do_not(text):
    assert not lexicon().cue.search(text)
