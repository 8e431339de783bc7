"""Work that takes a page's time, done beside the event loop: callables in, what they give out.

So many at once, since they share one processor with everything else; whatever takes long is made once for all who ask
for it meanwhile, and remembered as long as there is room.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

AT_ONCE = 2
MOST_CHARACTERS = 32_000_000  # remembered

T = TypeVar("T")


class RenderingCache:
    """What was rendered of late. ``most`` is how many characters are remembered."""

    def __init__(self, at_once: int = AT_ONCE, most: int = MOST_CHARACTERS) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._most = most
        self._kept: OrderedDict[Hashable, str] = OrderedDict()
        self._characters = 0
        self._making: dict[Hashable, asyncio.Task[str]] = {}

    async def beside(self, work: Callable[[], T]) -> T:
        """What ``work`` gives, while the event loop goes on."""
        async with self._turns:
            return await asyncio.to_thread(work)

    async def of(self, key: Hashable, make: Callable[[], str]) -> str:
        """What ``make`` gives, or gave for this key before; the key must hold all that decides it."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.ensure_future(self.beside(make))
            making.add_done_callback(lambda done: self._keep(key, done))
        return await asyncio.shield(making)  # a reader who leaves takes nothing from the others

    def _keep(self, key: Hashable, done: "asyncio.Task[str]") -> None:
        del self._making[key]
        if done.cancelled() or done.exception() is not None:
            return
        self._kept[key] = done.result()
        self._characters += len(done.result())
        while self._characters > self._most:
            _, dropped = self._kept.popitem(last=False)
            self._characters -= len(dropped)
