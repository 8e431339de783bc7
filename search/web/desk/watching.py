"""What others do with the stories that a page shows, as its live events: the desk's changes in, statuses out.

One process looks for all its pages, about every second, so that what was done at another process shows as well. A page
says itself what it shows: it only hears of stories that are there for its reader.
"""

import asyncio
import json
import logging
from collections.abc import Iterable, Sequence

from search.desk import Desk, DeskUnavailable
from search.desk.records import StoryMarks
from search.web.display import Display
from search.web.library import Library
from search.web.rendering import RenderingCache
from search.web.subscriptions import Listener, ServerSentEvent

log = logging.getLogger(__name__)


class DeskWatch:
    """The changes of one desk, for the pages that are open here."""

    def __init__(
        self, desk: Desk, library: Library, display: Display, beside: RenderingCache, *, every: float = 1.0
    ) -> None:
        self._desk, self._library, self._display, self._beside, self._every = desk, library, display, beside, every
        self._listeners: set[Listener] = set()
        self._new: set[Listener] = set()
        self._number: int | None = None
        self._away = False
        self._task: asyncio.Task[None] | None = None

    def join(self, listener: Listener) -> None:
        """Tell a page how things stand, and all that follows."""
        self._listeners.add(listener)
        self._new.add(listener)
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def leave(self, listener: Listener) -> None:
        """Tell it no more."""
        self._listeners.discard(listener)
        self._new.discard(listener)
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        while True:
            try:
                await self._look()
                self._say_away(away=False)
            except DeskUnavailable:
                self._say_away(away=True)
            except Exception as error:  # noqa: BLE001 - it outlives whatever a store answers
                log.warning("desk: %s: %s", type(error).__name__, error)
            await asyncio.sleep(self._every)

    async def _look(self) -> None:
        changes = await self._desk.stories.changes(self._number)
        new, changed = {*self._new}, {*changes.stories}
        wanted = {
            listener: [story for story in listener.shows if listener in new or story in changed]
            for listener in self._listeners
        }
        stories = {story for some in wanted.values() for story in some}
        marks = await self._desk.stories.marks("", [*stories])
        for listener, some in wanted.items():
            shown = [one for one in some if one in changed or marks[one] != StoryMarks(one)]
            if shown:
                await self._tell(listener, shown, marks)
        self._number = changes.number
        self._new -= new

    async def _tell(self, listener: Listener, stories: Sequence[str], marks: dict[str, StoryMarks]) -> None:
        there = await self._library.within(listener.sources).versions(stories, listener.hidden)
        told = [marks[story] for story in stories if story in there]
        if told:
            data = await self._beside.beside(lambda: [self._status(one) for one in told])
            listener.put(_event(data))

    def _status(self, marks: StoryMarks) -> dict[str, str]:
        html = self._display.html("_desk_status.html", {"marks": marks})
        return {"id": marks.story, "html": html, "claim": marks.claim.display if marks.claim else ""}

    def _say_away(self, *, away: bool) -> None:
        if away != self._away:
            self._away = away
            for listener in self._listeners:
                listener.put(ServerSentEvent(f"event: desk-away\ndata: {json.dumps(away)}\n\n"))


def _event(data: Iterable[dict[str, str]]) -> ServerSentEvent:
    return ServerSentEvent(f"event: desk\ndata: {json.dumps(list(data))}\n\n")
