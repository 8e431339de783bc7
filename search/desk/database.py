"""The connection to the desk's database: takes an address, gives transactions; SQLite or PostgreSQL.

What is written is written by one transaction at a time, also by several machines: so the numbers in ``changes`` are
seen in their order, and nobody who follows them misses one. What goes wrong becomes `DeskUnavailable`. For a moment
after that, nobody waits for the database again: the page has news to serve.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from search.desk.migrations import migrate
from search.private_files import private_file, private_folder

log = logging.getLogger(__name__)

REST = 2.0  # seconds after a failure in which nobody waits again
ONE_WRITER = 0x6E657773  # the key of PostgreSQL's lock, "news"
CONNECTIONS = 8

T = TypeVar("T")


class DeskUnavailable(Exception):
    """The desk's database does not answer. News can be read all the same."""


class Database:
    """One database. ``seconds`` is how long anybody waits for it."""

    def __init__(self, engine: sa.Engine, shown: str, path: Path | None = None) -> None:
        self._engine = engine
        self._shown = shown
        self._path = path
        self._is_set_up = False
        self._rests_until = 0.0

    async def read(self, work: Callable[[sa.Connection], T]) -> T:
        """What ``work`` gives."""
        return await self._run(work, writing=False)

    async def write(self, work: Callable[[sa.Connection], T]) -> T:
        """What ``work`` gives, which may write: all of it or nothing, and nobody else meanwhile."""
        return await self._run(work, writing=True)

    async def close(self) -> None:
        """Give connections back."""
        await asyncio.to_thread(self._engine.dispose)

    async def _run(self, work: Callable[[sa.Connection], T], *, writing: bool) -> T:
        if time.monotonic() < self._rests_until:
            raise DeskUnavailable(f"{self._shown} does not answer")
        return await asyncio.to_thread(self._in_thread, work, writing)

    def _in_thread(self, work: Callable[[sa.Connection], T], writing: bool) -> T:
        try:
            if not self._is_set_up:
                self._set_up()
            with self._engine.connect().execution_options(writing=writing) as connection, connection.begin():
                return work(connection)
        except (IntegrityError, ProgrammingError):
            raise  # ours, not the database's
        except (DBAPIError, PoolTimeout, OSError) as error:
            self._rests_until = time.monotonic() + REST
            log.warning("desk: %s: %s", self._shown, str(error).partition("\n")[0])
            raise DeskUnavailable(f"{self._shown} does not answer") from error

    def _set_up(self) -> None:
        if self._path:
            private_folder(self._path.parent)
            private_file(self._path)
        with self._engine.connect().execution_options(writing=True) as connection, connection.begin():
            migrate(connection)
        self._is_set_up = True


def open_database(address: str, password: str = "", *, seconds: float = 3.0) -> Database:
    """The database at ``sqlite:///path`` or ``postgresql://user@host:port/name``; it connects on first use.

    ``ValueError`` says what is wrong with the address. A password in it would be seen in lists of processes and logs.
    """
    try:
        url = sa.make_url(address)
    except ArgumentError:
        raise ValueError("use sqlite:///path or postgresql://user@host:port/name") from None
    if url.password:
        raise ValueError("no password in the address: it has a setting of its own")
    if url.drivername == "sqlite" and url.database:
        return _sqlite(Path(url.database), seconds)
    if url.drivername in ("postgresql", "postgres") and url.host:
        return _postgresql(url, password, seconds)
    raise ValueError("use sqlite:///path or postgresql://user@host:port/name")


def _sqlite(path: Path, seconds: float) -> Database:
    engine = sa.create_engine(
        f"sqlite:///{path}", connect_args={"timeout": seconds, "isolation_level": None}, pool_size=CONNECTIONS,
        pool_timeout=seconds,
    )  # fmt: skip

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: sa.PoolProxiedConnection, _: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return Database(engine, str(path), path)


def _postgresql(url: sa.URL, password: str, seconds: float) -> Database:
    url = url.set(drivername="postgresql+psycopg", password=password or None)
    milliseconds = int(seconds * 1000)
    engine = sa.create_engine(
        url,
        connect_args={
            "connect_timeout": max(2, round(seconds)),  # libpq's least
            "options": f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds}",
        },
        pool_size=CONNECTIONS,
        pool_timeout=seconds,
        pool_pre_ping=True,
    )

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("writing"):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_WRITER})")

    return Database(engine, f"PostgreSQL at {url.host}")
