"""Removes forgotten stories from the archive: rewrites segments without the messages that contain them.

Takes ids; gives counts. Each message is parsed, as in the read stage, to find its stories. A message is removed as a
whole; other stories in it go with it, and are listed. The notices of forgetting stay.
"""

from collections.abc import Callable, Collection
from datetime import date

import msgspec

from streams.archive.messages import NOTICES, ArchivedMessage, SourceDay
from streams.archive.reading import ReportDamage, segments_of, source_days, whole_segment
from streams.archive.segments import DamagedSegment, without
from streams.archive.stores import ArchiveStore
from streams.errors import Rejected
from streams.operations.audited_messages import Stamped
from streams.raw_messages import limits_of, raw_of
from streams.settings import Settings
from streams.sources.book import ProfileBook
from streams.wire import parse_all

EXAMPLES = 20


class ArchiveForgetCounts(msgspec.Struct):
    """What was found in the archive. ``others``: the first ids of other stories in the same messages."""

    looked_at: int = 0
    found: int = 0  # messages that hold what is to be forgotten
    unreadable: int = 0  # messages that cannot be read, so that their stories are not known
    damaged: int = 0  # files that cannot be read to their ends, and are left as they are
    others: list[str] = msgspec.field(default_factory=list)


class ArchiveForgetter:
    """Removes stories from an archive. ``report`` is called with a sentence for each file that cannot be used."""

    def __init__(self, settings: Settings, store: ArchiveStore, ids: Collection[str], report: ReportDamage) -> None:
        self._store, self._ids, self._report = store, frozenset(ids), report
        self._limits = limits_of(settings)
        self._profiles = ProfileBook.of(settings).current()
        self.counts = ArchiveForgetCounts()

    def run(
        self,
        since: date | None = None,
        *,
        dry_run: bool = False,
        started: Callable[[int], None] = lambda _: None,
        seen: Callable[[], None] = lambda: None,
    ) -> ArchiveForgetCounts:
        """Search the messages received since a day, and remove those found. Safe to interrupt and repeat."""
        found = [one for one in source_days(self._store, self._damaged, since) if one.source != NOTICES]
        started(len(found))
        for source_day in found if self._ids else ():
            self._clear(source_day, dry_run=dry_run)
            seen()
        return self.counts

    def _clear(self, source_day: SourceDay, *, dry_run: bool) -> None:
        if not dry_run:
            self._store.clear_unfinished(f"{source_day.source}/{source_day.day}")
        for name in segments_of(self._store, source_day, self._damaged):
            try:
                head, messages = whole_segment(self._store, name)
            except DamagedSegment as damage:
                self._damaged(str(damage))
                continue
            kept = [one for one in messages if not self._is_forgotten(one)]
            if dry_run or len(kept) == len(messages):
                continue
            if kept:
                self._store.put(name, without(head, kept))
            else:
                self._store.remove(name)

    def _is_forgotten(self, message: ArchivedMessage) -> bool:
        self.counts.looked_at += 1
        stories = self._stories_in(message)
        if not any(self._ids & names for names in stories):
            return False
        self.counts.found += 1
        others = [min(names) for names in stories if not self._ids & names]
        self.counts.others += others[: EXAMPLES - len(self.counts.others)]
        return True

    def _stories_in(self, message: ArchivedMessage) -> list[frozenset[str]]:
        """The ids of each story or item in a message, with those that earlier releases gave it."""
        place = message.topic, message.partition, message.offset
        stamped = Stamped(*place, message.key, message.value, message.headers, message.timestamp / 1000)
        try:
            parsed = parse_all(raw_of(stamped), self._limits, self._profiles)
        except Rejected:
            self.counts.unreadable += 1
            return []
        except Exception as error:  # noqa: BLE001 - a fault of the parser is no reason to leave the rest as it is
            self._report(f"{':'.join(map(str, place))}: the parser failed on it: {type(error).__name__}: {error}"[:500])
            self.counts.unreadable += 1
            return []
        articles = [*parsed.articles, *(skip.item for skip in parsed.skipped if skip.item)]
        return [frozenset((one.id, *one.former_ids)) for one in articles]

    def _damaged(self, reason: str) -> None:
        self.counts.damaged += 1
        self._report(reason)
