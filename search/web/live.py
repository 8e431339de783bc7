"""Open pages kept true: what a page shows in, server-sent events out.

The wire hears of the stories that a query finds as they come, and of kills and embargoes. Every page hears what becomes
of the stories that it shows: killed, corrected, updated, gone. All readers of the same question share one watch, which
asks the store every so often while anybody listens. A new listener first gets things as they stand, so that nothing is
missed between a page and its events, or while a connection was down; the page puts in what it does not have.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any

import msgspec

from search.http.slots import ClientSlots, Shares, network_of
from search.query.checking import ParsedQuery
from search.store import SearchResults
from search.visibility import Sources
from search.web.desk.watching import DeskWatch
from search.web.display import Display
from search.web.library import Library
from search.web.live_events import EventRenderer, LiveRenderer
from search.web.login.access import Reader
from search.web.rendering import RenderingCache
from search.web.subscriptions import Listener, QueryPoller, ServerSentEvent, ShownStoriesPoller

WATCHED = 30  # newest stories of a query
HEARTBEAT = 15.0  # seconds; shorter than proxies' patience
RECHECK = 2.0  # seconds after which a listener who hears nothing is asked for the right to listen
NOTICES = 6


async def always() -> bool:
    """Whether somebody may still listen, where nobody asks."""
    return True


class LiveUpdates:
    """The watches of one site. ``every`` is in seconds; ``most`` bounds its listeners, ``each`` those of one reader.

    A reader without a name is known by their address. Readers with names may share one, as in an office: together they
    get at most half of the places. Events to one listener end after ``longest`` seconds. The browser then asks again,
    and so logs in again. ``telling`` makes the events' text; with the ``slots`` of others, places are counted together.
    """

    def __init__(
        self,
        library: Library,
        display: Display,
        every: float,
        most: int,
        each: int,
        *,
        longest: float = 900.0,
        renderings: RenderingCache | None = None,
        telling: LiveRenderer | None = None,
        slots: ClientSlots | None = None,
        desk: DeskWatch | None = None,
    ) -> None:
        self._library = library
        self._every = every
        self._most = most
        self._each = each
        self.slots = slots or ClientSlots(most)
        self._longest = longest
        self._telling: LiveRenderer = telling or EventRenderer(display)
        self._beside = renderings or RenderingCache()
        self._desk = desk
        self._watches: dict[object, QueryPoller[Any]] = {}
        self._fates = ShownStoriesPoller(self._versions, library.get, self._tell_fates, every)

    def refusal(self, reader: Reader) -> str:
        """Why this reader cannot listen now, "" if they can."""
        if self.slots.full:
            return "Too many live pages are open. This one will not update by itself."
        if self.slots.exhausted(self._shares(reader)):
            return "You have too many live pages open. This one will not update by itself."
        return ""

    def _shares(self, reader: Reader) -> Shares:
        shares = {f"reader {reader.name}": self._each} if reader.name or not reader.address else {}
        if reader.address:
            most = max(self._each, self._most // 2) if reader.name else self._each
            shares[f"address {network_of(reader.address)}"] = most
        return shares

    async def events(
        self,
        query: ParsedQuery | None,
        reader: Reader,
        still: Callable[[], Awaitable[bool]] = always,
        shows: Mapping[str, int] | None = None,
    ) -> AsyncGenerator[str, None]:
        """Events for a page; none where there is no place, and none once ``still`` says that it may not listen.

        ``shows`` are the stories that it shows, with their versions. Without a query it hears of these only.
        """
        desk = self._desk if reader.owner else None
        with self.slots.held(self._shares(reader)) as there_is_place:
            if there_is_place:
                listener = Listener(shows or {}, hidden=reader.hidden, sources=reader.sources)
                async with aclosing(self._events(query, listener, still, desk)) as events:
                    async for event in events:
                        yield event

    async def _events(
        self,
        query: ParsedQuery | None,
        listener: Listener,
        still: Callable[[], Awaitable[bool]],
        desk: DeskWatch | None,
    ) -> AsyncGenerator[str, None]:
        joined = self._join(query, listener)
        if desk:
            desk.join(listener)
        ends, heard = time.monotonic() + self._longest, time.monotonic()
        try:
            while time.monotonic() < ends:
                try:
                    event = await asyncio.wait_for(listener.events.get(), RECHECK)
                except TimeoutError:
                    event = ": still here\n\n"
                if event is None or not await still():
                    return
                if event.startswith(":") and time.monotonic() - heard < HEARTBEAT:
                    continue
                heard = time.monotonic()
                yield event
        finally:
            listener.left = True
            self._fates.leave(listener)
            if desk:
                desk.leave(listener)
            for key in joined:
                if self._watches[key].leave(listener):
                    self._watches.pop(key)

    def _join(self, query: ParsedQuery | None, listener: Listener) -> list[object]:
        """Have a listener told; gives the watches that it has joined."""
        watches: dict[object, Callable[[], QueryPoller[Any]]] = {}
        if query is not None:
            query = msgspec.structs.replace(query, sort="arrived", position=None, limit=WATCHED, brief=True)
            sight = listener.hidden, listener.sources
            watches["stories", query, sight] = lambda: self._stories(query, *sight)
            watches["notices", sight] = lambda: self._notices(*sight)
        for key, make in watches.items():
            if key not in self._watches:
                self._watches[key] = make()
            self._watches[key].join(listener)
        self._fates.join(listener)
        return list(watches)

    async def _versions(self, ids: list[str], hidden: bool, sources: Sources) -> dict[str, int]:
        return await self._library.within(sources).versions(ids, hidden)

    def _stories(self, query: ParsedQuery, hidden: bool, sources: Sources) -> QueryPoller[SearchResults]:
        async def tell(found: SearchResults, before: SearchResults | None) -> ServerSentEvent:
            by_receipt = query.order == "received"
            return await self._beside.beside(
                lambda: self._telling.stories(found, before, hidden=hidden, by_receipt=by_receipt)
            )

        return QueryPoller(lambda: self._library.within(sources).find(query), tell, _stand, self._every)

    def _notices(self, hidden: bool, sources: Sources) -> QueryPoller[list[dict[str, Any]]]:
        async def tell(found: list[dict[str, Any]], _: object) -> ServerSentEvent:
            return await self._beside.beside(lambda: self._telling.notices(found, hidden=hidden))

        def key(found: list[dict[str, Any]]) -> object:
            return [(one["id"], one["version"], one["indexed_at"]) for one in found]

        library = self._library.within(sources)
        return QueryPoller(lambda: library.notices(NOTICES, hidden=hidden), tell, key, self._every)

    async def _tell_fates(self, changed: Mapping[str, dict[str, Any] | None], hidden: bool) -> ServerSentEvent:
        return await self._beside.beside(lambda: self._telling.fates(changed, hidden=hidden))

    def close(self) -> None:
        """Let everybody go."""
        for watch in self._watches.values():
            watch.close()


def _stand(found: SearchResults) -> object:
    return (found.total, *((hit.id, hit.document["version"]) for hit in found.hits))
