"""Buffers of an archive process, one per partition: events in the order of their offsets, until they are written.

Takes events; says which buffers are due to be written, and makes their segments. Pure, except for the clock.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from streams.archive.messages import ArchivedMessage, SourceDay
from streams.archive.segments import PackedSegment, encode_segment
from streams.settings import Settings

MIB = 1024 * 1024
OVERHEAD = 2048  # bytes of memory that an event takes in addition to its message


@dataclass
class PartitionBuffer:
    """Events of one partition that are not written yet; ``since`` is when the first of them arrived."""

    partition: int
    since: float
    events: list[Any] = field(default_factory=list)
    size: int = 0

    def segments(self, messages: Iterable[ArchivedMessage]) -> list[PackedSegment]:
        """The segments of some of its messages, one for each source and day."""
        source_days: dict[SourceDay, list[ArchivedMessage]] = {}
        for message in messages:
            source_days.setdefault(message.source_day, []).append(message)
        first, last = (self.events[at].message.offset for at in (0, -1))
        return [encode_segment(source_day, those, first, last) for source_day, those in source_days.items()]


@dataclass
class PartitionBuffers:
    """The buffers of one process, and the limits at which they are written: bytes, messages, seconds, total bytes."""

    most_bytes: float
    most_messages: int
    seconds: float
    memory: float
    clock: Callable[[], float] = time.monotonic
    _held: dict[int, PartitionBuffer] = field(default_factory=dict)
    _generation: int = -1

    @classmethod
    def of(cls, settings: Settings, clock: Callable[[], float] = time.monotonic) -> Self:
        """With the limits of these settings."""
        return cls(
            settings.archive_segment_mb * MIB,
            settings.archive_segment_messages,
            settings.archive_seconds,
            settings.archive_memory_mb * MIB,
            clock,
        )

    def add(self, event: Any) -> None:
        """Hold an event. If it is of a newer generation, all events held so far are dropped: they come again."""
        message = event.message
        if message.generation_id != self._generation:
            self._generation = message.generation_id
            self._held.clear()
        if message.partition not in self._held:
            self._held[message.partition] = PartitionBuffer(message.partition, self.clock())
        buffer = self._held[message.partition]
        buffer.events.append(event)
        buffer.size += OVERHEAD + len(message.key or b"") + len(message.value or b"")

    def full(self) -> list[PartitionBuffer]:
        """The buffers with enough bytes or messages; else the largest, if all together are too large."""
        held = list(self._held.values())
        found = [one for one in held if one.size >= self.most_bytes or len(one.events) >= self.most_messages]
        if not found and sum(one.size for one in held) >= self.memory:
            return [max(held, key=lambda one: one.size)]
        return found

    def old(self) -> list[PartitionBuffer]:
        """The buffers whose first message arrived long enough ago."""
        return [one for one in self._held.values() if self.clock() - one.since >= self.seconds]

    def drop(self, buffer: PartitionBuffer) -> None:
        """Drop a buffer: it is written, or its messages come again."""
        if self._held.get(buffer.partition) is buffer:
            del self._held[buffer.partition]

    def __len__(self) -> int:
        """How many are held."""
        return len(self._held)
