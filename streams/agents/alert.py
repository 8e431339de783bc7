"""The alert stage: notifies readers of stories that match their saved searches. ``news.enriched`` to ``news.alerts``.

A message is acknowledged once its alerts are on ``news.alerts``. From there they are sent, even if a server is down for
hours (`streams.alerts.outbox`). The alerts of a story are in the partition with the same number as the story's own, so
the process that reads the story's versions knows which readers need a correction.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from search.stories.kill_notices import own_kill
from streams.agents.stage import Stage
from streams.agents.suspects import CRASHES_TO_REJECT, HUNG, Suspects, batches_of
from streams.alerts.channels.all import open_senders
from streams.alerts.clock import utc_now
from streams.alerts.decider import AlertDecider, Arrival, arrival_of
from streams.alerts.events import EventTable
from streams.alerts.journal import Journal
from streams.alerts.merged_names import MergedNames
from streams.alerts.outbox import Outbox
from streams.alerts.rising import RiseWatcher
from streams.alerts.searches import SearchTable
from streams.dead_letters.letters import dead_letter
from streams.kafka.stages import STAGES
from streams.records import DeadLetter
from streams.settings import Settings

TICK = 0.5  # seconds between checks for ended embargoes
FORGET_EVERY = 600.0  # seconds between checks for expired records
AT_A_TIME = 1000

log = logging.getLogger(__name__)


def build(settings: Settings) -> Stage:
    """The alert stage, ready to run."""
    stage = Stage("alert", settings)
    running = _Running(stage)
    suspects = stage.suspects.of("alert")

    async def alert(events: list[Any]) -> None:
        for batch in batches_of(suspects, await stage.take(events)):
            with stage.handling(suspects, batch):
                letters = await running.take(suspects, batch)
                await stage.send_dead_letters(letters, batch)
            await stage.done(batch)

    stage.app.on_partitions_assigned.connect(running.assigned)
    stage.app.on_partitions_revoked.connect(running.revoked)
    for task in (
        running.run_journal, running.run_searches, running.run_merged_names, running.run_events, running.run_outbox,
        running.run_embargoes, running.run_rising, running.forget,
    ):  # fmt: skip
        stage.app.task(_guarded(stage, task))
    # No wait for a full batch: a batch is what arrived while the last one was processed.
    stage.agent("enriched", alert, name="alert", batch=settings.alert_batch, within=0)
    return stage


def _guarded(stage: Stage, task: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """A task whose failure ends the process: the next one reads everything again."""

    async def run() -> None:
        try:
            await task()
        except Exception as error:  # noqa: BLE001 - whatever it is, alerts would stand still
            await stage.crash(error)

    return run


class _Running:
    """The parts of the stage, and how they wait for each other."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._topic = stage.settings.topic(STAGES["alert"].reads)
        self._started = asyncio.Event()
        self._journal = Journal(stage.settings, stage.backoff)
        self._searches = SearchTable(stage.settings, stage.backoff)
        self._merged_names = MergedNames(stage.settings)
        self._decider = AlertDecider(stage.settings, self._journal, self._searches, self._merged_names)
        self._rising = RiseWatcher(stage.settings, self._journal, self._searches)
        self._events = EventTable(stage.settings, stage.backoff)
        self._outbox = Outbox(
            stage.settings,
            self._journal,
            open_senders(stage.settings),
            reports_beside=self._events.reports_beside,
            search_of=self._searches.search,
        )
        self._deciding = asyncio.Lock()

    async def take(self, suspects: Suspects, events: Sequence[Any]) -> list[DeadLetter]:
        """Record the alerts that follow from a batch; a dead letter for a message that kills its process."""
        if len(events) == 1 and suspects.is_poison(events[0]):
            reason = f"this article ended its process {CRASHES_TO_REJECT} times when it was to alert"
            return [dead_letter(events[0].message, "alert", HUNG, reason)]
        await self._searches.loaded.wait()
        await self._merged_names.ready()
        for partition in {event.message.partition for event in events}:
            await self._journal.loaded(partition)
        stories = [arrival for event in events if self._stage.current(event) and (arrival := arrival_of(event.message))]
        async with self._deciding:
            with self._stage.working("alert", events):
                decided = self._decider.decide([self._as_own_kill(arrival) for arrival in stories])
            await self._journal.write(decided)
        return []

    def _as_own_kill(self, arrival: Arrival) -> Arrival:
        """The arrival; as a kill of its own story, if it is a kill notice under the id of a story that alerted."""
        if arrival.document.kills and self._decider.has_alerted(arrival):
            return arrival._replace(document=own_kill(arrival.document))
        return arrival

    async def assigned(self, _: Any, assigned: Iterable[Any], **__: Any) -> None:
        """Partitions were assigned: load them."""
        await self._journal.assign_partitions({place.partition for place in assigned if place.topic == self._topic})

    async def revoked(self, *_: Any, **__: Any) -> None:
        """Partitions are moving: send nothing new, and wait for messages in flight."""
        await self._journal.assign_partitions(())
        await self._outbox.settle()

    async def run_journal(self) -> None:
        """Connect, and read what belongs to our partitions."""
        await self._journal.start()
        self._started.set()
        try:
            await self._journal.run()
        finally:
            await self._journal.stop()

    async def run_searches(self) -> None:
        """Read the saved searches."""
        await self._searches.run()

    async def run_merged_names(self) -> None:
        """Read which names are merged."""
        await self._merged_names.run()

    async def run_events(self) -> None:
        """Read which stories report the same event."""
        await self._events.run()

    async def run_outbox(self) -> None:
        """Send due alerts, once it is known which searches there still are."""
        await self._started.wait()
        await self._searches.loaded.wait()
        try:
            await self._outbox.run()
        finally:
            await self._outbox.close()

    async def run_embargoes(self) -> None:
        """Match stories again whose embargo has ended."""
        await self._started.wait()
        await self._searches.loaded.wait()
        await self._merged_names.ready()
        while True:
            await asyncio.sleep(TICK)
            async with self._deciding:
                released = self._decider.ended_embargoes(utc_now())
                if released:
                    await self._journal.write(self._decider.decide(released))

    async def run_rising(self) -> None:
        """Look for searches that match more stories than usual."""
        await self._started.wait()
        await self._searches.loaded.wait()
        try:
            while True:
                await asyncio.sleep(self._stage.settings.alert_rising_seconds)
                await self._journal.write(await self._rising.due_alerts(utc_now()))
        finally:
            await self._rising.close()

    async def forget(self) -> None:
        """Remove records of alerts that are too old for corrections."""
        await self._started.wait()
        while True:
            await asyncio.sleep(FORGET_EVERY)
            oldest = utc_now() - timedelta(days=self._stage.settings.alert_days)
            await self._journal.write(self._decider.expired(oldest, AT_A_TIME))
