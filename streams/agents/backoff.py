"""Exponential backoff with jitter, for retries while Kafka or the index is unavailable."""

import random
from collections.abc import Awaitable, Callable

FIRST_PAUSE = 0.2  # seconds

Sleep = Callable[[float], Awaitable[None]]


class Backoff:
    """A series of waits, each up to twice as long as the last. ``sleep`` does the waiting, in seconds."""

    def __init__(self, sleep: Sleep, longest: float) -> None:
        self._sleep = sleep
        self._longest = longest
        self._next = min(FIRST_PAUSE, longest)

    async def wait(self) -> None:
        """Wait, with jitter so that workers do not all retry together."""
        await self._sleep(self._next * random.uniform(0.5, 1.0))
        self._next = min(self._next * 2, self._longest)
