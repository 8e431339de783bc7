"""What a stage looks up on its topic, by a consumer of its own that is in no group and disturbs nobody.

Takes `Settings`; gives offsets and senders.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.agents.acks import Partition
from streams.dead_letters.senders import Sender, sender_of
from streams.kafka.connection import aio_options
from streams.kafka.stages import STAGES
from streams.records import Stage
from streams.settings import Settings

BACK = (1, 100, 10_000, 1_000_000)  # messages before the end of each partition at which senders are looked for
LOOKS = 3  # answers awaited at each of these places
MOST = 500  # messages in one of them


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
    """The offset of the first message at or after ``offset`` that Kafka really holds."""
    where = TopicPartition(*partition)
    async with consumer_of(settings) as consumer:
        consumer.assign([where])
        consumer.seek(where, offset)
        records = await consumer.getmany(where, timeout_ms=10_000, max_records=1)
        return records[where][0].offset if records.get(where) else None


async def senders_on(settings: Settings, stage: Stage) -> set[Sender]:
    """The senders on a stage's input topic, from samples of the newest and of older messages."""
    topic, found = settings.topic(STAGES[stage].reads), set()
    async with consumer_of(settings) as consumer:
        await consumer.topics()  # asks Kafka for all that there are
        places = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        consumer.assign(places)
        ends, starts = await consumer.end_offsets(places), await consumer.beginning_offsets(places)
        for back in BACK:
            for place in places:
                consumer.seek(place, max(starts[place], ends[place] - back))
            for _ in range(LOOKS):
                for messages in (await consumer.getmany(timeout_ms=500, max_records=MOST)).values():
                    found |= {sender_of(stage, message) for message in messages}
    return found
