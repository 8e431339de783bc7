"""Events on the page: how many others report a story, who has it and who not, and nothing of what is hidden."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from processors.annotations import Annotations, Entity
from processors.events.summary import EventSummary
from search.articles import LOW_BITS
from search.documents import Document
from search.open import open_store
from search.visibility import Sources
from search.web import Options, create_app
from search.web.library import Library
from search.web.login.access import Reader
from tests.search.conftest import StoreMaker, fill
from tests.search.web.conftest import asking
from tests.search.web.samples import NOW, story

FIRST, LAST = NOW - timedelta(hours=3), NOW - timedelta(hours=1)
SAID = EventSummary("quake", "Libel in the headline", 4, ("AP", "Reuters", "dpa", "secret"), FIRST, LAST)


def report(
    story_id: str,
    source: str,
    hours: int,
    headline: str,
    annotations: Annotations = Annotations(),  # noqa: B008
) -> Document:
    made = NOW - timedelta(hours=hours, minutes=1)
    return story(story_id, headline, "Text.", annotations, source=source, version_created=made)


def named(name: str) -> Annotations:
    return Annotations((Entity(name, name, "ORG", (), 1, 0.5),))


@pytest.fixture(scope="module")
def reported(shared_store: StoreMaker) -> StoreMaker:
    documents = (
        report("quake", "AP", 3, "Earthquake shakes Amatrice"),
        report("second", "Reuters", 2, "Quake hits Amatrice"),
        report("third", "AP", 1, "Amatrice: dozens dead"),
        report("other", "dpa", 1, "Pilots strike"),
    )
    return fill(shared_store, documents)


@pytest.fixture
async def page(reported: StoreMaker) -> AsyncIterator[httpx.AsyncClient]:
    store = reported()
    await store.set_events(dict.fromkeys(("quake", "second", "third"), SAID))
    await store.refresh()
    app = create_app(store, options=Options(remember=0.0))
    async with asking(app) as client:
        yield client
    await app.state.site.library.close()


async def test_a_row_says_how_many_others_report_it_and_who(page: httpx.AsyncClient) -> None:
    html = (await page.get("/")).text
    events = re.findall(r'class="row-event" href="([^"]+)" title="([^"]+)">\+(\d+)', html)
    assert events == [
        ("/event/quake", "Also by Reuters", "2"), ("/event/quake", "Also by AP", "2"),
        ("/event/quake", "Also by Reuters", "2"),
    ]  # fmt: skip
    folded = (await page.get("/?fold=1")).text
    assert folded.count("<h3>") == 2
    assert "dozens dead" in folded
    assert "Libel" not in html + folded


async def test_an_event_says_who_has_it_and_who_not(page: httpx.AsyncClient) -> None:
    html = (await page.get("/event/quake")).text
    assert "<strong>3</strong> reports by 2 sources" in html
    assert re.findall(r"<h3><a [^>]*>(.*?)</a>", html)[0] == "Earthquake shakes Amatrice"
    having, lacking = html.split("Who has not")
    assert "Reuters" in having
    assert "dpa" in lacking
    assert "dpa" not in having.split("Who has it")[1]
    assert "Libel" not in html
    assert "secret" not in html


async def test_a_correction_does_not_cost_a_source_its_first_place(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()

    def version(story_id: str, minutes: int, headline: str, **fields: Any) -> Document:
        made = NOW - timedelta(minutes=minutes)
        number = int(made.timestamp() * 1000) << LOW_BITS
        return story(story_id, headline, "Text.", Annotations(), version=number, version_created=made, **fields)

    await store.write([version("ours", 60, "Quake", source="AP"), version("theirs", 30, "Earthquake", source="dpa")])
    await store.set_events(dict.fromkeys(("ours", "theirs"), msgspec.structs.replace(SAID, id="ours")))
    await store.write([version("ours", 10, "Quake corrected", source="AP", kind="correction")])
    app = create_app(store, options=Options(remember=0.0))
    async with asking(app) as client:
        html = (await client.get("/event/ours")).text
    await app.state.site.library.close()
    rows = html.split('<li class="row')[1:]
    assert ["Quake corrected" in rows[0], "Earthquake" in rows[1]] == [True, True]
    first = f'datetime="{NOW - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"'
    assert first in rows[0].split("</time>")[0]
    assert 'data-by="first"' in rows[0].split("</time>")[0]
    having = html.split("Who has it")[1].split("Who has not")[0]
    assert having.index("AP") < having.index("dpa")
    assert first in having.split("dpa")[0]


async def test_a_story_leads_to_its_event_and_what_is_none_is_not_found(page: httpx.AsyncClient) -> None:
    moved = await page.get("/event/second")
    assert (moved.status_code, moved.headers["location"]) == (307, "/event/quake")
    assert (await page.get("/event/nothing")).status_code == 404
    assert (await page.get("/event/other")).status_code == 200


async def test_a_reader_of_some_sources_hears_of_no_others(reported: StoreMaker, page: httpx.AsyncClient) -> None:
    app = page._transport.app  # type: ignore[attr-defined]
    library: Library = app.state.site.of(Reader(sources=Sources(("reuters",), only=True))).library
    document = await library.get("second")
    assert document is not None
    assert document["event"] == {"id": "quake"}
    assert [one.id for one in (await library.reports(["quake"], 10))["quake"]] == ["second"]


async def test_what_rises_is_on_the_front_page_and_on_its_names_page(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    quiet = [
        report(f"old{number}", "AP", 24 * (number % 6 + 1), f"Old story {number}", annotations=named("Fed"))
        for number in range(60)
    ]
    loud = [report(f"new{number}", "AP", 0, f"Acme falls {number}", annotations=named("Acme")) for number in range(12)]
    await store.write([*quiet, *loud])
    last = EventSummary("new0", "Acme falls 7", 12, ("AP",), FIRST, LAST)
    await store.set_events({f"new{number}": last for number in range(12)})
    app = create_app(store, options=Options(remember=0.0))
    async with asking(app) as client:
        assert "Rising" not in (await client.get("/")).text
        await app.state.site.trends.settle()
        html = (await client.get("/")).text
        rising = html.split("Rising</h2>")[1].split("</ul>")[0]
        assert 'href="/entity?name=Acme"' in rising
        assert "Fed" not in rising
        assert "Acme falls 7</bdi>" in rising, "the event is called as on its own page"
        assert '<h1 dir="auto">Acme falls 7' in (await client.get("/event/new0")).text
        assert "Rising: 12 stories in the past hour, hardly ever before" in (await client.get("/entity?name=Acme")).text
        risen = (await client.get("/api/trends")).json()["trends"]
        assert {(one["value"], one["stories"], one["usual"]) for one in risen} == {("Acme", 12, 0), ("new0", 12, 0)}
    async with asking(create_app(store)) as client:
        assert (await client.get("/api/trends")).json()["trends"] == risen, "who asks first waits until it is counted"
    await app.state.site.library.close()
