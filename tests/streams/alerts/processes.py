"""An alert process without Kafka, for tests: the journal is in memory, everything else is real."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from processors.events.keeping import Event
from search.alerts.saved import Channel, SavedSearch
from search.documents import Document
from streams.alerts import outbox as outbox_module
from streams.alerts.channels.outcome import AlertSender, PermanentFailure, TemporaryFailure
from streams.alerts.decider import AlertDecider, Arrival
from streams.alerts.events import EventTable
from streams.alerts.outbox import Outbox
from streams.alerts.records import JournalEntry, encoded_key
from streams.alerts.searches import SearchTable
from streams.alerts.table import AlertTable, TableEntry
from streams.records import Article, EnrichedArticle, encode
from streams.settings import Settings, read_settings
from tests.search.samples import document

MAIL = Channel("mail", "ann@example.org")


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so, also on a machine that is busy."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.001)


class Log:
    """What is on ``news.alerts``, as it outlives processes."""

    def __init__(self, partitions: int = 4) -> None:
        self.partitions = partitions
        self.records: list[tuple[int, bytes, bytes | None]] = []


class MemoryJournal:
    """The journal of a process that owns some partitions; it reads them from the beginning when it starts."""

    def __init__(self, log: Log, owned: Sequence[int] | None = None) -> None:
        self.log = log
        self.partitions = log.partitions
        self.owned = set(range(log.partitions) if owned is None else owned)
        self.table = AlertTable()
        self.changed = asyncio.Event()
        self._read = 0
        self.catch_up()

    def owns(self, partition: int) -> bool:
        return partition in self.owned

    async def write(self, entries: Sequence[JournalEntry]) -> None:
        await asyncio.sleep(0)
        self.catch_up()
        known = []
        for entry in entries:
            value = None if entry.value is None else msgspec.json.encode(entry.value)
            known.append(TableEntry(entry.partition, len(self.log.records), entry.key, entry.value, value))
            self.log.records.append((entry.partition, encoded_key(entry.key), value))
        self.table.take(one for one in known if one.partition in self.owned)
        self._read = len(self.log.records)
        self.changed.set()

    def moves(self, *owned: int) -> None:
        """These partitions are ours from now on; what others wrote to new ones is read."""
        for gone in self.owned - set(owned):
            self.table.keep_only(self.owned - {gone})
        self._read = 0 if set(owned) - self.owned else self._read
        self.owned = set(owned)
        self.catch_up()

    def catch_up(self) -> None:
        for offset in range(self._read, len(self.log.records)):
            partition, key, value = self.log.records[offset]
            if partition in self.owned:
                self.table.apply(partition, offset, key, value)
        self._read = len(self.log.records)


class Server:
    """A channel's server that takes messages; ``says`` is what it answers before it takes one."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.says: list[Exception | None] = []

    async def send(self, message: Any, channel: Channel) -> None:
        await asyncio.sleep(0)
        answer = self.says.pop(0) if self.says else None
        if isinstance(answer, PermanentFailure) or (
            isinstance(answer, TemporaryFailure) and not answer.maybe_delivered
        ):
            raise answer
        self.taken.append(message)
        if answer:
            raise answer

    async def close(self) -> None:
        pass

    @property
    def kinds(self) -> list[str]:
        return [message.kind for message in self.taken]


class SlowServer(Server):
    """A server that keeps messages waiting, of ``hosts`` only where these are named, until it is to answer."""

    def __init__(self, *hosts: str) -> None:
        super().__init__()
        self.hosts = hosts
        self.asked: list[Any] = []
        self.answers = asyncio.Event()

    async def send(self, message: Any, channel: Channel) -> None:
        self.asked.append(message)
        if not self.hosts or channel.host in self.hosts:
            await self.answers.wait()
        await super().send(message, channel)


class Process:
    """One alert process. ``now`` is its clock."""

    def __init__(
        self,
        log: Log,
        searches: Sequence[SavedSearch],
        senders: dict[str, AlertSender],
        monkeypatch: Any,
        **settings: Any,
    ) -> None:
        self.now = datetime(2026, 11, 26, 12, tzinfo=UTC)
        self.settings: Settings = read_settings(
            alert_page="https://wire.example.org", alert_secret="secret", **settings
        )
        monkeypatch.setattr("streams.alerts.decider.utc_now", lambda: self.now)
        monkeypatch.setattr(outbox_module, "FIRST_PAUSE", 0.01)
        self.journal: Any = MemoryJournal(log)
        self.searches = SearchTable(self.settings, lambda: None)  # type: ignore[arg-type, return-value]
        self.searches.take((one.id.encode(), msgspec.json.encode(one)) for one in searches)
        self.desk = AlertDecider(self.settings, self.journal, self.searches)
        self.events = EventTable(self.settings, lambda: None)  # type: ignore[arg-type, return-value]
        self.outbox = Outbox(
            self.settings,
            self.journal,
            senders,
            lambda: self.now,
            self.events.reports_beside,
            search_of=self.searches.search,
        )

    def becomes(self, *searches: SavedSearch | str) -> None:
        """Searches are changed, or those of these ids removed."""
        self.searches.take(
            (one.encode(), None) if isinstance(one, str) else (one.id.encode(), msgspec.json.encode(one))
            for one in searches
        )

    def reported(self, *stories: str) -> None:
        """These stories report one event."""
        now = self.now
        event = Event(stories[0], "Floods", len(stories), ("AP", "AFP"), now, now, stories)
        self.events.take([(stories[0].encode(), msgspec.json.encode(event))])

    async def comes(self, *documents: Document) -> None:
        """Versions pass, and all that is due is sent."""
        await self.decides(*documents)
        await self.sends()

    async def decides(self, *documents: Document) -> None:
        """Versions pass, and nothing is sent yet."""
        arrivals = [Arrival(0, one, message_of(one)) for one in documents]
        await self.journal.write(self.desk.decide(arrivals))

    async def passes(self, **time: float) -> None:
        """Time passes: embargoes end, what is due is sent."""
        self.now += timedelta(**time)
        await self.journal.write(self.desk.decide(self.desk.ended_embargoes(self.now)))
        await self.sends()

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """It sends while the block runs, and what was begun is answered at its end."""
        running = asyncio.create_task(self.outbox.run())
        try:
            yield
            await until(lambda: not self.outbox._busy)
        finally:
            await _stop(running)

    def waiting(self, kind: str) -> int:
        """How many messages are recorded as being sent, and wait for their turn at servers of a kind."""
        slots = self.outbox._slots[kind]
        return len(slots._urgent) + len(slots._normal)

    async def sends(self) -> None:
        """Send until nothing is due."""
        running = asyncio.create_task(self.outbox.run())
        for _ in range(3):
            await asyncio.sleep(0.02)
            await asyncio.gather(*self.outbox._tasks)
            await asyncio.sleep(0.02)
        await _stop(running)


async def _stop(running: "asyncio.Task[None]") -> None:
    """Cancel a task; more than once, since `asyncio.wait_for` can lose that in Python 3.11."""
    while not running.done():
        running.cancel()
        await asyncio.wait({running}, timeout=0.1)


def saved(name: str = "floods", **fields: Any) -> SavedSearch:
    """A saved search for floods, by mail."""
    values: dict[str, Any] = {
        "owner": "ann", "name": name.title(), "query": {"q": "floods"}, "channels": (MAIL,),
        "changed_at": datetime(2026, 11, 1, tzinfo=UTC),
    }  # fmt: skip
    return SavedSearch(name, **(values | fields))


def version(number: int = 1, story: str = "flood", **fields: Any) -> Document:
    """A version of a story about floods."""
    values: dict[str, Any] = {
        "headline": "Floods close road", "body": "Floods closed the road to Brno.\n\nTwo people were hurt.",
        "received_at": datetime(2026, 11, 26, 12, tzinfo=UTC),
    }  # fmt: skip
    return document(story, number << 20, **(values | fields))


def message_of(one: Document) -> bytes:
    """The message on ``news.enriched`` that the version came in."""
    said = {name: getattr(one, name) for name in Article.__struct_fields__ if name in Document.__struct_fields__}
    said["kills"] = None
    return encode(EnrichedArticle(Article(**said), one.annotations, one.enriched_at))
