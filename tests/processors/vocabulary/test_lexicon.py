import pytest

from processors.vocabulary.lexicon import inflected, lexicon


@pytest.mark.parametrize(
    ("lemma", "forms"),
    [
        ("back", {"back", "backs", "backed", "backing"}),
        ("denounce", {"denounce", "denounces", "denounced", "denouncing"}),
        ("decry", {"decry", "decrys", "decryed", "decrying", "decries", "decried"}),  # no word, and so no harm
    ],
)
def test_the_regular_forms_of_a_verb(lemma, forms):
    assert inflected([lemma]) == forms


def test_the_lists_hold_whole_entries():
    words = lexicon()
    assert {"denounces", "backed", "vetoing"} <= words.forms
    assert {"Reuters", "Agence France-Presse", "The Washington Post", "Press Association"} <= words.agencies
    assert not any(name != name.strip() or not name for each in words for name in each)
