import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.vocabulary.names import (
    Mention,
    covers,
    follows_title,
    initials,
    is_acronym,
    is_surname,
    key,
    parts,
    trim,
)


@pytest.mark.parametrize(
    ("words", "kind", "expected"),
    [
        ("President Vladimir Putin's", "PERSON", "Vladimir Putin"),
        ("former Vice President Joe Biden,", "PERSON", "Joe Biden"),
        ("the United Nations", "ORG", "United Nations"),
        ("“Nestlé S.A.”", "ORG", "Nestlé S.A."),
        ("Acme Inc.", "ORG", "Acme Inc."),
        ("Moscow.", "GPE", "Moscow"),
        ("the Philippines’", "GPE", "Philippines"),
        ("President", "PERSON", "President"),  # of a title alone nothing would be left
        ("--", "ORG", None),
        ("$5 million", "MONEY", "$5 million"),  # sums keep their edges
        (" Tuesday", "DATE", None),
    ],
)
def test_edges_are_trimmed(words, kind, expected):
    found = trim(words, Mention(0, len(words), kind))
    assert (words[found.start : found.end] if found else None) == expected


@given(st.text(max_size=40), st.integers(0, 40), st.integers(0, 40), st.sampled_from(["PERSON", "ORG", "DATE"]))
def test_what_is_trimmed_lies_within_the_mention_and_is_trimmed_once(text, one, other, kind):
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    found = trim(text, Mention(start, end, kind))
    if found is not None:
        assert start <= found.start < found.end <= end
        assert trim(text, found) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [("said President Putin", True), ("said Mr. Putin", True), ("said aide Putin", False), ("the Putin", False)],
)
def test_follows_title(text, expected):
    assert follows_title(text, text.index("Putin")) is expected


@pytest.mark.parametrize(
    "spellings",
    [
        ("Acme Inc.", "ACME, Inc", "Acme"),
        ("U.S.", "US"),
        ("State Department", "Department of State"),
        ("Bank of the  West", "Bank of West"),
        ("Macy’s", "Macy's"),
    ],
)
def test_spellings_of_one_name_share_a_key(spellings):
    assert len({key(each) for each in spellings}) == 1


@given(st.lists(st.sampled_from(["Acme", "NATO", "Bank", "West", "Berg"]), min_size=1, max_size=4))
def test_a_key_is_its_own_key(words):
    folded = key(" ".join(words))
    assert key(folded) == folded == key(" ".join(words).upper())


def test_parts():
    assert parts("Kim Jong-un") == ("kim", "jong", "un")
    assert parts(" J.P.  Morgan ") == ("j", "p", "morgan")


@pytest.mark.parametrize(
    ("full", "word", "expected"),
    [
        ("Joe Biden", "biden", True),
        ("Joe Biden", "joe", False),
        ("Martin King Jr.", "king", True),
        ("Biden", "biden", False),
    ],
)
def test_is_surname(full, word, expected):
    assert is_surname(parts(full), word) is expected


@given(st.lists(st.sampled_from(["joe", "ann", "berg", "lee", "jr"]), min_size=1, max_size=4))
def test_every_name_covers_itself(words):
    assert covers(words, words)


@pytest.mark.parametrize(
    ("name", "expected"), [("NATO", True), ("U.N.", True), ("AT&T", True), ("Nato", False), ("X", False), ("G7", False)]
)
def test_is_acronym(name, expected):
    assert is_acronym(name) is expected


def test_initials_come_from_large_words_or_all():
    assert initials("Department of Justice") == {"dj", "doj"}
    assert initials("Reuters") == frozenset()
