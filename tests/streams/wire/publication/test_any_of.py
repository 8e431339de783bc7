"""Words are looked for before patterns: what is looked for finds what the patterns would."""

import re

import pytest

from streams.wire.publication.any_of import SHORT, AnyOf
from streams.wire.publication.folding import caseless

WORDS = ("for use", "for release", "embargo", "embargoed", "not be", "no us", "a.b")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", False),
        ("for us", False),
        ("held for release", True),
        ("embargoed", True),
        ("the embarg", False),
        ("cannot be", True),
        ("no use", True),
        ("a b", False),
        ("xa.by", True),
        ("FOR USE", False),
    ],
)
def test_any_of_is_each_of_its_words(text: str, found: bool) -> None:
    assert AnyOf(WORDS).is_in(text) is found
    assert AnyOf(WORDS).is_in(text + SHORT * "-") is found
    assert any(word in text for word in WORDS) is found


def test_caseless_letters_are_those_of_patterns_that_ignore_case() -> None:
    for letter in "abcdefghijklmnopqrstuvwxyzäåöüéñç":
        pattern = re.compile(letter, re.IGNORECASE)
        for character in map(chr, range(0x2200)):
            assert bool(pattern.search(character)) == (letter in caseless(character)), (letter, character)


def test_narrowed_to_a_text_it_answers_for_its_lines_as_before() -> None:
    words = AnyOf(["embargo", "embassy", "hold for", "sperrfrist"])
    text = "an embassy\nhold for release\nnothing here"
    narrowed = words.narrowed(text)
    assert [narrowed(line) for line in text.split("\n")] == [True, True, False]
