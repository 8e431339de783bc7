"""What the stages share: a Faust app configured for at-least-once delivery, and the steps around a pure function.

A stage takes events (`Stage.take`), sends what was made of them and waits until Kafka has it (`Stage.send`), and
only then acks them (`Stage.done`). What can never succeed goes to ``news.dead`` (`Stage.send_dead_letters`).

Each duty has a module of its own: ``app`` (settings of Faust), ``intake`` (events, acks, commits), ``producer``
(sends), ``refusals`` (dead letters), ``suspects`` and ``watchdog`` (poison messages), ``liveness`` (health).
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from functools import partial
from typing import Any

from streams import metrics
from streams.agents.acks import Position, StreamEvent, position_of
from streams.agents.app import make_app
from streams.agents.backoff import Backoff
from streams.agents.batches import batches
from streams.agents.health import Health
from streams.agents.intake import Intake
from streams.agents.liveness import Liveness
from streams.agents.producer import ConfirmingProducer, Outgoing
from streams.agents.refusals import Refusals
from streams.agents.reporting import Tally
from streams.agents.suspects import StageSuspects, Suspects
from streams.agents.topic_lookups import first_offset_from, senders_on
from streams.agents.watchdog import Watchdog
from streams.dead_letters.senders import Sender, sender_of
from streams.errors import TooManyRejected
from streams.kafka.stages import EVERY
from streams.kafka.topics import record_limit
from streams.records import DeadLetter, Skipped, encode
from streams.records import Stage as StageName
from streams.settings import Settings

log = logging.getLogger(__name__)

Handler = Callable[[list[Any]], Awaitable[None]]


class Stage:
    """One running stage: its app, the messages in flight, and its refusals."""

    def __init__(self, name: StageName, settings: Settings) -> None:
        self.name = name
        self.settings = settings
        self.failure: Exception | None = None
        self.app = make_app(name, settings)
        self.health = Health(settings.stuck_seconds)
        self.tally = Tally(name, each=settings.log_articles)
        self.watchdog = Watchdog(settings.article_seconds, settings.memory_mb, self.health.stall)
        self.suspects = StageSuspects(settings.data / settings.group(name))
        self.intake = Intake(self.app, partial(first_offset_from, settings), settings.commit_interval * 4)
        self.producer = ConfirmingProducer(self.app, name, record_limit(settings), self.backoff)
        self.refusals = Refusals(name, settings, partial(senders_on, settings, name))
        topic = settings.topic(EVERY[name].reads)
        self._liveness = Liveness(name, topic, self.health, self.tally, self.refusals.senders.unwell)
        self.app.task(self.watchdog.run)
        self.app.task(self.intake.repeat_commits)
        self.app.task(self._liveness.beat)
        self.app.on_partitions_revoked.connect(self._liveness.revoked)
        self.app.on_partitions_assigned.connect(self._liveness.assigned)
        self.app.on_partitions_assigned.connect(self._look_for_suspects)

    def agent(self, topic: str, handle: Handler, *, name: str, batch: int, within: float | None = None) -> None:
        """Have Faust call ``handle`` with batches of up to ``batch`` events of ``topic``, without acking any.

        A batch waits ``within`` seconds to fill up, by default NEWSWIRE_BATCH_WITHIN.
        """
        seconds = self.settings.batch_within if within is None else within

        async def consume(stream: Any) -> None:
            try:
                async with aclosing(batches(stream.noack().events(), batch, seconds)) as taken:
                    async for events in taken:
                        await handle(events)
            except Exception as error:  # noqa: BLE001 - whatever it is, going on would skip messages
                await self.crash(error)

        self.app.agent(self.producer.topic(self.settings.topic(topic)), name=name)(consume)

    def current(self, event: StreamEvent) -> bool:
        """Whether an event still belongs to this worker: no rebalance has happened since it was read."""
        return self.intake.current(event)

    async def take(self, events: Sequence[StreamEvent]) -> list[StreamEvent]:
        """Register events before work on them; leaves out those that were taken already or are no longer ours."""
        taken = await self.intake.take(events)
        self.tally.taken(taken)
        return taken

    @contextmanager
    def working(self, step: str, events: Sequence[StreamEvent]) -> Iterator[None]:
        """Run one step on a batch under the watchdog, and time it. See also `Suspects.working`."""
        with self.watchdog.timing(step), self.tally.working(step, len(events)):
            yield

    @contextmanager
    def handling(self, suspects: Suspects, events: Sequence[StreamEvent]) -> Iterator[None]:
        """Process a batch, send and write dead letters; its positions are recorded in case the process dies."""
        with self.suspects.handling(suspects, events):
            yield

    async def send(self, outgoing: Iterable[Outgoing]) -> None:
        """Send messages and return when Kafka has confirmed them all, with retries without limit."""
        began = time.monotonic()
        count = await self.producer.send(outgoing)
        self.tally.sent(count, time.monotonic() - began)

    async def skip(self, items: Sequence[Skipped]) -> None:
        """Send the records of items that are no articles."""
        self.tally.skipped(items)
        topic = self.settings.topic("skipped")
        await self.send(Outgoing(topic, item.id.encode(), encode(item)) for item in items)

    async def send_dead_letters(
        self,
        letters: Sequence[DeadLetter],
        events: Sequence[StreamEvent],
        senders: Mapping[Position, Sender] | None = None,
    ) -> None:
        """Send the dead letters of a batch; stop the stage if nearly everything becomes one.

        ``events`` are all of the batch, also those that succeeded; ``senders`` are those of its messages, if known.
        """
        if senders is None:
            senders = {position_of(event): sender_of(self.name, event.message) for event in events}
        sorted_letters = self.refusals.sort(letters, senders)
        self.tally.refused(*sorted_letters)
        await self.send(self.refusals.messages(sorted_letters))
        await self.refusals.judge(letters, senders)

    async def done(self, events: Iterable[StreamEvent]) -> None:
        """Ack events whose results are confirmed. Those from before a rebalance are ignored, and delivered again."""
        finished = self.intake.finish(events)
        self.tally.done(finished, self.intake.in_flight.in_flight)

    def backoff(self) -> Backoff:
        """A new backoff, for retries while Kafka or the index is unavailable."""
        return Backoff(self._sleep, self.settings.retry_longest)

    async def _sleep(self, seconds: float) -> None:
        metrics.PAUSES.labels(self.name).inc()
        with self.suspects.paused():
            await asyncio.sleep(seconds)
        self.health.pause()

    async def _look_for_suspects(self, *_: Any, **__: Any) -> None:
        self.suspects.read_crash_records()

    async def crash(self, error: Exception) -> None:
        """End the process: its supervisor starts a new one, which reads again from the last commit."""
        self.failure = error
        self.health.failure = f"{type(error).__name__}: {error}"
        log.error(
            "%s stops: %s: %s",
            self.name,
            type(error).__name__,
            error,
            exc_info=not isinstance(error, TooManyRejected),
        )
        await self.app.crash(error)

    def close(self) -> None:
        """Clean up after the app has stopped."""
        self.suspects.close()
