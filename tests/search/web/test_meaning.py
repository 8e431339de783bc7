"""Search by meaning on the page and in the API: a choice beside the search for exact words."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest

from search.field_types import DIMENSIONS
from search.open import open_store
from search.query.request import QueryError
from search.stories.described import NO_MODELS, NO_WORDS, Describer
from search.web import Options, create_app
from tests.search.samples import annotated, document
from tests.search.web.conftest import asking

NEAR, FAR = bytes([90]) + bytes(DIMENSIONS - 1), bytes([166]) + bytes(DIMENSIONS - 1)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The page over two stories, with a model that finds the same meaning in every text but that of a dash."""
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    notes = {name: msgspec.structs.replace(annotated(), meaning=at) for name, at in (("near", NEAR), ("far", FAR))}
    await store.write(
        [document(name, headline=f"The {name} one", source=name, annotations=notes[name]) for name in notes]
    )
    app = create_app(store, options=Options(remember=0.0))
    app.state.site.describer = Describer(lambda: lambda text: b"" if text == "—" else NEAR)
    async with asking(app) as opened:
        yield opened
    await store.close()


async def test_what_is_near_is_found_whatever_its_words(client: httpx.AsyncClient) -> None:
    html = (await client.get("/", params={"q": "walkout (or NOT", "by": "meaning"})).text
    assert html.index("The near one") < html.index("The far one")
    assert 'href="/?q=walkout%20%28or%20NOT"' in html  # the exact words instead
    (first, second) = (await client.get("/api/meaning?q=walkout")).json()["stories"]
    assert (first["story"]["id"], second["story"]["id"]) == ("near", "far")


async def test_filters_narrow_it_and_stay(client: httpx.AsyncClient) -> None:
    html = (await client.get("/?q=walkout&by=meaning&source=far")).text
    assert "The near one" not in html
    assert "The far one" in html
    assert '<input type="hidden" name="source" value="far">' in html
    assert (await client.get("/api/meaning?q=walkout&limit=1&source=far")).json()["total"] == 1


async def test_the_wire_offers_it_and_words_stay_exact(client: httpx.AsyncClient) -> None:
    html = (await client.get("/?q=walkout")).text
    assert 'name="by" value="meaning"' in html
    assert "No stories match" in html


@pytest.mark.parametrize(("text", "why"), [("", NO_WORDS), ("—", NO_WORDS), ("x" * 1001, "too long")])
async def test_what_says_nothing_is_refused_in_words(client: httpx.AsyncClient, text: str, why: str) -> None:
    for path in ("/", "/api/meaning"):
        answer = await client.get(path, params={"q": text, **({"by": "meaning"} if path == "/" else {})})
        assert answer.status_code == 400
        assert why[:40].partition(":")[0].casefold() in answer.text.casefold()


async def test_without_the_models_it_says_what_to_install() -> None:
    def none() -> None:
        raise QueryError(NO_MODELS)

    with pytest.raises(QueryError, match=r"newswire\[enrich\]"):
        await Describer(none).meaning("walkout")  # type: ignore[arg-type]  # it gives nothing
