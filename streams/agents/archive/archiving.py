"""Writes a process's messages to the archive. Takes events; acks those that are archived.

The events of a partition are held until their bytes, number or age reach a limit, and then written as one segment for
each source and day. Offsets are committed when all segments are durable, so a crash only costs repeated work. While
the archive is unavailable, the stage waits without acking, for as long as it takes; Kafka keeps the backlog.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from streams import metrics
from streams.agents.stage import Stage
from streams.archive.buffers import PartitionBuffer, PartitionBuffers
from streams.archive.messages import ARCHIVED_HEADER, MAX_NAME, ArchivedMessage
from streams.archive.segments import NAME
from streams.archive.stores import ArchiveStore
from streams.errors import Unavailable
from streams.kafka.headers import text_of

TICK = 1.0  # seconds between checks for buffers that are old enough to be written
KNOWN_SEGMENTS = 10_000  # names of segments that are known to exist

T = TypeVar("T")

log = logging.getLogger(__name__)


class _Rebalanced(Exception):
    """A rebalance has happened: the messages will be read again, perhaps by another process."""


class ArchiveWriter:
    """Buffers the messages of one process, and writes them to the archive."""

    def __init__(self, stage: Stage, store: ArchiveStore, clock: Callable[[], float] = time.monotonic) -> None:
        self._stage = stage
        self._store = store
        self._buffers = PartitionBuffers.of(stage.settings, clock)
        self._known: set[str] = set()
        self._writing = asyncio.Lock()

    async def take(self, events: list[Any]) -> None:
        """Hold events, and write the buffers that are full."""
        taken = await self._stage.take(events)
        async with self._writing:
            for event in taken:
                self._buffers.add(event)
                await self._write(self._buffers.full())

    async def run(self) -> None:
        """Write buffers that are old enough, until cancelled."""
        try:
            while True:
                await asyncio.sleep(TICK)
                await self.tick()
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing would be written any more
            await self._stage.crash(error)

    async def tick(self) -> None:
        """Write buffers that are old enough."""
        async with self._writing:
            await self._write(self._buffers.old())
            if len(self._buffers):
                self._stage.health.pause()  # held messages are not committed yet, which is no fault

    async def _write(self, buffers: Sequence[PartitionBuffer]) -> None:
        for buffer in buffers:
            try:
                # No watchdog, as there is for a model's work: this waits for as long as the archive is unavailable.
                with self._stage.tally.working("archive", len(buffer.events)):
                    await self._keep(buffer)
            except _Rebalanced:
                log.info("partition %d was reassigned: its unwritten messages will be read again", buffer.partition)
            self._buffers.drop(buffer)
            await self._stage.done(buffer.events)

    async def _keep(self, buffer: PartitionBuffer) -> None:
        messages = [ArchivedMessage.of(event.message) for event in buffer.events]
        new = [one for one in messages if not await self._is_archived(one, buffer)]
        for segment in await asyncio.to_thread(buffer.segments, new):
            await self._until_available(buffer, partial(self._store.put, segment.name, segment.data))
            metrics.ARCHIVED.inc()
            metrics.ARCHIVED_BYTES.inc(len(segment.data))

    async def _is_archived(self, message: ArchivedMessage, buffer: PartitionBuffer) -> bool:
        """Whether a message was replayed from a segment of this same archive."""
        name = text_of(message, ARCHIVED_HEADER, MAX_NAME)
        if not name or not NAME.fullmatch(name):
            return False
        if name not in self._known and await self._until_available(buffer, partial(self._store.has, name)):
            if len(self._known) >= KNOWN_SEGMENTS:
                self._known.clear()
            self._known.add(name)
        return name in self._known

    async def _until_available(self, buffer: PartitionBuffer, call: Callable[[], T]) -> T:
        backoff = self._stage.backoff()
        while self._stage.current(buffer.events[-1]):
            try:
                return await asyncio.to_thread(call)
            except Unavailable as away:
                log.warning("%d messages are waiting for the archive: %s", len(buffer.events), away)
            await backoff.wait()
        raise _Rebalanced
