"""Writes items that are no text, such as pictures, to their own store. Takes events with their documents.

Stories have priority: if the items' index is missing or refuses, that is logged once, and stories go on. The items left
out are still on ``news.enriched`` and ``news.skipped``.
"""

import logging
from collections.abc import Sequence

from search.store import Store, StoreError
from streams.agents.index_writes import EventDocument, find_all, until_available, write_all
from streams.agents.stage import Stage
from streams.records import DeadLetter
from streams.stores import said

log = logging.getLogger(__name__)


class ItemIndex:
    """Writes items to their store, which is set up before the first write."""

    def __init__(self, stage: Stage, store: Store) -> None:
        self._stage, self._store = stage, store
        self._ready = not stage.settings.set_up_index
        self._trouble = ""

    async def write(self, items: Sequence[EventDocument]) -> list[DeadLetter]:
        """Write items, in the same way as stories; returns dead letters for those that the store rejects."""
        if not items:
            return []
        try:
            if not self._ready:
                await until_available(self._stage, self._store.set_up)
                self._ready = True
            letters = await write_all(self._stage, self._store, await find_all(self._stage, self._store, items))
        except StoreError as error:
            if str(error) != self._trouble:
                log.error("pictures and other items are not indexed: %s; see newswire index setup", said(error))  # noqa: TRY400 - the message says all
            self._trouble = str(error)
            return []
        self._trouble = ""
        return letters

    def forget(self) -> None:
        """Drop what the store has cached about earlier writes."""
        self._store.forget()
