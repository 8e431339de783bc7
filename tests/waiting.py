"""Waiting for something to happen: a condition and a deadline, never a fixed time.

A fixed sleep is too long on a fast machine and too short on a busy one. What must *not* happen cannot be waited for:
wait for a later event that would come after it, or give the code a clock of the test's own (`Clock`).
"""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE = 120.0  # seconds; a busy machine needs many times what an idle one does


def wait_for(true: Callable[[], T], what: str, seconds: float = PATIENCE, every: float = 0.05) -> T:
    """Ask until ``true()`` gives something true, and return that; fail naming ``what`` after ``seconds``."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(every)
    return found


async def eventually(true: Callable[[], Any], what: str, seconds: float = PATIENCE, every: float = 0.01) -> Any:
    """`wait_for` beside a running event loop; ``true`` may be asynchronous."""
    end = time.monotonic() + seconds
    while True:
        asked = true()
        found = await asked if inspect.isawaitable(asked) else asked
        if found:
            return found
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        await asyncio.sleep(every)


class Clock:
    """A clock that only the test moves."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
