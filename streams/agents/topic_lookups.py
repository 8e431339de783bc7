"""Looks up offsets and senders on a stage's topic, with a consumer that is in no consumer group.

Takes `Settings`; gives offsets and senders.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.agents.acks import Partition
from streams.dead_letters.senders import Sender, sender_of
from streams.kafka.connection import aio_options
from streams.kafka.stages import EVERY
from streams.records import Stage
from streams.settings import Settings

SAMPLE_DISTANCES = (
    1,
    100,
    10_000,
    1_000_000,
)  # offsets before the end of each partition at which senders are sampled
POLLS_PER_SAMPLE = 3  # polls at each of these offsets
SAMPLE_SIZE = 500  # messages in a poll, at most


@asynccontextmanager
async def consumer_of(settings: Settings) -> AsyncIterator[Any]:
    """A consumer, while the block runs."""
    consumer = AIOKafkaConsumer(**aio_options(settings), enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def first_offset_from(settings: Settings, partition: Partition, offset: int) -> int | None:
    """The offset of the first message at or after ``offset`` that Kafka still has."""
    topic_partition = TopicPartition(*partition)
    async with consumer_of(settings) as consumer:
        consumer.assign([topic_partition])
        consumer.seek(topic_partition, offset)
        records = await consumer.getmany(topic_partition, timeout_ms=10_000, max_records=1)
        return records[topic_partition][0].offset if records.get(topic_partition) else None


async def senders_on(settings: Settings, stage: Stage) -> set[Sender]:
    """The senders on a stage's input topic, from samples of the newest and of older messages."""
    topic, senders = settings.topic(EVERY[stage].reads), set()
    async with consumer_of(settings) as consumer:
        await consumer.topics()  # asks Kafka for all that there are
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        consumer.assign(partitions)
        ends, starts = await consumer.end_offsets(partitions), await consumer.beginning_offsets(partitions)
        for distance in SAMPLE_DISTANCES:
            for partition in partitions:
                consumer.seek(partition, max(starts[partition], ends[partition] - distance))
            for _ in range(POLLS_PER_SAMPLE):
                for messages in (await consumer.getmany(timeout_ms=500, max_records=SAMPLE_SIZE)).values():
                    senders |= {sender_of(stage, message) for message in messages}
    return senders
