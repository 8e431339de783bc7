"""The small protocol of a store: set up, write, find. Elasticsearch and SQLite both keep it.

Documents go in with their version; which one of each id stays (`search.versions.precedence`) does not depend on how
they arrive.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec

from processors.annotations import Record
from processors.events.summary import EventSummary
from search.documents import Document
from search.query.checking import ParsedQuery
from search.query.request import Limits
from search.versions.corrections import Correction, as_annotators_said, with_correction, without_correction
from search.versions.history import Story, stands
from search.versions.joining import Merge, Merges
from search.versions.lineage import StoryState
from search.visibility import EVERY_SOURCE, Sources

# Around what matched in highlighted passages: characters for private use, which each reader replaces by its own.
MARKS = ("\ue000", "\ue001")


# What would help. Who opens the store knows how that is done there: by which setting, by which command.
Remedy = Literal[
    "",
    "set up",  # the store is not there yet, or of an older layout
    "another file",
    "another address",
    "credentials",
    "authority",  # of the server's certificate
    "fingerprint",  # of the server's certificate
    "fewer replicas",
    "second copies",
    "migrate",
    "abort migration",
    "reach the index",
    "match the kill",
]


class StoreTrouble(Exception):
    """Why a store does not serve. ``remedy`` says what would help, in general."""

    def __init__(self, message: str, remedy: Remedy = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class StoreUnavailable(StoreTrouble):
    """The store cannot take the work now; the same call can succeed later."""


class StoreError(StoreTrouble):
    """The store is there but cannot serve as it is; no retry helps."""


class Outcome(Record, frozen=True):
    """What became of one written document.

    ``written``: it is the newest. ``superseded``: something as new or newer is there, which is success too.
    ``refused``: the store will never take it. ``busy``: not now, try this one again. Of a superseded one,
    ``standing`` is the version that stands, ``standing_status`` its status. Of a written one, ``first`` is when the
    first known version of its story was made, in milliseconds since 1970.
    """

    state: Literal["written", "superseded", "refused", "busy"]
    reason: str = ""
    standing: int = 0
    standing_status: str = ""
    first: int = 0


def outcome_of(story: Story, document: Document) -> Outcome:
    """What became of a document that has arrived in its story, which is now ``story``."""
    if stands(story, document):
        return Outcome("written", first=story.known.first)
    return Outcome("superseded", standing=story.version, standing_status=story.top.status)


def with_or_without(story: Story, correction: Correction, merges: Merges, *, withdraw: bool) -> Story | None:
    """A story with a correction more, or without it; ``None`` for one that was killed."""
    if story.top.status == "canceled":
        return None
    if withdraw:
        return msgspec.structs.replace(story, corrections=without_correction(story.corrections, correction))
    known = story.corrections
    for one in as_annotators_said(story.top.source or {}, correction, merges):
        known = with_correction(known, one)
    return msgspec.structs.replace(story, corrections=known)


class Hit(Record, frozen=True):
    """One found document: its stored fields, its score, and highlighted passages by field."""

    id: str
    score: float
    document: dict[str, Any]
    highlights: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class SearchResults(Record, frozen=True):
    """A page of hits. ``total`` counts all matches; ``after`` asks for the next page, "" at the end.

    A page may end before its limit where its stories are large. Of a query that is not ``counted``, ``total`` is either
    right or 0.
    """

    total: int
    hits: tuple[Hit, ...]
    after: str = ""


class Store(Protocol):
    """Where documents are kept and found. ``limits`` are what a query may cost, for its views too."""

    @property
    def limits(self) -> Limits:
        """What a query may cost."""

    async def set_up(self) -> None:
        """Make what the store needs. Safe to repeat, also by several processes at once."""

    async def write(self, documents: Sequence[Document]) -> list[Outcome]:
        """Keep the newest version of each document: one outcome each, in order.

        ``StoreUnavailable`` if none was judged.
        """

    async def set_events(self, events: Mapping[str, EventSummary]) -> None:
        """Say of stories, by id, which event they report. Of those that are hidden, or not there, nothing is said.

        Their versions stay as they are, and a later version keeps what was said.
        """

    async def correct(self, document_id: str, correction: Correction, *, withdraw: bool = False) -> bool:
        """Keep what somebody corrected in a story, or with ``withdraw`` take that back.

        Whether there is such a story, and it is not killed.
        """

    async def merges(self) -> Merges:
        """All merged names."""

    async def join(self, merge: Merge, *, withdraw: bool = False) -> None:
        """Store a merge, or remove it with ``withdraw``, and rewrite the stories concerned.

        Stories that are written later follow it too. If it ends early, the same call continues it.
        """

    def forget(self) -> None:
        """Trust nothing remembered of earlier writes.

        To be called when another process may have written the same stories since, as when Kafka has reassigned
        partitions.
        """

    async def find(self, query: ParsedQuery) -> SearchResults:
        """The documents that match, visible ones only unless ``query.hidden``, and of ``query.sources`` only.

        What is found, its order and its scores are the same whatever stories there are that the reader may not see.
        """

    async def nearest(self, meaning: bytes, query: ParsedQuery) -> SearchResults:
        """Of the documents that match, the ``query.limit`` whose vectors of meaning are the most like ``meaning``.

        Those without a vector of that length are not among them. Scores are cosines, from 0 (opposite) to 1. As with
        `find`, stories that the reader may not see change nothing. The query's order and page do not count, and the
        total is that of the hits.
        """

    async def get(self, document_id: str) -> dict[str, Any] | None:
        """One document by its id, hidden or not."""

    async def fates(self, ids: Sequence[str]) -> dict[str, StoryState]:
        """What is kept of each story that is there, by id, hidden or not, as of the last `refresh`."""

    async def versions(
        self, ids: Sequence[str], *, hidden: bool = False, sources: Sources = EVERY_SOURCE
    ) -> dict[str, int]:
        """The version that stands of each story that a reader may see or whose kill they may know of, by id.

        With ``hidden`` of each that is there. Of the reader's ``sources`` only. Reads no text.
        """

    async def count(self, *, hidden: bool = False, sources: Sources = EVERY_SOURCE) -> int:
        """How many documents of these sources a reader can find, or with ``hidden`` how many there are."""

    async def open_notices(self, since: datetime, size: int) -> list[dict[str, Any]]:
        """Notices received since then whose story was not found (`search.stories.kill_notices`), the last one first.

        As of the last `refresh`.
        """

    async def refresh(self) -> None:
        """Make everything written so far findable now."""

    async def close(self) -> None:
        """Give connections back."""
