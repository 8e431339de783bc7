"""Ends a process that works on one batch for too long, uses too much memory, or stands still although there is work.

It needs neither the event loop nor the interpreter's lock to do so, since a model may hold both.
"""

import asyncio
import faulthandler
import gc
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

log = logging.getLogger(__name__)

KILLED_HERE = 4  # exit status of a process that its watchdog ended
GRACE = 5.0  # seconds beyond the limit after which even a process that cannot run Python is ended


class Watchdog:
    """Ends the process when a batch takes over ``seconds``, or it holds over ``megabytes`` of memory (0: no limit).

    ``stall`` gives reasons to end it because it stands still. A client of Kafka that waits for an answer which never
    comes looks like that, and only a new process helps.
    """

    def __init__(self, seconds: float, megabytes: int, stall: Callable[[], list[str]], every: float = 0.5) -> None:
        self._every = every
        self._seconds = seconds
        self._megabytes = megabytes
        self._stall = stall
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
        """Check regularly, until cancelled."""
        try:
            while True:
                # Set again at each check; fires from C if none comes, since a model may hold the interpreter's lock.
                faulthandler.dump_traceback_later(self._seconds + GRACE, exit=True)
                self._check(time.monotonic())
                await asyncio.sleep(self._every)
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _check(self, now: float) -> None:
        for name, began in self._began.items():
            if now - began > self._seconds:
                faulthandler.dump_traceback(all_threads=True)
                _end(f"{name} has worked on one batch for more than {self._seconds} s (NEWSWIRE_ARTICLE_SECONDS)")
        used = memory_used()
        if self._megabytes and used > self._megabytes:
            _end(f"{used:.0f} MiB are in use, more than {self._megabytes} (NEWSWIRE_MEMORY_MB)")
        for reason in self._stall():
            for place in sorted(set(map(_waiting_at, asyncio.all_tasks()))):
                log.error("waiting: %s", place)
            _end(f"{reason} (NEWSWIRE_STUCK_SECONDS)")


def memory_used(pid: int | str = "self") -> float:
    """MiB that a process holds in memory; 0 if the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _waiting_at(task: asyncio.Task[Any]) -> str:
    """Where a task waits, from the outside in; `Task.get_stack` gives the outermost frame only."""
    places: list[str] = []
    waiter: Any = task.get_coro()
    while waiter is not None:
        kind = next((kind for kind in ("cr", "gi", "ag") if hasattr(waiter, f"{kind}_frame")), "")
        if not kind:  # what ``__await__`` gave, which does not say whose it is
            waiter = next((one for one in gc.get_referents(waiter) if hasattr(one, "cr_await")), None)
            continue
        if frame := getattr(waiter, f"{kind}_frame"):
            places.append(f"{frame.f_code.co_qualname} ({frame.f_code.co_filename}:{frame.f_lineno})")
        waiter = getattr(waiter, "gi_yieldfrom" if kind == "gi" else f"{kind}_await")
    return " > ".join(places)


def _end(reason: str, leave: Callable[[int], NoReturn] = os._exit) -> None:
    log.error("this process stops and will be restarted: %s", reason)
    logging.shutdown()
    leave(KILLED_HERE)  # not sys.exit: the thread that hangs would be waited for
