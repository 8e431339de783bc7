"""The journal of alerts follows its partitions, however they move."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest

from streams.alerts import journal
from streams.alerts.records import AlertKey, encoded_key
from streams.settings import read_settings
from tests.streams.alerts.processes import until

STORY = encoded_key(AlertKey("story", "flood"))


class Message:
    """A record of the topic."""

    def __init__(self, offset: int) -> None:
        self.offset, self.key, self.value = offset, STORY, None


class OneTopic:
    """Stands for the client of Kafka: a topic whose partitions each hold some records. A poll lasts until ``polled``."""

    def __init__(self) -> None:
        self.lengths = {0: 0, 1: 0}
        self.at: dict[Any, int] = {}
        self.polls = asyncio.Event()

    def assign(self, places: list[Any]) -> None:
        self.at = dict.fromkeys(places, 0)

    def seek(self, place: Any, offset: int) -> None:
        self.at[place] = offset

    async def position(self, place: Any) -> int:
        return self.at[place]

    async def beginning_offsets(self, places: list[Any]) -> dict[Any, int]:
        return dict.fromkeys(places, 0)

    async def end_offsets(self, places: list[Any]) -> dict[Any, int]:
        return {place: self.lengths[place.partition] for place in places}

    async def getmany(self, timeout_ms: int) -> dict[Any, list[Message]]:
        await asyncio.sleep(0.001)
        await self.polls.wait()
        found = {place: [Message(n) for n in range(at, self.lengths[place.partition])] for place, at in self.at.items()}
        self.at = {place: at + len(found[place]) for place, at in self.at.items()}
        return {place: messages for place, messages in found.items() if messages}


@pytest.fixture
async def followed() -> AsyncIterator[tuple[journal.Journal, OneTopic]]:
    """A journal that owns both partitions and has read them, and its topic."""
    made, topic = journal.Journal(read_settings(), lambda: None), OneTopic()  # type: ignore[arg-type,return-value]
    made._consumer = topic  # in place of `start`, which needs a Kafka
    await made.assign_partitions((0, 1))
    reading = asyncio.create_task(made.run())
    topic.polls.set()
    await made.loaded(0)
    yield made, topic
    reading.cancel()
    with suppress(asyncio.CancelledError):
        await reading


async def test_a_partition_that_was_away_for_less_than_a_poll_is_read_again_before_it_is_ours(
    followed: tuple[journal.Journal, OneTopic],
) -> None:
    made, topic = followed
    topic.polls.clear()
    await until(lambda: made.owns(0) and made.owns(1))
    await asyncio.sleep(0)
    await made.assign_partitions((1,))
    topic.lengths[0] = 3  # by who had it meanwhile
    await made.assign_partitions((0, 1))
    assert not made.owns(0)
    topic.polls.set()
    await made.loaded(0)
    assert topic.at[next(place for place in topic.at if not place.partition)] == topic.lengths[0]


async def test_what_is_no_longer_ours_is_not_owned_at_once(followed: tuple[journal.Journal, OneTopic]) -> None:
    made, _ = followed
    await made.assign_partitions(())
    assert not made.owns(0)
    await made.assign_partitions((1,))
    await made.loaded(1)
    assert not made.owns(0)
