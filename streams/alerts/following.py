"""Reads a whole topic and follows it, without a consumer group, so that every process has all of it."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from streams.alerts.journal import RetryDelays
from streams.kafka.connection import aio_options
from streams.settings import Settings

POLL_MS = 1000
CATCH_UP_POLL_MS = 50  # while there is more to read

log = logging.getLogger(__name__)

Take = Callable[[Iterable[tuple[bytes, bytes | None]]], None]  # takes keys and values


async def follow(
    settings: Settings, topic: str, backoff: Callable[[], RetryDelays], take: Take, loaded: Callable[[], None]
) -> None:
    """Read the topic from its beginning and follow it, until cancelled; ``loaded`` is called once it has caught up."""
    consumer: Any = None
    while consumer is None:
        consumer = AIOKafkaConsumer(
            topic, **aio_options(settings), enable_auto_commit=False, auto_offset_reset="earliest"
        )
        try:
            await consumer.start()
        except KafkaError as error:
            await consumer.stop()
            consumer = None
            log.warning("alert: cannot read %s: %r", topic, error)
            await backoff().wait()
    try:
        await _read(consumer, topic, backoff, take, loaded)
    finally:
        await consumer.stop()


async def _read(
    consumer: Any, topic: str, backoff: Callable[[], RetryDelays], take: Take, loaded: Callable[[], None]
) -> None:
    is_loaded = False
    ends: dict[Any, int] = {}
    pauses = backoff()
    while not ends:
        ends = await consumer.end_offsets(consumer.assignment()) if consumer.assignment() else {}
        if not ends:
            await pauses.wait()
    while True:
        try:
            records = await consumer.getmany(timeout_ms=POLL_MS if is_loaded else CATCH_UP_POLL_MS)
        except KafkaError as error:
            log.warning("alert: cannot read %s: %r", topic, error)
            await backoff().wait()
            continue
        for messages in records.values():
            take((message.key or b"", message.value) for message in messages)
        if not is_loaded and all([await consumer.position(partition) >= end for partition, end in ends.items()]):
            is_loaded = True
            loaded()
