"""Where each story lives among the monthly indices, and how it stands there: so that one story stays one document.

A story's home is the month of its first-created date, which is immutable. But versions may disagree on it or lack
it, so the home of a story that exists is looked up rather than computed:

* What this process wrote, it remembers (`PlacementCache`); the Kafka partition of a story has one writer.
* For any other id, one ``ids`` search per bulk over all indices. A search sees only what has been refreshed, so one
  refresh goes before the first search and before the first after every event that could leave a write of this
  story both unremembered and unrefreshed: partitions reassigned (`PlacementCache.forget`), a write whose answer was
  lost, and an entry dropped for lack of room. All other writes of the story are remembered here or were made before
  that refresh. So a search that finds nothing means that there is nothing.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from processors.annotations import Record
from search.documents import Document
from search.elastic.server import LastWrite, written_in
from search.versions.history import Story
from search.versions.lineage import story_in

EARLIEST_YEAR = 1900  # a date before it, or long after receipt, is a mistake and must not make an index of its own
LONGEST_AHEAD = timedelta(days=31)
LOOK_UP = 1000  # ids in one search
CAPACITY = 10_000  # stories remembered: updates mostly follow soon, and what is forgotten costs a place in one search
MOST_CHARACTERS = 20_000_000  # of text in them: that of the wire's stories twice over


class Placement(Record, frozen=True):
    """A story's index, how the story stands in it, and its last write; ``None`` for a story not seen before.

    The story is without its documents.
    """

    index: str
    story: Story | None = None
    written: LastWrite | None = None

    @property
    def characters(self) -> int:
        """Of the texts in it, which are nearly all that it takes."""
        return self.story.characters if self.story else 0


class PlacementLookup(Protocol):
    """The two requests that a look-up makes."""

    async def refresh(self) -> None:
        """Make all writes findable."""

    async def stories(self, ids: list[str]) -> list[Mapping[str, Any]]:
        """The hits for ``ids`` with ``_index _id _seq_no _primary_term`` and `lineage.STANDING_FIELDS`."""


class PlacementCache:
    """The places of stories that this process has written lately.

    ``start`` gives what the names of the indices for new stories begin with; it is asked again after `forget`.
    """

    def __init__(self, finder: PlacementLookup, start: Callable[[], Awaitable[str]], capacity: int = CAPACITY) -> None:
        self._finder = finder
        self._ask_start = start
        self._start = ""
        self._capacity = capacity
        self._known: OrderedDict[str, Placement] = OrderedDict()
        self._characters = 0
        self._refresh_due = True

    def forget(self) -> None:
        """Trust nothing remembered: another process may have written meanwhile."""
        self._known.clear()
        self._characters = 0
        self._start = ""
        self._refresh_due = True

    def doubt(self, ids: Iterable[str]) -> None:
        """Look these up again: what became of a write of theirs is not known."""
        for document_id in ids:
            self._drop(document_id)
        self._refresh_due = True

    def keep(self, document_id: str, place: Placement) -> None:
        """Remember where a story was written; beyond the capacity the oldest half is dropped."""
        self._drop(document_id)
        self._known[document_id] = place
        self._characters += place.characters
        if len(self._known) > self._capacity or self._characters > MOST_CHARACTERS:
            for oldest in list(self._known)[: len(self._known) // 2]:
                self._drop(oldest)
            self._refresh_due = True

    def _drop(self, document_id: str) -> None:
        place = self._known.pop(document_id, None)
        self._characters -= place.characters if place else 0

    async def places(self, documents: Iterable[Document]) -> dict[str, Placement]:
        """Where each story is, or is to be for one not seen before."""
        self._start = self._start or await self._ask_start()
        first_seen = {document.id: document for document in reversed(list(documents))}
        unknown = [document_id for document_id in first_seen if document_id not in self._known]
        found = await self._look_up(unknown) if unknown else {}
        return {
            document_id: self._known.get(document_id)
            or found.get(document_id)
            or Placement(self._start + month_of(document))
            for document_id, document in first_seen.items()
        }

    async def _look_up(self, ids: list[str]) -> dict[str, Placement]:
        if self._refresh_due:
            await self._finder.refresh()
            self._refresh_due = False
        found: dict[str, Placement] = {}
        for start in range(0, len(ids), LOOK_UP):
            for hit in await self._finder.stories(ids[start : start + LOOK_UP]):
                story = story_in(hit["_source"], whole=False)
                other = found.get(hit["_id"])
                if other is None or other.story is None or other.story.version < story.version:
                    found[hit["_id"]] = Placement(hit["_index"], story, written_in(hit))
        return found


def month_of(document: Document) -> str:
    """The month (``2026.11``) of the index that a new story goes to."""
    moment = (document.first_created or document.version_created).astimezone(UTC)
    received = document.received_at.astimezone(UTC)
    if moment.year < EARLIEST_YEAR:
        moment = datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC)
    elif moment - received > LONGEST_AHEAD:
        moment = received
    return f"{moment.year:04}.{moment.month:02}"
