"""The health of a stage's process: records its state, and says why it is not alive or not ready, as sentences.

It is updated by the event loop and by the thread that watches the lag, and read by the thread that serves ``/healthz``
and ``/readyz``, which must answer even when the loop does not.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from streams.kafka.lag import PartitionOffsets

STALE_AFTER = 60.0  # seconds after which the last answer of the index no longer counts


@dataclass
class Health:
    """The state of one process. ``clock`` is monotonic, in seconds; ``stuck`` is how long there may be no progress."""

    stuck: float
    needs_index: bool = False
    clock: Callable[[], float] = time.monotonic
    assigned: frozenset[int] | None = None  # partitions; None before the first assignment and while they move
    failure: str = ""
    _beat: float = 0.0
    _moving_since: float = 0.0
    _paused: float = 0.0
    _index: tuple[float, str] = (0.0, "not checked yet")
    _broker: str = ""
    _missing: tuple[str, ...] = ()
    _assigned_before: bool = False  # before the topic was there: Kafka will assign again when the client has seen it
    _progress: float = 0.0  # when a commit moved, or there was nothing to do
    _committed: Mapping[int, int] = field(default_factory=dict)
    _lagging: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        self._beat = self._moving_since = self.clock()

    def assign(self, partitions: Collection[int] | None) -> None:
        """Kafka has assigned these partitions to this process; ``None`` while it is moving them."""
        if self.assigned is not None:
            self._moving_since = self.clock()
        self.assigned = None if partitions is None else frozenset(partitions)
        self._assigned_before = False

    def topics_missing(self, names: Collection[str]) -> None:
        """Record which of the topics that the stage needs are missing."""
        self._missing = tuple(names)
        self._assigned_before = self._assigned_before or bool(names)
        if names:
            self.pause()

    def beat(self) -> float:
        """Record that the event loop runs. Gives the seconds since the last call."""
        before, self._beat = self._beat, self.clock()
        return self._beat - before

    def pause(self) -> None:
        """Record that the stage waits for Kafka or the index: no progress is no fault now."""
        self._paused = self.clock()

    def record_index_answer(self, error: str = "") -> None:
        """Record an answer of the index, or the error instead of one."""
        self._index = (self.clock(), error)

    def record_offsets(self, places: Mapping[int, PartitionOffsets], error: str = "") -> None:
        """Record the group's offsets, or the error instead of them. Only partitions assigned here count."""
        self._broker = error
        if error:
            self.pause()
            return
        mine = {number: places[number] for number in (self.assigned or frozenset()) & places.keys()}
        committed = {number: at.committed for number, at in mine.items()}
        # Kafka's client hands out one partition after the other: some wait for long while others move on.
        if committed != self._committed or not self._lagging:
            self._progress = self.clock()
        self._committed = committed
        self._lagging = frozenset(number for number, at in mine.items() if at.lag)

    def liveness_problems(self) -> list[str]:
        """Why this process should be restarted; empty if it should not."""
        now, problems = self.clock(), [self.failure] if self.failure else []
        if now - self._beat > self.stuck:
            problems.append(f"the event loop has been blocked for {now - self._beat:.0f} s")
        return problems + self.stall()

    def stall(self) -> list[str]:
        """Why this process stands still although there is work and it waits for nothing; empty if it does not."""
        since = self.clock() - self.stuck
        if self.assigned is None:
            moves = max(self._moving_since, self._paused) < since
            return [f"Kafka has assigned no partitions for {self.stuck:.0f} s"] if moves else []
        lagging = self._lagging & self.assigned
        if not lagging or max(self._progress, self._paused) >= since:
            return []
        return [f"lag, but no commit for {self.stuck:.0f} s, on partitions {_listed(sorted(lagging))}"]

    def readiness_problems(self) -> list[str]:
        """Why this process cannot work now; empty if it can."""
        problems = self.liveness_problems()
        if self.assigned is None:
            problems.append("Kafka has not assigned partitions")
        elif not self._missing and self._assigned_before and not self.assigned:
            problems.append("Kafka has not assigned partitions since the topics were created")
        if self._missing:
            problems.append(f"missing: {', '.join(self._missing)}; run newswire topics create")
        if self._broker:
            problems.append(self._broker)
        if self.needs_index:
            asked, error = self._index
            if error:
                problems.append(f"the index is not reachable: {error}")
            elif self.clock() - asked > STALE_AFTER:
                problems.append(f"the index has not answered for {self.clock() - asked:.0f} s")
        return problems


def _listed(numbers: Collection[int]) -> str:
    return ", ".join(map(str, numbers))
