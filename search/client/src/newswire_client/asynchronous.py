"""The client for asyncio: as `newswire_client.client`, but for `await` and `async for`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self, Unpack, cast

import httpx

from newswire_client.errors import Unavailable, error_of
from newswire_client.events import LiveEvent, Told
from newswire_client.models import (
    CountedFields,
    ExportFilters,
    Filters,
    FoundStories,
    FoundStory,
    PageFilters,
    RisingValue,
    StanceCount,
    Story,
    Timeline,
)
from newswire_client.requests import (
    FIRST_PAUSE,
    MOST_PAUSE,
    PAGE,
    SILENCE,
    DownloadForm,
    ExportForm,
    Parameters,
    headers_of,
    parameters,
    path_of,
    pause_before,
)


class AsyncNewswire:
    """A page at ``url``, read with a ``key`` where it needs one. ``timeout`` is in seconds."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(base_url=url, headers=headers_of(key), timeout=timeout, transport=transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Give connections back."""
        await self._http.aclose()

    async def search(
        self, q: str = "", *, limit: int = 20, after: str = "", **filters: Unpack[PageFilters]
    ) -> FoundStories:
        """One page of matching stories, with the passages that matched. ``after`` is that of the page before."""
        return cast("FoundStories", await self._json("/api/stories", parameters(q, filters, limit=limit, after=after)))

    async def hits(
        self, q: str = "", *, limit: int | None = None, **filters: Unpack[PageFilters]
    ) -> AsyncIterator[FoundStory]:
        """Matching stories with their passages; pages are asked for as you go on. ``limit`` ends them, if given."""
        left, after = limit, ""
        while left is None or left > 0:
            page = await self.search(q, limit=PAGE if left is None else min(PAGE, left), after=after, **filters)
            for hit in page["stories"]:
                yield hit
            after = page["after"]
            left = None if left is None else left - len(page["stories"])
            if not after:
                return

    async def stories(
        self, q: str = "", *, limit: int | None = None, **filters: Unpack[PageFilters]
    ) -> AsyncIterator[Story]:
        """Matching stories; pages are asked for as you go on."""
        async for hit in self.hits(q, limit=limit, **filters):
            yield hit["story"]

    async def story(self, story_id: str) -> Story:
        """One story. `Killed` and `NotFound` say why there is none."""
        return cast("Story", await self._json(path_of(story_id)))

    async def similar(self, story_id: str) -> list[FoundStory]:
        """Stories like one, the likest first."""
        return cast("FoundStories", await self._json(path_of(story_id, "similar")))["stories"]

    async def download(self, story_id: str, form: DownloadForm) -> bytes:
        """One story as text, ninjs or NewsML-G2."""
        return (await self._answer(path_of(story_id, form))).content

    async def facets(self, *fields: str, q: str = "", size: int = 20, **filters: Unpack[Filters]) -> CountedFields:
        """The most frequent values of fields such as ``person`` and ``source`` among the matching stories."""
        return cast("CountedFields", await self._json("/api/facets", parameters(q, filters, field=fields, size=size)))

    async def positions(
        self, q: str = "", *, about: str = "", size: int = 50, **filters: Unpack[Filters]
    ) -> list[StanceCount]:
        """Who is for or against whom, with the number of stories that report it.

        Where no position is of exactly the name ``about``, those of the names with its words.
        """
        answer = await self._json("/api/stances", parameters(q, filters, about=about, size=size))
        return cast("list[StanceCount]", answer["stances"])

    async def timeline(self, q: str = "", **filters: Unpack[Filters]) -> Timeline:
        """The number of matching stories over time, by tone."""
        return cast("Timeline", await self._json("/api/timeline", parameters(q, filters)))

    async def trends(self) -> list[RisingValue]:
        """What is above its usual level in the past hour, the least likely first."""
        return cast("list[RisingValue]", (await self._json("/api/trends"))["trends"])

    @asynccontextmanager
    async def export(
        self, form: ExportForm, q: str = "", *, limit: int | None = None, **filters: Unpack[ExportFilters]
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Matching stories as CSV, JSON Lines or Atom, in pieces as they come; ``limit`` ends them, if given."""
        async with self._http.stream(
            "GET", f"/api/stories.{form}", params=parameters(q, filters, limit=limit)
        ) as answer:
            if answer.is_error:
                await answer.aread()
                raise error_of(answer)
            yield answer.aiter_bytes()

    async def live(self, q: str = "", **filters: Unpack[Filters]) -> AsyncIterator[LiveEvent]:
        """Stories as they come, without end: first the newest. Connects again by itself, and tells nothing twice."""
        told, pause = Told(), FIRST_PAUSE
        while True:
            try:
                async for line in self._lines(parameters(q, filters)):
                    pause = FIRST_PAUSE
                    if event := told.event(line):
                        yield event
            except (Unavailable, httpx.TransportError):
                await asyncio.sleep(pause)
                pause = min(MOST_PAUSE, 2 * pause)

    async def _lines(self, asked: Parameters) -> AsyncIterator[str]:
        timeout = httpx.Timeout(SILENCE, connect=10.0)
        async with self._http.stream("GET", "/api/live", params=asked, timeout=timeout) as answer:
            if answer.is_error:
                await answer.aread()
                raise error_of(answer)
            async for line in answer.aiter_lines():
                yield line

    async def _json(self, path: str, asked: Parameters | None = None) -> Any:
        return (await self._answer(path, asked)).json()

    async def _answer(self, path: str, asked: Parameters | None = None) -> httpx.Response:
        again = 0
        while True:
            answer = await self._http.get(path, params=asked)
            if answer.is_success:
                return answer
            again += 1
            pause = pause_before(again, answer)
            if pause is None:
                raise error_of(answer)
            await asyncio.sleep(pause)
