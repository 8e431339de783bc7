"""Two archives that differ only in stories of sources that a reader may not see: the reader is given the same by both.

Whoever the reader is: with or without the right to hidden stories, with sources that are allowed or that are not. The
questions are those of `test_noninterference`, and every page that there is.
"""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from search.documents import Document
from search.open import open_store, views_of
from search.visibility import Sources, sources_named
from search.web.display import Display
from search.web.library import Library
from search.web.live import LiveUpdates
from search.web.login.access import Reader
from tests.examples import examples
from tests.search.conftest import remove
from tests.search.samples import document, question
from tests.search.web.test_noninterference import HIDDEN, Opener, answers, hidden, put, seen, story

FOREIGN = ("Geheimdienst", "GEHEIMDIENST", "Ärzte Post")
RIGHTS = (
    sources_named(["ap", "reuters"], only=True),
    sources_named(["geheimdienst", "ÄRZTE POST"], only=False),
)
STATES: tuple[dict[str, Any], ...] = (
    {},
    {},
    *HIDDEN,
    {"status": "canceled", "kind": "kill", "editorial_note": "kill the merger"},
)


def foreign(seed: int, many: int) -> list[Document]:
    """Stories of sources that the reader may not see: plain ones, hidden ones and kills, of the same words and names."""
    chance = random.Random(seed)
    return [
        story(
            chance, f"foreign{number}", chance.randint(-900, 900),
            **({"slugline": "quisling", "source": chance.choice(FOREIGN)} | STATES[number % len(STATES)]),
        )
        for number in range(many)
    ]  # fmt: skip


async def interference(opened: Opener, seed: int, many: int, reader: Reader) -> None:
    own = [*seen(seed), *hidden(seed + 1, 4)]
    both = [*own, *foreign(seed + 2, many)]
    random.Random(seed).shuffle(both)
    told = []
    for name, documents in (("without", own), ("with", both)):
        store = opened(name)
        await put(store, documents)
        told.append(await answers(store, reader, every=True))
        await store.close()
    without, with_foreign = told
    assert without.keys() == with_foreign.keys()
    for name, answer in without.items():
        assert with_foreign[name] == answer, name
    assert without.keys() >= {"/api/stories/foreign0", "/story/foreign0", "/names"}
    assert without["/story/foreign0"][0] == 404
    assert without["/pipeline"][0] == 403
    assert without["/story/hidden0"][0] == (200 if reader.hidden else 404)


@pytest.mark.parametrize(("sources", "may_see_hidden"), [(RIGHTS[0], False), (RIGHTS[1], True)])
def test_foreign_sources_change_nothing_in_sqlite(tmp_path: Path, sources: Sources, may_see_hidden: bool) -> None:
    """For readers at random: each run has another seed, which a failure prints."""
    seed = random.randrange(10**6)
    print("seed", seed)  # noqa: T201 - shown where the test fails
    reader = Reader("ada", may_see_hidden, sources=sources)
    asyncio.run(interference(lambda name: open_store(f"sqlite:///{tmp_path / name}.db"), seed, 12, reader))


@pytest.fixture
def elastic(elasticsearch_url: str, prefix: str) -> Iterator[Opener]:
    yield lambda name: open_store(elasticsearch_url, prefix=f"{prefix}{name}")
    for name in ("without", "with"):
        remove(elasticsearch_url, f"{prefix}{name}")


@pytest.mark.integration
async def test_foreign_sources_change_nothing_in_elasticsearch(elastic: Opener) -> None:
    await interference(elastic, 7, examples(30, 12), Reader("ada", sources=RIGHTS[1]))


async def test_foreign_sources_make_no_event(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await put(store, [*seen(5), *foreign(6, 6)])
    reading = Library(store, views_of(store), at_once=4, seconds=5, remember=0)
    live = LiveUpdates(reading, Display("T", "UTC"), 0.02, 9, 9)
    ada = Reader("ada", sources=RIGHTS[0])
    events = live.events(question(), ada)
    first = [await anext(events) for _ in range(2)]
    assert not any("foreign" in event for event in first)
    assert '"total": 12' in "".join(first)
    await put(store, [story(random.Random(1), "foreign0", 10**6, source=FOREIGN[0])])
    await put(store, [document("public", 99, headline="Public at last")])
    event = await anext(events)
    assert "Public at last" in event
    assert "foreign" not in event
    assert '"total": 13' in event
    await events.aclose()
    for version in (1, 10**6 + 2):  # a page that says that it shows such a story learns nothing of it
        told = []
        for name in ("foreign0", "no-story"):
            events = live.events(None, ada, shows={name: version})
            told.append((await anext(events)).replace(name, "ID"))
            await events.aclose()
        assert told[0] == told[1]
        assert '"gone"' in told[0]
    everything = live.events(None, Reader(), shows={"foreign0": 1})
    assert '"gone"' not in await anext(everything)
    await everything.aclose()
    await reading.close()


def test_a_reader_of_no_source_is_not_one_of_all() -> None:
    assert not sources_named([], only=True).has("AP")
    assert msgspec.structs.replace(Reader(), sources=sources_named([], only=True)).sources != Reader().sources
