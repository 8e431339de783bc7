import pytest

from processors.vocabulary.bare_words import is_anybody, is_bare, is_epithet, is_nobodys


@pytest.mark.parametrize("words", ["he", "the deal", "this", "it"])
def test_what_says_nothing_by_itself(words):
    assert is_bare(words)


@pytest.mark.parametrize("words", ["one-China policy", "NATO", "Vladimir Putin", "US interference"])
def test_what_a_reader_understands(words):
    assert not is_bare(words)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("organizations", True),
        ("the government", True),
        ("Many of these organizations", False),
        ("former", True),
        ("president", True),
        ("within his own party", True),
        ("Mr.", True),
        ("our forces", True),
        ("the former vice president", True),
        ("presidents of universities", False),
        ("critics", False),
        ("Israel's government", False),
        ("gun owners", False),
    ],
)
def test_a_holder_that_says_only_that_it_is_somebody(phrase, expected):
    assert is_anybody(phrase) is expected


@pytest.mark.parametrize(
    ("before", "phrase", "expected"),
    [
        ("When the ", "Vermont independent", True),
        ("attacks on the ", "former secretary of state", True),
        ("A ", "Vermont independent", False),
        ("The ", "Louisianian", True),
        ("the ", "Japanese", False),
        ("The ", "Russian president", False),
        ("the ", "Vermont independents", False),
        ("the ", "travel ban", False),
    ],
)
def test_another_name_for_somebody(before, phrase, expected):
    assert is_epithet(before, phrase) is expected


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("the bank", True),
        ("Bank", True),
        ("bank's cut in its credit card rate", True),
        ("the agency’s plan", True),
        ("companies' profits", True),
        ("executive committee's decision to create the common reserve fund", True),
        ("Bundesbank board's decision", False),
        ("ban on companies' imports", True),
        ("government's economic policies", False),
        ("World Bank", False),
        ("Senate’s plan", False),
        ("bankers", False),
        ("bank reform", False),
    ],
)
def test_a_target_that_is_nobodys(phrase, expected):
    assert is_nobodys(phrase) is expected
