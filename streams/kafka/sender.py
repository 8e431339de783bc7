"""Sends messages with bounded memory: takes topic, key, value and headers; an unconfirmed message is an error."""

from collections import deque
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from kafka import KafkaProducer
from kafka.errors import KafkaError

from streams.kafka.connection import connected, kafka_error
from streams.kafka.topics import record_limit
from streams.settings import Settings

IN_FLIGHT = 2000  # items sent and not yet confirmed; bounds a sender's memory together with their size
IN_FLIGHT_BYTES = 64 * 1024 * 1024
Confirmed = Callable[[int, int], None]  # takes partition and offset


class MessageSender:
    """An idempotent producer with bounded memory. A message that Kafka does not confirm raises an error."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: deque[tuple[Any, int, Confirmed | None]] = deque()
        self._bytes = 0
        options = producer_options(settings) | {"client_id": "newswire-replay"}
        self._producer = connected(KafkaProducer, settings, "cannot send", **options)

    def send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
        confirmed: Confirmed | None = None,
    ) -> None:
        """Send one message; may wait for earlier ones.

        ``confirmed`` is called with partition and offset once Kafka has it: in `flush`, or before.
        """
        try:
            if key is None and value is None:
                value = b""  # kafka-python sends none without either; the stages take one for the other
            future = self._producer.send(topic, key=key, value=value, headers=list(headers))
        except KafkaError as error:
            raise kafka_error(self._settings, f"cannot send to {topic}", error) from error
        size = len(value or b"")
        self._waiting.append((future, size, confirmed))
        self._bytes += size
        while len(self._waiting) > IN_FLIGHT or self._bytes > IN_FLIGHT_BYTES:
            self._settle()

    def flush(self) -> None:
        """Wait until Kafka has confirmed everything."""
        while self._waiting:
            self._settle()

    def _settle(self) -> None:
        future, size, confirmed = self._waiting.popleft()
        self._bytes -= size
        try:
            at = future.get(timeout=self._settings.delivery_timeout + 5)
        except KafkaError as error:
            raise kafka_error(self._settings, "a message was not confirmed", error) from error
        if confirmed:
            confirmed(at.partition, at.offset)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.flush()
        self._producer.close(timeout=10)


def producer_options(settings: Settings) -> dict[str, Any]:
    """The producer's options, except those of the connection."""
    return {
        "client_id": "newswire-feed",
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
