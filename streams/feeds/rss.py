"""RSS and Atom feeds over HTTP: takes addresses, puts every new or changed entry on ``news.raw`` as one item.

A document is asked for only if it changed, cut into entries (`streams.feeds.entries`), and an entry is sent when its
bytes are not those last confirmed. What cannot be read is neither sent nor remembered, so it comes once it is repaired.
An entry is remembered after Kafka confirmed it, the document's validators after all of
its entries are; so a crash repeats, and never loses. Each feed lives by itself: its errors delay only its own polls.
"""

import asyncio
import logging
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from streams.errors import NewswireError, Rejected, SettingsError, Unavailable
from streams.feeds.entries import FeedDocument, cut
from streams.feeds.fetch import Answer, Fetcher, check_url
from streams.feeds.naming import Named, name_entries
from streams.feeds.producer import Feeder, FeedItem, Receipt
from streams.feeds.public import shown
from streams.feeds.report import SilenceLog
from streams.feeds.spans import parse_span
from streams.feeds.state import FeedState

EVERY = 60.0
AT_ONCE = 16  # feeds worked on at a time; bounds memory
BATCH_BYTES = 8 * 1024 * 1024
LONGEST = 3600.0  # back-off ends here, or at the feed's own pace where that is slower
LONGEST_RETRY_AFTER = 86_400.0
GONE = 86_400.0  # seconds until a feed that says 410 is asked again
JITTER = 0.1
FORGET_AFTER = 35 * 86_400.0
MAX_FEEDS_FILE = 4 * 1024 * 1024

OK, NOT_MODIFIED, STATUS_GONE = 200, 304, 410

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """One feed to poll. ``every`` is in seconds; with ``source`` "", the entries name their source."""

    url: str
    name: str
    every: float = EVERY
    source: str = ""

    @property
    def id(self) -> str:
        """The feed's name in the state."""
        return f"rss:{self.name}"


class _FeedEntry(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    name: str = ""
    every: str = ""
    source: str = ""


class _FeedsFile(msgspec.Struct, forbid_unknown_fields=True):
    feed: list[_FeedEntry]
    every: str = ""


def read_feeds(path: Path, every: float = EVERY) -> list[Source]:
    """The feeds of a TOML file: ``[[feed]]`` tables of url, name, every, source. Raises ``SettingsError``."""
    try:
        data = path.read_bytes()
        if len(data) > MAX_FEEDS_FILE:
            raise SettingsError(f"{path}: larger than {MAX_FEEDS_FILE} bytes")
        file = msgspec.toml.decode(data, type=_FeedsFile)
        usual = parse_span(file.every) if file.every else every
        return [
            source(one.url, parse_span(one.every) if one.every else usual, one.name, one.source) for one in file.feed
        ]
    except (OSError, ValueError, Rejected) as error:  # msgspec's and TOML's errors are ValueErrors
        raise SettingsError(f"{path}: {error}") from error


def source(url: str, every: float = EVERY, name: str = "", provider: str = "") -> Source:
    """A feed by its address, which is also its name, less any keys in it. Raises ``Rejected`` for a wrong address."""
    check_url(url)
    return Source(url, name or shown(url), every, provider)


def check_names(sources: Sequence[Source]) -> None:
    """Raise ``SettingsError`` if two feeds have the same name, since their states would mix."""
    names = [source.name for source in sources]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SettingsError(f"two feeds are called {twice[0]!r}: give them different names")


@dataclass(frozen=True)
class Poll:
    """The result of one poll. ``wait`` is the server's Retry-After in seconds; ``error`` is "" on success.

    ``flaw`` says what was wrong with a document that could be read in part: the next poll is not put off for that.
    """

    sent: int = 0
    error: str = ""
    wait: float = 0.0
    flaw: str = ""


class Poller:
    """Polls feeds with one fetcher, one feeder and one state."""

    def __init__(self, fetcher: Fetcher, feeder: Feeder, state: FeedState) -> None:
        self._fetcher, self._feeder, self._state = fetcher, feeder, state
        self._silence = SilenceLog(state)
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._flaws: dict[str, str] = {}

    async def follow(self, source: Source) -> None:
        """Poll one feed forever."""
        failures = 0
        await asyncio.sleep(random.uniform(0, min(source.every, 2.0)))  # not all at the same moment
        while True:
            poll = await self.poll(source)
            failures = failures + 1 if poll.error else 0
            pause = next_pause(source.every, failures, poll.wait)
            if poll.error:
                log.warning("%s: %s; next try in %.0f s", source.name, poll.error, pause)
            await asyncio.sleep(pause)

    async def poll(self, source: Source) -> Poll:
        """Poll one feed once and send its new entries. Raises only for a broken state file."""
        self._state.open_feed(source.id, "rss")
        try:
            async with self._at_once:
                poll = await self._poll(source)
        except NewswireError as error:
            poll = Poll(error=str(error))
        except sqlite3.Error:
            raise
        except Exception as error:  # one feed's trouble, ours included, must not stop the others
            log.exception("%s: unexpected", source.name)
            poll = Poll(error=f"{type(error).__name__}: {error}")
        self._state.checked(source.id, poll.error or poll.flaw)
        self._tell(source, poll.flaw)
        self._silence.look(source.id)
        return poll

    async def _poll(self, source: Source) -> Poll:
        answer = await self._fetcher.fetch(source.url, *self._state.validators(source.id))
        if answer.moved:
            log.warning("%s has moved permanently to %s: change its address", source.name, answer.moved)
        if answer.status == NOT_MODIFIED:
            return Poll()
        if answer.status != OK:
            return _failed(answer)
        document = await asyncio.to_thread(cut, answer.body)
        sent = await self._send_new(source, document)
        if not document.broken:  # else the same document is asked for again: more of it may come next time
            self._state.validate(source.id, answer.etag, answer.last_modified)
        return Poll(sent, flaw=document.broken)

    def _tell(self, source: Source, flaw: str) -> None:
        """Log a document's flaw once, not at every poll."""
        if flaw and self._flaws.get(source.id) != flaw:
            log.warning("%s: %s", source.name, flaw)
        self._flaws[source.id] = flaw

    async def _send_new(self, source: Source, document: FeedDocument) -> int:
        """Send the new and changed entries; returns how many Kafka confirmed, or raises ``Unavailable``."""
        sent = 0
        described = await asyncio.to_thread(document.described)
        naming = name_entries(described, lambda name: self._state.taken(source.id, name))
        self._state.take(source.id, naming.shared)
        new = [one for one in naming.entries if not one.is_taken(self._state.taken(source.id, one.name))]
        for batch in _batches(source, document, new):
            receipts = await self._send([item for _, item in batch])
            for (one, _), receipt in zip(batch, receipts, strict=True):
                if receipt.unconfirmed:
                    continue
                self._state.take(source.id, [(one.name, one.fingerprint)], receipt.refused)
                sent += receipt.accepted
                if receipt.refused:
                    log.warning("%s rejected: %s", receipt.item.name, receipt.refused)
            if sent:
                self._state.arrived(source.id)
            if away := next((receipt.unconfirmed for receipt in receipts if receipt.unconfirmed), ""):
                raise Unavailable(away)
        self._tidy(source, [*(one.name for one in naming.entries), *(name for name, _ in naming.shared)])
        if sent:
            log.info("%s: %d new or changed of %d", source.name, sent, len(naming.entries))
        return sent

    async def _send(self, items: list[FeedItem]) -> list[Receipt]:
        futures = [await asyncio.to_thread(self._feeder.send, item) for item in items]
        return list(await asyncio.gather(*map(asyncio.wrap_future, futures)))

    def _tidy(self, source: Source, there: list[str]) -> None:
        """Forget entries that left the document long ago."""
        self._state.touch(source.id, there)
        self._state.forget(source.id, self._state.items(source.id, before=time.time() - FORGET_AFTER))


def _batches(source: Source, document: FeedDocument, new: Sequence[Named]) -> Iterator[list[tuple[Named, FeedItem]]]:
    """Entries as items, made only when their turn comes: each repeats the document's head."""
    batch: list[tuple[Named, FeedItem]] = []
    size = 0
    for one in new:
        value = document.alone(one.entry)
        name, feed = f"{source.name}#{one.name}", f"rss:{source.name}"
        item = FeedItem(value, name, source.source, "application/xml", guid=one.guid, feed=feed)
        batch.append((one, item))
        size += len(item.value)
        if size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def next_pause(every: float, failures: int, asked: float = 0.0) -> float:
    """Seconds until the next poll: doubled with each failure, with jitter, at least the server's Retry-After."""
    backed_off = min(every * 2.0 ** min(failures, 30), max(LONGEST, every))
    return max(backed_off * random.uniform(1 - JITTER, 1 + JITTER), min(asked, LONGEST_RETRY_AFTER))


def _failed(answer: Answer) -> Poll:
    wait = answer.retry_after or 0.0
    if answer.status == STATUS_GONE:
        return Poll(error="gone permanently (410): remove it from the list", wait=max(wait, GONE))
    return Poll(error=f"the server answered {answer.status}", wait=wait)


async def run_rss(sources: Sequence[Source], fetcher: Fetcher, feeder: Feeder, state: FeedState) -> None:
    """Follow feeds until cancelled."""
    check_names(sources)
    poller = Poller(fetcher, feeder, state)
    async with asyncio.TaskGroup() as group:
        for one in sources:
            group.create_task(poller.follow(one), name=one.id)


async def run_rss_once(
    sources: Sequence[Source], fetcher: Fetcher, feeder: Feeder, state: FeedState
) -> dict[str, Poll]:
    """Poll each feed once; returns the results by name."""
    check_names(sources)
    poller = Poller(fetcher, feeder, state)
    polls = await asyncio.gather(*(poller.poll(one) for one in sources))
    return {one.name: poll for one, poll in zip(sources, polls, strict=True)}
