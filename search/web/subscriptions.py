"""Who listens, and what is looked at for them: questions in, events put into each listener's queue.

A `QueryPoller` asks one question again and again while anybody listens, and tells all listeners what has changed. A
`ShownStoriesPoller` looks at the stories that open pages show, all of them by one question, and tells each listener
what became of those that it shows.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from processors.annotations import Record
from search.visibility import EVERY_SOURCE, Sources

log = logging.getLogger(__name__)

MOST_WAITING = 20  # events for one listener; one who does not take them is let go
MOST_SHOWN = 200  # stories of one page that are looked at, those shown last
AT_ONCE = 50  # changed stories that are read at a time

T = TypeVar("T")


class ServerSentEvent(Record, frozen=True):
    """Text to send, and the stories that a page shows when it has it, with their versions."""

    text: str
    shows: tuple[tuple[str, int], ...] = ()


class Listener:
    """One open page: what it waits for, and which stories it shows in which version."""

    def __init__(self, shows: Mapping[str, int], *, hidden: bool, sources: Sources = EVERY_SOURCE) -> None:
        self.hidden = hidden
        self.sources = sources
        self.events: asyncio.Queue[str | None] = asyncio.Queue(MOST_WAITING)
        self.shows: dict[str, int] = {}
        self.left = False
        self._learn(shows.items())

    def put(self, event: ServerSentEvent) -> None:
        """Have an event sent. Who takes none is let go: it will ask again, and then hear all."""
        if self.left:
            return
        self._learn(event.shows)
        if not self.events.full():
            self.events.put_nowait(event.text)
        else:
            self.leave()

    def leave(self) -> None:
        """Let the page go."""
        self.left = True
        while self.events.full():
            self.events.get_nowait()
        self.events.put_nowait(None)

    def _learn(self, shows: Iterable[tuple[str, int]]) -> None:
        for story, version in shows:
            self.shows.pop(story, None)
            self.shows[story] = version
        for story in list(self.shows)[:-MOST_SHOWN]:
            del self.shows[story]


class QueryPoller(Generic[T]):
    """One question, asked every so often while there are listeners.

    ``tell`` makes an event of an answer and the one before it, ``None`` for a listener that has heard nothing yet;
    ``key`` is what must differ for an answer to be sent.
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[T]],
        tell: Callable[[T, T | None], Awaitable[ServerSentEvent]],
        key: Callable[[T], object],
        every: float,
    ) -> None:
        self._ask, self._tell, self._key, self._every = ask, tell, key, every
        self._listeners: set[Listener] = set()
        self._seen: T | None = None
        self._whole: ServerSentEvent | None = None
        self._task = asyncio.create_task(self._run())

    def join(self, listener: Listener) -> None:
        """Tell a listener how things stand, as soon as it is known, and all that follows."""
        self._listeners.add(listener)
        if self._whole is not None:
            listener.put(self._whole)

    def leave(self, listener: Listener) -> bool:
        """Whether nobody is left."""
        self._listeners.discard(listener)
        if not self._listeners:
            self._task.cancel()
        return not self._listeners

    def close(self) -> None:
        """Ask no more."""
        self._task.cancel()
        for listener in self._listeners:
            listener.leave()

    async def _run(self) -> None:
        while True:
            pause = self._every
            try:
                await self._look()
            except Exception as error:  # noqa: BLE001 - a watch outlives whatever a store answers
                log.warning("live: %s: %s", type(error).__name__, error)
                pause = self._every * 5
            await asyncio.sleep(pause)

    async def _look(self) -> None:
        found = await self._ask()
        if self._seen is not None and self._key(found) == self._key(self._seen):
            return
        event, whole = await self._tell(found, self._seen), await self._tell(found, None)
        heard = [*self._listeners] if self._whole is not None else []
        first = [one for one in self._listeners if one not in heard]
        self._seen, self._whole = found, whole
        for listener in heard:
            listener.put(event)
        for listener in first:
            listener.put(whole)


class ShownStoriesPoller:
    """What becomes of the stories that open pages show.

    ``ask`` gives the versions that stand, by id, for readers with or without the right to hidden stories, of their
    sources. A page says
    itself what it shows: it must not learn whether a hidden story has the version that it says. ``read`` gives a
    story, ``None`` for none. ``tell`` makes an event of those that are another version than a page shows, for the same
    readers; the event shows those that are still there for them.
    """

    def __init__(
        self,
        ask: Callable[[list[str], bool, Sources], Awaitable[Mapping[str, int]]],
        read: Callable[[str], Awaitable[dict[str, Any] | None]],
        tell: Callable[[Mapping[str, dict[str, Any] | None], bool], Awaitable[ServerSentEvent]],
        every: float,
    ) -> None:
        self._ask, self._read, self._tell, self._every = ask, read, tell, every
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None

    def join(self, listener: Listener) -> None:
        """Tell a listener what becomes of what it shows."""
        self._listeners.add(listener)
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def leave(self, listener: Listener) -> None:
        """Tell it no more."""
        self._listeners.discard(listener)
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        while True:
            pause = self._every
            try:
                await self._look()
            except Exception as error:  # noqa: BLE001 - it outlives whatever a store answers
                log.warning("live: %s: %s", type(error).__name__, error)
                pause = self._every * 5
            await asyncio.sleep(pause)

    async def _look(self) -> None:
        changed: dict[Listener, list[str]] = {}
        for hidden, sources in {(listener.hidden, listener.sources) for listener in self._listeners}:
            listeners = [one for one in self._listeners if (one.hidden, one.sources) == (hidden, sources)]
            shown = {one: dict(one.shows) for one in listeners}  # while we ask, a page may come to show others
            asked = {story for versions in shown.values() for story in versions}
            stand = await self._ask(list(asked), hidden, sources) if asked else {}
            for one, versions in shown.items():
                changed[one] = [story for story, version in versions.items() if stand.get(story) != version]
        told = list(dict.fromkeys(story for stories in changed.values() for story in stories))
        for start in range(0, len(told), AT_ONCE):
            documents = {story: await self._read(story) for story in told[start : start + AT_ONCE]}
            for listener, stories in changed.items():
                mine = {story: _seen(documents[story], listener) for story in stories if story in documents}
                if mine:
                    await self._tell_one(listener, mine)

    async def _tell_one(self, listener: Listener, mine: dict[str, dict[str, Any] | None]) -> None:
        event = await self._tell(mine, listener.hidden)
        # What is gone is looked at no more, so that nobody hears of what happens to a story that is hidden from them.
        for story in mine.keys() - dict(event.shows).keys():
            listener.shows.pop(story, None)
        listener.put(event)


def _seen(document: dict[str, Any] | None, listener: Listener) -> dict[str, Any] | None:
    """The story, unless it is of a source that is not there for the listener."""
    return document if document is not None and listener.sources.has(document["source"]) else None
