"""The contract of all that Newswire sends to Kafka. Takes `Settings`; gives producers, or their options.

A message counts as sent when all in-sync replicas have it. No message is larger than a topic takes, and none waits
without end. Feeds and commands send with kafka-python (`producer`), stages with the aiokafka that Faust brings
(`faust_options`), which retries without an end of its own, since a stage waits for Kafka as long as it takes.
"""

from typing import Any

from aiokafka import AIOKafkaProducer
from kafka import KafkaProducer

from streams.kafka.connection import aio_options, connected
from streams.kafka.topics import record_limit
from streams.settings import Settings

IN_FLIGHT = 2000  # items sent and not yet confirmed; bounds a sender's memory together with their size
IN_FLIGHT_BYTES = 64 * 1024 * 1024
GRACE = 5.0  # seconds beyond the delivery timeout, within which the client itself says what became of a message


def producer(settings: Settings, client_id: str, doing: str) -> KafkaProducer:
    """An idempotent producer; ``doing`` is named in the error where Kafka is away."""
    return connected(KafkaProducer, settings, doing, **producer_options(settings, client_id))


def producer_options(settings: Settings, client_id: str) -> dict[str, Any]:
    """The options of the producer, but for how it connects."""
    return {
        "client_id": client_id,
        "acks": "all",
        "enable_idempotence": True,
        "linger_ms": 10,
        "batch_size": 256 * 1024,
        "max_request_size": record_limit(settings),
        "delivery_timeout_ms": int(settings.delivery_timeout * 1000),
        "request_timeout_ms": int(min(30, settings.delivery_timeout / 2) * 1000),
        "max_block_ms": int(settings.delivery_timeout * 1000),
        # Only the embedded broker, which cannot make them otherwise, is spoken to in a version that is given.
        "allow_auto_create_topics": bool(settings.kafka_api_version),
    }


def aio_producer(settings: Settings) -> AIOKafkaProducer:
    """A producer of a stage that needs to know where Kafka has put each message; not yet started."""
    return AIOKafkaProducer(
        **aio_options(settings),
        acks="all",
        enable_idempotence=not settings.kafka_api_version,  # which the embedded broker lacks
        max_request_size=record_limit(settings),
        linger_ms=2,
        max_batch_size=256 * 1024,
    )


def faust_options(settings: Settings) -> dict[str, Any]:
    """The same contract as settings of a Faust app."""
    return {
        "producer_acks": -1,  # all in-sync replicas
        "producer_max_request_size": record_limit(settings),
        "producer_linger": 0.005,
    }


def wait_for(settings: Settings, sent: Any) -> Any:
    """Where Kafka put a message, once it has confirmed it; ``KafkaError`` where it does not in time."""
    return sent.get(timeout=settings.delivery_timeout + GRACE)
