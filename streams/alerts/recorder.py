"""Batches the records of several messages into one write. Returns when Kafka has confirmed them.

While one batch is being written, the next one fills up.
"""

import asyncio
from collections.abc import Sequence

from streams.alerts.journal import AlertJournal
from streams.alerts.records import JournalEntry


class Recorder:
    """Writes to a journal, one batch after the other.

    With ``only_ours``, records of partitions that another process owns by then are left out: it may have written newer
    ones.
    """

    def __init__(self, journal: AlertJournal, *, only_ours: bool = False) -> None:
        self._journal = journal
        self._only_ours = only_ours
        self._writing = asyncio.Lock()
        self._pending: list[JournalEntry] = []
        self._next: asyncio.Task[None] | None = None

    async def write(self, entries: Sequence[JournalEntry]) -> None:
        """Write records, together with those of concurrent callers."""
        self._pending += entries
        if self._next is None:
            self._next = asyncio.create_task(self._write())
        await asyncio.shield(self._next)

    async def _write(self) -> None:
        async with self._writing:
            entries, self._pending, self._next = self._pending, [], None
            if self._only_ours:
                entries = [entry for entry in entries if self._journal.owns(entry.partition)]
            await self._journal.write(entries)
