"""The state of all feeds in one SQLite file: items taken, validators of conditional requests, arrivals.

Losing it loses no article: forgotten items are fed again, which leaves the index unchanged. So a commit is not forced
to the disk (``synchronous=NORMAL``), and each file and entry can be recorded on its own.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from search.private_files import PASSABLE, private_file, private_folder
from streams.errors import SettingsError
from streams.feeds.silence import Silence, judge
from streams.settings import Settings
from streams.sources.book import ProfileBook

VERSION = 1
SCHEMA = """
CREATE TABLE feeds (
  feed TEXT PRIMARY KEY, kind TEXT NOT NULL, last_arrival REAL, checked REAL, error TEXT NOT NULL DEFAULT '',
  etag TEXT NOT NULL DEFAULT '', last_modified TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE taken (
  feed TEXT NOT NULL, item TEXT NOT NULL, fingerprint TEXT NOT NULL, refused TEXT NOT NULL DEFAULT '',
  at REAL NOT NULL, PRIMARY KEY (feed, item)
) WITHOUT ROWID;
CREATE TABLE arrivals (feed TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (feed, at)) WITHOUT ROWID;
"""
FILE = "feeds.sqlite3"
APART = 60.0  # seconds; closer arrivals count as one, so that a burst is not taken for the usual pace
KEPT_ARRIVALS = 5000  # of each feed
KEPT_SECONDS = 35 * 86_400.0  # five weeks of arrivals: enough weekends


@dataclass(frozen=True)
class Feed:
    """The state of one feed. Times are POSIX seconds; ``error`` is the last error, "" if there was none."""

    feed: str
    kind: str
    last_arrival: float | None
    checked: float | None
    error: str
    silence: Silence


class FeedState:
    """The open state file. Several processes may have it open, and several threads of one may share it.

    ``expected`` gives the seconds for which a feed may be quiet, by the profile of its source, 0 where that says
    nothing.
    """

    def __init__(self, path: Path, expected: Callable[[str], float] = lambda _: 0.0) -> None:
        self.path = path
        self._one_at_a_time = threading.RLock()
        self._expected = expected
        try:
            private_folder(path.parent, PASSABLE)
            self._db = sqlite3.connect(private_file(path), timeout=30, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._create()
        except (OSError, sqlite3.Error) as error:
            raise SettingsError(f"NEWSWIRE_DATA: cannot keep feed state in {path}: {error}") from error

    @classmethod
    def of(cls, settings: Settings, book: ProfileBook | None = None) -> Self:
        """The state file of these settings: ``feeds.sqlite3`` in ``NEWSWIRE_DATA``."""
        profiles = book or ProfileBook.of(settings)
        return cls(settings.data / FILE, lambda feed: profiles.current().of_feed(feed).silence)

    def _create(self) -> None:
        with self._transaction():
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in filter(str.strip, SCHEMA.split(";")):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version={VERSION}")
            elif version != VERSION:
                raise SettingsError(f"{self.path}: feed state of version {version}, this program knows {VERSION}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._one_at_a_time:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def hold_feed(self, feed: str) -> Iterator[bool]:  # noqa: ARG002 - for those who share
        """Hold a feed while the block runs. This state is not shared, so every feed is ours."""
        yield True

    def owns(self, feed: str) -> bool:  # noqa: ARG002 - for those who share
        """Whether a feed is still ours."""
        return True

    def wait_for_assignment(self) -> int:
        """Wait until `hold_feed` knows; gives how often feeds have been assigned."""
        return 0

    def catch_up(self, *, ours: bool) -> None:
        """Learn what other processes have taken, before a feed that is ``ours`` is polled."""

    def open_feed(self, feed: str, kind: str) -> None:
        """Register a feed, so that it is listed before anything arrives."""
        self._db.execute("INSERT OR IGNORE INTO feeds (feed, kind) VALUES (?, ?)", (feed, kind))

    def taken(self, feed: str, item: str) -> str | None:
        """The fingerprint of an item when it was last taken or rejected; None if it never was."""
        row = self._db.execute("SELECT fingerprint FROM taken WHERE feed=? AND item=?", (feed, item)).fetchone()
        return None if row is None else str(row[0])

    def refused(self, feed: str, item: str) -> str:
        """Why an item was rejected; "" if it was not."""
        row = self._db.execute("SELECT refused FROM taken WHERE feed=? AND item=?", (feed, item)).fetchone()
        return str(row[0]) if row else ""

    def take(self, feed: str, items: Iterable[tuple[str, str]], refused: str = "") -> None:
        """Record items with their fingerprints as confirmed by Kafka, or as ``refused`` with the reason."""
        now = time.time()
        with self._transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO taken (feed, item, fingerprint, refused, at) VALUES (?, ?, ?, ?, ?)",
                [(feed, item, fingerprint, refused, now) for item, fingerprint in items],
            )

    def touch(self, feed: str, items: Iterable[str]) -> None:
        """Record that taken items still exist, so that ``forget`` keeps them."""
        now = time.time()
        with self._transaction():
            self._db.executemany("UPDATE taken SET at=? WHERE feed=? AND item=?", [(now, feed, item) for item in items])

    def items(self, feed: str, before: float) -> list[str]:
        """The items of a feed not taken or touched since ``before``."""
        rows = self._db.execute("SELECT item FROM taken WHERE feed=? AND at<?", (feed, before))
        return [str(row[0]) for row in rows]

    def forget(self, feed: str, items: Iterable[str]) -> None:
        """Forget that items were taken."""
        with self._transaction():
            self._db.executemany("DELETE FROM taken WHERE feed=? AND item=?", [(feed, item) for item in items])

    def validators(self, feed: str) -> tuple[str, str]:
        """ETag and Last-Modified of the last document that was taken completely; "" if there was none."""
        row = self._db.execute("SELECT etag, last_modified FROM feeds WHERE feed=?", (feed,)).fetchone()
        return (str(row[0]), str(row[1])) if row else ("", "")

    def validate(self, feed: str, etag: str, last_modified: str) -> None:
        """Record the validators, once everything in their document has been taken."""
        self._db.execute("UPDATE feeds SET etag=?, last_modified=? WHERE feed=?", (etag, last_modified, feed))

    def checked(self, feed: str, error: str = "") -> None:
        """Record that a feed was polled, and the error if there was one."""
        self._db.execute("UPDATE feeds SET checked=?, error=? WHERE feed=?", (time.time(), error[:500], feed))

    def arrived(self, feed: str, at: float | None = None) -> None:
        """Record an arrival, now or ``at`` a POSIX time."""
        now = time.time() if at is None else at
        with self._transaction():
            self._db.execute("UPDATE feeds SET last_arrival=? WHERE feed=?", (now, feed))
            last = self._db.execute("SELECT max(at) FROM arrivals WHERE feed=?", (feed,)).fetchone()[0]
            if last is not None and 0 <= now - last < APART:
                return
            self._db.execute("INSERT OR IGNORE INTO arrivals (feed, at) VALUES (?, ?)", (feed, now))
            self._db.execute("DELETE FROM arrivals WHERE feed=? AND at<?", (feed, now - KEPT_SECONDS))
            self._db.execute(
                "DELETE FROM arrivals WHERE feed=?1 AND at<(SELECT at FROM arrivals WHERE feed=?1 "
                "ORDER BY at DESC LIMIT 1 OFFSET ?2)",
                (feed, KEPT_ARRIVALS - 1),
            )

    def silence(self, feed: str, now: float | None = None) -> Silence:
        """The verdict on whether a feed has been silent for longer than usual."""
        rows = self._db.execute("SELECT at FROM arrivals WHERE feed=? ORDER BY at", (feed,)).fetchall()
        last = self._db.execute("SELECT last_arrival FROM feeds WHERE feed=?", (feed,)).fetchone()
        arrivals = [float(row[0]) for row in rows]
        if arrivals and last and last[0] is not None and last[0] > arrivals[-1]:
            arrivals[-1] = float(last[0])  # the end of a burst that counts as one arrival
        return judge(arrivals, time.time() if now is None else now, expected=self._expected(feed) or None)

    def feeds(self, now: float | None = None) -> list[Feed]:
        """Every feed, by name."""
        rows = self._db.execute("SELECT feed, kind, last_arrival, checked, error FROM feeds ORDER BY feed").fetchall()
        return [
            Feed(feed, kind, last, checked, error, self.silence(feed, now)) for feed, kind, last, checked, error in rows
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()
