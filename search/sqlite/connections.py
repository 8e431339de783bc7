"""Connections to one SQLite file: takes work, does it in a thread on a connection that is free.

What goes wrong becomes `StoreUnavailable` where a later try can cure it, else `StoreError`.
"""

import asyncio
import queue
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from search.private_files import private_file, private_folder
from search.query.deadline import deadline, due_in
from search.sqlite.tables import PLACES
from search.store import StoreError, StoreUnavailable
from search.visibility import milliseconds_of

STEPS_BETWEEN_CHECKS = 10_000
MAPPED = 256 * 1024 * 1024  # bytes of the file that a reader maps into memory rather than copies

OLDER = ("no such column", "no such index", "no such table")  # what SQLite says of a file of an older layout

T = TypeVar("T")


class Connections:
    """At most ``size`` connections to ``path``, made when they are first needed; without ``writing`` they only read.

    ``timeout`` is how many seconds a write waits for other processes', and how long to wait for a free connection.
    """

    def __init__(self, path: Path, size: int, *, timeout: float, writing: bool = False) -> None:
        self._path = path
        self._timeout = timeout
        self._writing = writing
        self._idle: queue.LifoQueue[sqlite3.Connection | None] = queue.LifoQueue()
        for _ in range(size):
            self._idle.put(None)

    async def run(
        self, work: Callable[[sqlite3.Connection], T], *, make: bool = False, seconds: float = float("inf")
    ) -> T:
        """What ``work`` gives. ``make`` makes the file where there is none.

        Reading ends after ``seconds``, or when nobody waits for the answer any more (`search.query.deadline`).
        """
        with due_in(seconds):
            return await asyncio.to_thread(self._guarded, work, make)

    def close(self) -> None:
        """Close what is not at work."""
        for _ in range(self._idle.qsize()):
            connection = self._idle.get()
            if connection is not None:
                connection.close()
            self._idle.put(None)

    def _guarded(self, work: Callable[[sqlite3.Connection], T], make: bool) -> T:
        try:
            connection = self._idle.get(timeout=min(self._timeout, deadline().left))
        except queue.Empty:
            raise StoreUnavailable(f"{self._path}: too many at once; ask again") from None
        try:
            connection = connection or self._connect(make)
            if self._writing:
                return work(connection)
            with _ended_in_time(connection), _at_one_moment(connection):
                return work(connection)
        except sqlite3.OperationalError as error:
            if str(error).startswith(OLDER):
                raise StoreError(f"{self._path} was made by an older program", "set up") from error
            raise StoreUnavailable(f"{self._path}: {error}") from error
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self._path}: {error}", "another file") from error
        finally:
            self._idle.put(connection)

    def _connect(self, make: bool) -> sqlite3.Connection:
        self._check_file(make=make)
        connection = sqlite3.connect(self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False)
        connection.create_function("milliseconds", 1, milliseconds_of, deterministic=True)  # for `sql_condition`
        if not self._writing:
            connection.execute(PLACES)
        pragmas = ("synchronous = NORMAL",) if self._writing else ("query_only = ON", f"mmap_size = {MAPPED}")
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _check_file(self, *, make: bool) -> None:
        """Say what is wrong with the path: of a file that it cannot open, SQLite says no more than that."""
        try:
            if make:
                private_folder(self._path.parent)
                private_file(self._path)  # what SQLite makes beside it has the same rights
            elif not self._path.exists():
                raise StoreUnavailable(f"{self._path} does not exist yet", "set up")
        except OSError as error:
            said = f"{self._path} cannot be {'made' if make else 'read'}: {_reason(self._path, error)}"
            raise StoreError(said, "another file") from error
        if self._path.is_dir():
            raise StoreError(f"{self._path} is a folder, not a file", "another file")


def _reason(path: Path, error: OSError) -> str:
    """What the system says, and of which folder it says it."""
    if isinstance(error, NotADirectoryError):
        return f"{next((above for above in path.parents if above.is_file()), path.parent)} is a file, not a folder"
    at = f" at {error.filename}" if error.filename not in (None, str(path)) else ""
    return f"{(error.strerror or str(error)).lower()}{at}"


@contextmanager
def _at_one_moment(db: sqlite3.Connection) -> Iterator[None]:
    """All that is read here is of one moment: nothing that is found by one statement is killed before the next."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.rollback()


@contextmanager
def _ended_in_time(db: sqlite3.Connection) -> Iterator[None]:
    """End a search that takes too long: SQLite asks the handler every so many steps whether to stop."""
    due = deadline()
    db.set_progress_handler(lambda: time.monotonic() > due.at, STEPS_BETWEEN_CHECKS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise StoreUnavailable(f"The search took more than {due.seconds:.0f} s. Narrow it down.") from error
        raise
    finally:
        db.set_progress_handler(None, 0)
