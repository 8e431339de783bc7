"""What the three stages share: a Faust app set up as the guarantee needs it, and the moves around a pure function.

A stage takes events (`Stage.take`), sends what was made of them and waits until Kafka has it (`Stage.send`), and
only then says that they are done (`Stage.done`). What never works goes to ``news.dead`` the same way.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import faust
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordTooLargeError

from streams import metrics
from streams.agents.acks import Event, FinishedPrefix, Jumped, Partition, partition_of, position_of
from streams.agents.app import make_app
from streams.agents.batches import batches, sized
from streams.agents.health import Health
from streams.agents.lookups import first_offset_from, senders_on
from streams.agents.reporting import Tally
from streams.agents.watchdog import Suspects, Watchdog
from streams.dead_letters.letters import bundled, encode_letter
from streams.dead_letters.senders import Senders, outcomes, sender_of
from streams.errors import SettingsError, TooManyRejected
from streams.kafka.headers import RECORD_HEADER
from streams.kafka.stages import STAGES
from streams.kafka.topics import record_limit
from streams.records import DeadBundle, DeadLetter, Skipped, encode
from streams.records import Stage as StageName
from streams.settings import Settings

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.2  # seconds
BEAT = 1.0  # seconds between beats of the event loop

Handler = Callable[[list[Any]], Awaitable[None]]


@dataclass(frozen=True)
class Outgoing:
    """One message to send. ``headers`` carry the trace id and the like through the pipeline."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


class Stage:
    """One running stage: its app, what it has in flight, and how much it has been refusing."""

    def __init__(self, name: StageName, settings: Settings) -> None:
        self.name = name
        self.settings = settings
        self.app = make_app(name, settings)
        self.in_flight = FinishedPrefix(self._committed)
        self.senders = Senders(
            name,
            share=settings.refused_share,
            window=settings.refused_window,
            calm=settings.refused_calm,
            letters=settings.refused_letters,
        )
        self.failure: Exception | None = None
        self._generation: int | None = None
        self._topics: dict[str, Any] = {}
        self.watchdog = Watchdog(settings.article_seconds, settings.memory_mb)
        self._suspects: list[Suspects] = []
        self._handling: Suspects | None = None  # who marks what is being made and sent
        self.health = Health(settings.stuck_seconds)
        self.tally = Tally(name, each=settings.log_articles)
        self.app.task(self.watchdog.run)
        self.app.task(self._keep_commits)
        self.app.task(self._beat)
        self.app.on_partitions_revoked.connect(self._on_revoked)
        self.app.on_partitions_assigned.connect(self._on_assigned)

    def topic(self, full_name: str) -> Any:
        """A topic as raw bytes: decoding is a step of ours, so that what fails it is not lost."""
        if full_name not in self._topics:  # Faust takes longer to make one than to send a message
            self._topics[full_name] = self.app.topic(full_name, value_serializer="raw", key_serializer="raw")
        return self._topics[full_name]

    def suspects(self, name: str) -> Suspects:
        """What processes of this stage have died in on this machine, at the work called ``name``."""
        folder = self.settings.data / self.settings.group(self.name)
        self._suspects.append(Suspects(folder, name))
        return self._suspects[-1]

    def close(self) -> None:
        """End in order, after the app has stopped."""
        for suspects in self._suspects:
            suspects.close()

    async def _keep_commits(self) -> None:
        """Commit again what was acked, whenever that has changed.

        Faust takes a commit that failed for done, and would say it again only with the next message, which on a
        quiet topic is never: everything would be indexed, and the lag stay.
        """
        told: dict[Partition, int] = {}
        while True:
            await asyncio.sleep(self.settings.commit_interval * 4)
            acked = self.in_flight.acked_to()
            ours = self._generation == self.app.consumer_generation_id and not self.app.rebalancing
            if ours and acked != told:
                offsets = {faust.types.TP(*partition): offset for partition, offset in acked.items()}
                told = dict(acked) if await self.app.consumer._commit(offsets) else {}  # noqa: SLF001 - Faust's own commit skips it

    def _committed(self, partition: Partition) -> int | None:
        offset: int | None = self.app.consumer._committed_offset.get(faust.types.TP(*partition))  # noqa: SLF001 - Faust keeps it nowhere else
        return offset

    async def _beat(self) -> None:
        while True:
            late = self.health.beat() - BEAT
            metrics.LOOP_DELAY.labels(self.name).set(max(0.0, late))
            self.tally.unwell(self.senders.unwell())
            await asyncio.sleep(BEAT)

    async def _on_revoked(self, *_: Any, **__: Any) -> None:
        self.health.assign(None)

    async def _on_assigned(self, _: Any, assigned: Iterable[Any], **__: Any) -> None:
        topic = self.settings.topic(STAGES[self.name].reads)
        mine = frozenset(place.partition for place in assigned if place.topic == topic)
        self.health.assign(mine)
        metrics.PARTITIONS.labels(self.name).set(len(mine))
        metrics.REBALANCES.labels(self.name).inc()
        for suspects in self._suspects:
            suspects.look()

    @contextmanager
    def working(self, step: str, events: Sequence[Event]) -> Iterator[None]:
        """Work of one step on a batch, watched and timed. What may kill the process is marked: `Suspects.working`."""
        with self.watchdog.timing(step), self.tally.working(step, len(events)):
            yield

    def batches(self, suspects: Suspects, events: Sequence[Event]) -> Iterator[list[Any]]:
        """The events in their order, to be worked on together: suspects alone, and not too many bytes at a time."""
        for some in suspects.batches(events):
            yield from sized(some)

    @contextmanager
    def handling(self, suspects: Suspects, events: Sequence[Event]) -> Iterator[None]:
        """Make something of a batch, send and bury: all of it is marked for the case of a death."""
        self._handling = suspects
        with suspects.working(events):
            yield

    def current(self, event: Event) -> bool:
        """Whether an event still belongs to this worker: no rebalance has happened since it was read."""
        return bool(event.message.generation_id == self.app.consumer_generation_id)  # type: ignore[attr-defined]  # Faust's message

    async def take(self, events: Sequence[Event]) -> list[Event]:
        """Register events before work on them; leaves out those that were taken already or are no longer ours."""
        taken = [event for event in events if self.current(event) and await self._take(event)]
        self.tally.taken(taken)
        return taken

    async def _take(self, event: Event) -> bool:
        if event.message.generation_id != self._generation:  # type: ignore[attr-defined]  # Faust's message
            # Told by the events themselves: Faust's signal of a rebalance can come after the first of them. Every
            # partition was set back to its last commit, so all that was in flight comes again.
            self._generation = event.message.generation_id  # type: ignore[attr-defined]
            self.in_flight.drop()
        try:
            return self.in_flight.take(event)
        except Jumped as jump:
            partition = partition_of(event)
            first = await first_offset_from(self.settings, partition, self.in_flight.next_of(partition) or 0)
            if first != event.message.offset:
                raise  # Faust skipped messages that are there: read again from the last commit
            log.warning("%s: earlier messages are no longer in Kafka", jump)
            self.in_flight.skip_to(partition, first)
            return self.in_flight.take(event)

    def agent(self, topic: str, handle: Handler, *, name: str, batch: int) -> None:
        """Have Faust call ``handle`` with batches of up to ``batch`` events of ``topic``, without acking any."""

        async def consume(stream: Any) -> None:
            try:
                async with aclosing(batches(stream.noack().events(), batch, self.settings.batch_within)) as taken:
                    async for events in taken:
                        await handle(events)
            except Exception as error:  # noqa: BLE001 - whatever it is, going on would skip messages
                await self.guard(error)

        self.app.agent(self.topic(self.settings.topic(topic)), name=name)(consume)

    async def send(self, outgoing: Iterable[Outgoing]) -> None:
        """Send messages and return when Kafka has confirmed them all, however long it is away."""
        waiting, pause, began = list(outgoing), FIRST_PAUSE, time.monotonic()
        count = len(waiting)
        while waiting:
            futures = [await self._send(message) for message in waiting]
            results = await asyncio.gather(*futures, return_exceptions=True)
            failed = [(m, r) for m, r in zip(waiting, results, strict=True) if isinstance(r, BaseException)]
            for message, error in failed:
                if isinstance(error, MessageSizeTooLargeError | RecordTooLargeError):
                    # Sizes were bounded before: the topic was made with other limits than ours.
                    raise SettingsError(
                        f"{message.topic} does not accept {len(message.value)} bytes: set its max.message.bytes to "
                        f"{record_limit(self.settings)}, which NEWSWIRE_MAX_ARTICLE_BYTES needs"
                    ) from error
                if not isinstance(error, KafkaError):
                    raise error
            waiting = [message for message, _ in failed]
            if waiting:
                log.warning(
                    "%s: Kafka did not confirm %d messages (%r); trying again",
                    self.name,
                    len(waiting),
                    failed[0][1],
                )
                pause = await self.pause(pause)
        self.tally.sent(count, time.monotonic() - began)

    async def _send(self, message: Outgoing) -> asyncio.Future[Any]:
        try:
            sent = await self.topic(message.topic).send(
                key=message.key, value=message.value, headers=dict(message.headers)
            )
        except KafkaError as error:
            sent = asyncio.get_running_loop().create_future()
            sent.set_exception(error)
        future: asyncio.Future[Any] = asyncio.ensure_future(sent)
        return future

    async def pause(self, seconds: float) -> float:
        """Wait about ``seconds``, with jitter so that workers do not return together; gives the next pause."""
        metrics.PAUSES.labels(self.name).inc()
        with self._handling.resting() if self._handling else nullcontext():
            await asyncio.sleep(seconds * random.uniform(0.5, 1.0))
        self.health.pause()
        return min(seconds * 2, self.settings.retry_longest)

    async def done(self, events: Iterable[Event]) -> None:
        """Ack events: their results are confirmed. Those from before a rebalance come again and are left alone."""
        finished = [event for event in events if self.current(event)]
        self.in_flight.finish(finished)
        self.tally.done(finished, self.in_flight.in_flight)

    async def skip(self, items: Sequence[Skipped]) -> None:
        """Send the records of items that are no articles."""
        self.tally.skipped(items)
        topic = self.settings.topic("skipped")
        await self.send(Outgoing(topic, item.id.encode(), encode(item)) for item in items)

    async def bury(self, letters: Sequence[DeadLetter], events: Sequence[Event]) -> None:
        """Send the dead letters of a batch, and stop the stage when nearly everything becomes one.

        Of a sender whose messages are nearly all refused only some letters a minute are messages of their own; the
        others of the batch go in one together. ``events`` are all of the batch, also those that went well.
        """
        senders = {position_of(event): sender_of(self.name, event.message) for event in events}
        whole: list[DeadLetter] = []
        others: list[DeadLetter] = []
        for letter in letters:
            sender = senders[letter.topic, letter.partition, letter.offset]
            (whole if self.senders.whole_letter(sender) else others).append(letter)
        self.tally.refused(whole, others)
        await self.send(self._letters(whole, others))
        self.senders.count(outcomes(senders, letters))
        await self._judge(letters)

    def _letters(self, whole: Sequence[DeadLetter], others: Sequence[DeadLetter]) -> list[Outgoing]:
        topic, limit = self.settings.topic("dead"), record_limit(self.settings)
        header = ((RECORD_HEADER, DeadBundle.__name__.encode()),)
        outgoing = [Outgoing(topic, letter.id.encode(), encode_letter(letter, limit)) for letter in whole]
        return outgoing + [Outgoing(topic, b.letters[0].id.encode(), encode(b), header) for b in bundled(others)]

    async def _judge(self, letters: Sequence[DeadLetter]) -> None:
        verdict = self.senders.verdict()
        if verdict == "alone":  # as far as this process has seen since its start
            try:
                self.senders.saw(await senders_on(self.settings, self.name))
            except KafkaError as error:
                log.warning("%s cannot look for other senders: %r", self.name, error)
                return
            verdict = self.senders.verdict()
        if verdict != "go on":
            raise TooManyRejected(self.senders.why(letters[-1].message if letters else ""))

    async def guard(self, error: Exception) -> None:
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
