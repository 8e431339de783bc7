"""Aggregations that are asked for at one moment over the same stories, made into one search.

A page asks for several at once, and most of what they cost is finding the stories. Takes a function that asks
Elasticsearch; gives each asker an answer as if it had asked alone. What is refused together is asked one by one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from search.query.background import BackgroundTasks
from search.store import StoreError

MOMENT = 0.001  # seconds: several requests that one page makes at once arrive within it

Ask = Callable[[str, dict[str, Any]], Awaitable[Any]]


class _Batch:
    """What is asked for so far, and the answer to come."""

    def __init__(self) -> None:
        self.parts: list[Mapping[str, Any]] = []
        self.answer: asyncio.Future[Any] | None = None


class SharedSearches:
    """Counts over stories. ``ask`` takes an index or alias and the body of a request."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._open: dict[tuple[str, bytes], _Batch] = {}
        self._tasks = BackgroundTasks()

    async def counted(self, index: str, condition: Mapping[str, Any], aggregations: Mapping[str, Any]) -> Any:
        """The answer to aggregations over the stories that meet a condition, with how many these are.

        Without aggregations it has their number only.
        """
        key = index, msgspec.json.encode(condition)
        batch = self._open.get(key)
        if batch is None:
            batch = self._open[key] = _Batch()
            batch.answer = self._tasks.start(self._send(key, condition, batch))
        number = len(batch.parts)
        batch.parts.append(aggregations)
        assert batch.answer is not None
        try:
            answer = await asyncio.shield(batch.answer)  # one who leaves takes nothing from the others
        except StoreError:
            if len(batch.parts) == 1:
                raise
            return await self._ask(index, _asked(condition, aggregations))  # what another asks for may be refused
        found = (answer or {}).get("aggregations") or {}
        mine = {name: found[_name(number, name)] for name in aggregations if _name(number, name) in found}
        return answer and {**answer, "aggregations": mine}

    async def close(self) -> None:
        """End what is being asked."""
        await self._tasks.end()

    async def _send(self, key: tuple[str, bytes], condition: Mapping[str, Any], batch: _Batch) -> Any:
        await asyncio.sleep(MOMENT)
        del self._open[key]
        every = {_name(number, name): one for number, part in enumerate(batch.parts) for name, one in part.items()}
        return await self._ask(key[0], _asked(condition, every))


def _asked(condition: Mapping[str, Any], aggregations: Mapping[str, Any]) -> dict[str, Any]:
    aggs = {"aggs": aggregations} if aggregations else {}
    return {"query": condition, "size": 0, "track_total_hits": True, **aggs}


def _name(number: int, name: str) -> str:
    return f"{number}:{name}"
