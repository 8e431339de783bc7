"""Pulls files from one source: one poll of it, and what is remembered between polls."""

import contextlib
import hashlib
import io
import logging
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import msgspec

from search.characters import on_one_line
from streams.errors import NewswireError, Rejected, Unavailable
from streams.feeds.delivery import Delivery, UnsettledFiles
from streams.feeds.files import Refusal
from streams.feeds.polling import Poll
from streams.feeds.producer import Feeder
from streams.feeds.pulls.remote import CHANGED, Remote, RemoteFile, TemporaryError, TooMany
from streams.feeds.pulls.sending import Sending
from streams.feeds.pulls.sources import PullSource
from streams.feeds.state import FeedState

BATCH = 200  # files fetched before their confirmations are awaited
BATCH_BYTES = 16 * 1024 * 1024
SPOOL = 4 * 1024 * 1024  # bytes of a file in memory; more of it goes to the disk
MOST_LOGGED = 10_000  # files whose problems are remembered, so that each is logged once
DAY = 86_400.0
FORGET_AFTER = 30 * DAY  # seconds after which a file that has left the server is forgotten
CONTENT = "sha256:"  # prefix of the state's name for content

log = logging.getLogger(__name__)


class Pull:
    """One source: its server, its unsettled files, and the problems with others."""

    def __init__(self, source: PullSource, remote: Remote, state: FeedState, feeder: Feeder) -> None:
        self.source, self.remote = source, remote
        self._state, self._feeder = state, feeder
        self._errors: tuple[type[Exception], ...] = (NewswireError, *remote.errors)
        self._settle = source.settle if remote.settles else 0.0
        self._unsettled = UnsettledFiles(self._settle)
        self._logged: dict[str, str] = {}
        self._problems: dict[str, str] = {}  # with files that cannot be taken now, by path
        self._stopped = threading.Event()
        self._last_cleanup = -DAY

    def stop(self) -> None:
        """End a running poll, from another thread."""
        self._stopped.set()
        with contextlib.suppress(Exception):
            self.remote.abort()

    def poll(self) -> Poll:
        """Poll once: list the files, wait for unsettled ones, take the settled ones."""
        try:
            self.remote.connect()
            settled, flaw = self._scan()
            if not settled and self._is_waiting() and not self._stopped.wait(self._settle):
                settled, flaw = self._scan()
            now = settled[: self._feeder.settings.pull_files]
            sent = sum(self._take(batch) for batch in _batches(now) if self._may_continue())
        finally:
            self.remote.close()
        if self._problems:
            path, what = next(iter(self._problems.items()))
            flaw = flaw or f"{len(self._problems)} not taken; first {on_one_line(path)}: {what}"
        return Poll(sent, flaw=flaw, more=len(settled) > len(now))

    def _may_continue(self) -> bool:
        return not self._stopped.is_set() and self._state.owns(self.source.id)

    def _is_waiting(self) -> bool:
        """Whether there are unsettled files without a known problem."""
        return bool(self._unsettled.seen.keys() - self._problems.keys())

    def _scan(self) -> tuple[list[RemoteFile], str]:
        """The settled files, oldest first, and what was wrong with the listing."""
        flaw, now = "", time.monotonic()
        settled: list[RemoteFile] = []
        present: set[str] = set()
        names: list[str] = []
        try:
            for file in self.remote.listing(self._log_once):
                names.append(file.name)
                if self._state.taken(self.source.id, file.name) == file.fingerprint:
                    self._move_finished(file, self._state.refused(self.source.id, file.name))
                    continue
                present.add(file.path)
                if self._unsettled.is_settled(file, now):
                    settled.append(file)
        except TooMany as error:
            flaw = str(error)
        for known in (self._unsettled.seen, self._problems):
            for missing in known.keys() - present:
                del known[missing]
        if not flaw:
            self._forget_missing(names)
        settled.sort(key=lambda file: (file.order, file.path))
        return settled, flaw

    def _take(self, batch: Sequence[RemoteFile]) -> int:
        """Fetch and send files, and mark those that Kafka confirmed; returns the number of confirmed items."""
        sending, deliveries = Sending(self._feeder), list[Delivery[RemoteFile]]()
        broken: Exception | None = None
        for file in batch:
            delivery = Delivery(file)
            try:
                self._send(delivery, sending)
            except self._errors as error:  # the connection; what was sent is still marked
                broken = error
                break
            deliveries.append(delivery)
            if any(delivery.unconfirmed for delivery in deliveries) or not self._may_continue():
                break
        sending.flush()
        self._finish(deliveries)
        if reason := next((delivery.unconfirmed for delivery in deliveries if delivery.unconfirmed), ""):
            raise Unavailable(reason)
        if broken:
            raise broken
        return sum(delivery.accepted for delivery in deliveries)

    def _send(self, delivery: Delivery[RemoteFile], sending: Sending) -> None:
        """Fetch a file completely, then send its items."""
        file = delivery.file
        with cast("BinaryIO", SpooledTemporaryFile(SPOOL)) as content:
            try:
                self.remote.fetch(file, content)
            except Rejected as error:
                delivery.refuse(file.name, str(error))
                return
            except TemporaryError as error:
                delivery.retry = str(error)
                return
            content.seek(0)
            if self.remote.by_content and self._is_known(content, delivery):
                return
            for item in self.remote.unpack(content, file, self._feeder.settings.max_article_bytes):
                if isinstance(item, Refusal):
                    delivery.refuse(item.name, item.reason)
                else:
                    sending.send(msgspec.structs.replace(item, feed=self.source.id), delivery)

    def _is_known(self, content: BinaryIO, delivery: Delivery[RemoteFile]) -> bool:
        """Whether the same bytes were taken before: an IMAP server may renumber all its mails."""
        delivery.content = CONTENT + hashlib.file_digest(cast("io.BufferedReader", content), "sha256").hexdigest()
        content.seek(0)
        delivery.known = self._state.taken(self.source.id, delivery.content) is not None
        return delivery.known

    def _finish(self, deliveries: Iterable[Delivery[RemoteFile]]) -> None:
        """Mark the files that are confirmed or refused, then move them."""
        done: dict[str, list[Delivery[RemoteFile]]] = {}
        for delivery in deliveries:
            file = delivery.file
            if delivery.unconfirmed or delivery.retry == CHANGED:
                continue
            if delivery.retry:
                self._problems[file.path] = delivery.retry
                self._log_once(file.path, delivery.retry)
                continue
            if not delivery.accepted and not delivery.refused and not delivery.known:
                delivery.refuse(file.name, "no items in it")
            log.log(logging.WARNING if delivery.refused else logging.INFO, "%s: %s", file.name, delivery.summary())
            done.setdefault(delivery.reason, []).append(delivery)
        for reason, group in done.items():
            self._state.take(self.source.id, [mark for delivery in group for mark in _marks(delivery)], reason)
        if any(delivery.accepted for group in done.values() for delivery in group):
            self._state.arrived(self.source.id)
        for reason, group in done.items():
            for delivery in group:
                self._unsettled.seen.pop(delivery.file.path, None)
                self._problems.pop(delivery.file.path, None)
                self._move_finished(delivery.file, reason)

    def _move_finished(self, file: RemoteFile, reason: str) -> None:
        """Move a marked file, if so configured. After a crash before the move, the next poll moves it."""
        to = self.source.options.failed if reason else self.source.options.done
        if not to:
            return
        try:
            self.remote.move(file, to)
        except TemporaryError as error:
            self._log_once(file.path, f"cannot be moved to {to}, so it is only remembered: {error}")

    def _log_once(self, path: str, problem: str) -> None:
        """Log a problem with a file once, not at every poll."""
        if self._logged.get(path) != problem:
            log.warning("%s: %s %s", self.source.name, on_one_line(path), problem)
        if path in self._logged or len(self._logged) < MOST_LOGGED:
            self._logged[path] = problem

    def _forget_missing(self, names: Sequence[str]) -> None:
        """Once a day, forget files that left the server long ago."""
        if time.monotonic() - self._last_cleanup < DAY:
            return
        self._last_cleanup = time.monotonic()
        feed = self.source.id
        present, old = set(names), self._state.items(feed, before=time.time() - DAY)
        self._state.touch(feed, [delivery for delivery in old if self._name_of(delivery) in present])
        self._state.forget(feed, self._state.items(feed, before=time.time() - FORGET_AFTER))

    def _name_of(self, item: str) -> str | None:
        """The file that a mark is about; a mark of content names the file that had it."""
        return self._state.taken(self.source.id, item) if item.startswith(CONTENT) else item


def _marks(delivery: Delivery[RemoteFile]) -> Iterator[tuple[str, str]]:
    yield delivery.file.name, delivery.file.fingerprint
    if delivery.content:
        yield delivery.content, delivery.file.name


def _batches(files: Sequence[RemoteFile]) -> Iterator[list[RemoteFile]]:
    batch: list[RemoteFile] = []
    size = 0
    for file in files:
        batch.append(file)
        size += file.size
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
