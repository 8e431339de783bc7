import re

import pytest

from processors.vocabulary import titles


@pytest.mark.parametrize("words", [titles.HEADS, titles.OFFICES, titles.ADDRESSED, titles.TITLES, titles.GOVERNMENTS])
def test_words_are_in_lower_case_and_occur_once(words):
    assert len(set(words)) == len(words)
    assert all(word == word.lower().strip() for word in words)


def test_every_office_and_form_of_address_is_a_title():
    assert {*titles.OFFICES, *titles.ADDRESSED} <= set(titles.TITLES)
    assert set(titles.HEADS) <= set(titles.OFFICES)


@pytest.mark.parametrize(("text", "found"), [("President", True), ("president", True), ("PRESIDENT", False)])
def test_alternatives_match_with_and_without_a_capital(text, found):
    assert bool(re.fullmatch(titles.alternatives(titles.OFFICES), text)) is found


def test_the_longest_alternative_is_tried_first():
    match = re.match(titles.alternatives(titles.TITLES), "president-elect Biden")
    assert match is not None
    assert match[0] == "president-elect"
