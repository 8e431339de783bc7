"""A local table of the partitions of ``news.alerts`` that a process owns, in a temporary SQLite file.

Takes records with their offsets, in any order (its own when Kafka confirms them, others' when it reads them): for each
key the record with the highest offset counts. Gives the alerts of a story, and the open alerts by due time.
"""

# ruff: noqa: S608 - statements are put together from constants only

import heapq
import logging
import sqlite3
from collections import OrderedDict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from search.alerts.deciding import DeliveryRecord, WantedAlert, is_done, send_time
from streams.alerts.records import AlertKey, EmbargoedStory, Kind, KnownStory, RetryRequest, decoded, decoded_key

CREATE_TABLE = """
CREATE TABLE rows (
  partition INTEGER, story TEXT, kind TEXT, search TEXT, channel TEXT, offset INTEGER NOT NULL, at REAL, value BLOB,
  PRIMARY KEY (story, partition, kind, search, channel)
) WITHOUT ROWID
"""
WHERE = "partition = ? AND story = ? AND kind = ? AND search = ? AND channel = ?"
UPSERT = """
INSERT INTO rows (partition, kind, story, search, channel, offset, at, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET offset = excluded.offset, at = excluded.at, value = excluded.value
WHERE excluded.offset > rows.offset
"""
KINDS: tuple[Kind, ...] = ("wanted", "got", "again")  # each alert has up to one record of each
CACHE_SIZE = 10_000  # open alerts that are cached, the newest; digests can have many more

log = logging.getLogger(__name__)


class OpenAlert(NamedTuple):
    """An alert that is still to be sent: the partition that it is sent from, and its key."""

    partition: int
    search: str
    channel: str
    story: str


class TableEntry(NamedTuple):
    """A record of the topic with its position and key, decoded and as bytes."""

    partition: int
    offset: int
    key: AlertKey
    record: Any
    value: bytes | None


def read_entry(partition: int, offset: int, key: bytes | None, value: bytes | None) -> TableEntry | None:
    """A decoded record; ``None`` if it cannot be decoded."""
    record_key = decoded_key(key)
    if record_key is None:
        log.warning("news.alerts[%d] at %d has a key that this release does not know", partition, offset)
        return None
    try:
        return TableEntry(partition, offset, record_key, decoded(record_key.kind, value) if value else None, value)
    except msgspec.MsgspecError as error:
        log.warning("news.alerts[%d] at %d cannot be read: %s", partition, offset, error)
        return None


class KnownAlert(NamedTuple):
    """The records of one alert, one of each of `KINDS`, with their offsets."""

    wanted: WantedAlert | None = None
    got: DeliveryRecord | None = None
    again: RetryRequest | None = None
    offsets: tuple[int, int, int] = (-1, -1, -1)

    def with_record(self, kind: Kind, offset: int, record: Any) -> "KnownAlert | None":
        """The same with a newer record; ``None`` if the record is older than the one known."""
        index = KINDS.index(kind)
        if offset <= self.offsets[index]:
            return None
        offsets = (*self.offsets[:index], offset, *self.offsets[index + 1 :])
        return self._replace(**{kind: record, "offsets": offsets})

    def is_open(self, partition: int) -> bool:
        """Whether the alert is still to be sent from this partition."""
        wanted, got, again, _ = self
        if wanted is None or wanted.home != partition:
            return False
        if got and again and got.state == "dead" and again.at > got.at:
            return True
        return not is_done(wanted, got)


class AlertTable:
    """The records of some partitions."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)  # a temporary file
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(CREATE_TABLE)
        self.open: dict[OpenAlert, datetime] = {}
        self.held: dict[tuple[int, str], datetime] = {}
        self._heap: list[tuple[float, OpenAlert]] = []
        self._cache: OrderedDict[OpenAlert, KnownAlert] = OrderedDict()  # of open alerts
        self._batch: dict[OpenAlert, KnownAlert] = {}  # changed by the records that are being applied

    def apply(self, partition: int, offset: int, key: bytes | None, value: bytes | None) -> None:
        """Apply a record as it was read from Kafka."""
        if entry := read_entry(partition, offset, key, value):
            self.take([entry])

    def take(self, entries: Iterable[TableEntry]) -> None:
        """Apply records, in one transaction; records older than those known change nothing."""
        rows = []
        for entry in entries:
            partition, offset, key, record, value = entry
            if not self._update_open(entry):
                continue
            # A tombstone stays as a row without a value, so that an older record cannot bring the key back.
            rows.append((partition, *key, offset, _record_time(record), value))
        self._db.execute("BEGIN")
        self._db.executemany(UPSERT, rows)
        self._db.execute("COMMIT")
        self._batch.clear()
        while len(self._cache) > CACHE_SIZE:
            self._cache.popitem(last=False)

    def known_story(self, partition: int, story: str) -> KnownStory | None:
        """What is known of a story."""
        known: KnownStory | None = self._value(partition, AlertKey("story", story))
        return known

    def alerts_of_story(self, partition: int, story: str) -> list[WantedAlert]:
        """All alerts, past and open, for a story."""
        statement = "SELECT value FROM rows WHERE partition = ? AND story = ? AND kind = 'wanted' AND value IS NOT NULL"
        return [decoded("wanted", value) for (value,) in self._db.execute(statement, (partition, story))]

    def held_story(self, partition: int, story: str) -> EmbargoedStory | None:
        """A story under embargo."""
        held: EmbargoedStory | None = self._value(partition, AlertKey("held", story))
        return held

    def wanted_and_delivery(self, alert: OpenAlert) -> tuple[WantedAlert | None, DeliveryRecord | None]:
        """The wanted alert and its last delivery record."""
        known = self._known(alert)
        return known.wanted, known.got

    def retry_requested_at(self, alert: OpenAlert) -> datetime | None:
        """When a retry of a dead alert was last requested."""
        again = self._known(alert).again
        return again.at if again else None

    def _known(self, alert: OpenAlert) -> KnownAlert:
        known = self._cache.get(alert) or self._batch.get(alert)
        if known:
            return known
        statement = (
            "SELECT kind, offset, value FROM rows WHERE partition = ? AND story = ? "
            "AND kind IN ('wanted', 'got', 'again') AND search = ? AND channel = ?"
        )
        known = KnownAlert()
        for kind, offset, value in self._db.execute(
            statement, (alert.partition, alert.story, alert.search, alert.channel)
        ):
            known = known.with_record(kind, offset, decoded(kind, value) if value else None) or known
        return known

    def due(self, now: datetime) -> list[OpenAlert]:
        """The due alerts. Each is given out once: a caller that cannot send it now calls `postpone`."""
        due: dict[OpenAlert, None] = {}
        while self._heap and self._heap[0][0] <= now.timestamp():
            _, alert = heapq.heappop(self._heap)
            if alert in self.open and self.open[alert] <= now:
                due[alert] = None
        return list(due)

    def postpone(self, alert: OpenAlert, when: datetime) -> None:
        """Make an open alert due at that time."""
        if alert in self.open:
            self.open[alert] = when
            heapq.heappush(self._heap, (when.timestamp(), alert))

    def next_due(self) -> datetime | None:
        """When the next alert is due, at the earliest."""
        return datetime.fromtimestamp(self._heap[0][0], UTC) if self._heap else None

    def wanted_alerts(self) -> list[OpenAlert]:
        """All wanted alerts, in every partition."""
        rows = self._db.execute("SELECT partition, search, channel, story FROM rows WHERE kind = 'wanted'").fetchall()
        return [OpenAlert(*row) for row in rows]

    def last_wanted_at(self, partition: int, search: str, id_prefix: str) -> datetime | None:
        """When an alert of a search was last wanted for a story whose id has this prefix."""
        statement = (
            "SELECT max(at) FROM rows WHERE story BETWEEN ? AND ? AND partition = ? AND kind = 'wanted' "
            "AND search = ? AND value IS NOT NULL"
        )
        values = (id_prefix, f"{id_prefix}\U0010ffff", partition, search)
        (latest,) = self._db.execute(statement, values).fetchone()
        return datetime.fromtimestamp(latest, UTC) if latest else None

    def is_wanted(self, search: str, channel: str, story: str) -> bool:
        """Whether a search has, or had, an alert for a story over a channel."""
        statement = "SELECT 1 FROM rows WHERE story = ? AND kind = 'wanted' AND search = ? AND channel = ?"
        return self._db.execute(f"{statement} AND value IS NOT NULL", (story, search, channel)).fetchone() is not None

    def older_than(self, moment: datetime, most: int) -> list[tuple[int, AlertKey]]:
        """The keys of up to ``most`` records made before a time, except of open alerts."""
        statement = (
            "SELECT partition, kind, story, search, channel FROM rows "
            "WHERE at < ? AND value IS NOT NULL AND kind != 'held' LIMIT ?"
        )
        rows = self._db.execute(statement, (moment.timestamp(), most)).fetchall()
        return [
            (partition, AlertKey(*key))
            for partition, *key in rows
            if OpenAlert(partition, *_alert_key(key)) not in self.open
        ]

    def keep_only(self, partitions: Collection[int]) -> None:
        """Drop all other partitions."""
        known = {row[0] for row in self._db.execute("SELECT DISTINCT partition FROM rows")}
        for lost in known - set(partitions):
            self._db.execute("DELETE FROM rows WHERE partition = ?", (lost,))
        self.open = {alert: due for alert, due in self.open.items() if alert.partition in partitions}
        self.held = {alert: until for alert, until in self.held.items() if alert[0] in partitions}
        for alert in [alert for alert in self._cache if alert.partition not in partitions]:
            del self._cache[alert]
        self._heap = [(due, alert) for due, alert in self._heap if alert in self.open]
        heapq.heapify(self._heap)

    def _value(self, partition: int, key: AlertKey) -> Any:
        row = self._db.execute(f"SELECT value FROM rows WHERE {WHERE}", _row_key(partition, key)).fetchone()
        return decoded(key.kind, row[0]) if row and row[0] else None

    def _update_open(self, entry: TableEntry) -> bool:
        """Update the open alerts and embargoed stories; gives whether the record is newer than the one known."""
        partition, offset, key, record, _ = entry
        if key.kind == "story":
            return True
        if key.kind == "held":
            row = self._db.execute(f"SELECT offset FROM rows WHERE {WHERE}", _row_key(partition, key)).fetchone()
            if row and row[0] >= offset:
                return False
            self.held.pop((partition, key.story), None)
            if record:
                self.held[partition, key.story] = record.until
            return True
        alert = OpenAlert(partition, key.search, key.channel, key.story)
        known = self._known(alert).with_record(key.kind, offset, record)
        if known is None:
            return False
        self._cache_open(alert, known)
        return True

    def _cache_open(self, alert: OpenAlert, known: KnownAlert) -> None:
        """Cache the alert while it is open."""
        self._cache.pop(alert, None)
        self._batch[alert] = known
        if not known.is_open(alert.partition):
            self.open.pop(alert, None)
            return
        assert known.wanted is not None
        self._cache[alert] = known
        self.open[alert] = send_time(known.wanted, known.got)
        heapq.heappush(self._heap, (self.open[alert].timestamp(), alert))


def _row_key(partition: int, key: AlertKey) -> tuple[int, str, Kind, str, str]:
    return partition, key.story, key.kind, key.search, key.channel


def _alert_key(key: list[str]) -> tuple[str, str, str]:
    _, story, search, channel = key
    return search, channel, story


def _record_time(record: Any) -> float | None:
    """When a record was made, by which it expires."""
    moment = getattr(record, "made", None) or getattr(record, "at", None)
    return moment.timestamp() if moment else None
