"""Asks the coordinator of a consumer group, which may be coming up or moving: on a new Kafka it is made when asked."""

import time
from collections.abc import Callable
from typing import TypeVar

from kafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    NotCoordinatorError,
)

COORDINATOR_SECONDS = 20.0  # how long it may take to come up or to move
MOVING = (CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError)

T = TypeVar("T")


def coordinated(ask: Callable[[], T], seconds: float = COORDINATOR_SECONDS) -> T:
    """What ``ask`` gives, asked again for some ``seconds`` while the coordinator comes up or moves."""
    end = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except MOVING:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
