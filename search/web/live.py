"""Stories as they come: a query in, server-sent events out whenever its newest stories have changed.

All readers of the same query share one watch, which asks the store every so often while anybody listens. A new
listener first gets the newest stories as they stand, so that nothing is missed between a page and its events, or
while a connection was down; the page puts in what it does not have.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import msgspec

from search.slots import Shares, Slots, network_of
from search.store import Found, Query
from search.web.access import Reader
from search.web.display import Display
from search.web.library import Library
from search.web.rows import row_of

log = logging.getLogger(__name__)

WATCHED = 30  # newest stories of a query
HEARTBEAT = 15.0  # seconds; shorter than proxies' patience
RECHECK = 2.0  # seconds after which a listener who hears nothing is asked for the right to listen
MOST_WAITING = 20  # events for one listener; one who does not take them is let go


class Live:
    """The watches of one site. ``every`` is in seconds; ``most`` bounds its listeners, ``each`` those of one reader.

    A reader without a name is known by their address. Readers with names may share one, as in an office: together they
    get at most half of the places. Events to one listener end after ``longest`` seconds. The browser then asks again,
    and so logs in again.
    """

    def __init__(
        self, library: Library, display: Display, every: float, most: int, each: int, *, longest: float = 900.0
    ) -> None:
        self._library = library
        self._display = display
        self._every = every
        self._most = most
        self._each = each
        self._slots = Slots(most)
        self._longest = longest
        self._watches: dict[Query, _Watch] = {}

    def refusal(self, reader: Reader) -> str:
        """Why this reader cannot listen now, "" if they can."""
        if self._slots.full:
            return "too many pages are kept up to date; this one is not"
        if self._slots.exhausted(self._shares(reader)):
            return "you have too many pages that are kept up to date; this one is not"
        return ""

    def _shares(self, reader: Reader) -> Shares:
        shares = {f"reader {reader.name}": self._each} if reader.name or not reader.address else {}
        if reader.address:
            most = max(self._each, self._most // 2) if reader.name else self._each
            shares[f"address {network_of(reader.address)}"] = most
        return shares

    async def events(
        self, query: Query, reader: Reader, still: Callable[[], bool] = lambda: True
    ) -> AsyncGenerator[str, None]:
        """Events for a listener, none where there is no place, and none once ``still`` says that it may not listen."""
        with self._slots.held(self._shares(reader)) as there_is_place:
            if there_is_place:
                async with aclosing(self._events(query, still)) as events:
                    async for event in events:
                        yield event

    async def _events(self, query: Query, still: Callable[[], bool]) -> AsyncGenerator[str, None]:
        query = msgspec.structs.replace(query, sort="newest", after="", limit=WATCHED)
        watch = self._watches.get(query)
        if watch is None:
            watch = self._watches[query] = _Watch(self._library, self._display, query, self._every)
        events = watch.join()
        ends, heard = time.monotonic() + self._longest, time.monotonic()
        try:
            while time.monotonic() < ends:
                try:
                    event = await asyncio.wait_for(events.get(), RECHECK)
                except TimeoutError:
                    event = ": still here\n\n"
                if event is None or not still():
                    return
                if event.startswith(":") and time.monotonic() - heard < HEARTBEAT:
                    continue
                heard = time.monotonic()
                yield event
        finally:
            if watch.leave(events):
                self._watches.pop(query, None)

    def close(self) -> None:
        """Let everybody go."""
        for watch in self._watches.values():
            watch.close()


class _Watch:
    """One query's newest stories, asked for while there are listeners."""

    def __init__(self, library: Library, display: Display, query: Query, every: float) -> None:
        self._library = library
        self._display = display
        self._query = query
        self._every = every
        self._listeners: set[asyncio.Queue[str | None]] = set()
        self._seen: Found | None = None
        self._task = asyncio.create_task(self._run())

    def join(self) -> "asyncio.Queue[str | None]":
        events: asyncio.Queue[str | None] = asyncio.Queue(MOST_WAITING)
        if self._seen is not None:
            events.put_nowait(self._event(self._seen, None))
        self._listeners.add(events)
        return events

    def leave(self, events: "asyncio.Queue[str | None]") -> bool:
        """Whether nobody is left."""
        self._listeners.discard(events)
        if not self._listeners:
            self._task.cancel()
        return not self._listeners

    def close(self) -> None:
        self._task.cancel()
        for events in self._listeners:
            while events.full():
                events.get_nowait()
            events.put_nowait(None)

    async def _run(self) -> None:
        while True:
            try:
                found = await self._library.find(self._query)
            except Exception as error:  # noqa: BLE001 - a watch outlives whatever a store answers
                log.warning("live: %s: %s", type(error).__name__, error)
                await asyncio.sleep(self._every * 5)
                continue
            if self._seen is None or _changed(self._seen, found):
                event = self._event(found, self._seen)
                self._seen = found
                for events in [*self._listeners]:
                    if events.full():
                        events.get_nowait()
                        self._listeners.discard(events)
                        events.put_nowait(None)
                    else:
                        events.put_nowait(event)
            await asyncio.sleep(self._every)

    def _event(self, found: Found, before: Found | None) -> str:
        """The stories that are new or another version, whole; the ids of those gone from where they were."""
        known = {hit.id: hit.document["version"] for hit in before.hits} if before else {}
        now = datetime.now(UTC)
        stories: list[dict[str, Any]] = [
            {
                "id": hit.id,
                "version": str(hit.document["version"]),
                "time": hit.document["version_created"],
                "html": self._display.html("_row.html", {"row": row_of(hit, now), "dated": False}),
            }
            for hit in found.hits
            if known.get(hit.id) != hit.document["version"]
        ]
        last = found.hits[-1].document["version_created"] if found.hits and found.after else ""
        there = {hit.id for hit in found.hits}
        gone = [
            hit.id
            for hit in (before.hits if before else ())
            if hit.id not in there and hit.document["version_created"] > last
        ]
        data = json.dumps({"total": found.total, "stories": stories, "gone": gone})
        return f"event: stories\ndata: {data}\n\n"


def _changed(before: Found, after: Found) -> bool:
    def key(found: Found) -> tuple[object, ...]:
        return (found.total, *((hit.id, hit.document["version"]) for hit in found.hits))

    return key(before) != key(after)
