"""A queue of messages for each server: urgent ones first, a few at a time. Takes jobs, gives those whose turn it is.

A message is recorded as being sent before the server is contacted, and each record takes a round trip to Kafka. So
while a server answers fast, more messages are recorded than are sent to it at a time. For a slow server only as many
are recorded as are sent at a time, since a kill would queue behind the rest. Messages that arrive during one write are
recorded together in the next. A fast server also gets more messages at a time, but never all the slots of its kind:
it may hang next.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

from streams.alerts.jobs import Job

FAST, SLOW = 0.4, 0.8  # seconds from recorded to answered
MOST_RECORDED, RECORDED_EACH = 64, 8  # messages in a queue, or for each that is sent at a time, whichever is more
FAST_SERVER, SLOW_SERVER = 0.2, 0.4  # seconds in which it answers
PER_HOST = 8  # messages at a time to one server that a reader names
SHARE_OF_FAST_HOST = 4  # a fast host gets up to a quarter of all the slots
MOST_QUEUES = 1000  # kept while idle, since they know how fast their servers are


class Slots:
    """How many messages are sent at a time: ``fewest``, and up to ``most`` while answers come fast."""

    def __init__(self, fewest: int, most: int) -> None:
        self._fewest, self._most, self._now = fewest, max(fewest, most), fewest
        self._taken = 0
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._normal: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def slot(self, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for a slot, urgent messages before all others, and hold it while the block runs."""
        turn = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._normal).append(turn)
        self._hand_out()
        try:
            await turn
            yield
        finally:
            if turn.done() and not turn.cancelled():
                self._taken -= 1
                self._hand_out()

    def answered(self, seconds: float) -> None:
        """How long the server took; infinity if it did not take the message."""
        if seconds < FAST_SERVER:
            self._now = min(self._most, self._now + 1)
            self._hand_out()
        elif seconds > SLOW_SERVER:
            self._now = self._fewest

    def _hand_out(self) -> None:
        while (turns := self._urgent or self._normal) and self._taken < self._now:
            if not (turn := turns.popleft()).done():
                self._taken += 1
                turn.set_result(None)


class ServerQueue:
    """The messages for one server. ``at_once`` of them are sent at a time, and up to ``most`` while it is fast."""

    def __init__(self, at_once: int, most: int = 0) -> None:
        self.at_once = at_once
        self.slots = Slots(at_once, most)
        self._most_recorded = max(MOST_RECORDED, RECORDED_EACH * max(at_once, most))
        self.in_flight = 0  # messages that are recorded, or being recorded, and not answered
        self._urgent = 0  # of these, urgent ones
        self._recording = 0
        self._limit = at_once  # for messages that are recorded and not answered
        self._waiting: list[tuple[bool, float, int, Job]] = []
        self._number = 0

    def put(self, job: Job) -> None:
        """Add a message."""
        self._number += 1
        heapq.heappush(self._waiting, (not job.is_urgent, job.first.wanted.made.timestamp(), self._number, job))

    def take(self) -> Sequence[Job]:
        """The messages to record and send next; `recorded` is called when they are.

        Urgent messages have in-flight places of their own, as many as are sent at a time.
        """
        free, free_urgent = self._limit - self.in_flight, self.at_once - self._urgent
        taken: list[Job] = []
        while self._waiting:
            urgent = self._waiting[0][3].is_urgent
            if self._recording and not urgent and not taken:
                break
            if free < 1 and not (urgent and free_urgent > 0):
                break
            taken.append(heapq.heappop(self._waiting)[3])
            free, free_urgent = free - 1, free_urgent - urgent
            self._urgent += urgent
        self.in_flight += len(taken)
        self._recording += bool(taken)
        return tuple(taken)

    def recorded(self) -> None:
        """Messages that were taken are recorded, so that the next can be."""
        self._recording -= 1

    def answered(self, seconds: float) -> None:
        """How long a message took from when it was recorded."""
        if seconds < FAST:
            self._limit = min(self._most_recorded, self._limit + 1)
        elif seconds > SLOW:
            self._limit = max(self.at_once, self._limit // 2)

    def done(self, *, urgent: bool = False) -> None:
        """A message was answered, or is not sent after all."""
        self.in_flight -= 1
        self._urgent -= urgent

    @property
    def is_waiting(self) -> bool:
        """Whether a message waits here to be recorded."""
        return bool(self._waiting)

    @property
    def is_idle(self) -> bool:
        """Whether no message waits or is in flight."""
        return not self._waiting and not self.in_flight


class ServerQueues:
    """The queues of all servers. ``at_once`` is how many messages are sent at a time to a server that we configure."""

    def __init__(self, at_once: int, mail_connections: int) -> None:
        self._at_once = at_once
        self._mail_connections = mail_connections
        self._queues: dict[str, ServerQueue] = {}
        self._waiting: dict[str, ServerQueue] = {}

    def queue_for(self, job: Job) -> ServerQueue:
        """The queue of the server that a message is for; the caller puts the message there."""
        channel = job.first.wanted.channel
        host = channel.host
        name = f"{channel.kind} {host}"
        if name not in self._queues:
            self._drop_idle()
            self._queues[name] = (
                ServerQueue(PER_HOST, self._at_once // SHARE_OF_FAST_HOST)
                if host
                else ServerQueue(self._mail_connections if channel.kind == "mail" else self._at_once)
            )
        return self._waiting.setdefault(name, self._queues[name])

    def take(self) -> Iterator[tuple[ServerQueue, Sequence[Job]]]:
        """The messages to record and send next, with their queues."""
        for name, queue in list(self._waiting.items()):
            if jobs := queue.take():
                yield queue, jobs
            if not queue.is_waiting:
                del self._waiting[name]

    def _drop_idle(self) -> None:
        if len(self._queues) >= MOST_QUEUES:
            self._queues = {name: queue for name, queue in self._queues.items() if not queue.is_idle}
