"""What a query may cost is one setting for everything that is asked by it: stories, counts, courses, stances."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from search.open import open_store
from search.query.request import Limits
from search.web import Options, create_app
from tests.search.web.conftest import asking
from tests.search.web.samples import library

ASKING = (
    "/?q={}", "/names?q={}", "/entity?name=Xi+Jinping&q={}", "/stances?q={}", "/stances?about=Xi+Jinping&q={}",
    "/stances/pair?holder=Xi+Jinping&target=Taiwan&q={}", "/api/stories?q={}", "/api/facets?q={}", "/api/stances?q={}",
    "/api/stances?about=Xi+Jinping&q={}", "/api/timeline?q={}",
)  # fmt: skip
USUAL = " OR ".join(f"word{number}" for number in range(40))
MANY = " OR ".join(f"word{number}" for number in range(100))
DEEP = "(" * 30 + "word" + ")" * 30
LONG = f'putin OR "{"x" * 1500}"'


@pytest.fixture
async def bounded(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """The page over the sample stories, with limits of its own."""
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}", limits=request.param)
    await store.set_up()
    await store.write(library())
    app = create_app(store, options=Options(remember=0.0))
    async with asking(app) as client:
        yield client
    await store.close()


@pytest.mark.parametrize("bounded", [Limits(characters=4000, words=200, depth=60)], indirect=True)
async def test_raised_limits_reach_every_question(bounded: httpx.AsyncClient) -> None:
    for address in ASKING:
        for question in (MANY, DEEP, LONG, "x" * 4000):
            answer = await bounded.get(address.format(quote(question)))
            assert answer.status_code in ((200, 404) if "/entity" in address else (200,)), (address, question)
    assert 'maxlength="4000"' in (await bounded.get("/")).text


@pytest.mark.parametrize("bounded", [Limits(characters=200, words=3, depth=2)], indirect=True)
async def test_lowered_limits_bind_every_question(bounded: httpx.AsyncClient) -> None:
    for address in ASKING:
        for question in (USUAL, "((((word))))", "x" * 201, "a b c d"):
            assert (await bounded.get(address.format(quote(question)))).status_code == 400, (address, question)
    # What a page asks by itself is not bound by what the reader has used up.
    for address in ASKING:
        for question in ("putin OR xi OR the", "(((putin)))"[1:-1], '"' + "x" * 198 + '"'):
            answer = await bounded.get(address.format(quote(question)))
            assert answer.status_code in ((200, 404) if "/entity" in address else (200,)), (address, question)
    for address in ("/story/call", "/similar/call", "/api/stories/call/similar"):
        assert (await bounded.get(address)).status_code == 200


@pytest.mark.parametrize("bounded", [Limits(characters=10, words=1, depth=1, prefixes=0)], indirect=True)
async def test_a_story_is_shown_whatever_the_limits(bounded: httpx.AsyncClient) -> None:
    for story in ("call", "hostile", "many1"):
        assert (await bounded.get(f"/story/{story}")).status_code == 200
