"""Updates `Health` and the metrics: the heartbeat of the event loop, and the partitions assigned to the process."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from streams import metrics
from streams.agents.health import Health
from streams.agents.reporting import Tally
from streams.dead_letters.senders import Sender
from streams.records import Stage as StageName

BEAT = 1.0  # seconds between beats of the event loop


class Liveness:
    """Notes for one stage, which reads ``topic``. ``unwell`` gives the unwell senders and their shares of refusals."""

    def __init__(
        self, stage: StageName, topic: str, health: Health, tally: Tally, unwell: Callable[[], Mapping[Sender, float]]
    ) -> None:
        self._stage = stage
        self._topic = topic
        self._health = health
        self._tally = tally
        self._unwell = unwell

    async def beat(self) -> None:
        """Record that the event loop runs, until cancelled."""
        while True:
            late = self._health.beat() - BEAT
            metrics.LOOP_DELAY.labels(self._stage).set(max(0.0, late))
            self._tally.unwell(self._unwell())
            await asyncio.sleep(BEAT)

    async def revoked(self, *_: Any, **__: Any) -> None:
        """Partitions are moving."""
        self._health.assign(None)

    async def assigned(self, _: Any, assigned: Iterable[Any], **__: Any) -> None:
        """Partitions were assigned to us."""
        mine = frozenset(place.partition for place in assigned if place.topic == self._topic)
        self._health.assign(mine)
        metrics.PARTITIONS.labels(self._stage).set(len(mine))
        metrics.REBALANCES.labels(self._stage).inc()
