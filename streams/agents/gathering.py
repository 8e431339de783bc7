"""Where the parts of an article meet: each enricher puts its own, gather waits until all are in."""

import asyncio
from collections.abc import Collection
from typing import Any

Parts = dict[str, Any]
Position = tuple[str, int, int]


def position_of(event: Any) -> Position:
    """Topic, partition and offset of an event."""
    return event.message.topic, event.message.partition, event.message.offset


class Gathering:
    """The parts of the articles in flight, by the position of their message.

    Events of a newer generation show that a rebalance has happened, after which all in flight comes again: what is
    held from before is dropped then. (Faust's own signal can come after the first of those events.)
    """

    def __init__(self, names: Collection[str]) -> None:
        self._names = frozenset(names)
        self._parts: dict[Position, Parts] = {}
        self._waiting: dict[Position, asyncio.Future[None]] = {}
        self._generation = -1

    def put(self, event: Any, name: str, part: Any) -> None:
        """Hand in one enricher's part."""
        if not self._is_current(event):
            return
        position = position_of(event)
        parts = self._parts.setdefault(position, {})
        parts[name] = part
        if position in self._waiting and parts.keys() >= self._names:
            self._waiting.pop(position).set_result(None)

    async def parts(self, event: Any) -> Parts | None:
        """All parts of an article, by enricher; ``None`` if a rebalance took the article away meanwhile."""
        if not self._is_current(event):
            return None
        position = position_of(event)
        if self._parts.get(position, {}).keys() < self._names:
            waiting = self._waiting[position] = asyncio.get_running_loop().create_future()
            await waiting
        return self._parts.pop(position, None) if self._is_current(event) else None

    def _is_current(self, event: Any) -> bool:
        generation: int = event.message.generation_id
        if generation > self._generation:
            self._generation = generation
            self._parts.clear()
            for waiting in self._waiting.values():
                waiting.set_result(None)
            self._waiting.clear()
        return generation == self._generation

    def __len__(self) -> int:
        """How many articles have parts in."""
        return len(self._parts)
