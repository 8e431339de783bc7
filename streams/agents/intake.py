"""Tracks the events that a stage works on: takes those of the newest generation, each once, and acks them in order.

Takes Faust's events (for the order of acks see `streams.agents.acks`); repeats commits that Faust has lost.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence

import faust

from streams.agents.acks import FinishedPrefix, OffsetGap, Partition, StreamEvent, partition_of

log = logging.getLogger(__name__)

FirstOffset = Callable[[Partition, int], Awaitable[int | None]]


class Intake:
    """The events that a stage has in flight.

    ``first_offset`` looks up the first offset, at or after the given one, that Kafka still has; ``commit_every`` is the
    interval in seconds at which lost commits are repeated.
    """

    def __init__(self, app: faust.App, first_offset: FirstOffset, commit_every: float) -> None:
        self._app = app
        self._first_offset = first_offset
        self._commit_every = commit_every
        self._generation: int | None = None
        self.in_flight = FinishedPrefix(self._committed)

    def current(self, event: StreamEvent) -> bool:
        """Whether an event still belongs to this worker: no rebalance has happened since it was read."""
        return bool(event.message.generation_id == self._app.consumer_generation_id)

    async def take(self, events: Sequence[StreamEvent]) -> list[StreamEvent]:
        """Register events before work on them; leaves out those that were taken already or are no longer ours."""
        return [event for event in events if self.current(event) and await self._take(event)]

    async def _take(self, event: StreamEvent) -> bool:
        if event.message.generation_id != self._generation:
            # Known from the events themselves: Faust's signal of a rebalance can come after the first of them. Every
            # partition was set back to its last commit, so all that was in flight comes again.
            self._generation = event.message.generation_id
            self.in_flight.drop()
        try:
            return self.in_flight.take(event)
        except OffsetGap as gap:
            partition = partition_of(event)
            first = await self._first_offset(partition, self.in_flight.next_of(partition) or 0)
            if first != event.message.offset:
                raise  # Faust skipped messages that are there: read again from the last commit
            log.warning("%s: earlier messages are no longer in Kafka", gap)
            self.in_flight.skip_to(partition, first)
            return self.in_flight.take(event)

    def finish(self, events: Iterable[StreamEvent]) -> list[StreamEvent]:
        """Ack events as far as all before them are done. Returns those still ours; others will be delivered again."""
        finished = [event for event in events if self.current(event)]
        self.in_flight.finish(finished)
        return finished

    async def repeat_commits(self) -> None:
        """Commit the acked offsets ourselves, whenever they have changed.

        Faust treats a failed commit as done, and would repeat it only with the next message. On a quiet topic that
        never comes: everything would be indexed, and still the lag would remain.
        """
        committed: dict[Partition, int] = {}
        while True:
            await asyncio.sleep(self._commit_every)
            acked = self.in_flight.acked_to()
            ours = self._generation == self._app.consumer_generation_id and not self._app.rebalancing
            # After a rebalance nothing is acked until work on what came again is done; a commit of nothing is an error.
            if ours and acked and acked != committed:
                offsets = {faust.types.TP(*partition): offset for partition, offset in acked.items()}
                done = await self._app.consumer._commit(offsets)  # noqa: SLF001 - Faust's own commit skips it
                committed = dict(acked) if done else {}

    def _committed(self, partition: Partition) -> int | None:
        offset: int | None = self._app.consumer._committed_offset.get(faust.types.TP(*partition))  # noqa: SLF001 - Faust keeps it nowhere else
        return offset
