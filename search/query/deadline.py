"""How long an answer is still worth waiting for. Who asks sets it; stores look at it, also in their threads.

It travels in the context of the task that asks, which `asyncio.to_thread` hands on.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Deadline(NamedTuple):
    """``at`` is on the monotonic clock; ``seconds`` is how long it was from the start."""

    at: float
    seconds: float

    @property
    def left(self) -> float:
        """Seconds until then, 0 when it is past."""
        return max(0.0, self.at - time.monotonic())


NEVER = Deadline(float("inf"), float("inf"))

_deadline: ContextVar[Deadline] = ContextVar("deadline", default=NEVER)


def deadline() -> Deadline:
    """The deadline of what is being done."""
    return _deadline.get()


def within(seconds: float) -> Deadline:
    """The deadline in so many seconds, or the one that is set where it is sooner."""
    return min(_deadline.get(), Deadline(time.monotonic() + seconds, seconds))


@contextmanager
def due_in(seconds: float) -> Iterator[None]:
    """What is done in this block is worth nothing after ``seconds``."""
    token = _deadline.set(within(seconds))
    try:
        yield
    finally:
        _deadline.reset(token)
