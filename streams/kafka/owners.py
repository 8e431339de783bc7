"""One owner at a time for each of several named feeds, over all processes: takes names, says which are ours now.

Kafka decides, by the protocol with which consumer groups share out partitions and Kafka Connect its connectors. Each
process joins one group and says which feeds it knows; the group's leader gives each feed to one of those who know it.
A process that dies is out of the group after ``NEWSWIRE_SESSION_TIMEOUT``, and its feeds go to others.

Nothing depends on there never being two owners for a moment (a process that was frozen takes itself for one until it
hears from Kafka): what both take is sent twice under one key, and indexed once.
"""

import logging
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import ceil
from types import TracebackType
from typing import Any, Self

import msgspec
from kafka.coordinator.assignors.abstract import AbstractPartitionAssignor
from kafka.errors import KafkaError
from kafka.protocol.consumer.metadata import ConsumerProtocolAssignment, ConsumerProtocolSubscription

from streams.kafka.connection import SILENT_FOR, consumer, kafka_error
from streams.kafka.stages import FEEDS
from streams.settings import Settings

POLL_SECONDS = 0.5
LETTING_GO = 5.0  # seconds for which a rebalance waits until what is under way has been finished
# The embedded broker lets who joins wait for the whole of a session, where Kafka waits 3 s for others to come.
EMBEDDED_SESSION = 6.0
LONGEST_POLL = 3600.0  # seconds between two polls of ours before Kafka takes us for stuck

log = logging.getLogger(__name__)


class _Member(msgspec.Struct):
    """What a process says when it joins: the feeds that it knows, and those that it had until now."""

    knows: list[str] = []
    held: list[str] = []


def share_out(members: Mapping[str, _Member]) -> dict[str, list[str]]:
    """Each feed for one of the members that know it: for the one that had it, unless that one has its share already."""
    shared: dict[str, list[str]] = {member: [] for member in members}
    names = sorted({name for member in members.values() for name in member.knows})
    most = ceil(len(names) / max(1, len(members)))
    free = []
    for name in names:
        holders = [m for m in sorted(members) if name in members[m].held and name in members[m].knows]
        if holders and len(shared[holders[0]]) < most:
            shared[holders[0]].append(name)
        else:
            free.append(name)
    for name in free:
        least = min((m for m in members if name in members[m].knows), key=lambda m: (len(shared[m]), m))
        shared[least].append(name)
    return shared


class _Assignor(AbstractPartitionAssignor):  # type: ignore[misc]  # kafka-python has no types
    """Gives out feeds instead of partitions, in the bytes that Kafka passes on for assignors."""

    name = "newswire-feeds"

    def __init__(self, owners: "Owners") -> None:
        self._owners = owners

    def metadata(self, topics: Collection[str]) -> Any:
        """What we say when we join; from here on nothing is ours until the group has decided."""
        member = _Member(sorted(self._owners.names), sorted(self._owners.let_go()))
        return ConsumerProtocolSubscription(0, list(topics), msgspec.json.encode(member))

    def assign(self, _: Any, members: Sequence[Any]) -> dict[str, Any]:
        """Decide for all, as the leader."""
        said = {one.member_id: _decoded(one.metadata.user_data, _Member()) for one in members}
        return {
            member: ConsumerProtocolAssignment(0, [], msgspec.json.encode(_Member(held=names)))
            for member, names in share_out(said).items()
        }

    def on_assignment(self, assignment: Any, _: int) -> None:
        """Take what was decided for us."""
        self._owners.receive(_decoded(assignment.user_data, _Member()).held)


def _decoded(data: bytes | None, otherwise: _Member) -> _Member:
    try:
        return msgspec.json.decode(data or b"{}", type=_Member)
    except msgspec.MsgspecError:  # of a later release: it is given nothing by us
        return otherwise


class Owners:
    """This process's part in sharing out feeds, while the ``with`` block lasts."""

    def __init__(self, settings: Settings, names: Collection[str]) -> None:
        self.names = frozenset(names)
        self._settings = settings
        self._changed = threading.Condition()
        self._ours: frozenset[str] = frozenset()
        self._busy: set[str] = set()
        self.decisions = 0  # how often it was decided which feeds are ours
        self._deciding = True  # the group is doing so now, and nothing is ours meanwhile
        self._asked, self._is_said = time.monotonic(), False
        self._error = ""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="owners", daemon=True)

    def owns(self, name: str) -> bool:
        """Whether a feed is ours now. What takes long asks again before each step."""
        return name in self._ours

    @contextmanager
    def hold_feed(self, name: str) -> Iterator[bool]:
        """Whether a feed is ours; a rebalance waits a little for the block to end before others get the feed."""
        with self._changed:
            ours = name in self._ours
            if ours:
                self._busy.add(name)
        try:
            yield ours
        finally:
            with self._changed:
                self._busy.discard(name)
                self._changed.notify_all()

    def wait_for_assignment(self, seconds: float) -> bool:
        """Wait until the group has decided, again where it is doing so; false if it has not within ``seconds``."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._deciding, seconds)

    @property
    def error(self) -> str:
        """What is wrong with our part in the group; "" if nothing is."""
        return self._error

    def let_go(self) -> frozenset[str]:
        """Give up all feeds, waiting a little for what is under way; returns those that we had."""
        # A poll may end before the join that it began. If the reason for joining has gone by then, kafka-python 3.0
        # forgets the join and never takes the assignment, as Java's client did (KAFKA-9815), unless it is asked to.
        self._consumer._coordinator.request_rejoin()  # noqa: SLF001 - there is no other way
        with self._changed:
            held, self._ours, self._deciding = self._ours, frozenset(), True
            self._asked, self._is_said = time.monotonic(), False
            self._changed.wait_for(lambda: not self._busy, LETTING_GO)
            return held

    def receive(self, names: Collection[str]) -> None:
        """Take over the feeds that the group's leader decided on."""
        with self._changed:
            self._ours, self._error, self._deciding = frozenset(names) & self.names, "", False
            self.decisions += 1
            self._changed.notify_all()
        log.info("%d of %d feeds are for this process", len(self._ours), len(self.names))

    def __enter__(self) -> Self:
        session = self._settings.session_timeout
        if self._settings.kafka_api_version:
            session = min(session, EMBEDDED_SESSION)
        self._consumer = consumer(
            self._settings,
            "cannot share out feeds",
            seconds=self._settings.delivery_timeout,
            client_id="newswire-feed",
            group_id=self._settings.group(FEEDS),
            enable_auto_commit=False,
            partition_assignment_strategy=[_Assignor(self)],
            session_timeout_ms=int(session * 1000),
            heartbeat_interval_ms=int(session * 1000 / 10),
            max_poll_interval_ms=int(LONGEST_POLL * 1000),
        )
        self._consumer.subscribe([topic := self._settings.topic(FEEDS)])
        self._consumer.partitions_for_topic(topic)  # without these, the group would be joined twice
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._thread.join(2 * LETTING_GO)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._consumer.poll(timeout_ms=int(POLL_SECONDS * 1000))
            except KafkaError as error:
                self._complain(str(kafka_error(self._settings, "cannot share out feeds", error)))
            self._say_if_slow()
            self._closing.wait(POLL_SECONDS / 5)  # with no partition to read, a poll may return at once
        self._consumer.close(autocommit=False)

    def _say_if_slow(self) -> None:
        """Say once of each decision that it is being waited for."""
        if self._deciding and not self._is_said and time.monotonic() - self._asked > SILENT_FOR:
            self._is_said = True
            log.info("waiting for Kafka to assign the feeds")

    def _complain(self, error: str) -> None:
        """Log an error once, not at every poll."""
        if error != self._error:
            log.warning("%s", error)
        self._error = error
