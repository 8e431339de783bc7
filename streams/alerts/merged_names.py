"""Names that readers merged, for the alert stage: reads them from the index regularly, and gives the last ones read.

The index applies them when a story is written, which the alert stage does not wait for. While the index is down or
refuses, the last ones read stay in use, so that alerts go on. Only when a process starts, and has none yet, its first
story waits a few seconds for them.
"""

import asyncio
import logging

from search.store import Store, StoreTrouble
from search.versions.joining import NO_MERGES, Merges
from streams.settings import Settings
from streams.stores import open_index

READ_EVERY, RETRY_AFTER = 30.0, 1.0  # seconds between reads, and until the first has succeeded

log = logging.getLogger(__name__)


class MergedNames:
    """The merged names, read again every `READ_EVERY` seconds."""

    def __init__(self, settings: Settings, store: Store | None = None) -> None:
        self._settings = settings
        self._store = store
        self._last_problem = ""
        self._is_read = False
        self._first = asyncio.Event()  # the first read, or the end of the wait for it
        self.known: Merges = NO_MERGES

    async def ready(self) -> None:
        """Wait for the first read, but only once and not for long: the index may be down for hours."""
        if self._first.is_set():
            return
        try:
            async with asyncio.timeout(self._settings.alert_merged_names_seconds):
                await self._first.wait()
        except TimeoutError:
            log.warning("alerts start without the merged names: the index did not answer in time")
            self._first.set()

    async def run(self) -> None:
        """Read them regularly, until cancelled."""
        self._store = self._store or open_index(self._settings)
        try:
            while True:
                await self.read()
                await asyncio.sleep(READ_EVERY if self._is_read else RETRY_AFTER)
        finally:
            await self._store.close()

    async def read(self) -> None:
        """Read them once; a problem is logged once, and again only when it changes."""
        try:
            self.known, problem = await self._store.merges() if self._store else NO_MERGES, ""
            self._is_read = True
            self._first.set()
        except StoreTrouble as error:
            problem = str(error)
        except Exception as error:  # noqa: BLE001 - such as a later format: alerts go on with the last ones read
            problem = f"they cannot be read: {error!r}"
        if problem and problem != self._last_problem:
            log.warning("alerts: newly merged names cannot be read: %s", problem)
        self._last_problem = problem
