"""Past messages through the pipeline again: those of ``news.raw`` or ``news.articles`` of a period, copied to its end.

Takes a time and perhaps a source; gives counts. A copy has the key, bytes and headers of its original, the time of
receipt too, so its articles have the same ids and versions, and whatever is newer in the index stays. Its header
``replayed-from`` names the original. Workers need not stop, and new articles are read between the copies.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec

from processors.annotations import Record
from streams.errors import Rejected
from streams.kafka.headers import (
    MAX_SOURCE,
    REPLAYED_FROM_HEADER,
    SOURCE_HEADER,
    copied_headers,
    headers_of,
    origin_of,
    text_of,
)
from streams.kafka.reader import OffsetRange, TopicReader, within
from streams.kafka.sender import MessageSender
from streams.kafka.timestamps import moment_of
from streams.raw_messages import limits_of
from streams.settings import Settings
from streams.wire import Raw, parse_all


class ReplayRange(Record, frozen=True):
    """What to replay: the messages of a topic that Kafka stored in a period."""

    topic: Literal["raw", "articles"] = "raw"
    since: datetime | None = None
    until: datetime | None = None
    source: str = ""


class ReplayCounts(msgspec.Struct):
    """What became of the messages looked at."""

    looked_at: int = 0
    sent: int = 0
    copies: int = 0  # left out: copies of messages that are sent themselves
    of_others: int = 0  # left out: of another source


class _ArticleSource(msgspec.Struct):
    source: str = ""


def replay(
    settings: Settings,
    span: ReplayRange,
    *,
    dry_run: bool = False,
    started: Callable[[int], None] = lambda _: None,
    seen: Callable[[], None] = lambda: None,
) -> ReplayCounts:
    """Send every message of ``span`` again, up to the current ends of its topic.

    ``started`` is called with how many messages lie there, ``seen`` for each. A run that is cut off may be repeated:
    it costs work, and changes nothing in the index.
    """
    topic, counts = settings.topic(span.topic), ReplayCounts()
    with TopicReader(settings) as reader, MessageSender(settings) as sender:
        bounds = reader.bounds(topic, span.since, span.until)
        started(sum(bound.end - bound.start for bound in bounds))
        for message in within(reader.read(bounds), span.until, seen):
            counts.looked_at += 1
            if _is_copy_within(message, bounds):
                counts.copies += 1
            elif span.source and span.source not in sources_of(message, span.topic, settings):
                counts.of_others += 1
            else:
                counts.sent += 1
                if not dry_run:
                    sender.send(topic, message.key, message.value, headers_for_copy(message))
    return counts


def _is_copy_within(message: Any, bounds: Iterable[OffsetRange]) -> bool:
    """Whether the original of a message is sent as well."""
    if REPLAYED_FROM_HEADER not in headers_of(message):
        return False
    topic, partition, offset = origin_of(message)
    if (partition, offset) == (message.partition, message.offset):
        return False  # the header is not one of ours
    return any(b.topic == topic and b.partition == partition and b.start <= offset < b.end for b in bounds)


def headers_for_copy(message: Any) -> list[tuple[str, bytes]]:
    """The headers of a copy; the time of receipt is Kafka's where the feed gave none, as the read stage takes it."""
    headers = copied_headers(message)
    if "received-at" not in headers_of(message):
        headers.append(("received-at", moment_of(message.timestamp / 1000).isoformat().encode()))
    return headers


def sources_of(message: Any, topic: str, settings: Settings) -> set[str]:
    """The sources of a message's articles: the feed's word for it, else what the articles say."""
    if topic == "articles":
        try:
            return {msgspec.json.decode(message.value or b"", type=_ArticleSource).source}
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return set()
    named = text_of(message, SOURCE_HEADER, MAX_SOURCE)
    if named:
        return {named}
    raw = Raw(message.value or b"", moment_of(message.timestamp / 1000))
    try:
        return {article.source for article in parse_all(raw, limits_of(settings)).articles}
    except Rejected:
        return set()
