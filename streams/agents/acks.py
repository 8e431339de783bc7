"""Acks the messages of a stage in offset order: per partition, only the finished prefix.

Faust commits the first run of consecutive acked offsets even where an earlier message is still in flight
(faust-streaming issue 606), and after a rebalance a prefetched later message can arrive before earlier ones
(issue 221). So nothing is acked before everything ahead of it is, and nothing is acked at all across a gap
in the offsets until `OffsetGap` has been handled: by a restart, which reads again from the last commit.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Protocol

Partition = tuple[str, int]
Position = tuple[str, int, int]


class StreamMessage(Protocol):
    """What is needed of a message of Faust's."""

    topic: str
    partition: int
    offset: int
    generation_id: int


class StreamEvent(Protocol):
    """What is needed of a Faust event."""

    @property
    def message(self) -> StreamMessage:
        """The message that it carries."""

    def ack(self) -> bool:
        """Say that this message is done."""


class OffsetGap(Exception):
    """A message arrived before earlier ones of its partition."""


def partition_of(event: StreamEvent) -> Partition:
    """Topic and partition of an event."""
    return event.message.topic, event.message.partition


def position_of(event: StreamEvent) -> Position:
    """Topic, partition and offset of an event."""
    return event.message.topic, event.message.partition, event.message.offset


class FinishedPrefix:
    """The messages in flight of one stage, by partition, in the order of their offsets.

    ``start_of`` gives the offset at which reading of a newly assigned partition begins, or ``None`` where
    nothing was ever committed.
    """

    def __init__(self, start_of: Callable[[Partition], int | None]) -> None:
        self._start_of = start_of
        self._flying: dict[Partition, OrderedDict[int, tuple[StreamEvent, bool]]] = {}
        self._next: dict[Partition, int] = {}
        self._acked: dict[Partition, int] = {}

    def take(self, event: StreamEvent) -> bool:
        """Register a message before work on it begins. False for one already in flight or done: skip it.

        Raises:
            OffsetGap: if messages between the last one taken and this one never came.
        """
        partition, offset = partition_of(event), event.message.offset
        expected = self.next_of(partition)
        if expected is not None:
            if offset < expected:
                return False
            if offset > expected:
                raise OffsetGap(f"{partition[0]}[{partition[1]}]: offset {offset} came where {expected} was next")
        self._flying.setdefault(partition, OrderedDict())[offset] = (event, False)
        self._next[partition] = offset + 1
        return True

    def finish(self, events: Iterable[StreamEvent]) -> int:
        """Mark messages as done, and ack what is now a finished prefix. Gives how many were acked."""
        touched = set()
        for event in events:
            partition, offset = partition_of(event), event.message.offset
            if offset in self._flying.get(partition, ()):
                self._flying[partition][offset] = (event, True)
                touched.add(partition)
        return sum(self._ack(partition) for partition in touched)

    def _ack(self, partition: Partition) -> int:
        flying, acked = self._flying[partition], 0
        while flying:
            offset, (event, done) = next(iter(flying.items()))
            if not done:
                break
            event.ack()
            del flying[offset]
            self._acked[partition] = offset + 1
            acked += 1
        return acked

    def next_of(self, partition: Partition) -> int | None:
        """The offset that must come next; ``None`` where any may."""
        return self._next.get(partition, self._start_of(partition))

    def skip_to(self, partition: Partition, offset: int) -> None:
        """Expect ``offset`` next: the messages before it are known to be deleted from Kafka."""
        self._next[partition] = offset

    def drop(self) -> None:
        """Forget everything in flight: a rebalance happened, and reading begins again at the last commits."""
        self._flying.clear()
        self._next.clear()
        self._acked.clear()

    def acked_to(self) -> dict[Partition, int]:
        """By partition the offset up to which everything is acked since the last rebalance."""
        return dict(self._acked)

    @property
    def in_flight(self) -> int:
        """Messages taken and not yet acked."""
        return sum(map(len, self._flying.values()))
