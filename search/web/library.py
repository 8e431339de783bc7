"""What the pages read: the store and its views behind one bounded, remembering door.

So many readings at once, the others wait their turn and then are told to come again; counts that many readers ask for
within some seconds are made once.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from search.query.checking import ParsedQuery
from search.query.deadline import deadline, due_in
from search.query.request import Limits
from search.store import SearchResults, Store, StoreUnavailable
from search.views import Facets, StoriesOverTime, Throughput, Views

REMEMBERED = 512  # answers
GRACE = 0.2  # seconds that a store has to say itself that the time is over

T = TypeVar("T")


class Library:
    """A store and its views. ``at_once`` readings at a time, each waiting ``seconds`` for its turn and its answer."""

    def __init__(self, store: Store, views: Views, *, at_once: int, seconds: float, remember: float) -> None:
        self._store = store
        self._views = views
        self._turns = asyncio.Semaphore(at_once)
        self._seconds = seconds
        self._remember = remember
        self._known: OrderedDict[Hashable, tuple[float, asyncio.Task[Any]]] = OrderedDict()

    @property
    def limits(self) -> Limits:
        """What a query may cost."""
        return self._store.limits

    async def find(self, query: ParsedQuery) -> SearchResults:
        """The documents that match."""
        return await self._read(lambda: self._store.find(query))

    async def get(self, document_id: str) -> dict[str, Any] | None:
        """One document, hidden or not."""
        return await self._read(lambda: self._store.get(document_id))

    async def versions(self, ids: Sequence[str], hidden: bool) -> dict[str, int]:
        """The version that stands of each story that is there for readers, with or without the right to hidden ones."""
        return await self._read(lambda: self._store.versions(ids, hidden=hidden))

    async def count(self) -> int:
        """How many stories a reader can find."""
        return await self._once(("count",), self._store.count)

    async def facets(self, query: ParsedQuery, fields: Sequence[str], *, size: int, about: str = "") -> Facets:
        """The most frequent values of each field among the stories that match."""
        key = ("facets", query, tuple(fields), size, about)
        return await self._once(key, lambda: self._views.facets(query, fields, size=size, about=about))

    async def timeline(self, query: ParsedQuery, split: Mapping[str, tuple[str, str]]) -> StoriesOverTime:
        """How many stories match over time, and of these how many have each field and value."""
        key = ("timeline", query, tuple(split.items()))
        return await self._once(key, lambda: self._views.timeline(query, split))

    async def notices(self, size: int, *, hidden: bool) -> list[dict[str, Any]]:
        """The newest kills; with ``hidden`` also stories under embargo."""
        return await self._once(("notices", size, hidden), lambda: self._views.notices(size, hidden=hidden))

    async def flow(self, size: int) -> Throughput:
        """How the newest stories came in."""
        return await self._once(("flow", size), lambda: self._views.flow(size))

    async def close(self) -> None:
        """Give connections back."""
        await self._views.close()
        await self._store.close()

    async def _read(self, work: Callable[[], Awaitable[T]]) -> T:
        """What ``work`` gives, in time. Its turn lasts until the store is done, also when its reader has left."""
        with due_in(self._seconds):
            reading = asyncio.ensure_future(self._in_turn(work))
            await asyncio.wait([reading], timeout=deadline().left + GRACE)
        if not reading.done():
            reading.add_done_callback(_passed_over)
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
            answer = asyncio.ensure_future(self._read(work))
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


def _failed(answer: "asyncio.Task[Any]") -> bool:
    return answer.done() and (answer.cancelled() or answer.exception() is not None)


def _passed_over(reading: "asyncio.Task[Any]") -> None:
    """Nobody waits for this answer any more, and so nobody hears its error."""
    if not reading.cancelled():
        reading.exception()
