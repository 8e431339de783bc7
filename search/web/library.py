"""What the pages read: the store and its views behind one bounded, remembering door.

So many readings at once, the others wait their turn and then are told to come again; counts that many readers ask for
within some seconds are made once.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import copy
from typing import Any, TypeVar

import msgspec

from search.query.background import BackgroundTasks
from search.query.checking import ParsedQuery
from search.query.deadline import deadline, due_in
from search.query.request import Limits
from search.store import SearchResults, Store, StoreUnavailable
from search.versions.corrections import Correction
from search.versions.joining import Merge, Merges
from search.views import BesideList, EventReport, FacetOptions, Facets, Period, StoriesOverTime, Throughput, Views
from search.visibility import EVERY_SOURCE, Sources

REMEMBERED = 512  # answers
GRACE = 0.2  # seconds that a store has to say itself that the time is over

T = TypeVar("T")


class Library:
    """A store and its views. ``at_once`` readings at a time, each waiting ``seconds`` for its turn and its answer.

    ``sources`` are those that there are for whoever reads by it: nothing that it gives is of another.
    """

    def __init__(self, store: Store, views: Views, *, at_once: int, seconds: float, remember: float) -> None:
        self._store = store
        self._views = views
        self._turns = asyncio.Semaphore(at_once)
        self._seconds = seconds
        self._remember = remember
        self._known: OrderedDict[Hashable, tuple[float, asyncio.Task[Any]]] = OrderedDict()
        self._tasks = BackgroundTasks()
        self.sources = EVERY_SOURCE

    def within(self, sources: Sources) -> "Library":
        """The same library for a reader of these sources only."""
        if sources == self.sources:
            return self
        narrowed = copy(self)
        narrowed.sources = sources
        return narrowed

    def _mine(self, query: ParsedQuery) -> ParsedQuery:
        """The query, of the reader's sources only."""
        if self.sources in (query.sources, EVERY_SOURCE):
            return query
        return msgspec.structs.replace(query, sources=self.sources)

    @property
    def limits(self) -> Limits:
        """What a query may cost."""
        return self._store.limits

    async def find(self, query: ParsedQuery) -> SearchResults:
        """The documents that match."""
        return self._narrowed(await self._read(lambda: self._store.find(self._mine(query))))

    async def made_of(self, query: ParsedQuery, made: Callable[[SearchResults], T]) -> T:
        """What a function makes of the documents that match, remembered for as long as counts are."""
        one = self._mine(query)

        async def work() -> T:
            return made(self._narrowed(await self._store.find(one)))

        return await self._once((made, one), work)

    async def nearest(self, meaning: bytes, query: ParsedQuery) -> SearchResults:
        """Of the documents that match, those that are the most like ``meaning``."""
        return self._narrowed(await self._read(lambda: self._store.nearest(meaning, self._mine(query))))

    def _narrowed(self, found: SearchResults) -> SearchResults:
        """What was found, without what it says of other sources than the reader's."""
        if self.sources == EVERY_SOURCE:
            return found
        hits = tuple(msgspec.structs.replace(hit, document=_without_others(hit.document)) for hit in found.hits)
        return msgspec.structs.replace(found, hits=hits)

    async def get(self, document_id: str) -> dict[str, Any] | None:
        """One document, hidden or not."""
        document = await self._read(lambda: self._store.get(document_id))
        if document is None or not self.sources.has(document["source"]):
            return None
        return document if self.sources == EVERY_SOURCE else _without_others(document)

    async def correct(self, document_id: str, correction: Correction, *, withdraw: bool) -> bool:
        """Keep what somebody corrected in a story, or take it back; whether there is such a story."""
        self._known.clear()  # counts change
        return await self._read(lambda: self._store.correct(document_id, correction, withdraw=withdraw))

    async def merges(self) -> Merges:
        """All merged names, in whatever sources' stories they are."""
        return await self._read(self._store.merges)

    def join(self, merge: Merge, *, withdraw: bool) -> "asyncio.Task[None]":
        """A task that stores or withdraws a merge and rewrites the stories concerned, however many these are."""
        return self._tasks.start(self._join(merge, withdraw=withdraw))

    async def _join(self, merge: Merge, *, withdraw: bool) -> None:
        try:
            await self._store.join(merge, withdraw=withdraw)
        finally:
            self._known.clear()  # counts change

    async def versions(self, ids: Sequence[str], hidden: bool) -> dict[str, int]:
        """The version that stands of each story that is there for readers, with or without the right to hidden ones."""
        return await self._read(lambda: self._store.versions(ids, hidden=hidden, sources=self.sources))

    async def count(self) -> int:
        """How many stories a reader can find."""
        return await self._once(("count", self.sources), lambda: self._store.count(sources=self.sources))

    async def total(self, query: ParsedQuery) -> int:
        """How many stories match."""
        one = self._mine(msgspec.structs.replace(query, sort="newest", position=None, limit=1))
        return await self._once(("total", one), lambda: self._views.total(one))

    async def facets(self, query: ParsedQuery, fields: Sequence[str], *, size: int, **which: Any) -> Facets:
        """The most frequent values of each field among the stories that match; ``which`` are `FacetOptions`."""
        query, options = self._mine(query), FacetOptions(**which)
        key = ("facets", query, tuple(fields), size, options)
        return await self._once(key, lambda: self._views.facets(query, fields, size=size, options=options))

    async def overview(self, query: ParsedQuery, fields: Sequence[str], *, size: int, zone: str = "UTC") -> BesideList:
        """The most frequent values among the stories that match, and how many these are over time."""
        query = self._mine(query)
        key = ("overview", query, tuple(fields), size, zone)
        return await self._once(key, lambda: self._views.overview(query, fields, size=size, zone=zone))

    async def counted_between(self, query: ParsedQuery, periods: Sequence[Period]) -> tuple[int, ...]:
        """How many of the stories that match were made in each period."""
        query = self._mine(query)
        key = ("between", query, tuple(periods))
        return await self._once(key, lambda: self._views.counted_between(query, periods))

    async def timeline(
        self, query: ParsedQuery, split: Mapping[str, tuple[str, str]], *, fine: bool = False, zone: str = "UTC"
    ) -> StoriesOverTime:
        """How many stories match over time, and of these how many have each field and value."""
        query = self._mine(query)
        key = ("timeline", query, tuple(split.items()), fine, zone)
        return await self._once(key, lambda: self._views.timeline(query, split, fine=fine, zone=zone))

    async def reports(
        self, events: Sequence[str], size: int, *, firsts: bool = False
    ) -> dict[str, tuple[EventReport, ...]]:
        """The newest visible stories that report any of these events, by event, oldest first.

        With ``firsts`` by when the first version of each was made.
        """
        if not events:
            return {}
        return await self._read(lambda: self._views.reports(events, size, sources=self.sources, firsts=firsts))

    async def notices(self, size: int, *, hidden: bool) -> list[dict[str, Any]]:
        """The newest kills; with ``hidden`` also stories under embargo."""
        key = ("notices", size, hidden, self.sources)
        return await self._once(key, lambda: self._views.notices(size, hidden=hidden, sources=self.sources))

    async def flow(self, size: int) -> Throughput:
        """How the newest stories came in, of all sources."""
        return await self._once(("flow", size), lambda: self._views.flow(size))

    async def close(self) -> None:
        """End what is still under way, and give connections back. Nothing may be asked for afterwards."""
        await self._tasks.end()
        await self._views.close()
        await self._store.close()

    async def _read(self, work: Callable[[], Awaitable[T]]) -> T:
        """What ``work`` gives, in time. Its turn lasts until the store is done, also when its reader has left."""
        with due_in(self._seconds):
            reading = self._tasks.start(self._in_turn(work))
            await asyncio.wait([reading], timeout=deadline().left + GRACE)
        if not reading.done():
            raise StoreUnavailable(f"The search took more than {self._seconds:.0f} s. Narrow it down.")
        return reading.result()

    async def _in_turn(self, work: Callable[[], Awaitable[T]]) -> T:
        async with self._turn():
            return await work()

    async def _once(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """What ``work`` gives, or gave for the same question a moment ago, or is about to give."""
        now = time.monotonic()
        made, answer = self._known.get(key, (0.0, None))
        if answer is None or now - made > self._remember or _failed(answer):
            answer = self._tasks.start(self._read(work))
            self._known[key] = now, answer
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        kept: T = await asyncio.shield(answer)  # a reader who leaves takes nothing from the others
        return kept

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            await asyncio.wait_for(self._turns.acquire(), deadline().left)
        except TimeoutError:
            raise StoreUnavailable("Too many searches at once. Try again in a moment.") from None
        try:
            yield
        finally:
            self._turns.release()


def _without_others(document: dict[str, Any]) -> dict[str, Any]:
    """A story for a reader of some sources only: without what is said of its event, which others report too."""
    event = document.get("event")
    return {**document, "event": {"id": event["id"]}} if event else document


def _failed(answer: "asyncio.Task[Any]") -> bool:
    return answer.done() and (answer.cancelled() or answer.exception() is not None)
