"""People correct what a story says of positions and names: on its page, with the right to, and as training rows."""

import asyncio
import html
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from click.testing import CliRunner

from processors.text.repetitions import sentence_id
from streams.cli.main import newswire
from streams.settings import settings
from tests.search.web.conftest import page_over
from tests.search.web.samples import call, story

SAID = "He denounced the United States on Monday."
CLAIM = {
    "what": "stance", "verdict": "wrong", "holder": "Vladimir Putin", "target": "United States", "sentence": sentence_id(SAID),
}  # fmt: skip


async def claim(
    page: httpx.AsyncClient, said: dict[str, str], *, story: str = "call", **headers: str
) -> httpx.Response:
    """Press a button of a story's page."""
    shown = (await page.get("/story/call")).text
    token = shown.partition('name="token" value="')[2].partition('"')[0]
    form = {"token": token, "story": story, "claim": json.dumps(said)}
    return await page.post("/corrections", data=form, headers={"Origin": "http://page.test", **headers})


@pytest.fixture
async def page(index: str) -> AsyncIterator[httpx.AsyncClient]:
    async with page_over(
        index, call(), story("killed", "", "", call().annotations, status="canceled", kind="kill")
    ) as client:
        yield client


async def test_a_position_is_corrected_and_taken_back(page: httpx.AsyncClient) -> None:
    before = (await page.get("/story/call")).text
    assert before.count("<summary>Wrong?</summary>") == 5
    answer = await claim(page, CLAIM)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/story/call#corrections")
    after = (await page.get("/story/call")).text
    assert f'<blockquote dir="auto">{SAID}' not in after
    assert "no such position" in after
    assert "United States" not in (await page.get("/stances")).text.partition('class="matrix"')[2]
    key = f"stance|Vladimir Putin|United States|{sentence_id(SAID)}||"
    button = html.escape(json.dumps({"verdict": "withdraw", "key": key}, separators=(",", ":")))
    assert button.replace("&quot;", "&#34;") in after
    assert (await claim(page, {"verdict": "withdraw", "key": key})).status_code == 303
    assert f'<blockquote dir="auto">{SAID}' in (await page.get("/story/call")).text


async def test_a_name_is_corrected(page: httpx.AsyncClient) -> None:
    said = {"what": "name", "verdict": "wrong", "name": "Xi Jinping", "entity": "xi"}
    assert (await claim(page, said)).status_code == 303
    assert (await page.get("/entity?name=Xi+Jinping")).status_code == 404


@pytest.mark.parametrize(
    ("said", "story", "headers", "status"),
    [
        ({**CLAIM, "verdict": "nonsense"}, "call", {}, 400),
        ({**CLAIM, "sentence": "x"}, "call", {}, 400),
        ({**CLAIM, "what": "name"}, "call", {}, 400),
        ({"verdict": "withdraw", "key": "x"}, "call", {}, 400),
        (CLAIM, "nothing", {}, 404),
        (CLAIM, "killed", {}, 410),
        (CLAIM, "call", {"Origin": "https://evil.example"}, 403),
        (CLAIM, "call", {"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
async def test_what_cannot_be_corrected_is_refused(
    page: httpx.AsyncClient, said: dict[str, str], story: str, headers: dict[str, str], status: int
) -> None:
    assert (await claim(page, said, story=story, **headers)).status_code == status
    assert SAID in (await page.get("/story/call")).text


async def test_who_may_not_correct_is_shown_no_form_and_refused(index: str) -> None:
    async with page_over(index, call(), alone=False) as client:
        assert "Wrong?" not in (await client.get("/story/call")).text
        assert (await claim(client, CLAIM)).status_code == 403


async def test_corrections_are_exported_as_training_rows(
    page: httpx.AsyncClient, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await claim(page, {**CLAIM, "verdict": "favor"})
    await claim(page, {"what": "link", "verdict": "wrong", "name": "Xi Jinping", "entity": "xi"})
    monkeypatch.setenv("NEWSWIRE_INDEX", index)
    settings.cache_clear()
    runner = CliRunner()
    printed = await asyncio.to_thread(runner.invoke, newswire, ["corrections", "export"])
    settings.cache_clear()
    rows = [json.loads(line) for line in printed.output.splitlines()]
    stance = next(row for row in rows if row["what"] == "stance")
    assert (stance["label"], stance["should_be"], stance["right"]) == ("against", "favor", False)
    assert SAID[slice(*stance["target_span"])] == "United States"
    assert next(row for row in rows if row["what"] == "link")["entity"] == "xi"
