"""The JSON API, on either store."""

from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from search.http.keys import KeyGate, KeyRing, make_key
from search.open import open_store
from search.web import Options, create_app
from search.web.access import KeyLogin
from tests.search.conftest import StoreMaker
from tests.search.web.conftest import asking
from tests.search.web.samples import HOSTILE

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


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
    assert stances == [{"holder": "Vladimir Putin", "label": "against", "target": "United States", "stories": 3}]
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
    app: FastAPI = create_app(filled(), options=Options(remember=0.0))
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    run = settings(
        max_examples=20, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()

        @run
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case[Any]) -> None:
            case.validate_response(case.call(), checks=CHECKS)

        ask()
        tried += 1
    assert tried == 7
