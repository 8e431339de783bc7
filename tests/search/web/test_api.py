"""The JSON API, on either store."""

import csv
import html as escapes
import io
import json
import re
from urllib.parse import unquote

import httpx
import pytest
from fastapi import FastAPI
from lxml import etree

from processors.annotations import Annotations
from search.field_types import DIMENSIONS
from search.http.keys import KeyGate, KeyRing, make_key
from search.open import open_store
from search.stories.described import Describer
from search.web import Options, create_app
from search.web.login.access import KeyLogin
from tests.examples import examples
from tests.search.conftest import StoreMaker
from tests.search.web.conftest import asking
from tests.search.web.samples import HOSTILE, story


async def test_pages_of_stories_join_without_gap_or_repeat(page: httpx.AsyncClient) -> None:
    ids: list[str] = []
    after = ""
    while True:
        answer = (await page.get("/api/stories", params={"limit": 25, "after": after})).json()
        ids += [one["story"]["id"] for one in answer["stories"]]
        after = answer["after"]
        if not after:
            break
    assert len(ids) == len(set(ids)) == answer["total"] == 64


async def test_what_matched_is_told_in_pieces(page: httpx.AsyncClient) -> None:
    (found,) = (await page.get("/api/stories", params={"q": "headline:putin"})).json()["stories"]
    assert found["highlights"]["headline"][0][0] == {"text": "Putin", "matched": True}
    assert found["story"]["stance"][0]["label"] == "favor"


async def test_a_story_is_given_as_it_is_stored(page: httpx.AsyncClient) -> None:
    assert (await page.get("/api/stories/hostile")).json()["headline"] == HOSTILE


async def test_counts_and_stances(page: httpx.AsyncClient) -> None:
    counts = (await page.get("/api/facets", params={"field": ["source", "person"], "size": 3})).json()
    assert counts["fields"]["source"][0] == {"value": "Minor", "stories": 60}
    assert counts["counted"] == 64
    stances = (await page.get("/api/stances", params={"about": "United States"})).json()["stances"]
    said = {"holder": "Vladimir Putin", "label": "against", "target": "United States"}
    assert stances == [said | {"stories": 3, "sentences": 1}]
    tones = (await page.get("/api/timeline", params={"person": "Xi Jinping"})).json()
    assert sum(slot["tones"]["negative"] for slot in tones["slots"]) == 3
    assert (await page.get("/api/pipeline")).json()["flow"]["stories"] == 67
    assert len((await page.get("/api/stories/call/similar")).json()["stories"]) >= 1
    assert (await page.get("/health")).json() == {"status": "ok", "stories": 64}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/stories?q=(", 400), ("/api/stories?since=x", 400), ("/api/stories?after=x", 400), ("/api/stories?limit=0", 422),
        ("/api/stories?nonsense=1", 422), ("/api/stories/none", 404), ("/api/stories/killed", 410), ("/api/stories/sealed", 404),
        ("/api/nothing", 404), ("/api/facets?field=headline", 422),
    ],
)  # fmt: skip
async def test_errors_are_problem_details(page: httpx.AsyncClient, address: str, status: int) -> None:
    answer = await page.get(address)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


async def test_hidden_stories_are_for_those_who_may(filled: StoreMaker) -> None:
    key, line = make_key("desk", scopes=["search"])
    legal, other = make_key("legal", scopes=["search", "embargoed"])
    app = create_app(filled(), login=KeyLogin(KeyGate(KeyRing(f"{line} {other}"), 0, 0)), options=Options(remember=0.0))
    async with asking(app) as client:
        refused = await client.get("/api/stories")
        assert refused.status_code == 401
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert (await client.get("/", headers={"Accept": "text/html"})).headers["WWW-Authenticate"].startswith("Basic")
        asked = {"hidden": "1", "q": "status:withheld OR prize"}
        found = [
            (await client.get("/api/stories", params=asked, headers={"X-API-Key": one})).json() for one in (key, legal)
        ]
        assert [one["total"] for one in found] == [1, 3]
        assert (await client.get("/story/sealed", headers={"X-API-Key": key})).status_code == 404
        notices = [(await client.get("/", headers={"X-API-Key": one})).text for one in (key, legal)]
        assert ["badge-embargo" in one for one in notices] == [False, True]
        told = [(await client.get("/story/killed", headers={"X-API-Key": one})).text for one in (key, legal)]
        assert ["urn:test:killed" in one for one in told] == [False, True]
        assert "badge-embargo" in (await client.get("/story/sealed", headers={"X-API-Key": legal})).text
        assert "Secret prize" in (await client.get("/?hidden=1", headers={"X-API-Key": legal})).text
        assert "hidden=1" not in (await client.get("/", headers={"X-API-Key": key})).text
        assert (await client.get("/static/page.css")).status_code == 200
    await app.state.site.library.close()


async def test_other_host_names_are_refused(filled: StoreMaker) -> None:
    app = create_app(filled(), options=Options(hosts=frozenset(["localhost"])))
    async with asking(app) as client:
        assert (await client.get("/")).status_code == 421
        assert (await client.get("/health", headers={"Host": "localhost:8080"})).status_code == 200
    await app.state.site.library.close()


async def test_a_store_that_is_away_is_503_and_tells_no_address(tmp_path: object) -> None:
    app = create_app(open_store(f"sqlite:///{tmp_path}/none.db"))
    async with asking(app) as client:
        for address in ("/api/stories", "/"):
            answer = await client.get(address)
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "5"
            assert "none.db" not in answer.text
    await app.state.site.library.close()


def test_the_description_keeps_its_word(filled: StoreMaker) -> None:
    """Schemathesis: whatever the description allows, and what it forbids, is answered as described; nothing is a 500."""
    from tests.search.web.described import ask_what_is_described  # noqa: PLC0415 - loading it takes a second

    app: FastAPI = create_app(filled(), options=Options(remember=0.0))
    app.state.site.describer = Describer(lambda: lambda text: text.encode()[:1] * DIMENSIONS)  # no model
    endless = "/api/live"
    assert ask_what_is_described(app, "/api/openapi.json", but=endless, examples=examples(20, 10)) == 16


async def test_a_search_is_exported_in_three_forms(page: httpx.AsyncClient) -> None:
    table = await page.get("/api/stories.csv", params={"q": "putin"})
    assert table.headers["Content-Disposition"].endswith('-1.csv"')
    assert table.text.startswith("\ufeffversion_created,source,headline,")
    lines = (await page.get("/api/stories.jsonl")).text.splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == len(lines) == 64
    feed = etree.fromstring((await page.get("/api/stories.atom", params={"q": "prize OR <b>&"})).content)
    assert feed.findtext(".//{*}entry/{*}title") == "Prize awarded"
    for ending in ("csv", "jsonl", "atom"):
        told = (await page.get(f"/api/stories.{ending}", params={"limit": 1000, "hidden": "1"})).text
        assert "ecret" not in told
        assert "Libel" not in told
        assert (await page.get(f"/api/stories.{ending}?q=(")).status_code == 400


@pytest.mark.parametrize("question", ["/?q=story", "/?q=story&sort=relevance", "/?q=story&sort=oldest&view=full"])
async def test_an_export_is_in_the_order_of_the_list(page: httpx.AsyncClient, question: str) -> None:
    shown = (await page.get(question)).text
    linked = dict.fromkeys(map(unquote, re.findall(r'href="/story/([^"?#]+)', shown)))
    rows = [one for one in linked if one != "killed"]  # which is told above every list
    (link,) = re.findall(r'href="(/api/stories\.jsonl[^"]*)"', shown)
    exported = [json.loads(line)["id"] for line in (await page.get(escapes.unescape(link))).text.splitlines()]
    assert len(rows) > 5
    assert exported[: len(rows)] == rows


async def test_no_cell_of_an_export_is_a_formula(filled: StoreMaker, tmp_path: object) -> None:
    store = open_store(f"sqlite:///{tmp_path}/formulas.db")
    await store.set_up()
    heads = ("=1+1", "+1", "-1", "@x", "\t=1", " =cmd", "＝1", '"=1"')
    await store.write([story(f"f{n}", head, head, Annotations((), None, ())) for n, head in enumerate(heads)])
    app = create_app(store, options=Options(remember=0.0))
    async with asking(app) as client:
        rows = list(csv.reader(io.StringIO((await client.get("/api/stories.csv")).text.removeprefix("\ufeff"))))
    await app.state.site.library.close()
    assert len(rows) == 1 + len(heads)
    assert not [cell for row in rows for cell in row if re.match(r"\s*[=+\-@＝＋－＠]", cell)]


async def test_an_export_says_where_it_ends(filled: StoreMaker) -> None:
    app = create_app(filled(), options=Options(remember=0.0, export=7))
    async with asking(app) as client:
        answer = await client.get("/api/stories.jsonl")
        assert len(answer.text.splitlines()) == 7
        assert answer.headers["X-Total-Count"] == "64"
        assert "-7-of-64.jsonl" in answer.headers["Content-Disposition"]
        assert len((await client.get("/api/stories.csv?limit=3")).text.splitlines()) == 4
    await app.state.site.library.close()
