"""A saved search for one of two merged names alerts to stories that use the other."""

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from search.open import open_store
from search.store import StoreUnavailable
from search.versions.joining import Meant, Merge, Merges
from streams.alerts import merged_names
from streams.alerts.decider import AlertDecider
from streams.alerts.merged_names import MergedNames
from streams.settings import read_settings
from tests.streams.alerts.processes import Log, Process, Server, saved, version

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
MERGE = Merge("putin", "Vladimir Putin", Meant("president", "President Putin", "PERSON"), "ann", AT)


async def test_both_names_find_stories_that_use_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_settings(index=f"sqlite:///{tmp_path / 'index.db'}")
    store = open_store(settings.index)
    await store.set_up()
    server = Server()
    wanted = [
        saved("new", query={"q": 'person:"President Putin"'}),
        saved("old", query={"q": 'person:"Vladimir Putin"'}),
    ]
    process = Process(Log(), wanted, {"mail": server}, monkeypatch)
    merged = MergedNames(settings, store)
    process.desk = AlertDecider(process.settings, process.journal, process.searches, merged)
    await process.comes(version(story="before"))
    assert [message.search for message in server.taken] == ["old"]
    await store.join(MERGE)
    await merged.read()
    await process.comes(version(story="after"))
    assert sorted(message.search for message in server.taken) == ["new", "old", "old"]
    await store.close()


async def test_an_index_that_is_away_leaves_what_was_read_last(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings: Any = read_settings(index=f"sqlite:///{tmp_path / 'none' / 'index.db'}")
    merged = MergedNames(settings, open_store(settings.index))
    with caplog.at_level(logging.WARNING):
        await merged.read()
        await merged.read()
    assert not merged.known
    assert len(caplog.records) == 1


class Index:
    """It gives merges, or raises."""

    def __init__(self) -> None:
        self.answer: Any = StoreUnavailable("the index starts")

    async def merges(self) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def close(self) -> None:
        pass


async def test_the_first_story_waits_for_an_index_that_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merged_names, "RETRY_AFTER", 0.01)
    index, known = Index(), Merges([MERGE])
    merged = MergedNames(read_settings(), index)  # type: ignore[arg-type]
    running, waiting = asyncio.create_task(merged.run()), asyncio.create_task(merged.ready())
    await asyncio.sleep(0.03)
    assert not waiting.done()
    index.answer = known
    await waiting
    assert merged.known is known
    running.cancel()


async def test_no_story_waits_long_and_only_the_first_one_does(caplog: pytest.LogCaptureFixture) -> None:
    merged = MergedNames(read_settings(alert_merged_names_seconds=0.01), Index())  # type: ignore[arg-type]
    await merged.ready()
    await merged.ready()
    assert len(caplog.records) == 1


async def test_merges_of_an_unknown_shape_leave_what_was_read_last(caplog: pytest.LogCaptureFixture) -> None:
    index, known = Index(), Merges([MERGE])
    merged = MergedNames(read_settings(), index)  # type: ignore[arg-type]
    index.answer = known
    await merged.read()
    index.answer = msgspec.ValidationError("Object missing required field `entity`")
    await merged.read()
    await merged.read()
    assert merged.known is known
    assert len(caplog.records) == 1
