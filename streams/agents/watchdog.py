"""Finds the article that hangs a model, kills the process or eats its memory, and keeps it from doing so again.

Before work on a batch begins its positions are written to a small file, which its process keeps locked, and they stay
there until what was made of it is sent and confirmed. A file that nobody locks tells what a process died in: each of
those articles is then worked on alone, by whoever has it now, and one that two processes died in while alone is
convicted: refused, and costs only itself.

`Watchdog` ends a process that is at one batch for too long or whose memory grows too far. It needs neither the event
loop nor the interpreter's lock to do so, since a model may hold both.
"""

import asyncio
import faulthandler
import fcntl
import logging
import os
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from search.private_files import private_file, private_folder
from streams.agents.acks import Position, position_of
from streams.errors import SettingsError, TooManyRejected

log = logging.getLogger(__name__)

HUNG = "Hung"  # the error class of what is convicted
STRIKES = 2  # deaths alone that convict: one could be an operator's kill
EVIDENCE_SECONDS = 24 * 3600.0  # how long a dead process's file is kept
KILLED_HERE = 4  # exit status of a process that its watchdog ended
GRACE = 5.0  # seconds beyond the limit after which even a process that cannot run Python is ended


class Suspects:
    """The positions that processes of one stage on this machine died in, at the work called ``name``."""

    def __init__(self, folder: Path, name: str) -> None:
        private_folder(folder)
        self._folder, self._name = folder, name
        self._own = folder / f"{name}-{uuid.uuid4().hex}.work"
        self._file = private_file(self._own).open("wb", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._seen: set[Path] = {self._own}
        self._suspected: set[Position] = set()
        self._marked: list[Position] = []
        self._deaths_alone: Counter[Position] = Counter()
        self.look()

    def look(self) -> None:
        """Learn what has died since the last look. A death brings a rebalance, so that is when to call it."""
        for path in set(self._folder.glob(f"{self._name}-*.work")) - self._seen:
            positions = _left_behind(path)
            if positions is not None:
                self._seen.add(path)
                self._suspected.update(positions)
                self._deaths_alone.update(positions if len(positions) == 1 else ())

    def convicted(self, event: Any) -> bool:
        """Whether an article has ended its process too often."""
        return self._deaths_alone[position_of(event)] >= STRIKES

    def batches(self, events: Sequence[Any]) -> Iterator[Sequence[Any]]:
        """The events as batches to work on, in order: suspects alone, the others between them together."""
        together: list[Any] = []
        for event in events:
            if position_of(event) not in self._suspected:
                together.append(event)
                continue
            if together:
                yield together
            yield [event]
            together = []
        if together:
            yield together

    @contextmanager
    def working(self, events: Sequence[Any]) -> Iterator[None]:
        """Mark these as being worked on. Should the process die inside, or end by an error, others will know.

        An error that says that the fault is ours marks nobody.
        """
        self._write([position_of(event) for event in events])
        try:
            yield
        except (SettingsError, TooManyRejected):
            self._write([])
            raise
        self._write([])

    @contextmanager
    def resting(self) -> Iterator[None]:
        """While the stage waits for Kafka or the index, nothing is worked on: who ends it then has other reasons."""
        marked = self._marked
        self._write([])
        try:
            yield
        finally:
            self._write(marked)

    def _write(self, positions: list[Position]) -> None:
        self._marked = positions
        self._file.seek(0)
        self._file.truncate()
        self._file.write(msgspec.json.encode(positions))

    def close(self) -> None:
        """This process ends in order: what it was working on has done nothing wrong."""
        self._own.unlink(missing_ok=True)
        self._file.close()


def _left_behind(path: Path) -> list[Position] | None:
    """What the process that wrote this file died in; ``None`` while that process lives."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            if time.time() - path.stat().st_mtime > EVIDENCE_SECONDS:
                path.unlink(missing_ok=True)
                return []
            return msgspec.json.decode(file.read() or b"[]", type=list[Position])
    except BlockingIOError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("%s cannot be read: %s", path, error)
        return []


class Watchdog:
    """Ends the process when a batch takes over ``seconds``, or it holds over ``megabytes`` of memory (0: no limit)."""

    def __init__(self, seconds: float, megabytes: int, every: float = 0.5) -> None:
        self._every = every
        self._seconds = seconds
        self._megabytes = megabytes
        self._began: dict[str, float] = {}

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        """Time what happens inside, under the name of who does it."""
        self._began[name] = time.monotonic()
        try:
            yield
        finally:
            del self._began[name]

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        try:
            while True:
                # Armed anew at each look; fires, from C, if none comes: a model may keep the interpreter's lock.
                faulthandler.dump_traceback_later(self._seconds + GRACE, exit=True)
                self._look(time.monotonic())
                await asyncio.sleep(self._every)
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _look(self, now: float) -> None:
        for name, began in self._began.items():
            if now - began > self._seconds:
                faulthandler.dump_traceback(all_threads=True)
                _end(f"{name} has worked on one batch for more than {self._seconds} s (NEWSWIRE_ARTICLE_SECONDS)")
        used = memory_used()
        if self._megabytes and used > self._megabytes:
            _end(f"{used:.0f} MiB are in use, more than {self._megabytes} (NEWSWIRE_MEMORY_MB)")


def memory_used(pid: int | str = "self") -> float:
    """MiB that a process holds in memory; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _end(why: str, leave: Callable[[int], NoReturn] = os._exit) -> None:
    log.error("this process stops and will be restarted: %s", why)
    logging.shutdown()
    leave(KILLED_HERE)  # not sys.exit: the thread that hangs would be waited for
