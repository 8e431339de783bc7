"""Faust's own traps, in pairs: the plain way loses a message, and our handling of the same trap keeps it.

The plain halves say what Faust 0.15.3 does; one that fails after an upgrade means that Faust has cured that trap.
"""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import faust
import pytest
from faust.types.tuples import TP, ConsumerMessage
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

from streams.agents.acks import OffsetGap
from streams.agents.stage import Stage
from streams.kafka.reader import offsets_of
from streams.settings import read_settings
from tests import forks
from tests.forks import Fork
from tests.integration.faust_apps import BAD, BATCH, REFUSED
from tests.integration.pipeline import ROOT
from tests.waiting import wait_for

PATIENCE = 60.0  # seconds


@dataclass
class Topic:
    """One topic with one partition, and the group that the apps read it as."""

    kafka: str
    prefix: str
    folder: Path

    @property
    def name(self) -> str:
        return f"{self.prefix}.raw"

    def fill(self, *values: str) -> None:
        with closing(KafkaAdminClient(bootstrap_servers=self.kafka)) as admin:
            admin.create_topics({self.name: {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
        with closing(KafkaProducer(bootstrap_servers=self.kafka)) as producer:
            sent = [producer.send(self.name, value=value.encode()) for value in values]
            assert [future.get(PATIENCE).offset for future in sent] == list(range(len(values)))

    def committed(self) -> int | None:
        """The offset that a worker started now would begin at; ``None`` where nothing was committed."""
        with closing(KafkaAdminClient(bootstrap_servers=self.kafka)) as admin:
            found = offsets_of(admin, f"{self.prefix}-read").get(TopicPartition(self.name, 0))
        return found.offset if found else None

    def commit(self, offset: int) -> None:
        """Leave the group at an offset, as an earlier worker would."""
        with closing(KafkaAdminClient(bootstrap_servers=self.kafka)) as admin:
            where = {TopicPartition(self.name, 0): OffsetAndMetadata(offset, "", -1)}
            admin.alter_group_offsets(f"{self.prefix}-read", where)
        assert self.committed() == offset

    def forget_before(self, offset: int) -> None:
        """Have Kafka delete what lies before an offset, as retention does."""
        with closing(KafkaAdminClient(bootstrap_servers=self.kafka)) as admin:
            admin.delete_records({TopicPartition(self.name, 0): offset})

    @contextmanager
    def app(self, name: str, *arguments: str) -> Iterator["App"]:
        """One of `faust_apps` while the block runs; SIGTERM ends it as it ends a worker."""
        path = self.folder / f"{name}.out"
        line = (name, self.kafka, self.prefix, *arguments)
        with path.open("wb") as out, (self.folder / f"{name}.log").open("wb") as log:
            process = forks.start(
                line, os.environ, ROOT, program="tests.integration.faust_apps", stdout=out.fileno(), stderr=log.fileno()
            )
        try:
            yield App(process, path)
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass
class App:
    """A running app."""

    process: Fork
    path: Path

    def seen(self) -> list[str]:
        """What it has said so far: the messages it began to work on."""
        return self.path.read_text().split()


@pytest.fixture
def topic(kafka, prefix, tmp_path) -> Topic:
    return Topic(kafka, prefix, tmp_path)


def numbered(count: int, *, bad: int = -1) -> list[str]:
    return [BAD if n == bad else f"m{n}" for n in range(count)]


def assert_the_next_worker_does(topic: Topic, expected: list[str], end: int) -> None:
    with topic.app("stage_works") as app:
        wait_for(lambda: topic.committed() == end, "all committed", PATIENCE)
    assert app.seen() == expected


# An exception in an agent.


@pytest.mark.integration
def test_plain_faust_commits_the_message_that_an_agent_died_on(topic) -> None:
    topic.fill(*numbered(6, bad=2))
    with topic.app("plain_raises") as app:
        wait_for(lambda: topic.committed() == 6, "all committed, the bad one too", PATIENCE)
    assert app.seen().count(BAD) == 1


@pytest.mark.integration
@pytest.mark.parametrize("start", [0, 3])
def test_a_stage_ends_and_reads_again_what_it_died_on(topic, start) -> None:
    # Many lie behind the bad one, prefetched: none of them may be acked by a stream that is being torn down.
    topic.fill(*numbered(60, bad=start))
    if start:
        topic.commit(start)
    with topic.app("stage_raises") as app:
        assert app.process.wait(PATIENCE) != 0, "the supervisor must see that it failed"
    assert app.seen() == [BAD]
    assert (topic.committed() or 0) == start, "committed past the bad message"
    assert_the_next_worker_does(topic, numbered(60, bad=start)[start:], 60)


# Cancelled while it holds a batch.


@pytest.mark.integration
def test_plain_faust_take_commits_the_batch_it_is_cancelled_in(topic) -> None:
    topic.fill(*numbered(BATCH))
    with topic.app("plain_hangs") as app:
        wait_for(lambda: len(app.seen()) == BATCH, "the batch to be taken", PATIENCE)
        assert topic.committed() is None
    assert topic.committed() == BATCH


@pytest.mark.integration
def test_a_stage_cancelled_in_a_batch_gets_it_again(topic) -> None:
    topic.fill(*numbered(60))
    with topic.app("stage_hangs") as app:
        wait_for(lambda: len(app.seen()) == BATCH, "the batch to be taken", PATIENCE)
    assert app.process.returncode == 0
    assert topic.committed() is None
    assert_the_next_worker_does(topic, numbered(60), 60)


# A commit that fails, and nothing comes after it.


@pytest.mark.integration
def test_plain_faust_takes_a_failed_commit_for_done(topic) -> None:
    topic.fill(*numbered(3))
    with topic.app("plain_works", "3") as app:
        wait_for(lambda: REFUSED in app.seen(), "the commit to fail", PATIENCE)
        with pytest.raises(AssertionError, match="not within"):
            wait_for(lambda: topic.committed() == 3, "ten commit intervals", 2)


@pytest.mark.integration
def test_a_stage_commits_again_after_a_failed_commit(topic) -> None:
    topic.fill(*numbered(3))
    with topic.app("stage_works", "3") as app:
        wait_for(lambda: topic.committed() == 3, "the commit to be repeated", PATIENCE)
        assert REFUSED in app.seen()


# What Faust's consumer makes of acks, asked directly.


@pytest.fixture
async def stage(prefix, tmp_path) -> AsyncIterator[Stage]:
    """A stage that is not started, in generation 1 of its group."""
    stage = Stage("read", read_settings(kafka="127.0.0.1:1", topic_prefix=prefix, data=tmp_path))
    stage.app.topics._acking_topics.add(f"{prefix}.raw")
    stage.app.consumer_generation_id = 1
    yield stage
    shutil.rmtree(stage.app.conf.datadir, ignore_errors=True)


def partition(stage: Stage) -> TP:
    return TP(stage.settings.topic("raw"), 0)


def events(stage: Stage, offsets: range, *, generation: int = 1) -> list[Any]:
    """Faust's own events, one after another, as the conductor would make them for one agent."""
    made = []
    for offset in offsets:
        message = ConsumerMessage(
            *partition(stage), offset, 0.0, 0, {}, None, b"", None, tp=partition(stage), generation_id=generation
        )
        message.incref()
        made.append(faust.Event(stage.app, None, b"", {}, message))
    return made


def committable(stage: Stage) -> int | None:
    """What Faust would commit now."""
    offset: int | None = stage.app.consumer._filter_committable_offsets([partition(stage)]).get(partition(stage))
    return offset


@pytest.mark.parametrize("committed", [None, 31])
async def test_plain_faust_commits_past_a_message_in_flight(stage, committed) -> None:
    stage.app.consumer._committed_offset[partition(stage)] = committed
    first = committed or 0
    _, *later = events(stage, range(first, first + 5))
    for event in later:
        event.ack()
    assert committable(stage) == first + 5, "the first of them is not done"


@pytest.mark.parametrize("committed", [None, 31])
async def test_a_stage_commits_nothing_past_a_message_in_flight(stage, committed) -> None:
    stage.app.consumer._committed_offset[partition(stage)] = committed
    first = committed or 0
    taken = await stage.take(events(stage, range(first, first + 5)))
    assert len(taken) == 5
    await stage.done(taken[1:])
    assert committable(stage) is None
    await stage.done(taken[:1])
    assert committable(stage) == first + 5


# A rebalance: events of an older generation, and later messages that come first.


async def test_plain_faust_lets_an_old_event_finish_a_message_that_came_again(stage) -> None:
    old, new = events(stage, range(1)), events(stage, range(1), generation=2)
    stage.app.consumer_generation_id = 2
    old[0].ack()
    assert not new[0].message.acked
    assert committable(stage) == 1, "while the new one is in work"


async def test_a_stage_leaves_alone_what_is_from_before_a_rebalance(stage) -> None:
    old = await stage.take(events(stage, range(5)))
    late = events(stage, range(5, 7))
    stage.app.consumer_generation_id = 2
    assert await stage.take(late) == [], "still in Faust's buffer when the rebalance came"
    again = events(stage, range(5), generation=2)
    assert await stage.take(again) == again, "nothing was committed: all of them come again, and must be worked on"
    await stage.done(old)
    assert committable(stage) is None
    assert stage.intake.in_flight.in_flight == 5
    await stage.done(again)
    assert committable(stage) == 5


async def test_plain_faust_takes_a_jump_for_a_gap_and_commits_past_it(stage) -> None:
    consumer, where, fetcher = stage.app.consumer, partition(stage), SimpleNamespace(_stopped=asyncio.Event())
    consumer._committed_offset[where] = consumer._read_offset[where] = 5
    jumped = events(stage, range(8, 9))[0]

    async def prefetched(**_: float) -> AsyncIterator[tuple[TP, Any]]:
        fetcher._stopped.set()
        yield where, jumped.message

    async def worked_on(message: Any) -> None:
        jumped.ack()

    consumer.getmany, consumer.callback = prefetched, worked_on
    await asyncio.wait_for(consumer._drain_messages(fetcher), PATIENCE)
    assert committable(stage) == 9, "5, 6 and 7 never came"


@pytest.fixture
async def reading(topic) -> AsyncIterator[Stage]:
    """A stage that is not started, on a real topic of ten messages of which five are committed."""
    topic.fill(*numbered(10))
    stage = Stage("read", read_settings(kafka=topic.kafka, topic_prefix=topic.prefix, data=topic.folder))
    stage.app.topics._acking_topics.add(topic.name)
    stage.app.consumer_generation_id = 1
    stage.app.consumer._committed_offset[partition(stage)] = 5
    yield stage
    shutil.rmtree(stage.app.conf.datadir, ignore_errors=True)


@pytest.mark.integration
async def test_a_stage_refuses_a_jump_over_messages_that_are_there(reading) -> None:
    with pytest.raises(OffsetGap, match="offset 8 came where 5 was next"):
        await reading.take(events(reading, range(8, 9)))
    assert committable(reading) is None


@pytest.mark.integration
async def test_a_stage_goes_on_over_messages_that_kafka_no_longer_has(topic, reading) -> None:
    topic.forget_before(8)
    taken = await reading.take(events(reading, range(8, 10)))
    assert len(taken) == 2
    await reading.done(taken)
    assert reading.intake.in_flight.acked_to() == {tuple(partition(reading)): 10}
