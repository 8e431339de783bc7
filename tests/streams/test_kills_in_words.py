"""A kill in words on its way through parser and index stage: the story that it names is killed, whichever comes first."""

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from processors.annotations import Annotations
from search.open import open_store
from search.store import Store
from streams.agents import index, index_tasks
from streams.agents.backoff import Backoff
from streams.agents.index_items import ItemIndex
from streams.agents.producer import Outgoing
from streams.operations.ledger import fate_of
from streams.records import Article, EnrichedArticle, decode, encode
from streams.settings import read_settings
from streams.wire import Raw, parse
from streams.wire.article_ids import article_id
from tests.streams.messages import Event, Message
from tests.streams.wire.publication.holding import PLAIN
from tests.waiting import eventually

NOW = datetime.now(UTC).replace(microsecond=0)
STORY = {
    "guid": "story", "headline": "Bridge closes", "slugline": "BC-Bridge", "version_created": (NOW - timedelta(hours=1)).isoformat(),
}  # fmt: skip
NOTICE = {
    "guid": "notice", "headline": "Kill notice", "body": "Please kill story slugged BC-Bridge.", "version_created": NOW.isoformat(),
}  # fmt: skip
UNSURE = NOTICE | {"headline": "ANNULATION - Bridge closes", "body": "Veuillez annuler notre dépêche."}


def article(fields: dict[str, str]) -> Article:
    (made,) = parse(Raw(json.dumps(PLAIN | fields).encode(), NOW))
    return made


class Stage:
    """As much of a stage as indexing a batch takes."""

    settings = read_settings()
    sent: list[Article] = []  # noqa: RUF012 - of the last announcement
    health = SimpleNamespace(record_index_answer=lambda _="": None)

    def current(self, _: Any) -> bool:
        return True

    async def send(self, outgoing: Iterable[Outgoing]) -> None:
        """Kills that only the index knows of are told the stage that alerts."""
        Stage.sent = [decode(one.value, EnrichedArticle).article for one in outgoing]

    def backoff(self) -> Backoff:
        return Backoff(asyncio.sleep, 0.001)


async def feed(store: Store, *articles: Article) -> None:
    events = [
        Event(Message("news.enriched", 0, b"k", encode(EnrichedArticle(one, Annotations(), NOW)), []))
        for one in articles
    ]
    stage: Any = Stage()
    suspects: Any = SimpleNamespace(is_poison=lambda _: False)
    items = ItemIndex(stage, store)
    assert await index._index_batch(stage, store, items, suspects, events) == []


@pytest.mark.parametrize("batches", [["sn"], ["s", "n"], ["ns"], ["n", "s", "again"], ["s", "n", "n", "s", "n"]])
@pytest.mark.parametrize("notice", [NOTICE, UNSURE])
async def test_the_named_story_is_killed_and_the_notice_is_kept(
    tmp_path: Path, notice: dict[str, str], batches: list[str]
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    made = {"s": article(STORY), "n": article(notice)}
    for batch in batches:
        if batch == "again":
            await index_tasks.kill_named_stories(Stage(), store, await store.open_notices(NOW - timedelta(days=3), 10))  # type: ignore[arg-type]
        else:
            await feed(store, *(made[name] for name in batch))
    ids = [made[name].id for name in "sn"]
    kept = await store.fates(ids)
    assert [(one.id, one.status, one.kind) for one in Stage.sent] == [(ids[0], "canceled", "kill")]
    assert [kept[one].status for one in ids] == ["canceled", "usable" if notice is NOTICE else "withheld"]
    assert [fate_of(one.id, one.version, kept) for one in made.values()] == ["tombstoned", "indexed"]
    assert await store.open_notices(NOW - timedelta(days=3), 10) == []
    await store.close()


@pytest.mark.parametrize("order", ["skk", "ks", "kks", "ksks"])
async def test_a_kill_in_words_of_its_own_guid_is_its_own(tmp_path: Path, order: str) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    kill = article(NOTICE | {"guid": "story"})
    for one in order:
        await feed(store, kill if one == "k" else article(STORY))
    kept = await store.fates([kill.id])
    assert kept[kill.id].status == "canceled"
    assert "jobs figures" not in str(await store.get(kill.id))
    assert kill.id == article_id(kill.source, "story")
    await store.close()


async def test_the_stage_looks_again_and_waits_out_an_index_that_is_away(tmp_path: Path, monkeypatch, caplog) -> None:
    caplog.set_level("INFO")
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    monkeypatch.setattr(index_tasks, "NOTICE_INTERVAL", 0.01)
    stage: Any = Stage()
    looking = asyncio.create_task(index_tasks.retry_open_notices(stage, store))
    await eventually(lambda: "cannot look up open kill notices" in caplog.text, "it has seen that there is no index")
    await store.set_up()
    story, notice = article(STORY), article(NOTICE)
    await feed(store, notice)
    await feed(store, story)

    async def killed() -> bool:
        return (await store.fates([story.id]))[story.id].status == "canceled"

    await eventually(killed, "the other task kills the story")
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    await store.close()
