"""What somebody denies, or only claims, is kept apart from what stories state: in the document, both stores, the page."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from processors.annotations import Annotations, Entity, Span, Stance
from search.documents import Document, document_from, source_of
from search.open import open_store, views_of
from search.store import Store
from search.versions.joining import Meant, Merge, Merges, with_joined
from search.web import Options, create_app
from search.web.login.access import OpenAccess
from tests.search.samples import START, document, question
from tests.search.web.conftest import asking

TEXT = "Iran denied backing the Houthis.\n\nIran praised Oman. The U.S. accused Iran of opposing the talks."
DENIED, SAID = "Iran → favor → Houthis", "Iran → favor → Oman"
REPORTED = "Iran → against → talks"


def span(words: str, start: int = 0) -> Span:
    at = TEXT.index(words, start)
    return Span(at, at + len(words), words)


def stance(target: str, cue: str, sentence: str, label: str = "favor") -> Stance:
    proof = span(sentence)
    return Stance(
        "Iran", target, label, 0.9, proof, cue, span("Iran", proof.start), span(target),  # type: ignore[arg-type]
        holder_id="country:IR", level="high",
    )  # fmt: skip


def told() -> Document:
    entities = (Entity("country:IR", "Iran", "GPE", (span("Iran"),), 1, 0.9, "IR"),)
    stances = (
        stance("Houthis", "backing", "Iran denied backing the Houthis."),
        stance("Oman", "praised", "Iran praised Oman."),
        stance("talks", "opposing", "The U.S. accused Iran of opposing the talks.", "against"),
    )
    headline, _, body = TEXT.partition("\n\n")
    return document("told", headline=headline, body=body, annotations=Annotations(entities, None, stances))


def test_claims_are_a_field_of_their_own_and_nothing_is_lost() -> None:
    source = source_of(told())
    assert [row["statement"] for row in source["stance"]] == [SAID]
    assert [row["statement"] for row in source["stance_rows"]] == [SAID]
    assert [(row["claim"], row["statement"]) for row in source["stance_claims"]] == [
        ("denied", DENIED), ("reported", REPORTED),
    ]  # fmt: skip
    assert len(document_from(source).annotations.stance or ()) == 3
    assert source_of(document_from(source)) == source


def test_joined_names_are_one_in_claims_too() -> None:
    persia = Merge("country:IR", "Iran", Meant("persia", "Persia", "GPE"), "ann", START)
    made = with_joined(source_of(told()), Merges([persia]))
    assert [row["statement"] for row in made["stance_claims"]] == [
        "Persia → favor → Houthis", "Persia → against → talks",
    ]  # fmt: skip


async def test_claims_are_counted_apart_from_stances(store: Store) -> None:
    await store.write([told()])
    await store.refresh()
    views = views_of(store)
    counts = (await views.facets(question(), ["stance", "claimed"], size=9)).counts
    await views.close()
    assert [one.value for one in counts["stance"]] == [SAID]
    assert sorted(one.value for one in counts["claimed"]) == sorted([DENIED, REPORTED])
    assert (await store.find(question(holder="Iran", target="Houthis"))).total == 0
    assert (await store.find(question().having("claimed", DENIED))).total == 1


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    await store.write([told()])
    app = create_app(store, login=OpenAccess(alone=True), options=Options(remember=0.0))
    async with asking(app) as client:
        yield client
    await app.state.site.library.close()


async def test_pages_show_claims_in_a_section_of_their_own_with_wrong_beside_each(page: httpx.AsyncClient) -> None:
    shown = (await page.get("/stances", params={"claim": DENIED, "about": "Iran"})).text
    above, _, below = shown.partition("Denied or only reported")
    assert "Oman" in above
    assert "Houthis" not in above.partition("</form>")[2]
    assert '<span class="badge badge-claimed">Denied</span>' in below
    assert "No such position" in below
    assert "It is against" not in below
    pair = (await page.get("/stances/pair?holder=Iran&target=talks")).text
    assert '<span class="badge badge-claimed">Only reported</span>' in pair
    assert "Denied or only reported" not in (await page.get("/stances/pair?holder=Iran&target=Oman")).text
    assert "2 denied or only reported" in (await page.get("/story/told")).text


async def test_a_row_is_corrected_where_it_is_read(page: httpx.AsyncClient) -> None:
    shown = (await page.get("/stances", params={"row": SAID})).text
    form = shown.partition('action="/corrections"')[2]
    token, back = (form.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("token", "back"))
    claim = form.partition('name="claim" value="')[2].partition('"')[0].replace("&#34;", '"')
    fields = {"token": token, "story": "told", "claim": claim, "back": back.replace("&amp;", "&")}
    answer = await page.post("/corrections", data=fields, headers={"Origin": "http://page.test"})
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/stances")
    assert "Oman" not in (await page.get("/stances")).text
