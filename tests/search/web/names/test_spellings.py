"""Other names of the same, and near spellings."""

import httpx
import pytest

from search.documents import source_of
from search.web.names.spellings import also_known_as, called_so, halves, spelt_nearly
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
    "Hillary Clinton",
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Gorbachov", ["Gorbachev Foundation", "Mikhail Gorbachev"]),
        ("Mikhail Gorbachov", ["Mikhail Gorbachev"]),
        ("Jeltsin", ["Boris Yeltsin"]),
        ("Gaddafi", ["Moammar Gadhafi"]),
        ("Cilnton", ["Hillary Clinton"]),
        ("Hilary Clintn", ["Hillary Clinton"]),
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


def test_one_mistake_leaves_half_of_a_word_as_it_is() -> None:
    assert halves("Hilary Clinton") == ["Cli", "nton"]
    assert halves("Xi") == ["Xi"]
    assert halves("") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Jinpign", "Xi Jinping"), ("Vladmir Putin", "Vladimir Putin"), ("Putni&source=Reuters", "Vladimir Putin")],
)
async def test_a_misspelt_search_leads_to_the_name(page: httpx.AsyncClient, typed: str, meant: str) -> None:
    html = (await page.get(f"/?q={typed}")).text
    assert "No stories match" in html
    said = html.partition("Similar spellings: ")[2].partition("</p>")[0]
    assert f"<bdi>{meant}</bdi>" in said
    link = said.partition(f"<bdi>{meant}")[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert ("source=Reuters" in link) == ("source=" in typed)
    assert 'class="row' in (await page.get(link)).text


async def test_a_search_that_finds_something_or_names_nobody_offers_no_spellings(page: httpx.AsyncClient) -> None:
    for address in ("/?q=Putin", "/?q=qqqqqq", "/?source=nobody", "/?q=a+b+c+d+e+f+putni"):
        assert "Similar spellings" not in (await page.get(address)).text
