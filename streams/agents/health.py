"""Whether a stage's process is alive and ready. Takes what its parts have recorded; returns the problems as sentences.

Notes come from the event loop and from the thread that watches the lag; answers are given to the thread that serves
``/healthz`` and ``/readyz``, which must answer even when the loop does not.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from streams.kafka.lag import PartitionOffsets

LATE = 60.0  # seconds without news of the index or of the lag after which nothing is known of it


@dataclass
class Health:
    """What is known of one process. ``clock`` is monotonic, in seconds; ``stuck`` is the limit for standing still."""

    stuck: float
    needs_index: bool = False
    clock: Callable[[], float] = time.monotonic
    assigned: frozenset[int] | None = None  # partitions; None before the first assignment and while they move
    failure: str = ""
    _beat: float = 0.0
    _paused: float = 0.0
    _index: tuple[float, str] = (0.0, "not checked yet")
    _broker: str = ""
    _missing: tuple[str, ...] = ()
    _assigned_before: bool = False  # before the topic was there: Kafka will assign again when the client has seen it
    _moved: dict[int, tuple[int, float]] = field(default_factory=dict)
    _behind: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        self._beat = self.clock()

    def assign(self, partitions: Collection[int] | None) -> None:
        """Kafka has assigned these partitions to this process, or, as None, is moving them."""
        self.assigned = None if partitions is None else frozenset(partitions)
        self._assigned_before = False

    def topics_missing(self, names: Collection[str]) -> None:
        """Kafka was asked for the topics that the stage needs, and lacks these."""
        self._missing = tuple(names)
        self._assigned_before = self._assigned_before or bool(names)

    def beat(self) -> float:
        """The event loop has turned. Gives the seconds since it last said so."""
        before, self._beat = self._beat, self.clock()
        return self._beat - before

    def pause(self) -> None:
        """The stage waits for Kafka or the index by intention: standing still is no fault of its own now."""
        self._paused = self.clock()

    def index_said(self, error: str = "") -> None:
        """The index was asked, and answered or did not."""
        self._index = (self.clock(), error)

    def broker_said(self, places: Mapping[int, PartitionOffsets], error: str = "") -> None:
        """Kafka was asked how far the group is, and answered or did not. Only what is assigned here counts."""
        self._broker = error
        now, mine = self.clock(), self.assigned or frozenset()
        if error:
            return
        for partition in mine & places.keys():
            committed = places[partition].committed
            if partition not in self._behind or self._moved[partition][0] != committed:
                self._moved[partition] = committed, now
        self._behind = frozenset(partition for partition in mine & places.keys() if places[partition].lag)

    def not_alive(self) -> list[str]:
        """Why a new process would do better than this one; empty when it would not."""
        now, wrong = self.clock(), [self.failure] if self.failure else []
        if now - self._beat > self.stuck:
            wrong.append(f"the event loop has been blocked for {now - self._beat:.0f} s")
        still = sorted(self._still(now))
        if still:
            wrong.append(f"lag, but no commit for {self.stuck:.0f} s, on partitions {_listed(still)}")
        return wrong

    def _still(self, now: float) -> list[int]:
        mine = self._behind & (self.assigned or frozenset())
        return [number for number in mine if now - max(self._moved[number][1], self._paused) > self.stuck]

    def not_ready(self) -> list[str]:
        """Why this process cannot do its work now; empty when it can."""
        wrong = self.not_alive()
        if self.assigned is None:
            wrong.append("Kafka has not assigned partitions")
        elif not self._missing and self._assigned_before and not self.assigned:
            wrong.append("Kafka has not assigned partitions since the topics were created")
        if self._missing:
            wrong.append(f"missing: {', '.join(self._missing)}; run newswire topics create")
        if self._broker:
            wrong.append(self._broker)
        if self.needs_index:
            asked, error = self._index
            if error:
                wrong.append(f"the index is not reachable: {error}")
            elif self.clock() - asked > LATE:
                wrong.append(f"the index has not answered for {self.clock() - asked:.0f} s")
        return wrong


def _listed(numbers: Collection[int]) -> str:
    return ", ".join(map(str, numbers))
