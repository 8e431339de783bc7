"""A query is parsed once, where it comes in, however much a page asks of the store."""

import asyncio
from typing import Any

import httpx
import pytest

from search.query.checking import ParsedQuery
from search.query.language import parse
from search.store import Store
from search.web import Options, create_app
from search.web.login.access import Reader
from tests.search.conftest import StoreMaker
from tests.search.samples import question


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were parsed; none for a question without words, in which there is nothing to parse."""
    texts: list[str] = []

    def counted(text: str, *more: Any) -> Any:
        if text:
            texts.append(text)
        return parse(text, *more)

    monkeypatch.setattr("search.query.checking.parse", counted)
    return texts


@pytest.mark.parametrize(
    "address",
    [
        "/?q=putin",
        "/names?q=putin",
        "/entity?name=Xi+Jinping&q=putin",
        "/entity?name=nobody&q=putin",
        "/stances?q=putin&about=Xi+Jinping",
        "/stances/pair?holder=Vladimir+Putin&target=United+States&q=putin",
        "/api/stories?q=putin",
        "/api/facets?q=putin",
        "/api/stances?q=putin&about=Xi+Jinping",
        "/api/timeline?q=putin",
    ],
)
async def test_a_page_parses_its_query_once(page: httpx.AsyncClient, parses: list[str], address: str) -> None:
    assert (await page.get(address)).status_code in (200, 404)
    assert parses == ["putin"]


@pytest.mark.parametrize("address", ["/similar/call", "/api/stories/call/similar"])
async def test_those_like_a_story_are_asked_for_without_parsing(
    page: httpx.AsyncClient, parses: list[str], address: str
) -> None:
    """An English one: its rare words are asked for as they are."""
    assert (await page.get(address)).status_code == 200
    assert parses == []


async def test_an_open_page_asks_again_and_again_and_parses_nothing(filled: StoreMaker, parses: list[str]) -> None:
    store: Store = filled()
    asked: list[ParsedQuery] = []
    often = asyncio.Event()
    find = store.find

    async def counted(query: ParsedQuery) -> Any:
        asked.append(query)
        if len(asked) > 2:
            often.set()
        return await find(query)

    store.find = counted  # type: ignore[method-assign]
    app = create_app(store, options=Options(live_every=0.01, remember=0.0))
    events = app.state.site.live.events(question("putin"), Reader())
    await anext(events)
    await asyncio.wait_for(often.wait(), 10)
    await events.aclose()
    await app.state.site.library.close()
    assert parses == ["putin"]
