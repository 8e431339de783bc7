import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.entities.repeated_mentions import MOST_NAMES, with_countries, with_known, with_repeated
from processors.vocabulary.aliases import Aliases, KnownEntity
from processors.vocabulary.names import Mention

KNOWN = Aliases([KnownEntity("World Health Organization", "ORG"), KnownEntity("Exxon", "ORG", find=True)])


def at(text, words, kind, nth=0):
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return Mention(start, start + len(words), kind)


def told(text, found):
    return [(text[m.start : m.end], m.type) for m in sorted(found)]


def test_a_name_found_once_is_found_again_and_so_is_a_surname():
    text = "Anna Berg met Acme. Berg left. Anna Berg and Acme agreed."
    found = with_repeated(text, [at(text, "Anna Berg", "PERSON"), at(text, "Acme", "ORG")])
    assert told(text, found) == [
        ("Anna Berg", "PERSON"), ("Acme", "ORG"), ("Berg", "PERSON"), ("Anna Berg", "PERSON"), ("Acme", "ORG"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["Acme and Acmeville", "Acme and pre-Acme", "Acme and acme"])
def test_only_whole_words_in_the_same_letters_are_repeated(text):
    assert len(with_repeated(text, [at(text, "Acme", "ORG")])) == 1


@pytest.mark.parametrize("kind", ["DATE", "MONEY", "NORP", "LOC"])
def test_other_kinds_are_not_repeated(kind):
    assert len(with_repeated("Monday and Monday", [Mention(0, 6, kind)])) == 1


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("Russia and the Russians", [("Russia", "GPE"), ("Russians", "NORP")]),
        ("in Moscow", []),  # a capital is left to the model
        ("premier Anna Berg spoke", [("Anna Berg", "PERSON")]),
        ("China's Xi Jinping said so", [("China", "GPE"), ("Xi Jinping", "PERSON")]),
        ("tell us and the US", [("US", "GPE")]),
    ],
)
def test_countries_and_people_whom_the_text_introduces(text, added):
    assert told(text, with_countries(text, [])) == added


def test_known_names_of_several_words_replace_their_pieces():
    text = "the World Health Organization and Exxon"
    found = with_known(text, [at(text, "Health", "ORG")], KNOWN)
    assert told(text, found) == [("World Health Organization", "ORG"), ("Exxon", "ORG")]
    assert with_known(text, [], Aliases([])) == []


@given(st.lists(st.sampled_from(["Anna Berg", "Berg", "Acme", "US", "Exxon", "and", "Russia's"]), max_size=12))
def test_what_is_added_overlaps_nothing(words):
    text = " ".join(words)
    given_ = [at(text, "Anna Berg", "PERSON")] if "Anna Berg" in words else []
    found = with_repeated(text, with_countries(text, with_known(text, given_, KNOWN)))
    places = [at for mention in found for at in range(mention.start, mention.end)]
    assert len(set(places)) == len(places)
    assert set(given_) <= set(found)


def test_the_names_looked_up_again_are_bounded():
    names = [f"N{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}{'x' * (n // 676 + 1)}" for n in range(MOST_NAMES + 50)]
    text = " . ".join([*names, *names])
    found = with_repeated(text, [at(text, name, "ORG") for name in names])
    assert len(found) <= len(names) + MOST_NAMES
