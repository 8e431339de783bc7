"""Sends messages to Kafka and waits for confirmation. Takes `Outgoing`; returns when Kafka has confirmed them all."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import faust
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordTooLargeError

from streams.agents.backoff import Backoff
from streams.errors import SettingsError

GROWTH_ROOM = 2 * 1024 * 1024  # bytes that a message may grow by however small it is: a thousand short articles do

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outgoing:
    """One message to send. ``headers`` carry the trace id and the like through the pipeline."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()
    removes: bool = False  # no value: what a compacted topic has of the key is to go
    partition: int | None = None  # where it is not to be chosen by the key


class ConfirmingProducer:
    """Sends through the app of a stage.

    ``largest`` is what a topic must take, in bytes; ``backoff`` starts a series of pauses.
    """

    def __init__(self, app: faust.App, stage: str, largest: int, backoff: Callable[[], Backoff]) -> None:
        self._app = app
        self._stage = stage
        self._largest = largest
        self._backoff = backoff
        self._topics: dict[str, Any] = {}

    def topic(self, full_name: str) -> Any:
        """A topic of raw bytes: we decode ourselves, so that a message that cannot be decoded is not lost."""
        if full_name not in self._topics:  # Faust takes longer to make one than to send a message
            self._topics[full_name] = self._app.topic(full_name, value_serializer="raw", key_serializer="raw")
        return self._topics[full_name]

    async def send(self, outgoing: Iterable[Outgoing]) -> int:
        """Send messages and return when Kafka has confirmed them all, with retries without limit. Gives the count."""
        waiting, backoff = list(outgoing), self._backoff()
        count = len(waiting)
        while waiting:
            futures = [await self._send(message) for message in waiting]
            results = await asyncio.gather(*futures, return_exceptions=True)
            failed = [(m, r) for m, r in zip(waiting, results, strict=True) if isinstance(r, BaseException)]
            self._raise_permanent(failed)
            waiting = [message for message, _ in failed]
            if waiting:
                log.warning(
                    "%s: Kafka did not confirm %d messages (%r); trying again", self._stage, len(waiting), failed[0][1]
                )
                await backoff.wait()
        return count

    def _raise_permanent(self, failed: Sequence[tuple[Outgoing, BaseException]]) -> None:
        for message, error in failed:
            if isinstance(error, MessageSizeTooLargeError | RecordTooLargeError):
                # Sizes were bounded before: the topic was made with other limits than ours.
                raise SettingsError(
                    f"{message.topic} does not accept {len(message.value)} bytes: set its max.message.bytes to "
                    f"{self._largest}, which NEWSWIRE_MAX_ARTICLE_BYTES needs"
                ) from error
            if not isinstance(error, KafkaError):
                raise error

    async def _send(self, message: Outgoing) -> asyncio.Future[Any]:
        try:
            sent = await self.topic(message.topic).send(
                key=message.key,
                value=None if message.removes else message.value,
                headers=dict(message.headers),
                partition=message.partition,
            )
        except KafkaError as error:
            sent = asyncio.get_running_loop().create_future()
            sent.set_exception(error)
        future: asyncio.Future[Any] = asyncio.ensure_future(sent)
        return future
