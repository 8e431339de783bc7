"""A stop flag: set by a signal handler (Ctrl-C, SIGTERM), checked and waited on by a feed."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stop:
    """Like ``threading.Event``, but safe to set from a signal handler, where its lock could be held already."""

    def __init__(self) -> None:
        self._set = False
        self._reader, self._writer = os.pipe()

    def set(self) -> None:
        """Request a stop."""
        if not self._set:
            self._set = True
            os.write(self._writer, b"\0")

    def is_set(self) -> bool:
        """Whether a stop was requested."""
        return self._set

    def wait(self, seconds: float) -> bool:
        """Wait for some seconds or until a stop is requested; returns whether it was."""
        select.select([self._reader], [], [], seconds)
        return self._set

    def close(self) -> None:
        """Close the file descriptors."""
        os.close(self._reader)
        os.close(self._writer)


@contextmanager
def stop_on_signals() -> Iterator[Stop]:
    """A `Stop` that SIGINT and SIGTERM set while the block runs; a second one ends the process at once."""
    stop = Stop()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def handle(number: int, _: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        stop.close()
