"""Sends messages with bounded memory: takes topic, key, value and headers; an unconfirmed message is an error."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from kafka.errors import KafkaError

from streams.kafka.connection import kafka_error
from streams.kafka.ending import ProducerBlock
from streams.kafka.producing import IN_FLIGHT, IN_FLIGHT_BYTES, producer, wait_for
from streams.settings import Settings

Confirmed = Callable[[int, int], None]  # takes partition and offset


class MessageSender(ProducerBlock):
    """An idempotent producer with bounded memory. A message that Kafka does not confirm raises an error."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: deque[tuple[Any, int, Confirmed | None]] = deque()
        self._bytes = 0
        self._producer = producer(settings, "newswire-replay", "cannot send")

    def send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
        confirmed: Confirmed | None = None,
        *,
        partition: int | None = None,
    ) -> None:
        """Send one message, to the partition of its key unless one is given; may wait for earlier ones.

        ``confirmed`` is called with partition and offset once Kafka has it: in `flush`, or before.
        """
        try:
            if key is None and value is None:
                value = b""  # kafka-python sends none without either; the stages take one for the other
            future = self._producer.send(topic, key=key, value=value, headers=list(headers), partition=partition)
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
            at = wait_for(self._settings, future)
        except KafkaError as error:
            raise kafka_error(self._settings, "a message was not confirmed", error) from error
        if confirmed:
            confirmed(at.partition, at.offset)
