"""A stage's reporting: counts and times (`streams.metrics`), and optionally a log line per article.

Takes the events and dead letters of a stage; gives nothing.
"""

import logging
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from streams import metrics
from streams.dead_letters.senders import Sender, sender_text
from streams.kafka.headers import MAX_TRACE, TRACE_HEADER, text_of
from streams.logs import about
from streams.records import DeadLetter, Skipped
from streams.records import Stage as StageName

log = logging.getLogger(__name__)


class Tally:
    """The counts of one stage. ``each`` writes a log line for every article that is done."""

    def __init__(self, stage: StageName, *, each: bool) -> None:
        self._stage = stage
        self._each = each
        self._unwell: set[Sender] = set()

    @contextmanager
    def working(self, step: str, count: int) -> Iterator[None]:
        """Time a step's work on a batch of ``count`` messages."""
        metrics.BATCH.labels(self._stage, step).observe(count)
        with metrics.WORK.labels(self._stage, step).time():
            yield

    def taken(self, events: Collection[Any]) -> None:
        """Count messages that the stage takes up."""
        metrics.TAKEN.labels(self._stage).inc(len(events))
        self._ages(metrics.QUEUE.labels(self._stage), events)

    def sent(self, count: int, seconds: float) -> None:
        """Count messages that Kafka has confirmed."""
        if count:
            metrics.SENT.labels(self._stage).inc(count)
            metrics.KAFKA.labels(self._stage).observe(seconds)

    def done(self, events: Collection[Any], in_flight: int) -> None:
        """Messages that are finished; ``in_flight`` are not yet acked."""
        metrics.DONE.labels(self._stage).inc(len(events))
        metrics.IN_FLIGHT.labels(self._stage).set(in_flight)
        self._ages(metrics.STAGE.labels(self._stage), events)
        if self._each:
            for event in events:
                message = event.message
                where = f"{message.topic}[{message.partition}]@{message.offset}"
                key = (message.key or b"").decode("utf-8", "replace")
                log.info("%s is done with %s", self._stage, where, extra=about(trace_of(message), key))

    def skipped(self, items: Sequence[Skipped]) -> None:
        """Count items that are no articles. There can be very many, so they are not logged."""
        for item in items:
            metrics.SKIPPED.labels(item.kind).inc(item.count)

    def unwell(self, senders: Mapping[Sender, float]) -> None:
        """Report unwell senders and their share of refusals: as a metric always, in the log when they change."""
        for recovered in self._unwell - senders.keys():
            log.warning("%s: %s has recovered", self._stage, sender_text(recovered))
            metrics.UNWELL.remove(self._stage, *recovered)
        for sender, share in senders.items():
            metrics.UNWELL.labels(self._stage, *sender).set(share)
        for new in senders.keys() - self._unwell:
            message = "%s rejects %.0f%% of the messages from %s and continues with all others; see newswire dead list"
            log.error(message, self._stage, 100 * senders[new], sender_text(new))
        self._unwell = set(senders)

    def refused(self, letters: Sequence[DeadLetter], bundled: Sequence[DeadLetter] = ()) -> None:
        """Dead letters, before they are sent; of those ``bundled`` together the log has one line."""
        for letter in (*letters, *bundled):
            metrics.REFUSED.labels(self._stage, letter.error, metrics.reason_of(letter.message)).inc()
        if bundled:
            example = f"{bundled[-1].source}: {bundled[-1].message}"
            log.warning(
                "%s rejected %d more messages from failing senders, such as %s", self._stage, len(bundled), example
            )
        for letter in letters:
            log.warning(
                "%s rejected %s[%d]@%d%s: %s: %s",
                self._stage,
                letter.topic,
                letter.partition,
                letter.offset,
                f" ({letter.part})" if letter.part else "",
                letter.error,
                letter.message,
                extra=about(trace_of(letter), letter.article_id),
            )

    def _ages(self, histogram: Any, events: Collection[Any]) -> None:
        now = time.time()
        for event in events:
            # -1: the producer gave no time. A clock that runs behind the producer's makes no negative ages.
            if (stamp := event.message.timestamp or -1) > 0:
                histogram.observe(max(0.0, now - stamp))


def trace_of(message: Any) -> str:
    """The trace id of a message or a dead letter; "" if it has none."""
    return text_of(message, TRACE_HEADER, MAX_TRACE)
