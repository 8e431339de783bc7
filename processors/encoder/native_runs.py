"""When the models' thread does without Python's lock: it says so, and others do their work then.

A thread that computes in Python takes the lock for 5 ms each time that the models' thread lets go of it for less. What
can wait for the encoder's long native runs costs the models nothing there. There is one lock and one such thread in a
process, so there is one state, which is a hint only: whoever does not ask or does not wait is merely in the way.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_calm = threading.Event()
_calm.set()


@contextmanager
def working() -> Iterator[None]:
    """Say that the models' thread works in Python while the block lasts, but for what is `native`."""
    _calm.clear()
    try:
        yield
    finally:
        _calm.set()


@contextmanager
def native() -> Iterator[None]:
    """Say that it works outside Python while the block lasts; what was not `working` before is not so afterwards."""
    was_calm = _calm.is_set()
    _calm.set()
    try:
        yield
    finally:
        if not was_calm:
            _calm.clear()


def wait(seconds: float) -> bool:
    """Return in the next lull, at once if this is one; false if none came in so many seconds."""
    return _calm.wait(seconds)
