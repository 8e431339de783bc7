"""The producer that all feeds share: puts items on ``news.raw`` and counts what Kafka confirmed.

Takes `FeedItem`s; gives a `Receipt` for each and counts. An item counts as accepted only after all in-sync replicas
have it.
"""

import logging
import random
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
from kafka.errors import KafkaError

from streams.kafka.connection import kafka_error, said_if_slow
from streams.kafka.ending import ProducerBlock
from streams.kafka.headers import FEED_HEADER, TRACE_HEADER
from streams.kafka.producing import IN_FLIGHT, IN_FLIGHT_BYTES, producer, wait_for
from streams.kafka.topics import create_topics
from streams.settings import Settings
from streams.wire.formats.forgotten import CONTENT_TYPE

log = logging.getLogger(__name__)


def new_trace_id() -> str:
    """A practically unique trace id. It is no secret, so it is made without a system call."""
    return f"{random.getrandbits(128):032x}"


class FeedItem(msgspec.Struct, frozen=True, gc=False):
    """One provider item, unparsed. ``name`` says where it came from, in messages and in the key."""

    value: bytes
    name: str
    source: str = ""
    content_type: str = ""
    received_at: datetime = msgspec.field(default_factory=lambda: datetime.now(UTC))
    trace_id: str = msgspec.field(default_factory=new_trace_id)
    guid: str = ""  # the feed's own, for an entry that its document does not tell from others
    feed: str = ""  # who really sent it, where several may name one source: a key, an address

    @property
    def key(self) -> bytes:
        """The key on ``news.raw``: source and item."""
        return f"{self.source}/{self.name}".encode("utf-8", "replace")[-1000:]

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        """The Kafka headers with what the feed knows about the item."""
        known = (
            ("source", self.source),
            ("content-type", self.content_type),
            ("name", self.name[-500:]),
            ("guid", self.guid),
            ("received-at", self.received_at.isoformat()),
            (TRACE_HEADER, self.trace_id),
            (FEED_HEADER, self.feed),
        )
        return [(name, value.encode("utf-8", "replace")) for name, value in known if value]


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """The result of one item: where Kafka confirmed it, or why it was not sent.

    ``refused`` says what is wrong with the item, so that no retry helps; ``unconfirmed`` what was wrong with Kafka.
    """

    item: FeedItem
    partition: int = -1
    offset: int = -1
    refused: str = ""
    unconfirmed: str = ""

    @property
    def accepted(self) -> bool:
        """Whether Kafka has confirmed the item."""
        return not (self.refused or self.unconfirmed)


@dataclass
class FeedCounts:
    """The results of a feed's items. ``refused`` counts by reason, ``examples`` names one item for each reason."""

    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def refuse(self, name: str, reason: str) -> None:
        """Count one rejected item."""
        self.refused[reason] += 1
        self.examples.setdefault(reason, name)


class Feeder(ProducerBlock):
    """An idempotent producer to ``news.raw``, acknowledged by all in-sync replicas, with bounded memory."""

    def __init__(self, settings: Settings, on_settled: Callable[[Receipt], None] = lambda _: None) -> None:
        self.settings = settings
        self.counts = FeedCounts()
        self._on_settled = on_settled
        self._topic = settings.topic("raw")
        # Kafka's own futures, None for what is refused: one of ours for each item would cost as much as sending it.
        self._pending: deque[tuple[FeedItem, Any, Callable[[Receipt], None]]] = deque()
        self._pending_bytes = 0
        self._reached = False
        if settings.create_topics and (warning := create_topics(settings).warning):
            log.warning("%s", warning)
        self._producer = producer(settings, "newswire-feed", "cannot feed")

    def send(self, item: FeedItem) -> Future[Receipt]:
        """Send one item; the receipt comes when Kafka has confirmed it or cannot. Never fails, any thread may call it.

        Nothing is counted, and the caller must limit the number in flight. Blocks while Kafka's metadata is unknown, at
        most ``NEWSWIRE_DELIVERY_TIMEOUT``.
        """
        settled: Future[Receipt] = Future()
        settled.set_running_or_notify_cancel()  # so that no waiter can cancel it
        try:
            sent = self._send(item)
        except KafkaError as error:
            settled.set_result(_unconfirmed(item, error))
            return settled
        if sent is None:
            settled.set_result(self._refused(item))
        else:
            sent.add_callback(lambda record: settled.set_result(Receipt(item, record.partition, record.offset)))
            sent.add_errback(lambda error: settled.set_result(_unconfirmed(item, error)))
        return settled

    def feed(self, item: FeedItem, on_settled: Callable[[Receipt], None] | None = None) -> None:
        """Send one item and count it; may wait for earlier ones to be confirmed. Receipts come in order."""
        try:
            sent = self._send(item)
        except KafkaError as error:
            raise kafka_error(self.settings, f"cannot feed {item.name}", error) from error
        self._pending.append((item, sent, on_settled or self._on_settled))
        self._pending_bytes += len(item.value)
        while self._pending and self._is_due():
            self._settle()

    def _send(self, item: FeedItem) -> Any | None:
        """Kafka's future of an item, ``None`` for one that is refused."""
        if self.refusal(item):
            return None
        with nullcontext() if self._reached else said_if_slow(self.settings):
            sent = self._producer.send(self._topic, key=item.key, value=item.value, headers=item.headers)
        self._reached = True  # the topic's partitions are known: from here on no item waits for them
        return sent

    def refusal(self, item: FeedItem) -> str:
        """Why an item cannot be sent; "" if it can."""
        largest = self.settings.max_article_bytes
        if len(item.value) > largest:
            return f"larger than NEWSWIRE_MAX_ARTICLE_BYTES ({largest} bytes)"
        if item.content_type and item.content_type.strip().lower() == CONTENT_TYPE:
            return "only newswire forget may send notices of forgetting"
        return ""

    def _refused(self, item: FeedItem) -> Receipt:
        return Receipt(item, refused=self.refusal(item))

    def _is_due(self) -> bool:
        sent = self._pending[0][1]
        over = len(self._pending) > IN_FLIGHT or self._pending_bytes > IN_FLIGHT_BYTES
        return over or sent is None or bool(sent.is_done)

    def _settle(self) -> None:
        item, sent, on_settled = self._pending.popleft()
        self._pending_bytes -= len(item.value)
        receipt = self._refused(item) if sent is None else self._awaited(item, sent)
        if receipt.accepted:
            self.counts.accepted += 1
        else:
            self.counts.refuse(item.name, receipt.refused or receipt.unconfirmed)
        on_settled(receipt)

    def _awaited(self, item: FeedItem, sent: Any) -> Receipt:
        try:
            record = wait_for(self.settings, sent)
        except KafkaError as error:
            return _unconfirmed(item, error)
        return Receipt(item, record.partition, record.offset)

    def flush(self) -> FeedCounts:
        """Wait until every item is confirmed or rejected; returns the counts so far."""
        with said_if_slow(self.settings):
            while self._pending:
                self._settle()
        return self.counts


def _unconfirmed(item: FeedItem, error: Exception) -> Receipt:
    return Receipt(item, unconfirmed=f"Kafka did not confirm it: {type(error).__name__}: {error}")
