"""Groups stories by event, in one process of the index stage at a time. Takes ``news.stories``, sends ``news.events``.

All processes of the stage are in one consumer group for a single partition, so Kafka assigns the grouping to one of
them. That process writes the events of stories to the index, sends changed events on ``news.events``, and then commits.
Its successor reads all stories up to that commit, rebuilds the same events without publishing them, and goes on.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from processors.events.fingerprint import Fingerprint
from processors.events.grouping import Bounds
from processors.events.keeping import Changes, Event, EventKeeping
from search.store import Store
from streams import metrics
from streams.agents.events.changes import PARTITION
from streams.agents.index_writes import until_available
from streams.agents.producer import Outgoing
from streams.agents.stage import Stage
from streams.agents.topic_lookups import consumer_of
from streams.kafka.connection import aio_options
from streams.kafka.lag import METADATA_MS
from streams.kafka.stages import EVENTS, STORIES
from streams.settings import Settings

HOUR_MS = 60 * 60 * 1000
DAY_MS = 24 * HOUR_MS
WAIT_MS = 500  # poll timeout; also the delay with which the end of an embargo is noticed
BATCH = 300  # stories
RETRY_AFTER = 5.0  # seconds, after an error of Kafka's
RESPONSE_TIMEOUT_MS = 10_000  # for reads of records that must be there

log = logging.getLogger(__name__)


class EventGrouper:
    """Groups stories in this process whenever Kafka assigns the partition to it."""

    def __init__(self, stage: Stage, store: Store) -> None:
        self._stage, self._store, self._settings = stage, store, stage.settings
        self._partition = TopicPartition(self._settings.topic(STORIES), PARTITION)
        self._keeping: EventKeeping | None = None

    async def run(self) -> None:
        """Group for as long as the stage runs; errors of Kafka's are retried."""
        while True:
            try:
                await self._consume()
            except KafkaError as error:
                log.warning("stories are not grouped by event for now: %r", error)
            metrics.EVENTS_KEPT.set(0)
            await asyncio.sleep(RETRY_AFTER)

    async def _consume(self) -> None:
        consumer = AIOKafkaConsumer(**_options(self._settings))
        consumer.subscribe([self._partition.topic])
        await consumer.start()
        try:
            assigned: Any = None
            while True:
                records = await consumer.getmany(timeout_ms=WAIT_MS, max_records=BATCH)
                now_assigned = consumer.assignment() if self._partition in consumer.assignment() else None
                if now_assigned is None:
                    assigned = self._keeping = None
                    metrics.EVENTS_KEPT.set(0)
                    continue
                if assigned is not now_assigned:  # after a rebalance: read everything again from the commit
                    assigned = now_assigned
                    start = await consumer.committed(self._partition) or 0
                    await self._restore(start)
                    consumer.seek(self._partition, start)
                    continue
                await self._group(consumer, records.get(self._partition, ()))
        finally:
            self._keeping = None
            await consumer.stop()

    async def _restore(self, committed: int) -> None:
        """Rebuild the events as they were at the commit."""
        began = time.monotonic()
        stories = await _latest(self._settings, STORIES, {PARTITION: committed})
        events = await _latest(self._settings, EVENTS, None)
        known = [story for story in map(_fingerprint, stories.values()) if story]
        known_events = {key: msgspec.json.decode(value, type=Event) for key, value in events.items()}
        event_of = {story: event.id for event in known_events.values() for story in event.stories}
        keeping = EventKeeping(bounds_of(self._settings))
        await asyncio.to_thread(keeping.restore, known, event_of, list(known_events), _now_ms())
        self._keeping = keeping
        metrics.EVENTS_KEPT.set(1)
        log.info("stories are grouped by event here: %d stories, %.1f s", len(known), time.monotonic() - began)

    async def _group(self, consumer: Any, records: Sequence[Any]) -> None:
        keeping = self._keeping
        assert keeping is not None
        stories = [story for record in records if (story := _fingerprint(record.value))]
        version = records[-1].offset if records else await consumer.position(self._partition) - 1
        with metrics.EVENT_WORK.time():
            changes = await asyncio.to_thread(_grouped, keeping, stories, version)
        metrics.EVENT_STORIES.set(len(keeping.grouping.stories))
        if changes.said:
            await until_available(self._stage, partial(self._store.set_events, changes.said), len(changes.said))
        await self._stage.send(self._messages(changes))
        if records:
            await consumer.commit({self._partition: records[-1].offset + 1})

    def _messages(self, changes: Changes) -> Iterable[Outgoing]:
        topic = self._settings.topic(EVENTS)
        for key, event in changes.events.items():
            yield Outgoing(topic, key.encode(), msgspec.json.encode(event), removes=event is None)
        for story in changes.forgotten:
            yield Outgoing(self._partition.topic, story.encode(), b"", removes=True, partition=PARTITION)


def bounds_of(settings: Settings) -> Bounds:
    """The bounds of the grouping, from the settings."""
    return Bounds(
        window=round(settings.event_window * HOUR_MS),
        reach=round(settings.event_days * DAY_MS),
        most=settings.event_stories,
    )


def _grouped(keeping: EventKeeping, stories: Sequence[Fingerprint], version: int) -> Changes:
    now = _now_ms()
    keeping.take(stories, now)
    return keeping.changes(version, now)


def _fingerprint(value: bytes | None) -> Fingerprint | None:
    """The fingerprint in a record; ``None`` for a tombstone, or a record of a later release."""
    try:
        return msgspec.json.decode(value, type=Fingerprint) if value else None
    except msgspec.MsgspecError as error:
        log.warning("a record on the stories' topic cannot be read: %s", error)
        return None


async def _latest(settings: Settings, name: str, until: Mapping[int, int] | None) -> dict[str, bytes]:
    """The newest record of each key of a compacted topic; with ``until``, only of these partitions and offsets."""
    topic, found = settings.topic(name), dict[str, bytes]()
    async with consumer_of(settings) as consumer:
        await consumer.topics()
        numbers = until if until is not None else consumer.partitions_for_topic(topic) or ()
        partitions = [TopicPartition(topic, number) for number in numbers]
        if not partitions:
            return found
        consumer.assign(partitions)
        ends, starts = await consumer.end_offsets(partitions), await consumer.beginning_offsets(partitions)
        limits = {
            partition: min(ends[partition], (until or {}).get(partition.partition, ends[partition]))
            for partition in partitions
        }
        for partition in partitions:
            consumer.seek(partition, starts[partition])
        while any([await consumer.position(partition) < limits[partition] for partition in partitions]):
            batches = await consumer.getmany(timeout_ms=RESPONSE_TIMEOUT_MS)
            for partition, records in batches.items():
                _read(found, [record for record in records if record.offset < limits[partition]])
    return found


def _read(found: dict[str, bytes], records: Sequence[Any]) -> None:
    for record in records:
        key = (record.key or b"").decode()
        if record.value is None:
            found.pop(key, None)
        else:
            found[key] = record.value


def _now_ms() -> int:
    return int(time.time() * 1000)


def _options(settings: Settings) -> dict[str, Any]:
    return {
        **aio_options(settings),
        "client_id": "newswire-events",
        "group_id": settings.group(EVENTS),
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "metadata_max_age_ms": METADATA_MS,
        "session_timeout_ms": int(settings.session_timeout * 1000),
        "heartbeat_interval_ms": int(settings.session_timeout * 1000 / 10),
        "max_poll_interval_ms": DAY_MS,  # it may wait for the index for hours
    }
