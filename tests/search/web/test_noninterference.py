"""Two archives that differ only in what is hidden: a reader without the right is given the same by both.

Asked are the store, the page, the JSON API, the stream of events and ``newswire search``; order and scores are compared
too. Only times and the measurements of the pipeline may differ.
"""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from search.documents import Document
from search.field_types import DIMENSIONS
from search.open import open_store, views_of
from search.query.checking import ParsedQuery
from search.store import Store
from search.stories.described import Describer
from search.web import Options, create_app
from search.web.display import Display
from search.web.library import Library
from search.web.live import LiveUpdates
from search.web.login.access import Reader
from streams.cli.main import newswire
from streams.settings import settings
from tests.examples import examples
from tests.search.conftest import remove
from tests.search.samples import START, annotated, document, question
from tests.search.web.conftest import asking
from tests.waiting import eventually

WORDS = [
    "copper",
    "oil",
    "merger",
    "acme",
    "bolt",
    "quisling",
    "resigns",
    "taiwan",
    "prize",
    "one-china",
    "market",
    "said",
    "the",
    "policy",
    "U.S.",
    "Über",
]
SOURCES = ("AP", "ap", "Reuters", "REUTERS")
LATER = datetime(2190, 1, 1, tzinfo=UTC)
HIDDEN = (
    {"status": "withheld"},
    {"embargo_until": LATER},
    {"status": "canceled", "kind": "kill", "embargo_until": LATER, "editorial_note": "kill the merger"},
)
Opener = Callable[[str], Store]

QUESTIONS = (
    "copper", "merger acme", "acme OR copper OR oil", '"merger acme"', "mer*", "headline:oil market", "quisling -oil", "said",
    "one-ch*", "U.S.", "über OR the", 'prize OR "oil market" OR cop*', "status:withheld OR market", "source:ap policy",
)  # fmt: skip
PATHS = (
    "/", "/?hidden=1", "/?sort=oldest", "/?source=AP", "/?person=Xi+Jinping", "/names", "/entity?name=Xi+Jinping",
    "/entity?name=Acme", "/stances", "/stances?about=United+States", "/stances/pair?holder=Xi+Jinping&target=Taiwan",
    "/story/seen0", "/similar/seen0", "/similar/seen1", "/similar/hidden0", "/story/killed", "/story/hidden0", "/story/hidden1", "/story/hidden2", "/story/never", "/story/early", "/api/stories", "/api/stories?hidden=1",
    "/api/stories/hidden0", "/api/stories/hidden1/similar", "/api/stories/seen1/similar", "/api/stories/killed",
    "/api/facets?field=source&field=person&field=language&field=kind&field=stance", "/api/timeline", "/api/stances", "/health",
    "/api/stories.csv?hidden=1", "/api/stories.jsonl?q=oil&hidden=1", "/api/stories.atom", "/api/stories/hidden0/text", "/api/stories/killed/ninjs",
    "/beside/next/seen1", "/beside/previous/seen3?q=copper+OR+market&sort=relevance", "/beside/next/hidden1", "/story/seen0?q=copper",
    "/ticker?hidden=1", "/values?field=source", "/values?field=person&find=xi", "/pane/seen0?q=copper", "/pane/killed", "/pane/hidden0",
    "/?q=merger&by=meaning", "/?q=oil+market&by=meaning&source=AP&hidden=1", "/api/meaning?q=copper", "/api/stories/seen0/similar",
    "/?open=hidden1", "/?open=seen1&not_source=AP&fold=1", "/?q=quisling+copper&since=2020-01-01&until=2020-01-02",
)  # fmt: skip


def meaning(text: str) -> bytes:
    """A vector for a text, without a model."""
    return random.Random(text).randbytes(DIMENSIONS)


def story(chance: random.Random, name: str, number: int, **fields: Any) -> Document:
    """A story of words that others have too."""
    body = " ".join(chance.choices(WORDS, k=chance.randint(3, 60)))
    notes = annotated() if chance.random() < 0.5 else msgspec.structs.replace(annotated(), stance=(), entities=())
    notes = msgspec.structs.replace(notes, meaning=chance.randbytes(DIMENSIONS))
    values = {
        "headline": " ".join(chance.choices(WORDS, k=4)), "body": body, "annotations": notes,
        "source": chance.choice(SOURCES), "language": chance.choice(["en", "EN", "de"]),
        "version_created": START + timedelta(hours=number),
        "kind": "new",
    }  # fmt: skip
    return document(name, abs(number) + 2, **(values | fields))


def arriving(number: int) -> dict[str, Any]:
    """When one of several stories was received, and for one in three when its embargo ended."""
    received = START + timedelta(hours=number * 7 % 12)
    return {"received_at": received, "embargo_until": received + timedelta(hours=4) if number % 3 == 0 else None}


def seen(seed: int) -> list[Document]:
    """What every reader may see, among it a kill."""
    chance = random.Random(seed)
    many = [story(chance, f"seen{number}", number, **arriving(number)) for number in range(12)]
    kill = story(chance, "killed", 5, status="canceled", kind="kill", editorial_note="Mandatory kill", source="AP")
    return [*many, killed_one("Copper rises"), msgspec.structs.replace(kill, language="en")]


def killed_one(words: str) -> Document:
    """The story that was killed, as every reader saw it before: of what it said nothing may be left."""
    return document("killed", 1, headline=words, body=words)


def hidden(seed: int, many: int) -> list[Document]:
    """What no reader may see without the right; the same words, names, sources and months, and others."""
    chance = random.Random(seed)
    return [
        story(
            chance, f"hidden{number}", chance.randint(-900, 900), slugline="quisling", guid=f"merger-{number}",
            **HIDDEN[number % len(HIDDEN)],
        )
        for number in range(many)
    ]  # fmt: skip


def mixed(seed: int, many: int) -> list[Document]:
    """The same stories with hidden ones between them, a seen one that was hidden before, and another story killed."""
    both = [*(one for one in seen(seed) if (one.id, one.version) != ("killed", 1)), *hidden(seed + 1, many)]
    random.Random(seed + 2).shuffle(both)
    before = msgspec.structs.replace(seen(seed)[0], version=1, status="withheld", headline="Quisling", body="Quisling")
    killed = killed_one("Quisling resigns")
    never = story(random.Random(seed), "never", 3, status="withheld", headline="Quisling", slugline="merger")
    early = story(random.Random(seed), "early", 3, embargo_until=LATER, headline="Quisling", slugline="merger")
    kills = [
        msgspec.structs.replace(one, version=99, status="canceled", kind="kill", embargo_until=None, slugline="")
        for one in (never, early)
    ]
    return [before, killed, never, early, *both, *kills]


class Known:
    """A login that knows everybody as the same reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def admit(self, headers: Mapping[str, str], address: str) -> Reader:
        return self._reader

    known = admit


async def put(store: Store, documents: Sequence[Document]) -> None:
    await store.set_up()
    for one in documents:  # one by one, so that row ids and segments follow this order
        assert {outcome.state for outcome in await store.write([one])} <= {"written", "superseded"}
    await store.refresh()


@asynccontextmanager
async def archives(opened: Opener, seed: int, many: int) -> AsyncIterator[tuple[Store, Store]]:
    """An archive without and one with hidden stories."""
    stores = opened("without"), opened("with")
    try:
        for store, documents in zip(stores, (seen(seed), mixed(seed, many)), strict=True):
            await put(store, documents)
        yield stores
    finally:
        for store in stores:
            await store.close()


async def answers(store: Store, reader: Reader | None = None, *, every: bool = False) -> dict[str, Any]:
    """All that a reader is given, by default one without any right; with ``every`` on every page that there is."""
    told: dict[str, Any] = {}
    rights: dict[str, Any] = {"sources": reader.sources, "hidden": reader.hidden} if reader else {}
    for words in QUESTIONS:
        query = question(words, limit=3, **rights)
        page = await store.find(query)
        told[words] = [page]
        while page.after:
            page = await store.find(query.following(page.after))
            told[words].append(page)
        told[f"near {words}"] = await store.nearest(meaning(words), question(limit=5, **rights))
        arrived = question(words, sort="arrived", limit=4, **rights)
        told[f"arrived {words}"] = page = await store.find(arrived)
        told[f"then {words}"] = await store.find(arrived.following(page.after))
        told[f"lately {words}"] = await store.find(question(words, arrived_since=START + timedelta(hours=3), **rights))
        told[f"kills {words}"] = await store.find(question(words, kills=True, sort="newest", limit=100, **rights))
    login = Known(reader) if reader else None
    app = create_app(store, options=Options(remember=0.0, tells_count=reader is None), login=login)
    app.state.site.describer = Describer(lambda: meaning)
    pages = [*every_page(app)] if every else []
    assert not every or len(pages) > 60, "these are not all pages"  # 94 in November 2026
    async with asking(app) as client:
        asked = [f"/api/stories?q={question}" for question in QUESTIONS] + [f"/?q={question}" for question in QUESTIONS]
        for path in dict.fromkeys((*PATHS, *asked, *pages)):
            if reader is None and path.partition("?")[0].endswith("/pipeline"):
                continue  # how fast stories come, hidden ones too, is for readers of all sources
            answer = await client.get(path.replace("+", "%2B") if "?q=" in path else path)
            told[path] = (answer.status_code, sorted(answer.headers.items()), answer.text)
    return told


def every_page(app: FastAPI) -> Iterator[str]:
    """The address of each page that there is, whoever adds it: alone, with a search, and for stories that are not there."""
    for route in app.routes:
        path = getattr(route, "path", "")
        if "GET" not in (getattr(route, "methods", None) or ()) or "live" in path or "openapi" in path:
            continue
        for value in ("seen0", "hidden0", "foreign0") if "{" in path else ("",):
            yield re.sub(r"\{[^}]*\}", value, path)
        yield f"{path}?q=merger&name=Xi+Jinping&holder=Xi+Jinping&target=Taiwan"


def compare(without: dict[str, Any], with_hidden: dict[str, Any]) -> None:
    assert without.keys() == with_hidden.keys()
    for name, told in without.items():
        assert with_hidden[name] == told, name
    assert without["/"][0] == 200
    assert without["/story/hidden0"][0] == without["/api/stories/hidden1/similar"][0] == 404
    assert without["/story/killed"][0] == 410
    assert sum(bool(without[question][0].total) for question in QUESTIONS) > 8


async def interference(opened: Opener, seed: int, many: int, *, every: bool = False) -> None:
    async with archives(opened, seed, many) as (without, with_hidden):
        compare(await answers(without, every=every), await answers(with_hidden, every=every))


async def test_hidden_stories_change_nothing_on_any_page(tmp_path: Path) -> None:
    await interference(lambda name: open_store(f"sqlite:///{tmp_path / name}.db"), 7, 12, every=True)


@hypothesis_settings(max_examples=5, database=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), many=st.integers(3, 40))
def test_hidden_stories_change_nothing_in_sqlite(
    tmp_path_factory: pytest.TempPathFactory, seed: int, many: int
) -> None:
    folder = tmp_path_factory.mktemp("archives")
    asyncio.run(interference(lambda name: open_store(f"sqlite:///{folder / name}.db"), seed, many))


@pytest.fixture
def elastic(elasticsearch_url: str, prefix: str) -> Iterator[Opener]:
    yield lambda name: open_store(elasticsearch_url, prefix=f"{prefix}{name}")
    for name in ("without", "with"):
        remove(elasticsearch_url, f"{prefix}{name}")


@pytest.mark.integration
async def test_hidden_stories_change_nothing_in_elasticsearch(elastic: Opener) -> None:
    await interference(elastic, 7, examples(40, 12))


@pytest.mark.parametrize("form", [(), ("--json",), ("--csv",)])
def test_hidden_stories_change_nothing_in_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: tuple[str, ...]
) -> None:
    printed: list[list[str]] = []
    for name, documents in (("without", seen(3)), ("with", mixed(3, 30))):
        monkeypatch.setenv("NEWSWIRE_INDEX", f"sqlite:///{tmp_path / name}.db")
        settings.cache_clear()

        async def fill(documents: Sequence[Document] = documents) -> None:
            store = open_store(settings().index)
            await put(store, documents)
            await store.close()

        asyncio.run(fill())
        asked = [(), ("--limit", "4"), ("--sort", "oldest"), ("--source", "ap"), ("--holder", "xi")]
        asked += [(question,) for question in QUESTIONS if not question.startswith("-")]
        every = [[*one, *more, *form] for one in asked for more in ((), ("--all",))]
        printed.append([str(CliRunner().invoke(newswire, ["search", *one]).output) for one in every])
    settings.cache_clear()
    assert printed[0] == printed[1]
    assert "seen3" in printed[0][0] or "2026-11-02" in printed[0][0]


async def test_hidden_stories_make_no_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await put(store, seen(5))
    reading = Library(store, views_of(store), at_once=4, seconds=5, remember=0)
    live = LiveUpdates(reading, Display("T", "UTC"), 0.02, 9, 9)
    events = live.events(question(), Reader())
    first = {(await anext(events)).partition("\n")[0] for _ in range(2)}
    assert first == {"event: stories", "event: notices"}  # how things stand
    looks = 0
    find = reading.find

    async def counted(query: ParsedQuery) -> Any:
        nonlocal looks
        looks += 1
        return await find(query)

    monkeypatch.setattr(reading, "find", counted)
    for one in hidden(6, 9):
        await store.write([one])
        before = looks  # a look may be under way: the one after it surely sees the story
        await eventually(lambda: looks > before + 1, "the page looks again")  # noqa: B023 - used at once
    await store.write([document("public", 99, headline="Public at last")])
    event = await anext(events)
    assert "Public at last" in event
    assert "hidden" not in event
    assert '"total": 13' in event
    await events.aclose()
    await reading.close()


async def test_a_page_that_says_it_shows_a_hidden_story_learns_nothing(tmp_path: Path) -> None:
    """Neither by a wrong version nor by the right one, of a withheld, an embargoed and a killed story."""
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    secret = hidden(6, 3)
    await put(store, [*seen(5), *secret])
    reading = Library(store, views_of(store), at_once=4, seconds=5, remember=0)
    live = LiveUpdates(reading, Display("T", "UTC"), 0.02, 9, 9)
    for one in secret:
        for version in (one.version, 1):
            told = []
            for name in (one.id, "no-story"):
                events = live.events(None, Reader(), shows={name: version})
                told.append((await anext(events)).replace(name, "ID"))
                await events.aclose()
            assert told[0] == told[1]
            assert '"gone"' in told[0]
    await reading.close()
