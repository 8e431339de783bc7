"""Pauses between tries while Kafka or the index is away: each twice as long as the one before, up to a limit."""

import random
from collections.abc import Awaitable, Callable

FIRST_PAUSE = 0.2  # seconds

Rest = Callable[[float], Awaitable[None]]


class Backoff:
    """One series of pauses. ``rest`` does the waiting, for so many seconds."""

    def __init__(self, rest: Rest, longest: float) -> None:
        self._rest = rest
        self._longest = longest
        self._next = min(FIRST_PAUSE, longest)

    async def wait(self) -> None:
        """Pause, with jitter so that workers do not return together."""
        await self._rest(self._next * random.uniform(0.5, 1.0))
        self._next = min(self._next * 2, self._longest)
