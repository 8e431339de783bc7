"""Watches drop folders, as satellite and FTP receivers fill them, and puts every finished file on ``news.raw``.

A file is taken once its size and time have not changed for a while, and is done only after Kafka has confirmed all of
it; then it is moved, or remembered. A crash in between feeds that file once more, which is harmless: the index is
idempotent. The folders are polled, since change events do not cross network mounts.
"""

import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from search.characters import on_one_line
from streams.errors import Rejected, Unavailable
from streams.feeds.delivery import Delivery, UnsettledFiles
from streams.feeds.files import Refusal, cut_items
from streams.feeds.folder import DropFile, DropFolder, fingerprint
from streams.feeds.producer import Feeder
from streams.feeds.report import SilenceLog
from streams.feeds.state import FeedState
from streams.feeds.stop import Stop

BATCH = 200  # files fed before their confirmations are awaited
PENDING = 10_000  # unsettled files that are tracked in each folder
CHANGED = "changed while it was read"
DAY = 86_400.0
FORGET_AFTER = 30 * DAY  # seconds after which a file that has left the folder is forgotten

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WatchOptions:
    """How to watch folders. ``every`` and ``settle`` are in seconds; without ``done``, files stay."""

    folders: tuple[Path, ...]
    source: str = ""
    done: Path | None = None
    failed: Path | None = None
    every: float = 1.0
    settle: float = 2.0
    once: bool = False


class FolderWatcher:
    """One drop folder being watched."""

    def __init__(
        self,
        root: Path,
        watch: WatchOptions,
        state: FeedState,
        feeder: Feeder,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not root.is_dir():
            raise Rejected(f"{root}: no such folder")
        excluded = tuple(path for path in (watch.done, watch.failed) if path)
        if root.resolve() in {path.resolve() for path in excluded}:
            raise Rejected(f"{root}: --done and --failed must be other folders")
        self.folder = DropFolder(root, excluded)
        self.name = f"watch:{self.folder.root}"
        self._watch, self._state, self._feeder, self._clock = watch, state, feeder, clock
        self._unsettled = UnsettledFiles(watch.settle)
        self._silence = SilenceLog(state)
        self._more = False  # whether there were more files than are tracked
        self._last_cleanup = -DAY
        self.trouble: dict[str, str] = {}  # files that cannot be taken now, by path; "" is the folder itself
        state.open_feed(self.name, "watch")

    def scan_and_feed(self, stop: Stop) -> int:
        """Scan once and feed finished files; gives how many files are still being written to.

        Raises ``Unavailable`` if Kafka did not confirm; the files concerned stay as they are.
        """
        try:
            settled = self._scan(stop)
        except OSError as error:
            self._log_once("", f"cannot be examined: {error}")
            self._state.checked(self.name, f"cannot be examined: {error}")
            return 0
        self.trouble.pop("", None)
        files = iter(settled)
        while not stop.is_set() and (batch := list(islice(files, BATCH))):
            self._feed(batch)
        self._state.checked(self.name)
        self._silence.check(self.name)
        self._forget_missing()
        return len(self._unsettled.seen.keys() - self.trouble.keys()) + self._more

    def _scan(self, stop: Stop) -> list[DropFile]:
        """The settled files, oldest first."""
        now = self._clock()
        self._more = False
        settled: list[DropFile] = []
        present: set[str] = set()
        for file in self.folder.files():
            if stop.is_set() or len(present) >= PENDING:
                self._more = True
                break
            if self._state.taken(self.name, file.name) == file.fingerprint:
                continue
            present.add(file.path)
            if self._unsettled.is_settled(file, now):
                settled.append(file)
        for missing in self._unsettled.seen.keys() - present:
            del self._unsettled.seen[missing]
        for missing in self.trouble.keys() - present - {""}:
            del self.trouble[missing]
        settled.sort(key=lambda file: int(file.fingerprint.partition(":")[2]))
        return settled

    def _feed(self, batch: list[DropFile]) -> None:
        deliveries: list[Delivery[DropFile]] = []
        try:
            for file in batch:
                deliveries.append(Delivery(file))
                self._send(deliveries[-1])
        except Unavailable as error:
            deliveries[-1].unconfirmed = str(error)
        self._feeder.flush()
        for delivery in deliveries:
            self._finish(delivery)
        if away := next((delivery.unconfirmed for delivery in deliveries if delivery.unconfirmed), ""):
            self._state.checked(self.name, away)
            raise Unavailable(away)

    def _send(self, delivery: Delivery[DropFile]) -> None:
        """Send the items of a file, unless it changes meanwhile."""
        file = delivery.file
        path = f"{self.folder.root}/{file.name}"
        try:
            with self.folder.open(file.path) as stream:
                for item in cut_items(stream, path, self._watch.source, self._feeder.settings.max_article_bytes):
                    if fingerprint(os.fstat(stream.fileno())) != file.fingerprint:
                        delivery.retry = CHANGED
                        return
                    if isinstance(item, Refusal):
                        delivery.refuse(item.name, item.reason)
                    else:
                        self._feeder.feed(msgspec.structs.replace(item, feed=self.name), delivery.take)
        except OSError as error:  # rights not set yet, a mount gone: it may be readable later
            delivery.retry = f"cannot be read: {error}"

    def _finish(self, delivery: Delivery[DropFile]) -> None:
        file = delivery.file
        if delivery.unconfirmed or delivery.retry == CHANGED:
            return
        if delivery.retry:
            self._log_once(file.path, delivery.retry)
            return
        if not delivery.accepted and not delivery.refused:
            delivery.refuse(file.name, "no items in it")
        if delivery.accepted:
            self._state.arrived(self.name)
        log.log(logging.WARNING if delivery.refused else logging.INFO, "%s: %s", file.name, delivery.summary())
        self._move_finished(delivery)
        self.trouble.pop(file.path, None)
        self._unsettled.seen.pop(file.path, None)

    def _move_finished(self, delivery: Delivery[DropFile]) -> None:
        file = delivery.file
        to = self._watch.failed if delivery.refused else self._watch.done
        if to is not None:
            try:
                self.folder.move(file, to)
            except OSError as error:
                log.error("%s cannot be moved to %s, so it is remembered instead: %s", file.name, to, error)  # noqa: TRY400 - the message says all
            else:
                return
        # What was read is what is remembered: a file that has been replaced since has another fingerprint.
        self._state.take(self.name, [(file.name, file.fingerprint)], delivery.reason)

    def _log_once(self, path: str, problem: str) -> None:
        """Log a file's problem once, not on every poll."""
        if self.trouble.get(path) != problem:
            log.warning("%s/%s: %s", self.folder.root, on_one_line(path), problem)
        self.trouble[path] = problem

    def _forget_missing(self) -> None:
        """Once a day, forget files that left the folder long ago."""
        if self._clock() - self._last_cleanup < DAY:
            return
        self._last_cleanup = self._clock()
        old = set(self._state.items(self.name, before=time.time() - DAY))
        with contextlib.suppress(OSError):  # the folder is away: then nothing is known of what is gone
            self._state.touch(self.name, [file.name for file in self.folder.files() if file.name in old])
            self._state.forget(self.name, self._state.items(self.name, before=time.time() - FORGET_AFTER))


def run_watch(watch: WatchOptions, state: FeedState, feeder: Feeder, stop: Stop) -> None:
    """Watch until ``stop`` is set or, with ``watch.once``, until no file is pending."""
    watchers = [FolderWatcher(root, watch, state, feeder) for root in watch.folders]
    pauses = _pauses(feeder.settings.retry_longest)
    while not stop.is_set():
        try:
            waiting = sum(watcher.scan_and_feed(stop) for watcher in watchers)
        except Unavailable as error:
            if watch.once:
                raise
            pause = next(pauses)
            log.warning("%s; trying again in %.0f s", error, pause)
            stop.wait(pause)
            continue
        pauses = _pauses(feeder.settings.retry_longest)
        if watch.once and not waiting:
            _check_all_taken(watchers)
            return
        stop.wait(watch.every)


def _check_all_taken(watchers: list[FolderWatcher]) -> None:
    problem = [f"{w.folder.root}/{on_one_line(path)}: {what}" for w in watchers for path, what in w.trouble.items()]
    if problem:
        raise Unavailable(f"{len(problem)} not taken; first {problem[0]}")


def _pauses(longest: float) -> Iterator[float]:
    pause = 1.0
    while True:
        yield min(pause, longest)
        pause *= 2
