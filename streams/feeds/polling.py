"""Polls sources regularly, independent of each other: the base of all pollers.

A source's errors delay only its own polls: the pause doubles with each failure, and is at least the server's
Retry-After. Items are recorded in the state after Kafka has confirmed them, so a crash may repeat items but loses none.
If several processes have the same sources, each source is polled by one of them (`streams.feeds.shared_state`).
"""

import asyncio
import logging
import random
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from streams.errors import NewswireError, SettingsError, Unavailable
from streams.feeds.fetch import HttpResponse
from streams.feeds.producer import Feeder, FeedItem, Receipt
from streams.feeds.report import SilenceLog
from streams.feeds.state import FeedState

EVERY = 60.0
CONCURRENT_POLLS = 16  # feeds worked on at a time; bounds memory
LONGEST_PAUSE = 3600.0  # of the back-off, if the feed's own interval is not longer
LONGEST_RETRY_AFTER = 86_400.0
GONE = 86_400.0  # seconds until a feed that answered 410 is polled again
JITTER = 0.1
OWNERSHIP_INTERVAL = 0.5  # seconds between checks whether a source is ours
STATUS_GONE = 410
MOST_ROUNDS = 5  # of single polls, if processes join or leave meanwhile

log = logging.getLogger(__name__)


class PolledSource(Protocol):
    """A source that is polled. ``every`` is in seconds."""

    @property
    def name(self) -> str:
        """Its display name."""

    @property
    def id(self) -> str:
        """Its name in the state."""

    @property
    def every(self) -> float:
        """Seconds between polls."""


S = TypeVar("S", bound=PolledSource)


@dataclass(frozen=True)
class Poll:
    """The result of one poll. ``wait`` is the server's Retry-After in seconds; ``error`` is "" on success.

    ``flaw`` says what was wrong with a document that was read in part: it does not delay the next poll. ``more`` asks
    for another poll at once; ``elsewhere`` says that another process polls this source.
    """

    sent: int = 0
    error: str = ""
    wait: float = 0.0
    flaw: str = ""
    more: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class OutgoingItem:
    """An item to send, with the name and fingerprint to record once Kafka has confirmed it."""

    item: FeedItem
    name: str
    fingerprint: str


class Poller(ABC, Generic[S]):
    """Polls sources of one kind with one feeder and one state."""

    kind: str

    def __init__(self, feeder: Feeder, state: FeedState) -> None:
        self._feeder, self._state = feeder, state
        self._silence = SilenceLog(state)
        self._at_once = asyncio.Semaphore(CONCURRENT_POLLS)
        self._logged_flaws: dict[str, str] = {}

    @abstractmethod
    async def _poll(self, source: S) -> Poll:
        """Poll a source once."""

    async def follow(self, source: S) -> None:
        """Poll a source forever, while it is ours."""
        failures = 0
        await asyncio.sleep(random.uniform(0, min(source.every, 2.0)))  # spread the first polls
        while True:
            poll = await self.poll(source)
            if poll.elsewhere:
                await asyncio.sleep(OWNERSHIP_INTERVAL)
                continue
            failures = failures + 1 if poll.error else 0
            pause = 0.0 if poll.more else next_pause(source.every, failures, poll.wait)
            if poll.error:
                log.warning("%s: %s; next try in %.0f s", source.name, poll.error, pause)
            await asyncio.sleep(pause)

    def is_ours(self, source: S) -> bool:
        """Whether this process still owns a source: long polls check this before each step."""
        return self._state.owns(source.id)

    async def poll(self, source: S) -> Poll:
        """Poll a source once and send what is new, if it is ours. Raises only for a broken state file."""
        self._state.open_feed(source.id, self.kind)
        async with self._at_once:
            with self._state.hold_feed(source.id) as ours:
                return await self._poll_ours(source) if ours else await self._leave_to_owner(source)

    async def _leave_to_owner(self, source: S) -> Poll:
        """Leave a source to the process that polls it."""
        try:
            await asyncio.to_thread(self._state.catch_up, ours=False)
        except NewswireError as error:
            self._log_once(source, str(error))
        return Poll(elsewhere=True)

    async def _poll_ours(self, source: S) -> Poll:
        try:
            await asyncio.to_thread(self._state.catch_up, ours=True)
            poll = await self._poll(source)
        except NewswireError as error:
            poll = Poll(error=str(error))
        except sqlite3.Error:
            raise
        except Exception as error:  # one feed's errors, or our bugs, must not stop the others
            log.exception("%s: unexpected", source.name)
            poll = Poll(error=f"{type(error).__name__}: {error}")
        self._state.checked(source.id, poll.error or poll.flaw)
        self._log_once(source, poll.flaw)
        self._silence.check(source.id)
        return poll

    def wait_for_assignment(self) -> int:
        """Wait until Kafka has assigned the sources; gives how often it has. Raises ``Unavailable`` if it does not."""
        return self._state.wait_for_assignment()

    def _log_once(self, source: S, flaw: str) -> None:
        """Log a flaw once, not at every poll."""
        if flaw and self._logged_flaws.get(source.id) != flaw:
            log.warning("%s: %s", source.name, flaw)
        self._logged_flaws[source.id] = flaw

    async def _send(self, source: S, batch: Sequence[OutgoingItem]) -> int:
        """Send items and remember those that Kafka confirmed; returns how many, or raises ``Unavailable``."""
        futures = [await asyncio.to_thread(self._feeder.send, outgoing.item) for outgoing in batch]
        receipts: list[Receipt] = list(await asyncio.gather(*map(asyncio.wrap_future, futures)))
        confirmed = [
            (outgoing, receipt) for outgoing, receipt in zip(batch, receipts, strict=True) if not receipt.unconfirmed
        ]
        self._state.take(
            source.id,
            [(outgoing.name, outgoing.fingerprint) for outgoing, receipt in confirmed if receipt.accepted],
        )
        for outgoing, receipt in confirmed:
            if receipt.refused:
                self._state.take(source.id, [(outgoing.name, outgoing.fingerprint)], receipt.refused)
                log.warning("%s rejected: %s", receipt.item.name, receipt.refused)
        sent = sum(receipt.accepted for receipt in receipts)
        if sent:
            self._state.arrived(source.id)
        if reason := next((receipt.unconfirmed for receipt in receipts if receipt.unconfirmed), ""):
            raise Unavailable(reason)
        return sent


def next_pause(every: float, failures: int, asked: float = 0.0) -> float:
    """Seconds until the next poll: doubled with each failure, with jitter, at least the server's Retry-After."""
    backed_off = min(every * 2.0 ** min(failures, 30), max(LONGEST_PAUSE, every))
    return max(backed_off * random.uniform(1 - JITTER, 1 + JITTER), min(asked, LONGEST_RETRY_AFTER))


class UnexpectedStatus(Unavailable):
    """A response with an unexpected status."""

    def __init__(self, server: str, response: HttpResponse) -> None:
        super().__init__(f"{server} answered {response.status}")
        self.server, self.response = server, response


def failed_poll(response: HttpResponse, sent: int = 0, what: str = "") -> Poll:
    """The result of a poll that got an unexpected status."""
    wait = response.retry_after or 0.0
    if response.status == STATUS_GONE:
        return Poll(sent, error="gone permanently (410): remove it from the list", wait=max(wait, GONE))
    return Poll(sent, error=what or f"the server answered {response.status}", wait=wait)


def check_names(sources: Sequence[PolledSource]) -> None:
    """Raise ``SettingsError`` if two feeds have the same name, since their states would mix."""
    names = [source.name for source in sources]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SettingsError(f"two feeds are called {twice[0]!r}: give them different names")


async def follow_all(poller: Poller[S], sources: Sequence[S]) -> None:
    """Follow sources until cancelled."""
    async with asyncio.TaskGroup() as group:
        for source in sources:
            group.create_task(poller.follow(source), name=source.id)


async def poll_all(poller: Poller[S], sources: Sequence[S]) -> dict[str, Poll]:
    """Poll each source once; returns the results by name. Raises ``Unavailable`` if Kafka does not assign them."""
    decisions = await asyncio.to_thread(poller.wait_for_assignment)
    polls: dict[str, Poll] = {}
    for _ in range(MOST_ROUNDS):
        for source, poll in zip(
            sources, await asyncio.gather(*(poller.poll(source) for source in sources)), strict=True
        ):
            polls[source.name] = replace(
                poll, sent=poll.sent + (polls[source.name].sent if source.name in polls else 0)
            )
        before, decisions = decisions, await asyncio.to_thread(poller.wait_for_assignment)
        if decisions == before:
            break
        # Kafka has reassigned the sources meanwhile, which cuts polls short.
    return polls
