"""Shares the state of polled feeds on the topic ``news.feeds``, so that a feed can move to another process or machine.

Each mark (feed, item, fingerprint) goes to Kafka, where the topic is compacted, and then into the local state file,
which is only a copy: it is brought up to date when a feed is assigned to us. A mark is written after Kafka has
confirmed the item, so it is correct whichever process wrote it, and late or repeated marks do no harm.
"""

import logging
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from types import TracebackType
from typing import Any, Self

import msgspec

from streams.errors import Unavailable
from streams.feeds.state import APART, FILE, FeedState
from streams.kafka.owners import Owners
from streams.kafka.reader import OffsetRange, TopicReader
from streams.kafka.sender import MessageSender
from streams.kafka.stages import FEEDS
from streams.settings import Settings

TRANSACTION_SIZE = 1000  # marks in one transaction
COPY_EVERY = 60.0  # seconds between copies while a feed is not ours
ASSIGNMENT_SECONDS = 30.0  # seconds that Kafka may take to assign feeds, in addition to the session timeouts
POSITIONS = """
CREATE TABLE IF NOT EXISTS copied (
  topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (topic, partition)
) WITHOUT ROWID
"""

log = logging.getLogger(__name__)


class Mark(msgspec.Struct):
    """The record of a taken item on ``news.feeds``. ``at`` is in POSIX seconds."""

    fingerprint: str
    at: float
    refused: str = ""


class Marks:
    """The marks on Kafka: sends and reads them. Any thread may use it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.topic = settings.topic(FEEDS)
        self._lock = threading.Lock()
        self._sender = MessageSender(settings)

    def send(self, feed: str, marks: Iterable[tuple[str, Mark | None]]) -> None:
        """Send marks, None to forget an item; returns once Kafka has confirmed them, or raises ``Unavailable``."""
        with self._lock:
            for item, mark in marks:
                value = None if mark is None else msgspec.json.encode(mark)
                self._sender.send(self.topic, msgspec.json.encode((feed, item)), value, ())
            self._sender.flush()

    def since(self, positions: dict[int, int]) -> Iterator[Any]:
        """Messages from the given offsets on, by partition; all messages of partitions not given."""
        with TopicReader(self._settings) as reader:
            yield from reader.read([_resumed(one, positions) for one in reader.bounds(self.topic)])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sender.__exit__(kind, error, trace)


def _resumed(bound: OffsetRange, positions: dict[int, int]) -> OffsetRange:
    at = positions.get(bound.partition, bound.start)
    # An offset beyond the end means that the topic was recreated.
    return bound._replace(start=at) if bound.start <= at <= bound.end else bound


class SharedState(FeedState):
    """The state of feeds that move between processes, of which one owns each at a time."""

    def __init__(self, settings: Settings, marks: Marks, owners: Owners) -> None:
        super().__init__(settings.data / FILE)
        self._marks, self._owners = marks, owners
        self._assignment_timeout = ASSIGNMENT_SECONDS + 2 * settings.session_timeout
        self._copying = threading.Lock()
        self._copied_at, self._copied_for = -COPY_EVERY, 0
        self._db.execute(POSITIONS)

    @contextmanager
    def hold_feed(self, feed: str) -> Iterator[bool]:
        """Hold a feed while the block runs, if it is ours: a rebalance waits some seconds for the block to end."""
        with self._owners.hold_feed(feed) as ours:
            yield ours

    def owns(self, feed: str) -> bool:
        """Whether a feed is still ours."""
        return self._owners.owns(feed)

    def wait_for_assignment(self) -> int:
        """Wait until Kafka has assigned feeds; gives how often it has. Raises ``Unavailable`` if it does not."""
        if not self._owners.wait_for_assignment(self._assignment_timeout):
            raise Unavailable(
                self._owners.error or f"Kafka has not said within {self._assignment_timeout:g} s whose the feeds are"
            )
        return self._owners.decisions

    def take(self, feed: str, items: Iterable[tuple[str, str]], refused: str = "") -> None:
        """Record items for all processes. Raises ``Unavailable`` where Kafka does not confirm that."""
        taken, now = list(items), time.time()
        if not taken:
            return
        self._marks.send(feed, ((item, Mark(fingerprint, now, refused)) for item, fingerprint in taken))
        super().take(feed, taken, refused)

    def forget(self, feed: str, items: Iterable[str]) -> None:
        """Forget items in all processes."""
        forgotten = list(items)
        if not forgotten:
            return
        self._marks.send(feed, ((item, None) for item in forgotten))
        super().forget(feed, forgotten)

    def catch_up(self, *, ours: bool) -> None:
        """Copy what other processes have taken: after each assignment, and regularly."""
        with self._copying:
            decisions, now = self._owners.decisions, time.monotonic()
            if self._copied_for == decisions and (ours or now - self._copied_at < COPY_EVERY):
                return
            self.copy()
            self._copied_at, self._copied_for = now, decisions

    def copy(self) -> None:
        """Copy what other processes have taken since the last copy."""
        rows = self._db.execute("SELECT partition, next FROM copied WHERE topic=?", (self._marks.topic,))
        new = self._marks.since(dict(rows.fetchall()))
        while messages := list(islice(new, TRANSACTION_SIZE)):
            self._copy(messages)

    def _copy(self, messages: Sequence[Any]) -> None:
        arrivals: dict[tuple[str, int], float] = {}
        with self._transaction():
            for message in messages:
                self._copy_mark(message, arrivals)
            self._db.executemany(
                "INSERT OR REPLACE INTO copied (topic, partition, next) VALUES (?, ?, ?)",
                [(one.topic, one.partition, one.offset + 1) for one in messages],
            )
        known = dict(self._db.execute("SELECT feed, last_arrival FROM feeds").fetchall())
        for feed, at in sorted((feed, at) for (feed, _), at in arrivals.items()):
            if feed in known and at > (known[feed] or 0):
                self.arrived(feed, at)

    def _copy_mark(self, message: Any, arrivals: dict[tuple[str, int], float]) -> None:
        try:
            feed, item = msgspec.json.decode(message.key or b"", type=tuple[str, str])
            mark = msgspec.json.decode(message.value, type=Mark) if message.value else None
        except msgspec.MsgspecError as error:
            log.warning("%s[%d] at %d is no mark: %s", message.topic, message.partition, message.offset, error)
            return
        if mark is None:
            self._db.execute("DELETE FROM taken WHERE feed=? AND item=?", (feed, item))
            return
        self._db.execute(
            "INSERT OR REPLACE INTO taken (feed, item, fingerprint, refused, at) VALUES (?, ?, ?, ?, ?)",
            (feed, item, mark.fingerprint, mark.refused, mark.at),
        )
        if not mark.refused:
            arrivals[feed, int(mark.at // APART)] = mark.at


@contextmanager
def shared_state(settings: Settings, feeds: Collection[str]) -> Iterator[SharedState]:
    """The state of ``feeds``, of which each is polled by one of the processes that know it, while the block lasts."""
    with Marks(settings) as marks, Owners(settings, feeds) as owners, SharedState(settings, marks, owners) as state:
        yield state
