"""Sends the alerts that are due, and records the outcome of each.

Takes the journal and a sender for each kind of channel. ``sending`` is recorded before a server is contacted, and its
answer afterwards, for several messages together. If a process dies in between, its successor sends these messages again
under the same ids, and counts them. A server that is slow or down delays only its own messages.
"""

import asyncio
import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec

from search.alerts.deciding import DeliveryRecord
from search.alerts.saved import READ_ON_THE_PAGE, SavedSearch
from search.alerts.wording import Message
from streams import metrics
from streams.alerts.channels.outcome import AlertSender, PermanentFailure, TemporaryFailure
from streams.alerts.clock import utc_now
from streams.alerts.jobs import Item, Job, SendAttempt, SendFilter, delivery_record, dropped_record, jobs_of, message_of
from streams.alerts.journal import AlertJournal
from streams.alerts.recorder import Recorder
from streams.alerts.records import AlertKey, JournalEntry, delivery_entry
from streams.alerts.server_queues import ServerQueue, ServerQueues, Slots
from streams.alerts.table import OpenAlert
from streams.errors import SettingsError
from streams.settings import Settings

FIRST_PAUSE = 1.0  # seconds before a second try; then twice as long each time
LONGEST_IDLE = 5.0  # seconds between checks for due alerts, whatever the table says
SETTLING = 5.0  # seconds that a rebalance waits for messages in flight

log = logging.getLogger(__name__)


class Outbox:
    """Sends from the partitions that this process owns."""

    def __init__(
        self,
        settings: Settings,
        journal: AlertJournal,
        senders: Mapping[str, AlertSender],
        now: Callable[[], datetime] = utc_now,
        reports_beside: Callable[[str], Sequence[str]] = lambda _: (),
        *,
        search_of: Callable[[str], SavedSearch | None],
    ) -> None:
        self._settings = settings
        self._journal = journal
        self._senders = senders
        self._now = now
        self._reports_beside, self._search_of = reports_beside, search_of
        self._busy: set[OpenAlert] = set()
        self._tries: dict[OpenAlert, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        # Two recorders, so that neither waits for the other. An outcome is recorded even if the partition has moved on.
        self._attempt_recorder, self._outcome_recorder = Recorder(journal, only_ours=True), Recorder(journal)
        self._queues = ServerQueues(settings.alert_at_once, settings.alert_mail_connections)
        most = settings.alert_at_once
        self._slots: dict[str, Slots] = defaultdict(lambda: Slots(most, most))  # of all servers of a kind
        self.failure: Exception | None = None

    async def run(self) -> None:
        """Send until cancelled. Raises the error that ended one of our tasks: its messages would never be sent."""
        while True:
            self._journal.changed.clear()
            for job in jobs_of(self._due()):
                self._busy.update(item.alert for item in job.items)
                self._queues.queue_for(job).put(job)
            for queue, jobs in self._queues.take():
                self._start(self._handle(queue, jobs))
            metrics.ALERTS_OPEN.set(len(self._journal.table.open))
            due = self._journal.table.next_due()
            pause = LONGEST_IDLE if due is None else max(0.0, (due - self._now()).total_seconds())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._journal.changed.wait(), min(pause, LONGEST_IDLE) + 0.001)
            if self.failure:
                raise self.failure

    async def settle(self) -> None:
        """Wait a little for messages in flight: the partitions are moving to another process."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=SETTLING)

    async def close(self) -> None:
        """Close the senders' connections."""
        for sender in self._senders.values():
            await sender.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) and isinstance(error, Exception):
            self.failure = error
        self._journal.changed.set()

    def _due(self) -> list[Item]:
        items = []
        for alert in self._journal.table.due(self._now()):
            if alert in self._busy:
                continue
            if not self._journal.owns(alert.partition):
                self._journal.table.postpone(alert, self._now() + timedelta(seconds=FIRST_PAUSE))
                continue
            wanted, delivery = self._journal.table.wanted_and_delivery(alert)
            if wanted is not None:
                items.append(Item(alert, wanted, delivery))
        return items

    async def _handle(self, queue: ServerQueue, jobs: Sequence[Job]) -> None:
        """Record together that messages are about to be sent, then send them."""
        attempts: list[SendAttempt] = []
        try:
            attempts = await self._record_attempts(jobs)
        finally:
            queue.recorded()
            recorded = {id(attempt.job) for attempt in attempts}
            others = [job for job in jobs if id(job) not in recorded]
            for job in others:
                queue.done(urgent=job.is_urgent)
            self._release(others)
        began = time.monotonic()
        for attempt in attempts:
            self._start(self._send(queue, attempt, began))

    async def _record_attempts(self, jobs: Sequence[Job]) -> list[SendAttempt]:
        """Record ``sending`` for each job that is still to be sent; gives these, as attempts."""
        now, page = self._now(), self._settings.alert_page.rstrip("/")
        entries: list[JournalEntry] = []
        attempts = []
        send_filter = SendFilter(self._journal.table, self._reports_beside, self._search_of)
        for job in jobs:
            if not self._owns(job) or self._is_stale(job):
                continue
            channel = job.first.wanted.channel.kind
            items, left_out = send_filter.split(job.items)
            if left_out:
                entries += [
                    delivery_entry(dropped_record(item, now, reason), item.alert.partition) for item, reason in left_out
                ]
                metrics.ALERTS.labels(channel, job.first.wanted.kind, "dropped").inc(len(left_out))
            if not items:
                continue
            message = message_of(to_send := Job(items), page)
            if channel in READ_ON_THE_PAGE:  # the record itself is what the page shows
                entries += self._outcome(to_send, message, "sent")
                continue
            sending = tuple(delivery_record(item, "sending", message, now) for item in to_send.items)
            entries += [delivery_entry(record, to_send.first.alert.partition) for record in sending]
            attempts.append(SendAttempt(job, to_send, message, sending))
        if entries:
            await self._attempt_recorder.write(entries)
        return attempts

    async def _send(self, queue: ServerQueue, attempt: SendAttempt, began: float) -> None:
        """Send a message when it is its turn, and record what the server says."""
        try:
            try:
                entries = await self._deliver_in_turn(queue, attempt, began)
            finally:
                queue.done(urgent=attempt.job.is_urgent)  # the next one need not wait until this one is recorded
                self._journal.changed.set()
            if entries:
                await self._outcome_recorder.write(entries)
        finally:
            self._release([attempt.job])

    async def _deliver_in_turn(self, queue: ServerQueue, attempt: SendAttempt, began: float) -> list[JournalEntry]:
        """Wait for a slot and deliver the message; gives the records to write."""
        urgent, kind = attempt.job.is_urgent, attempt.to_send.first.wanted.channel.kind
        async with queue.slots.slot(urgent=urgent), self._slots[kind].slot(urgent=urgent):
            if not self._is_ours(attempt):
                return []
            if not attempt.is_wanted(self._journal.table):
                return [_restored(item) for item in attempt.to_send.items]
            began_sending = time.monotonic()
            entries = await self._deliver(attempt)
            answered = time.monotonic()
            queue.answered(answered - began)
            accepted = any(isinstance(one.value, DeliveryRecord) and one.value.state == "sent" for one in entries)
            queue.slots.answered(answered - began_sending if accepted else math.inf)
            return entries

    async def _deliver(self, attempt: SendAttempt) -> list[JournalEntry]:
        """Deliver the message; gives the records to write once the server has answered."""
        job, message = attempt.to_send, attempt.message
        channel = job.first.wanted.channel
        if job.in_doubt and not any(item.alert in self._tries for item in job.items):
            metrics.ALERTS_IN_DOUBT.labels(channel.kind).inc(len(job.items))
        try:
            await self._senders[channel.kind].send(message, channel)
        except SettingsError:
            raise
        except Exception as error:  # noqa: BLE001 - sorted there
            return self._failed(attempt, error)
        for item in job.items:
            self._tries.pop(item.alert, None)
        return self._outcome(job, message, "sent")

    def _failed(self, attempt: SendAttempt, error: Exception) -> list[JournalEntry]:
        """The records after a failed delivery; none if another process has taken over, whose records are newer."""
        job, message = attempt.to_send, attempt.message
        shown = job.first.wanted.channel.label
        if not self._is_ours(attempt):
            log.warning("alert %s is left to the process that owns its partition now: %s: %s", message.id, shown, error)
            return []
        if isinstance(error, PermanentFailure):
            return self._give_up(job, message, str(error))
        if not isinstance(
            error, TemporaryFailure
        ):  # a bug of ours or a library's: one channel must not stop all others
            log.warning("alert %s: %s failed", message.id, shown, exc_info=error)
            error = TemporaryFailure(f"it cannot be sent: {type(error).__name__}", maybe_delivered=True)
        return self._retry_or_give_up(job, message, error)

    def _release(self, jobs: Sequence[Job]) -> None:
        """Jobs are no longer busy: what is still open is retried after a pause."""
        now = self._now()
        for job in jobs:
            for item in job.items:
                alert = item.alert
                self._busy.discard(alert)
                pause = min(self._settings.alert_longest, FIRST_PAUSE * 2 ** min(20, self._tries.get(alert, 1) - 1))
                self._journal.table.postpone(alert, now + timedelta(seconds=pause if alert in self._tries else 0))
        self._journal.changed.set()

    def _owns(self, job: Job) -> bool:
        return all(self._journal.owns(item.alert.partition) for item in job.items)

    def _is_ours(self, attempt: SendAttempt) -> bool:
        """Whether we may still send it: its partition may be another process's, or may have been meanwhile."""
        return self._owns(attempt.to_send) and attempt.is_current(self._journal.table)

    def _is_stale(self, job: Job) -> bool:
        """Whether what is wanted has changed since the job was queued."""
        return any(
            self._journal.table.wanted_and_delivery(item.alert) != (item.wanted, item.delivery) for item in job.items
        )

    def _outcome(self, job: Job, message: Message, state: str, reason: str = "") -> list[JournalEntry]:
        """The records of a message's outcome, which is also counted."""
        now = self._now()
        entries = [
            delivery_entry(delivery_record(item, state, message, now, reason), item.alert.partition)
            for item in job.items
        ]
        metrics.ALERTS.labels(job.first.wanted.channel.kind, message.kind, state).inc(len(job.items))
        for item in job.items if state == "sent" else ():
            if item.wanted.digest == "at once" and item.wanted.due <= item.wanted.made:
                metrics.ALERT_SECONDS.observe(max(0.0, (now - item.wanted.enriched_at).total_seconds()))
        return entries

    def _trying_since(self, item: Item) -> datetime:
        began = item.wanted.made if item.delivery else item.wanted.due
        return max(began, self._journal.table.retry_requested_at(item.alert) or began)

    def _give_up(self, job: Job, message: Message, reason: str) -> list[JournalEntry]:
        log.error("alert %s is given up: %s: %s", message.id, job.first.wanted.channel.label, reason)
        for item in job.items:
            self._tries.pop(item.alert, None)
        return self._outcome(job, message, "dead", reason)

    def _retry_or_give_up(self, job: Job, message: Message, failure: TemporaryFailure) -> list[JournalEntry]:
        first = min(map(self._trying_since, job.items))
        if (self._now() - first).total_seconds() > self._settings.alert_give_up:
            return self._give_up(job, message, str(failure))
        tries = 0
        for item in job.items:
            tries = self._tries[item.alert] = self._tries.get(item.alert, 0) + 1
        log.warning("alert %s waits (try %d): %s: %s", message.id, tries, job.first.wanted.channel.label, failure)
        metrics.ALERT_RETRIES.labels(job.first.wanted.channel.kind).inc()
        if failure.maybe_delivered:
            metrics.ALERTS_IN_DOUBT.labels(job.first.wanted.channel.kind).inc(len(job.items))
            return []  # it stays "sending": a reader who may have received it must get its correction
        return [_restored(item) for item in job.items]


def _restored(item: Item) -> JournalEntry:
    """The record to go back to: no server has accepted the message."""
    key = AlertKey("got", item.wanted.story, item.wanted.search, item.wanted.channel.name)
    delivery: DeliveryRecord | None = item.delivery
    return JournalEntry(item.alert.partition, key, msgspec.structs.replace(delivery) if delivery else None)
