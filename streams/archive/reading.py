"""Reads an archive: its sources and days, and the messages of each. Takes a store; gives each message once.

A file that is truncated, empty or not a segment is reported by name; what can be read of it is given.
"""

from collections.abc import Callable, Iterator
from datetime import date

import msgspec

from streams.archive.messages import NOTICES, ArchivedMessage, SourceDay
from streams.archive.segments import DAY, FILE, DamagedSegment, SegmentHead, SegmentReader
from streams.archive.stores import ArchiveStore
from streams.wire.formats.forgotten import Forgotten

ReportDamage = Callable[[str], None]  # takes a sentence about a file that cannot be used


def source_days(
    store: ArchiveStore, report: ReportDamage, since: date | None = None, until: date | None = None
) -> list[SourceDay]:
    """What the archive has of these days, both included, by day and then by source."""
    top, found = store.listing(), []
    for name in top.files:
        report(f"{name}: not a segment")
    for source in top.folders:
        listed = store.listing(source)
        strays = [*listed.files, *(name for name in listed.folders if not _is_day(name))]
        for name in strays:
            report(f"{source}/{name}: not a segment")
        found += [SourceDay(source, day) for day in listed.folders if _is_day(day)]
    first, last = (since or date.min).isoformat(), (until or date.max).isoformat()
    return sorted((one for one in found if first <= one.day <= last), key=lambda one: (one.day, one.source))


def _is_day(name: str) -> bool:
    try:
        return bool(DAY.fullmatch(name)) and bool(date.fromisoformat(name))
    except ValueError:
        return False


def segments_of(store: ArchiveStore, source_day: SourceDay, report: ReportDamage) -> list[str]:
    """The names of the segments of a source and day, by partition and offset."""
    folder = f"{source_day.source}/{source_day.day}"
    listed = store.listing(folder)
    for name in (*listed.folders, *listed.files):
        if not FILE.fullmatch(name):
            report(f"{folder}/{name}: not a segment")
    return [f"{folder}/{name}" for name in listed.files if FILE.fullmatch(name)]


def messages_of(
    store: ArchiveStore, source_day: SourceDay, report: ReportDamage
) -> Iterator[tuple[str, ArchivedMessage]]:
    """Each message of a source and day with the name of its segment; duplicates are left out."""
    given: set[bytes] = set()
    for name in segments_of(store, source_day, report):
        try:
            with store.reading(name) as stream:
                for message in SegmentReader(name, stream):
                    content = message.content
                    if content not in given:
                        given.add(content)
                        yield name, message
        except DamagedSegment as damage:
            report(str(damage))


def whole_segment(store: ArchiveStore, name: str) -> tuple[SegmentHead, list[ArchivedMessage]]:
    """A segment's head and all its messages. Raises ``DamagedSegment``."""
    with store.reading(name) as stream:
        reader = SegmentReader(name, stream)
        return reader.head, list(reader)


def forgotten_ids(store: ArchiveStore, report: ReportDamage) -> set[str]:
    """The ids of all stories whose notices of forgetting are in the archive."""
    found = set()
    for source_day in source_days(store, report):
        if source_day.source == NOTICES:
            for name, message in messages_of(store, source_day, report):
                try:
                    found.add(msgspec.json.decode(message.value or b"", type=Forgotten).id)
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    report(f"{name}: offset {message.offset} is not a notice of forgetting")
    return found
