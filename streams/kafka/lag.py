"""How far each stage is, from the offsets committed at the broker. Takes `Settings`; gives `PartitionOffsets`.

Joins no group and commits nothing. One reader serves one thread.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from kafka import TopicPartition
from kafka.errors import KafkaError

from streams.kafka.connection import consumer, kafka_error
from streams.kafka.ending import ConsumerBlock
from streams.kafka.stages import EVERY
from streams.settings import Settings

METADATA_MS = 15_000  # after which it asks again which topics there are, so that a deleted one is missed


class PartitionOffsets(NamedTuple):
    """A stage's offsets in one partition: the first that Kafka still has, the next to process, the end."""

    start: int
    committed: int
    end: int

    @property
    def lag(self) -> int:
        """The number of messages still to process."""
        return max(0, self.end - max(self.start, self.committed))


class LagReader(ConsumerBlock):
    """Reads the offsets of one stage."""

    def __init__(self, settings: Settings, stage: str) -> None:
        self._settings = settings
        self._topic = settings.topic(EVERY[stage].reads)
        self._consumer = consumer(
            settings,
            f"cannot read the lag of {stage}",
            client_id="newswire-lag",
            group_id=settings.group(stage),
            enable_auto_commit=False,
            metadata_max_age_ms=METADATA_MS,
        )

    def places(self) -> Mapping[int, PartitionOffsets]:
        """The current offsets by partition; empty if the topic is missing. Raises `Unavailable`."""
        try:
            numbers = self._consumer.partitions_for_topic(self._topic) or ()
            partitions = [TopicPartition(self._topic, number) for number in sorted(numbers)]
            if not partitions:
                return {}
            # Committed first: what is committed meanwhile then shows as lag, never as less than none.
            committed = self._consumer._coordinator.fetch_committed_offsets(partitions)  # noqa: SLF001 - `committed` asks for one partition a request
            starts, ends = self._consumer.beginning_offsets(partitions), self._consumer.end_offsets(partitions)
        except KafkaError as error:
            raise kafka_error(self._settings, f"cannot read the lag on {self._topic}", error) from error
        done = {tp: committed[tp].offset if tp in committed else 0 for tp in partitions}
        return {tp.partition: PartitionOffsets(starts[tp], done[tp], ends[tp]) for tp in partitions}

    def missing(self, names: Collection[str]) -> list[str]:
        """Those of the given topics that do not exist. Raises `Unavailable` if Kafka cannot be reached."""
        try:
            return [name for name in names if not self._consumer.partitions_for_topic(name)]
        except KafkaError as error:
            raise kafka_error(self._settings, "cannot list topics", error) from error
