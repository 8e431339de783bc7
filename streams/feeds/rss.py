"""Polls RSS and Atom feeds over HTTP: puts every new or changed entry on ``news.raw`` as one item.

A document is fetched only if it has changed, and is cut into entries (`streams.feeds.entries`). An entry is sent if its
bytes differ from those last confirmed. What cannot be read is neither sent nor remembered, so it is sent once it is
repaired. An entry is remembered after Kafka has confirmed it, the document's validators after all of its entries; so a
crash may repeat entries but loses none. A feed's errors delay only its own polls.
"""

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from search.http.public import shown
from streams.feeds.entries import FeedDocument, cut
from streams.feeds.fetch import Fetcher, check_url
from streams.feeds.naming import NamedEntry, name_entries
from streams.feeds.polled_list import read_list
from streams.feeds.polling import EVERY, OutgoingItem, Poll, Poller, failed_poll
from streams.feeds.producer import Feeder, FeedItem
from streams.feeds.state import FeedState
from streams.spans import parse_span

BATCH_BYTES = 8 * 1024 * 1024
FORGET_AFTER = 35 * 86_400.0

OK, NOT_MODIFIED = 200, 304

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

    def sources(file: _FeedsFile, usual: float) -> list[Source]:
        return [
            source(entry.url, parse_span(entry.every) if entry.every else usual, entry.name, entry.source)
            for entry in file.feed
        ]

    return read_list(path, _FeedsFile, sources, every)


def source(url: str, every: float = EVERY, name: str = "", provider: str = "") -> Source:
    """A feed by its address, which is also its name, less any keys in it. Raises ``Rejected`` for a wrong address."""
    check_url(url)
    return Source(url, name or shown(url), every, provider)


class RssPoller(Poller[Source]):
    """Polls feeds with one fetcher, one feeder and one state."""

    kind = "rss"

    def __init__(self, fetcher: Fetcher, feeder: Feeder, state: FeedState) -> None:
        super().__init__(feeder, state)
        self._fetcher = fetcher

    async def _poll(self, source: Source) -> Poll:
        answer = await self._fetcher.fetch(source.url, *self._state.validators(source.id))
        if answer.moved:
            log.warning("%s has moved permanently to %s: change its address", source.name, answer.moved)
        if answer.status == NOT_MODIFIED:
            return Poll()
        if answer.status != OK:
            return failed_poll(answer)
        document = await asyncio.to_thread(cut, answer.body)
        sent = await self._send_new(source, document)
        # A broken document is asked for again: more of it may come next time.
        if not document.broken and self.is_ours(source):
            self._state.validate(source.id, answer.etag, answer.last_modified)
        return Poll(sent, flaw=document.broken)

    async def _send_new(self, source: Source, document: FeedDocument) -> int:
        """Send the new and changed entries; returns how many Kafka confirmed, or raises ``Unavailable``."""
        sent = 0
        described = await asyncio.to_thread(document.described)
        naming = name_entries(described, lambda name: self._state.taken(source.id, name))
        self._state.take(
            source.id, [mark for mark in naming.shared if self._state.taken(source.id, mark[0]) != mark[1]]
        )
        new = [entry for entry in naming.entries if not entry.is_taken(self._state.taken(source.id, entry.name))]
        for batch in _batches(source, document, new):
            if not self.is_ours(source):
                return sent
            sent += await self._send(source, batch)
        self._tidy(source, [*(entry.name for entry in naming.entries), *(name for name, _ in naming.shared)])
        if sent:
            log.info("%s: %d new or changed of %d", source.name, sent, len(naming.entries))
        return sent

    def _tidy(self, source: Source, current_names: list[str]) -> None:
        """Forget entries that left the document long ago."""
        self._state.touch(source.id, current_names)
        self._state.forget(source.id, self._state.items(source.id, before=time.time() - FORGET_AFTER))


def _batches(source: Source, document: FeedDocument, new: Sequence[NamedEntry]) -> Iterator[list[OutgoingItem]]:
    """Entries as items, made only when their turn comes: each repeats the document's head."""
    batch: list[OutgoingItem] = []
    size = 0
    for named in new:
        value = document.alone(named.entry)
        name, feed = f"{source.name}#{named.name}", f"rss:{source.name}"
        item = FeedItem(value, name, source.source, "application/xml", guid=named.guid, feed=feed)
        batch.append(OutgoingItem(item, named.name, named.fingerprint))
        size += len(item.value)
        if size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
