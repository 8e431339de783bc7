"""The Python client against a running page, and against answers that go wrong."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from newswire_client import AsyncNewswire, Denied, Killed, Newswire, NotFound, Unavailable
from newswire_client import models as generated
from newswire_client.requests import parameters

from search.documents import Document
from search.http.keys import KeyGate, KeyRing, make_key
from search.open import open_store
from search.web import Options, create_app
from search.web.client_models import models
from search.web.login.access import KeyLogin
from tests.search.web.listening import listening
from tests.search.web.samples import call, library, story

KEY, LINE = make_key("desk", scopes=["search"])


def put(index: str, *documents: Document) -> None:
    """Write from another thread, as another process would."""

    async def write() -> None:
        store = open_store(index)
        await store.set_up()
        await store.write(documents)
        await store.close()

    thread = threading.Thread(target=lambda: asyncio.run(write()))
    thread.start()
    thread.join()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    address = f"sqlite:///{tmp_path_factory.mktemp('client') / 'index.db'}"
    put(address, *library())
    return address


@pytest.fixture(scope="module")
def url(index: str) -> Iterator[str]:
    login = KeyLogin(KeyGate(KeyRing(LINE), 0, 0))
    app = create_app(open_store(index), login=login, options=Options(remember=0.0, live_every=0.1))
    with listening(app, log_level="error") as (host, port):
        yield f"http://{host}:{port}"


@pytest.fixture
def wire(url: str) -> Iterator[Newswire]:
    with Newswire(url, KEY) as client:
        yield client


def test_the_models_are_those_that_the_page_describes() -> None:
    assert Path(generated.__file__).read_text("utf-8") == models(), (
        "run: python -m search.web.client_models > search/client/src/newswire_client/models.py"
    )


def test_stories_are_found_page_by_page(wire: Newswire) -> None:
    assert len({one["id"] for one in wire.stories()}) == 64
    assert [one["headline"] for one in wire.stories("putin", limit=1)] == ["Putin backs the policy"]
    assert len(list(wire.stories(source="Minor", limit=7))) == 7
    assert wire.search(person=["Xi Jinping"], sort="oldest")["total"] == 3


def test_one_story_in_every_form(wire: Newswire) -> None:
    assert wire.story("call")["stance"][0]["label"] == "favor"  # type: ignore[index]
    assert wire.download("call", "text").startswith(b"Putin backs the policy")
    assert json.loads(wire.download("call", "ninjs"))["type"] == "text"
    assert wire.similar("call")


def test_counts_and_positions(wire: Newswire) -> None:
    assert wire.facets("source", size=1)["fields"]["source"][0] == {"value": "Minor", "stories": 60}
    assert wire.positions(about="United States")[0]["holder"] == "Vladimir Putin"
    assert wire.positions(about="putin") == wire.positions(about="Vladimir Putin") != []
    assert wire.timeline("putin")["slots"]
    assert wire.trends() == []
    with wire.export("csv", "putin") as pieces:
        assert b"".join(pieces).count(b"\r\n") == 2


def test_refusals_say_why(wire: Newswire, url: str) -> None:
    with pytest.raises(NotFound, match="Story not found"):
        wire.story("sealed")
    with pytest.raises(Killed, match="Do not publish"):
        wire.story("killed")
    with Newswire(url) as nobody, pytest.raises(Denied, match="a valid key is required"):
        nobody.search()


def test_the_live_wire_tells_each_version_once(wire: Newswire, index: str) -> None:
    events = wire.live("fresh OR dollar")
    assert next(one for one in events if one["event"] == "story")["id"] == "fixed"
    put(index, story("fresh", "Fresh news", "Just in.", call().annotations))
    assert next(one for one in events if one["event"] == "story")["id"] == "fresh"
    put(index, story("fresh", "", "", call().annotations, version=2, status="canceled", kind="kill"))
    assert next(one for one in events if one["event"] == "killed")["id"] == "fresh"


async def test_the_same_for_asyncio(url: str) -> None:
    async with AsyncNewswire(url, KEY) as wire:
        assert len([one async for one in wire.stories(limit=5)]) == 5
        assert (await wire.story("call"))["source"] == "Reuters"
        async with wire.export("jsonl", limit=3) as pieces:
            assert b"".join([piece async for piece in pieces]).count(b"\n") == 3
        events = wire.live("dollar")
        assert (await anext(events))["event"] in ("story", "notices")


def test_a_busy_server_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("newswire_client.client.time.sleep", pauses.append)
    answers = [
        httpx.Response(503, headers={"Retry-After": "5"}),
        httpx.Response(429),
        httpx.Response(200, json={"id": "a"}),
    ]
    with Newswire("http://wire", transport=httpx.MockTransport(lambda _: answers.pop(0))) as wire:
        assert wire.story("a")["id"] == "a"
    assert pauses == [5.0, 2.0]
    gone = httpx.MockTransport(lambda _: httpx.Response(503, json={"detail": "away"}))
    with Newswire("http://wire", transport=gone) as wire, pytest.raises(Unavailable, match="away"):
        wire.story("a")


def test_the_live_wire_connects_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newswire_client.client.time.sleep", lambda _: None)

    def line(version: int) -> str:
        return json.dumps({"event": "story", "id": "a", "story": {"version": version}}) + "\n"

    answers: list[Any] = [line(1), httpx.ReadError("cut"), "\n" + line(1) + line(2)]

    def answer(_: httpx.Request) -> httpx.Response:
        one = answers.pop(0)
        if isinstance(one, Exception):
            raise one
        return httpx.Response(200, text=one)

    with Newswire("http://wire", transport=httpx.MockTransport(answer)) as wire:
        events = wire.live()
        told = [next(events) for _ in range(2)]
    assert [one["story"]["version"] for one in told if one["event"] == "story"] == [1, 2]


def test_filters_with_several_values() -> None:
    asked = parameters("oil", {"country": ["RU", "US"], "since": "7d", "person": "Xi"}, limit=5, after="")
    assert asked == [
        ("q", "oil"),
        ("country", "RU"),
        ("country", "US"),
        ("since", "7d"),
        ("person", "Xi"),
        ("limit", "5"),
    ]
