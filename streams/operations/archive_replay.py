"""Sends archived messages to ``news.raw`` again, on this Kafka or on an empty one, to rebuild the index.

Takes a period and perhaps a source; gives counts. A message has the key, bytes and headers of its original, including
time of receipt and trace id, so its articles have the same ids and versions. The header ``archived-in`` names its
segment, so that the archive stage does not archive it twice.
"""

from collections.abc import Callable
from datetime import UTC, date
from typing import Any

import msgspec

from streams.archive.messages import ARCHIVED_HEADER, NOTICES, OF_COPIES, RECEIVED_HEADER, ArchivedMessage, SourceDay
from streams.archive.reading import ReportDamage, messages_of, source_days
from streams.archive.stores import ArchiveStore
from streams.kafka.headers import MAX_TRACE, TRACE_HEADER, headers_of, text_of
from streams.kafka.sender import MessageSender
from streams.operations.replay import ReplayRange, sources_of
from streams.settings import Settings
from streams.sources.book import ProfileBook


class ArchiveReplayCounts(msgspec.Struct):
    """What became of the messages looked at. ``damaged``: files that could not be read to their ends."""

    looked_at: int = 0
    sent: int = 0
    of_others: int = 0  # left out: of another source
    damaged: int = 0


class ArchiveReplay:
    """One replay. ``report`` is called with a sentence for each file that cannot be used."""

    def __init__(self, settings: Settings, store: ArchiveStore, span: ReplayRange, report: ReportDamage) -> None:
        self._settings, self._store, self._span, self._report = settings, store, span, report
        self._profiles = ProfileBook.of(settings).current()
        self.counts = ArchiveReplayCounts()

    def run(
        self,
        *,
        dry_run: bool = False,
        started: Callable[[int], None] = lambda _: None,
        seen: Callable[[], None] = lambda: None,
    ) -> ArchiveReplayCounts:
        """Send everything of the span, by day, and every notice of forgetting: what is forgotten must not come back.

        ``started`` is called with the number of source days, ``seen`` after each. An interrupted run can be repeated:
        that costs time, and changes nothing in the index.
        """
        since, until = (moment and moment.astimezone(UTC).date() for moment in (self._span.since, self._span.until))
        first, last = (since or date.min).isoformat(), (until or date.max).isoformat()
        found = [
            one for one in source_days(self._store, self._damaged) if one.source == NOTICES or first <= one.day <= last
        ]
        started(len(found))
        if dry_run:
            for source_day in found:
                self._send(source_day, None)
                seen()
            return self.counts
        with MessageSender(self._settings) as sender:
            for source_day in found:
                self._send(source_day, sender)
                seen()
        return self.counts

    def _send(self, source_day: SourceDay, sender: MessageSender | None) -> None:
        topic, span = self._settings.topic("raw"), self._span
        for name, message in messages_of(self._store, source_day, self._damaged):
            received = message.received
            is_early, is_late = (span.since and received < span.since), (span.until and received >= span.until)
            if (is_early or is_late) and not message.is_notice:
                continue
            self.counts.looked_at += 1
            if span.source and not message.is_notice and span.source not in self._sources(message):
                self.counts.of_others += 1
                continue
            self.counts.sent += 1
            if sender:
                sender.send(topic, message.key, message.value, headers_from(name, message))

    def _sources(self, message: Any) -> set[str]:
        return sources_of(message, "raw", self._settings, self._profiles)

    def _damaged(self, reason: str) -> None:
        self.counts.damaged += 1
        self._report(reason)


def headers_from(segment: str, message: ArchivedMessage) -> list[tuple[str, bytes]]:
    """The headers of an archived message that is sent again, as if it were the original.

    Headers about copies are left out: their offsets may belong to another Kafka.
    """
    said = {name: value for name, value in headers_of(message).items() if name not in OF_COPIES}
    trace = text_of(message, TRACE_HEADER, MAX_TRACE) or f"{message.topic}-{message.partition}-{message.offset}"
    said[TRACE_HEADER] = trace.encode()
    said[RECEIVED_HEADER] = message.received.isoformat().encode()
    said[ARCHIVED_HEADER] = segment.encode()
    return list(said.items())
