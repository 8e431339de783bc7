"""Alerts when a saved search matches more stories than usual. Takes the searches, gives records to write.

Each search belongs to one partition of ``news.alerts``. The owner of that partition counts its stories in the index,
and knows from the partition what has been sent: so each rise alerts once, also after a rebalance.
"""

import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from zlib import crc32

from search.alerts.deciding import first_alert
from search.alerts.notices import Notice
from search.alerts.rises import Level, RiseCounter, notice_of_rise, rise_id_prefix
from search.alerts.saved import SavedSearch, due_at
from search.query.request import QueryError
from search.store import Store, StoreTrouble, StoreUnavailable
from streams import metrics
from streams.alerts.journal import AlertJournal
from streams.alerts.records import JournalEntry, wanted_entries
from streams.alerts.searches import SearchTable
from streams.settings import Settings
from streams.stores import open_index

MOST_SHOWN = 100  # searches as metrics
MOST_FAILURES = 3  # in a row: the index is down, and the other searches wait for the next round

log = logging.getLogger(__name__)


class RiseWatcher:
    """Counts for the searches that this process owns. The index is opened when a search first needs it."""

    def __init__(
        self,
        settings: Settings,
        journal: AlertJournal,
        searches: SearchTable,
        open_store: Callable[[Settings], Store] = open_index,
    ) -> None:
        self._settings = settings
        self._journal = journal
        self._searches = searches
        self._open_store = open_store
        self._store: Store | None = None
        self._last = ""  # id of the last search that was counted

    async def due_alerts(self, now: datetime) -> list[JournalEntry]:
        """The records of the alerts that are due now."""
        owned = [
            (search, home)
            for search in self._searches.rising_searches()
            if self._journal.owns(home := self._home_partition(search))
        ]
        levels: dict[str, float] = {}
        entries: list[JournalEntry] = []
        async for search, home, level in self._levels(owned, now):
            levels[search.id] = level.stories / level.usual if level.usual else 0.0
            if level.rise is not None and self._is_due(search, home, now):
                entries += self._wanted(search, home, notice_of_rise(search, level.rise, now), now)
        _export(levels)
        return entries

    async def _levels(
        self, owned: Sequence[tuple[SavedSearch, int]], now: datetime
    ) -> AsyncIterator[tuple[SavedSearch, int, Level]]:
        if not owned:
            return
        self._store = self._store or self._open_store(self._settings)
        counter = RiseCounter(self._store)
        failures = 0  # in a row
        for search, home in self._in_order(owned):
            self._last = search.id
            try:
                level = await counter.level(search, now)
            except QueryError as error:  # saved when the limits were wider
                log.warning("saved search %s cannot be run: %s", search.id, error)
            except StoreTrouble as trouble:
                log.warning("whether saved search %s rises is not known: %s", search.id, trouble)
                failures = failures + 1 if isinstance(trouble, StoreUnavailable) else 0
                if failures == MOST_FAILURES:
                    return
            else:
                failures = 0
                yield search, home, level

    def _in_order(self, owned: Sequence[tuple[SavedSearch, int]]) -> list[tuple[SavedSearch, int]]:
        """By id, starting after the last search counted: a round that ended early left these out."""
        return sorted(owned, key=lambda one: (one[0].id <= self._last, one[0].id))

    async def close(self) -> None:
        """Close the connection to the index."""
        if self._store is not None:
            await self._store.close()

    def _home_partition(self, search: SavedSearch) -> int:
        return crc32(search.id.encode()) % max(1, self._journal.partitions)

    def _is_due(self, search: SavedSearch, home: int, now: datetime) -> bool:
        if not self._journal.owns(home):
            return False
        last_alert = self._journal.table.last_wanted_at(home, search.id, rise_id_prefix(search))
        min_interval = timedelta(hours=self._settings.alert_rising_hours)
        return now >= max(search.changed_at, last_alert + min_interval if last_alert else search.changed_at)

    def _wanted(self, search: SavedSearch, home: int, notice: Notice, now: datetime) -> list[JournalEntry]:
        due = due_at(search, now, self._settings.alert_daily_at)
        return [
            entry
            for channel in search.channels
            for entry in wanted_entries(
                first_alert(search, channel, notice, due=due, now=now, enriched_at=now, home=home), home
            )
        ]


def _export(levels: Mapping[str, float]) -> None:
    metrics.SEARCH_TIMES.clear()
    for search, level in sorted(levels.items())[:MOST_SHOWN]:
        metrics.SEARCH_TIMES.labels(search).set(level)
