"""Publishes index changes on ``news.stories``, for the grouping by event. Takes a store's outcomes, gives messages.

Only the index knows which version of a story is current: so each successful write puts the story's fingerprint on the
topic, also the write of a kill that a notice named in words. It is published before its message is acked, so a process
that dies in between publishes it again.
"""

from collections.abc import Sequence
from typing import Any, cast

import msgspec

from processors.events.fingerprint import Fingerprint, fingerprint
from search.documents import Document
from search.store import Outcome, Store
from search.visibility import milliseconds
from streams.agents.producer import Outgoing

PARTITION = 0  # the only one of the topic: one process groups all stories, in one order
REMOVED = ""  # the source of a story that must not be grouped


class RecordingStore:
    """A store that records the successful writes, until `drain` is called."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._current: dict[str, tuple[Document, int]] = {}

    @classmethod
    def over(cls, store: Store) -> tuple[Store, "RecordingStore"]:
        """The same object twice: as the store to write to, and as the recorder."""
        recording = cls(store)
        return cast("Store", recording), recording

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def write(self, documents: Sequence[Document]) -> list[Outcome]:
        """Write, and record what became current."""
        outcomes = await self._store.write(documents)
        for document, outcome in zip(documents, outcomes, strict=True):
            if outcome.state == "written":
                self._current[document.id] = document, outcome.first
        return outcomes

    def drain(self) -> list[Fingerprint]:
        """The fingerprints of stories written since the last call."""
        current, self._current = self._current, {}
        return [fingerprint_of(document, first) for document, first in current.values()]


def fingerprint_of(document: Document, first: int) -> Fingerprint:
    """The fingerprint of a story; ``first`` is the time of its first known version, 0 if unknown.

    A story that must not be published has the source `REMOVED`.
    """
    received = milliseconds(document.received_at)
    times = [milliseconds(document.version_created), received, first or received]
    if document.first_created:
        times.append(milliseconds(document.first_created))
    created = max(0, min(times))
    if document.status != "usable" or document.kind == "advisory":
        return Fingerprint(document.id, REMOVED, "", created)
    until = milliseconds(document.embargo_until) if document.embargo_until else 0
    return fingerprint(
        document.id,
        document.source,
        document.headline,
        document.body,
        created,
        language=document.language,
        visible_from=until,
    )


def messages(topic: str, changes: Sequence[Fingerprint]) -> list[Outgoing]:
    """The messages that publish changes."""
    return [Outgoing(topic, change.id.encode(), msgspec.json.encode(change), partition=PARTITION) for change in changes]
