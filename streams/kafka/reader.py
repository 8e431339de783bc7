"""Reads a range of a topic: finds the offsets for a period, and returns each message between them once.

Takes `Settings` and a topic; gives messages of kafka-python. What is written meanwhile lies beyond the bounds, so a
reader that also writes never chases itself. Memory is bounded by what the consumer fetches ahead.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from kafka import TopicPartition
from kafka.errors import KafkaError

from streams.errors import SettingsError, Unavailable
from streams.kafka.connection import REACHED_WITHIN, admin_client, consumer, kafka_error
from streams.kafka.coordinator import coordinated
from streams.kafka.ending import ConsumerBlock
from streams.settings import Settings

POLL_MESSAGES = 500
SILENCE_SECONDS = 60.0  # without a message where there must be more: the broker is away
EPOCH = datetime.fromtimestamp(0, UTC)
SKEW = timedelta(minutes=10)  # feeds stamp messages themselves, so times within a partition are only nearly in order


class OffsetRange(NamedTuple):
    """Offsets ``[start, end)`` of one partition."""

    topic: str
    partition: int
    start: int
    end: int


class TopicReader(ConsumerBlock):
    """A consumer without a group, which commits nothing. ``silence`` is in seconds."""

    def __init__(self, settings: Settings, silence: float = SILENCE_SECONDS) -> None:
        self._settings = settings
        self._silence = silence
        self._consumer = consumer(
            settings,
            "cannot read",
            seconds=min(REACHED_WITHIN, silence),
            client_id="newswire-reader",
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=POLL_MESSAGES,
        )

    def bounds(self, topic: str, since: datetime | None = None, until: datetime | None = None) -> list[OffsetRange]:
        """The current offset ranges of all partitions: of everything, or of what Kafka stored in a period.

        ``until`` is met only nearly, some minutes too late: messages are to be judged by their own time as well.
        A topic that does not exist has none.
        """
        try:
            partitions = [TopicPartition(topic, p) for p in sorted(self._consumer.partitions_for_topic(topic) or ())]
            if not partitions:
                return []
            starts = self._consumer.beginning_offsets(partitions)
            ends = self._consumer.end_offsets(partitions)
            first = self._first_at(partitions, since, starts, ends) if since else starts
            last = self._at(partitions, until + SKEW) if until else ends
        except KafkaError as error:
            raise kafka_error(self._settings, f"cannot read {topic}", error) from error
        ranges = []
        for tp in partitions:
            end = min(ends[tp], last.get(tp, ends[tp]))
            ranges.append(OffsetRange(topic, tp.partition, min(end, max(starts[tp], first.get(tp, ends[tp]))), end))
        return ranges

    def _first_at(
        self,
        partitions: Sequence[TopicPartition],
        since: datetime,
        starts: Mapping[TopicPartition, int],
        ends: Mapping[TopicPartition, int],
    ) -> Mapping[TopicPartition, int]:
        """The first offsets at or after a time; partitions with only older messages are left out.

        The embedded broker cannot look up times, and names no offset for any: there the messages themselves are asked.
        """
        found = self._at(partitions, since)
        if found or self._at(partitions, EPOCH):
            return found
        first: dict[TopicPartition, int] = {}
        for message in self.read(OffsetRange(tp.topic, tp.partition, starts[tp], ends[tp]) for tp in partitions):
            if message.timestamp >= since.timestamp() * 1000:
                first.setdefault(TopicPartition(message.topic, message.partition), message.offset)
        return first

    def _at(self, partitions: Iterable[TopicPartition], moment: datetime) -> dict[TopicPartition, int]:
        """The first offset at or after a time, by partition; partitions with only older messages are left out."""
        milliseconds = max(0, int(moment.timestamp() * 1000))
        offsets = self._consumer.offsets_for_times(dict.fromkeys(partitions, milliseconds))
        return {tp: at.offset for tp, at in offsets.items() if at is not None and at.offset >= 0}

    def read(self, bounds: Iterable[OffsetRange]) -> Iterator[Any]:
        """Every message within the bounds, in order within each partition."""
        open_ends = {TopicPartition(b.topic, b.partition): b for b in bounds if b.start < b.end}
        self._consumer.assign(list(open_ends))
        for tp, bound in open_ends.items():
            self._consumer.resume(tp)  # an earlier reading may have paused it
            self._consumer.seek(tp, bound.start)
        heard = time.monotonic()
        while open_ends:
            try:
                polled = self._consumer.poll(timeout_ms=500)
                positions = {tp: self._consumer.position(tp) for tp in open_ends}
            except KafkaError as error:
                raise kafka_error(self._settings, "cannot read further", error) from error
            for tp, messages in polled.items():
                if tp in open_ends:
                    yield from (message for message in messages if message.offset < open_ends[tp].end)
                    heard = time.monotonic()
            for tp in [tp for tp, bound in open_ends.items() if positions[tp] >= bound.end]:
                del open_ends[tp]
                self._consumer.pause(tp)
            self._check_silence(heard, open_ends.values())

    def _check_silence(self, heard: float, waiting: Iterable[OffsetRange]) -> None:
        silent = time.monotonic() - heard
        if silent > self._silence:
            for bound in waiting:
                raise Unavailable(
                    f"{bound.topic}[{bound.partition}]: nothing arrived for {silent:.0f} s, but there are messages "
                    f"up to offset {bound.end}. Is Kafka at {self._settings.kafka} healthy?"
                )

    def one(self, topic: str, partition: int, offset: int) -> Any | None:
        """The message at one position, or ``None`` if Kafka no longer has it."""
        for message in self.read([OffsetRange(topic, partition, offset, offset + 1)]):
            return message if message.offset == offset else None
        return None


def of_existing(topic: str, bounds: list[OffsetRange]) -> list[OffsetRange]:
    """The bounds of a topic. ``SettingsError`` if it does not exist: who looks at nothing must not report on it."""
    if not bounds:
        raise SettingsError(f"{topic} does not exist: newswire topics create, or check NEWSWIRE_TOPIC_PREFIX")
    return bounds


def within(messages: Iterable[Any], until: datetime | None, seen: Callable[[], None] = lambda: None) -> Iterator[Any]:
    """The messages that Kafka stored before ``until``; ``seen`` is called for every message."""
    end = until.timestamp() * 1000 if until else None
    for message in messages:
        seen()
        if end is None or message.timestamp < end:
            yield message


def committed(settings: Settings, group: str, bounds: Iterable[OffsetRange]) -> Mapping[tuple[str, int], int]:
    """The next offset of a consumer group in partitions, by topic and partition; absent if it has committed none."""
    partitions = [TopicPartition(bound.topic, bound.partition) for bound in bounds]
    if not partitions:
        return {}
    with admin_client(settings, f"cannot read the offsets of {group}") as admin:
        offsets = offsets_of(admin, group, partitions)
    return {(tp.topic, tp.partition): at.offset for tp, at in offsets.items() if at.offset >= 0}


def offsets_of(admin: Any, group: str, partitions: Sequence[TopicPartition] | None = None) -> Mapping[Any, Any]:
    """A group's committed offsets, as kafka-python returns them. Retries while the coordinator moves.

    Without ``partitions`` those of all that it has committed in, which the embedded broker cannot list.
    """
    return coordinated(lambda: dict(admin.list_group_offsets({group: partitions}).get(group, {})))
