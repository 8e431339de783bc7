"""Checks an archive: takes its store, gives a row for each source and the number of files that cannot be used."""

from collections.abc import Callable
from datetime import date

import msgspec

from streams.archive.reading import ReportDamage, segments_of, source_days, whole_segment
from streams.archive.segments import DamagedSegment
from streams.archive.stores import ArchiveStore


class ArchivedSource(msgspec.Struct):
    """What the archive has of one source; ``bytes`` counts the messages before compression."""

    source: str
    segments: int = 0
    messages: int = 0
    bytes: int = 0
    first: str = ""  # day
    last: str = ""


def check_archive(
    store: ArchiveStore,
    since: date | None,
    report: ReportDamage,
    *,
    started: Callable[[int], None],
    seen: Callable[[], None],
) -> tuple[list[ArchivedSource], int]:
    """Read everything since a day. ``report`` is called for each file that cannot be used."""
    found: dict[str, ArchivedSource] = {}
    damaged: list[str] = []

    def damage(reason: str) -> None:
        damaged.append(reason)
        report(reason)

    wanted = source_days(store, damage, since)
    started(len(wanted))
    for source_day in wanted:
        row = found.setdefault(source_day.source, ArchivedSource(source_day.source, first=source_day.day))
        row.last = source_day.day
        for name in segments_of(store, source_day, damage):
            try:
                _, messages = whole_segment(store, name)
            except DamagedSegment as error:
                damage(str(error))
                continue
            row.segments += 1
            row.messages += len(messages)
            row.bytes += sum(one.size for one in messages)
        seen()
    return sorted(found.values(), key=lambda one: one.source), len(damaged)
