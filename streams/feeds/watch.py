"""Drop folders, as satellite and FTP receivers fill them: takes folders, puts every finished file on ``news.raw``.

A file is taken when its size and time have stood still for a while, and is done only after Kafka has confirmed all of
it; then it is moved, or remembered. A crash between the two feeds that file once more, which the index makes
harmless; nothing is ever done without being in Kafka. Looks are by polling: change events do not cross network mounts.
"""

import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from search.characters import on_one_line
from streams.errors import Rejected, Unavailable
from streams.feeds.files import Refusal, cut_items
from streams.feeds.folder import DropFile, DropFolder, fingerprint
from streams.feeds.producer import Feeder, Receipt
from streams.feeds.report import SilenceLog
from streams.feeds.state import FeedState
from streams.feeds.stop import Stop

BATCH = 200  # files fed before their confirmations are awaited
PENDING = 10_000  # files waited for at a time, in each folder
EMPTY_PATIENCE = 10  # an empty file is waited for so many times longer
CHANGED = "changed while it was read"
DAY = 86_400.0
FORGET_AFTER = 30 * DAY  # what is gone from the folder is forgotten after this

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


@dataclass
class Delivery:
    """One file that is being sent: the results of its items so far."""

    file: DropFile
    accepted: int = 0
    refused: int = 0
    reason: str = ""
    retry: str = ""  # why the file is not done and comes again
    away: str = ""  # why Kafka could not confirm it

    def take(self, receipt: Receipt) -> None:
        """Count one receipt."""
        if receipt.accepted:
            self.accepted += 1
        elif receipt.refused:
            self.refuse(receipt.item.name, receipt.refused)
        else:
            self.away = self.away or receipt.unconfirmed

    def refuse(self, name: str, reason: str) -> None:
        """Count one refusal."""
        self.refused += 1
        self.reason = self.reason or f"{name}: {reason}"


@dataclass
class Waiting:
    """Files that may still be written to: their last state, and since when."""

    settle: float
    seen: dict[str, tuple[str, float]] = field(default_factory=dict)

    def steady(self, file: DropFile, now: float) -> bool:
        """Whether a file has been unchanged long enough. ``now`` is monotonic: the mount's clock is not trusted."""
        before = self.seen.get(file.path)
        if before is None or before[0] != file.fingerprint:
            self.seen[file.path] = (file.fingerprint, now)
            return self.settle <= 0
        return now - before[1] >= self.settle * (1 if file.size else EMPTY_PATIENCE)


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
        apart = tuple(path for path in (watch.done, watch.failed) if path)
        if root.resolve() in {path.resolve() for path in apart}:
            raise Rejected(f"{root}: --done and --failed must be other folders")
        self.folder = DropFolder(root, apart)
        self.name = f"watch:{self.folder.root}"
        self._watch, self._state, self._feeder, self._clock = watch, state, feeder, clock
        self._waiting = Waiting(watch.settle)
        self._silence = SilenceLog(state)
        self._more = False  # whether there were more files than are waited for at a time
        self._tidied = -DAY
        self.trouble: dict[str, str] = {}  # what cannot be taken now, by path; "" is the folder itself
        state.open_feed(self.name, "watch")

    def look(self, stop: Stop) -> int:
        """Look once and feed what is finished; gives how many files are still being written to.

        Raises ``Unavailable`` where Kafka did not confirm; the files concerned stay as they are.
        """
        try:
            steady = self._scan(stop)
        except OSError as error:
            self._tell("", f"cannot be examined: {error}")
            self._state.checked(self.name, f"cannot be examined: {error}")
            return 0
        self.trouble.pop("", None)
        files = iter(steady)
        while not stop.is_set() and (batch := list(islice(files, BATCH))):
            self._feed(batch)
        self._state.checked(self.name)
        self._silence.look(self.name)
        self._tidy()
        return len(self._waiting.seen.keys() - self.trouble.keys()) + self._more

    def _scan(self, stop: Stop) -> list[DropFile]:
        """The files that have stood still, oldest first."""
        now = self._clock()
        self._more = False
        steady: list[DropFile] = []
        present: set[str] = set()
        for file in self.folder.files():
            if stop.is_set() or len(present) >= PENDING:
                self._more = True
                break
            if self._state.taken(self.name, file.name) == file.fingerprint:
                continue
            present.add(file.path)
            if self._waiting.steady(file, now):
                steady.append(file)
        for gone in self._waiting.seen.keys() - present:
            del self._waiting.seen[gone]
        for gone in self.trouble.keys() - present - {""}:
            del self.trouble[gone]
        steady.sort(key=lambda file: int(file.fingerprint.partition(":")[2]))
        return steady

    def _feed(self, batch: list[DropFile]) -> None:
        deliveries: list[Delivery] = []
        try:
            for file in batch:
                deliveries.append(Delivery(file))
                self._send(deliveries[-1])
        except Unavailable as error:
            deliveries[-1].away = str(error)
        self._feeder.flush()
        for delivery in deliveries:
            self._conclude(delivery)
        if away := next((delivery.away for delivery in deliveries if delivery.away), ""):
            self._state.checked(self.name, away)
            raise Unavailable(away)

    def _send(self, delivery: Delivery) -> None:
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
                        self._feeder.feed(item, delivery.take)
        except OSError as error:  # rights not set yet, a mount gone: it may be readable later
            delivery.retry = f"cannot be read: {error}"

    def _conclude(self, delivery: Delivery) -> None:
        file = delivery.file
        if delivery.away or delivery.retry == CHANGED:
            return
        if delivery.retry:
            self._tell(file.path, delivery.retry)
            return
        if not delivery.accepted and not delivery.refused:
            delivery.refuse(file.name, "no items in it")
        if delivery.accepted:
            self._state.arrived(self.name)
        if delivery.refused:
            all_ = delivery.accepted + delivery.refused
            log.warning("%s: %d of %d items rejected: %s", file.name, delivery.refused, all_, delivery.reason)
        else:
            log.info("%s: %d accepted", file.name, delivery.accepted)
        self._put_away(delivery)
        self.trouble.pop(file.path, None)
        self._waiting.seen.pop(file.path, None)

    def _put_away(self, delivery: Delivery) -> None:
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

    def _tell(self, path: str, trouble: str) -> None:
        """Log a file's problem once, not on every poll."""
        if self.trouble.get(path) != trouble:
            log.warning("%s/%s: %s", self.folder.root, on_one_line(path), trouble)
        self.trouble[path] = trouble

    def _tidy(self) -> None:
        """Once a day, forget files that have long been gone."""
        if self._clock() - self._tidied < DAY:
            return
        self._tidied = self._clock()
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
            waiting = sum(watcher.look(stop) for watcher in watchers)
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
    trouble = [f"{w.folder.root}/{on_one_line(path)}: {what}" for w in watchers for path, what in w.trouble.items()]
    if trouble:
        raise Unavailable(f"{len(trouble)} not taken; first {trouble[0]}")


def _pauses(longest: float) -> Iterator[float]:
    pause = 1.0
    while True:
        yield min(pause, longest)
        pause *= 2
