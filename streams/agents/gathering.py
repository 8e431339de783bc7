"""Collects the annotations of each article: every enricher puts its part, and ``gather`` waits until all are there.

It also holds the decoded article, which the agents share.
"""

import asyncio
from collections.abc import Collection
from typing import Any

from processors.text.bounds import DEFAULT_BOUNDS, TextBounds
from streams.agents.acks import Position, position_of
from streams.agents.received_article import ReceivedArticle

Parts = dict[str, Any]


class _InFlight:
    """An article, the parts that have arrived, and a future for the rest."""

    def __init__(self, article: ReceivedArticle) -> None:
        self.article = article
        self.parts: Parts = {}
        self._complete: asyncio.Future[None] | None = None

    async def wait(self) -> None:
        self._complete = asyncio.get_running_loop().create_future()
        await self._complete

    def release(self) -> None:
        if self._complete and not self._complete.done():
            self._complete.set_result(None)


class PartCollector:
    """The articles in flight and their parts, by the position of their message.

    Events of a newer generation show that a rebalance has happened: all articles in flight will be delivered again, so
    what is held from before is dropped. (Faust's own signal can come after the first of those events.)
    """

    def __init__(
        self, names: Collection[str], other_languages: Collection[str] = (), bounds: TextBounds = DEFAULT_BOUNDS
    ) -> None:
        self._names = frozenset(names)
        self._other_languages = other_languages
        self._bounds = bounds
        self._in_flight: dict[Position, _InFlight] = {}
        self._generation = -1

    def article(self, event: Any) -> ReceivedArticle:
        """The event's article, decoded once for all agents; one from before a rebalance is decoded separately."""
        return self._of(event).article if self._is_current(event) else self._received(event)

    def put(self, event: Any, name: str, part: Any) -> None:
        """Put one enricher's part."""
        if not self._is_current(event):
            return
        article = self._of(event)
        article.parts[name] = part
        if article.parts.keys() >= self._names:
            article.release()

    async def parts(self, event: Any) -> Parts | None:
        """All parts of an article, by enricher; ``None`` if a rebalance has taken the article away."""
        if not self._is_current(event):
            return None
        article = self._of(event)
        if article.parts.keys() < self._names:
            await article.wait()
        if not self._is_current(event):
            return None
        self._in_flight.pop(position_of(event), None)
        return article.parts

    def _of(self, event: Any) -> _InFlight:
        position = position_of(event)
        if position not in self._in_flight:
            self._in_flight[position] = _InFlight(self._received(event))
        return self._in_flight[position]

    def _received(self, event: Any) -> ReceivedArticle:
        return ReceivedArticle(event.message, self._other_languages, self._bounds)

    def _is_current(self, event: Any) -> bool:
        generation: int = event.message.generation_id
        if generation > self._generation:
            self._generation = generation
            for article in self._in_flight.values():
                article.release()
            self._in_flight.clear()
        return generation == self._generation

    def __len__(self) -> int:
        """How many articles are in flight."""
        return len(self._in_flight)
