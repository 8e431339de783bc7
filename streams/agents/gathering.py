"""Where the parts of an article meet: each enricher puts its own, gather waits until all are in.

The agents also share here what the article's message was decoded to.
"""

import asyncio
from collections.abc import Collection
from typing import Any

from processors.text.bounds import DEFAULT_BOUNDS, TextBounds
from streams.agents.acks import Position, position_of
from streams.agents.received_article import ReceivedArticle

Parts = dict[str, Any]


class _InFlight:
    """An article, the parts that have arrived, and the waiters for the others."""

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


class Gathering:
    """The articles in flight and their parts, by the position of their message.

    Events of a newer generation show that a rebalance has happened, after which all in flight comes again: what is
    held from before is dropped then. (Faust's own signal can come after the first of those events.)
    """

    def __init__(
        self, names: Collection[str], others: Collection[str] = (), bounds: TextBounds = DEFAULT_BOUNDS
    ) -> None:
        self._names = frozenset(names)
        self._others = others
        self._bounds = bounds
        self._in_flight: dict[Position, _InFlight] = {}
        self._generation = -1

    def article(self, event: Any) -> ReceivedArticle:
        """The event's article, the same for all agents; one from before a rebalance is shared with nobody."""
        return self._of(event).article if self._is_current(event) else self._received(event)

    def put(self, event: Any, name: str, part: Any) -> None:
        """Hand in one enricher's part."""
        if not self._is_current(event):
            return
        article = self._of(event)
        article.parts[name] = part
        if article.parts.keys() >= self._names:
            article.release()

    async def parts(self, event: Any) -> Parts | None:
        """All parts of an article, by enricher; ``None`` if a rebalance took the article away meanwhile."""
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
        return ReceivedArticle(event.message, self._others, self._bounds)

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
