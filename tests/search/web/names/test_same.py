"""Two names that one may join on a name's page are one everywhere, and are two again when they are split."""

import asyncio
import json
import re
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest
from click.testing import CliRunner

from processors.annotations import Annotations, Entity
from search.documents import Document
from search.web.names.same import meant_by
from streams.cli.main import newswire
from streams.settings import settings
from tests.search.web.conftest import page_over
from tests.search.web.samples import call, span, stance, story

TEXT = "Putin speaks\n\nMr Putin spoke."


def other() -> Annotations:
    return Annotations((Entity("mr", "Mr Putin", "PERSON", (span(TEXT, "Mr Putin"),), 1, 0.9),), None, ())


@pytest.fixture
async def page(index: str) -> AsyncIterator[httpx.AsyncClient]:
    async with page_over(index, call(), story("other", "Putin speaks", "Mr Putin spoke.", other())) as client:
        yield client


async def press(page: httpx.AsyncClient, action: str, at: str = "Vladimir Putin", **fields: str) -> httpx.Response:
    shown = (await page.get("/entity", params={"name": at, "join": "1"})).text
    token = shown.partition('name="token" value="')[2].partition('"')[0]
    return await page.post(action, data={"token": token, **fields}, headers={"Origin": "http://page.test"})


async def test_two_names_are_joined_shown_exported_and_split(
    page: httpx.AsyncClient, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await press(page, "/names/join", name="Mr Putin", other="Vladimir Putin")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/entity?name=Vladimir%20Putin#also")
    shown = (await page.get("/entity?name=Vladimir Putin")).text
    assert "<strong>2</strong> stories" in shown
    assert '<bdi>Mr Putin</bdi> <span class="fine">merged by this machine,' in shown
    assert "Mr Putin" not in (await page.get("/names")).text
    led = await page.get("/entity?name=Mr Putin")
    assert (led.status_code, led.headers["Location"]) == (307, "/entity?name=Vladimir%20Putin")
    await press(page, "/names/join", name="Xi Jinping", other="Vladimir Putin")  # who holds no position of his own
    for path in ("/stances?about=Xi Jinping", "/stances/pair?holder=Xi Jinping&target=United States"):
        assert "Vladimir%20Putin" in (await page.get(path)).headers["Location"]
    await press(page, "/names/split", entity="xi")
    monkeypatch.setenv("NEWSWIRE_INDEX", index)
    settings.cache_clear()
    printed = await asyncio.to_thread(CliRunner().invoke, newswire, ["corrections", "export"])
    settings.cache_clear()
    (row,) = [json.loads(line) for line in printed.output.splitlines()]
    assert {**row, "at": ""} == {
        "what": "same", "entity": "mr", "name": "Mr Putin", "same_as": "putin", "same_as_name": "Vladimir Putin",
        "type": "PERSON", "right": True, "by": "this machine", "at": "",
    }  # fmt: skip
    assert (await press(page, "/names/split", entity="mr")).headers["Location"] == "/entity?name=Mr%20Putin"
    assert "<strong>1</strong> story" in (await page.get("/entity?name=Mr Putin")).text
    assert (await press(page, "/names/split", entity="mr")).status_code == 404


async def test_what_cannot_be_joined_is_refused(page: httpx.AsyncClient) -> None:
    for name, other, status in (
        ("Mr Putin", "Nobody", 404), ("Nobody", "Mr Putin", 404), ("Mr Putin", "Mr Putin", 400), ("", "Mr Putin", 404),
    ):  # fmt: skip
        refused = await press(page, "/names/join", name=name, other=other)
        assert refused.status_code == status
        assert ("<h1>Not merged" if status == 400 else "<h1>Name not found") in refused.text


def acme(number: int, name: str) -> Document:
    """A story of Acme under one of its spellings, which all have one id."""
    text = f"{name} grows\n\n{name} backs the deal."
    firm = Entity("org:acme", name, "ORG", (span(text, name),), 1, 0.9)
    deal = Entity("event:deal", "Deal", "EVENT", (span(text, "deal"),), 1, 0.1)
    said = stance(text, name, "favor", "Deal", f"{name} backs the deal.", "backs", (name, "deal"))
    said = msgspec.structs.replace(said, holder_id="org:acme", target_id="event:deal")
    headline, _, body = text.partition("\n\n")
    return story(f"acme{number}", headline, body, Annotations((firm, deal), None, (said,)))


async def test_spellings_with_one_id_say_so_are_found_in_any_case_merged_and_split(index: str) -> None:
    stories = [acme(1, "Acme Corporation"), acme(2, "Acme Corp"), acme(3, "Acme Corp"), acme(4, "ACME Inc.")]
    async with page_over(index, *stories) as page:
        shown = (await page.get("/entity?name=Acme Corp")).text
        others = shown.partition("counted separately")[2].partition("</ul>")[0]
        assert sorted(re.findall(r"<bdi>(.*?)</bdi></a> <span[^>]*>(.*?)</span>", others)) == [
            ("ACME Inc.", "1 story"), ("Acme Corporation", "1 story"),
        ]  # fmt: skip
        lower = await page.get("/entity?name=acme corporation")
        assert (lower.status_code, lower.headers["Location"]) == (307, "/entity?name=Acme%20Corporation")
        answer = await press(page, "/names/join", "Acme Corp", name="acme corp", other="ACME CORPORATION")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/entity?name=Acme%20Corporation#also")
        shown = (await page.get("/entity?name=Acme Corporation")).text
        assert "<strong>4</strong> stories" in shown
        assert "counted separately" not in shown
        assert "<bdi>Acme Corp</bdi>" in shown
        assert "<bdi>ACME Inc.</bdi>" in shown
        facets = (await page.get("/api/facets?field=organization")).json()["fields"]["organization"]
        assert facets == [{"value": "Acme Corporation", "stories": 4}]
        assert "Acme%20Corporation" in (await page.get("/stances?about=Acme Corp")).headers["Location"]
        counted = (await page.get("/api/stances?about=Acme Corporation")).json()["stances"]
        assert [(one["holder"], one["stories"]) for one in counted] == [("Acme Corporation", 4)]
        for either in ("Acme Corp", "Acme Corporation"):
            found = (await page.get("/api/stories", params={"q": f'organization:"{either}"'})).json()["total"]
            assert found == 4
        again = await press(page, "/names/join", "Acme Corporation", name="Acme Corp", other="Acme Corporation")
        assert (again.status_code, "<h1>Not merged" in again.text) == (400, True)
        await press(page, "/names/split", "Acme Corporation", entity="org:acme")
        facets = (await page.get("/api/facets?field=organization")).json()["fields"]["organization"]
        assert [(one["value"], one["stories"]) for one in facets] == [
            ("Acme Corp", 2), ("ACME Inc.", 1), ("Acme Corporation", 1),
        ]  # fmt: skip


async def test_who_may_not_join_is_shown_no_form_and_refused(index: str) -> None:
    async with page_over(index, call(), alone=False) as client:
        assert "is the same as" not in (await client.get("/entity?name=Vladimir Putin&join=1")).text
        assert (await press(client, "/names/join", name="Vladimir Putin", other="Xi Jinping")).status_code == 403


def test_a_name_leads_to_the_last_of_a_chain_and_nowhere_in_a_circle() -> None:
    row = {"name": "A", "entity": "a", "into": "b"}
    further = {"name": "B", "entity": "b", "into": "c"}
    assert meant_by([{"entities": [{"id": "c", "name": "C"}], "joined": [row, further]}], "A") == "C"
    assert meant_by([{"entities": [], "joined": [row, {**further, "into": "a"}]}], "A") == ""
