"""The topic ``news.alerts`` for one process: writes records, and keeps a table of the partitions that it owns.

A record is in the table once Kafka has confirmed it. Records that other processes write to our partitions are read as
they arrive: the owner of a story's partition writes what a digest should contain to the owner of that digest. After a
rebalance each new partition is read from its beginning before it is used for any decision.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordTooLargeError

from streams.alerts.records import JournalEntry, encoded_key
from streams.alerts.table import AlertTable, TableEntry, read_entry
from streams.errors import SettingsError
from streams.kafka.connection import aio_options
from streams.kafka.producing import aio_producer
from streams.kafka.stages import ALERTS
from streams.settings import Settings

POLL_MS = 500

log = logging.getLogger(__name__)


class RetryDelays(Protocol):
    """A series of waits between retries, each longer than the one before."""

    async def wait(self) -> None:
        """Wait before the next try."""


class AlertJournal(Protocol):
    """What the rest of the stage needs of a `Journal`."""

    table: AlertTable
    changed: asyncio.Event
    partitions: int

    def owns(self, partition: int) -> bool:
        """Whether a partition is assigned to us and loaded into the table."""

    async def write(self, entries: Sequence[JournalEntry]) -> None:
        """Write records in their order."""


class Journal:
    """Writes records and keeps the table. ``backoff`` starts a series of waits; `changed` is set on every change."""

    def __init__(self, settings: Settings, backoff: Callable[[], RetryDelays]) -> None:
        self._settings = settings
        self._backoff = backoff
        self.topic = settings.topic(ALERTS)
        self.table = AlertTable()
        self.changed = asyncio.Event()
        self.partitions = 0
        self._owned: frozenset[int] = frozenset()
        self._assignments = self._applied = 0  # assignments received, and the last one that the consumer follows
        self._load_until: dict[int, int] = {}
        self._next_offsets: dict[int, int] = {}
        self._own_offsets: dict[int, set[int]] = defaultdict(set)  # offsets that we wrote and have not read back
        self._assignment_changed = asyncio.Condition()
        self._consumer: Any = None
        self._producer: Any = None

    async def start(self) -> None:
        """Connect, retrying for as long as Kafka is unavailable."""
        self._consumer = await self._connected(
            lambda: AIOKafkaConsumer(
                **aio_options(self._settings), enable_auto_commit=False, auto_offset_reset="earliest"
            )
        )
        self._producer = await self._connected(lambda: aio_producer(self._settings))
        backoff = self._backoff()
        while not self.partitions:
            try:
                self.partitions = len(await self._producer.partitions_for(self.topic))
            except KafkaError as missing:  # the topic is not there yet: see `streams.agents.run.check_topics`
                log.warning("alert: %s: %r", self.topic, missing)
                await backoff.wait()

    async def _connected(self, make: Callable[[], Any]) -> Any:
        backoff = self._backoff()
        while True:
            client = make()
            try:
                await client.start()
            except KafkaError as error:
                await client.stop()
                log.warning("alert: cannot reach Kafka for %s: %r", self.topic, error)
                await backoff.wait()
            else:
                return client

    async def stop(self) -> None:
        """Disconnect."""
        for client in (self._producer, self._consumer):
            if client:
                await client.stop()

    async def assign_partitions(self, partitions: Collection[int]) -> None:
        """Own exactly these partitions from now on."""
        self._owned = frozenset(partitions)
        self._assignments += 1  # even for the same partitions: another process may have owned them meanwhile
        async with self._assignment_changed:
            self._assignment_changed.notify_all()
        self.changed.set()

    def owns(self, partition: int) -> bool:
        """Whether a partition is assigned to us and loaded into the table."""
        return self._applied == self._assignments and partition in self._owned and partition not in self._load_until

    async def loaded(self, partition: int) -> None:
        """Wait until one of our partitions is loaded into the table."""
        async with self._assignment_changed:
            await self._assignment_changed.wait_for(lambda: self.owns(partition))

    async def write(self, entries: Sequence[JournalEntry]) -> None:
        """Write records in their order; returns when Kafka has confirmed them all, with retries without limit."""
        waiting, backoff = [(entry, _value(entry)) for entry in entries], self._backoff()
        while waiting:
            sent = [await self._send(entry, value) for entry, value in waiting]
            failed, known = [], []
            for (entry, value), future in zip(waiting, sent, strict=True):
                try:
                    offset = (await future).offset
                except Exception as error:  # noqa: BLE001 - classified below, when all are known
                    failed.append((entry, value, error))
                else:
                    known.append(TableEntry(entry.partition, offset, entry.key, entry.value, value))
            self._record_own(known)
            _raise_permanent(self.topic, [error for *_, error in failed])
            waiting = [(entry, value) for entry, value, _ in failed]
            if waiting:
                log.warning("alert: Kafka did not confirm %d records (%r)", len(waiting), failed[0][2])
                await backoff.wait()
        self.changed.set()

    async def _send(self, entry: JournalEntry, value: bytes | None) -> Any:
        try:
            return await self._producer.send(self.topic, value, encoded_key(entry.key), entry.partition)
        except KafkaError as error:
            future = asyncio.get_running_loop().create_future()
            future.set_exception(error)
            return future

    def _record_own(self, entries: Sequence[TableEntry]) -> None:
        """Put confirmed records into the table; they are skipped when the consumer reads them back."""
        owned = [entry for entry in entries if entry.partition in self._owned]
        self.table.take(owned)
        for entry in owned:
            if entry.offset >= self._next_offsets.get(entry.partition, 0):
                self._own_offsets[entry.partition].add(entry.offset)

    async def run(self) -> None:
        """Read our partitions, until cancelled."""
        while True:
            try:
                if self._applied != self._assignments:
                    await self._reassign()
                if not self._owned:
                    async with self._assignment_changed:
                        await self._assignment_changed.wait_for(lambda: self._applied != self._assignments)
                    continue
                records = await self._consumer.getmany(timeout_ms=20 if self._load_until else POLL_MS)
            except KafkaError as error:
                log.warning("alert: cannot read %s: %r", self.topic, error)
                await self._backoff().wait()
                continue
            if records:
                self._take(records)
            await self._check_loaded()

    def _take(self, records: dict[Any, list[Any]]) -> None:
        for topic_partition, messages in records.items():
            own_offsets = self._own_offsets[topic_partition.partition]
            new = [message for message in messages if message.offset not in own_offsets]
            own_offsets.difference_update([message.offset for message in messages])
            read = (
                read_entry(topic_partition.partition, message.offset, message.key, message.value) for message in new
            )
            self.table.take([entry for entry in read if entry])
            self._next_offsets[topic_partition.partition] = messages[-1].offset + 1
        self.changed.set()

    async def _reassign(self) -> None:
        """Follow the latest assignment: new partitions are read from their beginning, others from where we were."""
        owned, rebalances = self._owned, self._assignments
        self.table.keep_only(owned)
        self._own_offsets.clear()
        self._next_offsets = {partition: at for partition, at in self._next_offsets.items() if partition in owned}
        topic_partitions = {partition: TopicPartition(self.topic, partition) for partition in sorted(owned)}
        self._consumer.assign(list(topic_partitions.values()))
        if topic_partitions:
            ends = await self._consumer.end_offsets(list(topic_partitions.values()))
            starts = await self._consumer.beginning_offsets(list(topic_partitions.values()))
            for partition, topic_partition in topic_partitions.items():
                self._next_offsets.setdefault(partition, starts[topic_partition])
                self._consumer.seek(topic_partition, self._next_offsets[partition])
            self._load_until = {
                partition: ends[topic_partition] for partition, topic_partition in topic_partitions.items()
            }
        else:
            self._load_until = {}
        self._applied = rebalances

    async def _check_loaded(self) -> None:
        if not self._load_until:
            return
        for partition in list(self._load_until):
            at = await self._consumer.position(TopicPartition(self.topic, partition))
            if max(at, self._next_offsets.get(partition, 0)) >= self._load_until[partition]:
                del self._load_until[partition]
        async with self._assignment_changed:
            self._assignment_changed.notify_all()
        self.changed.set()


def _value(entry: JournalEntry) -> bytes | None:
    return None if entry.value is None else msgspec.json.encode(entry.value)


def _raise_permanent(topic: str, failed: Sequence[Exception]) -> None:
    for error in failed:
        if isinstance(error, MessageSizeTooLargeError | RecordTooLargeError):
            raise SettingsError(f"{topic} does not accept a record: make it with newswire topics create") from error
        if not isinstance(error, KafkaError):
            raise error
