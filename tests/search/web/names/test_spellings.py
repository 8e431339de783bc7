"""Other names of the same, and near spellings."""

import pytest

from search.documents import source_of
from search.web.names.spellings import also_known_as, called_so, spelt_nearly
from search.web.names.written import shared
from tests.search.samples import document

KNOWN = (
    "Mikhail Gorbachev",
    "Boris Yeltsin",
    "Gorbachev Foundation",
    "Moammar Gadhafi",
    "George Bush",
    "NATO",
    "Li Peng",
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Gorbachov", ["Gorbachev Foundation", "Mikhail Gorbachev"]),
        ("Mikhail Gorbachov", ["Mikhail Gorbachev"]),
        ("Jeltsin", ["Boris Yeltsin"]),
        ("Gaddafi", ["Moammar Gadhafi"]),
        ("Reagan", []),
        ("NATA", []),
        ("", []),
    ],
)
def test_near_spellings(written: str, meant: list[str]) -> None:
    assert spelt_nearly(written, KNOWN)[:2] == meant


def test_what_stories_call_somebody() -> None:
    stories = [source_of(document())]
    assert also_known_as(stories, "Xi Jinping") == ["Xi"]
    assert also_known_as(stories, "United States") == ["US"]
    assert called_so(stories, "putin") == ["Vladimir Putin"]
    assert called_so(stories, "Vladimir Putin") == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Acme Corp.", "Acme"),
        ("Acme, Inc", "Acme"),
        ("Acme", "Acme"),
        ("Standard Oil Co. of Ohio", "Standard Oil Co. of Ohio"),
    ],
)
def test_the_words_that_all_spellings_of_a_name_share(name: str, words: str) -> None:
    assert shared(name) == words
