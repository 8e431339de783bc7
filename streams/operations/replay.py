"""Replays past messages: copies those of a period on ``news.raw`` or ``news.articles`` to the end of the topic.

Takes a time and optionally a source; gives counts. A copy has the key, bytes and headers of its original, including the
time of receipt, so its articles have the same ids and versions, and newer versions in the index stay. Its header
``replayed-from`` names the original. Workers keep running, and new articles are read between the copies.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec

from processors.annotations import Record
from streams.errors import Rejected
from streams.kafka.headers import (
    FEED_HEADER,
    MAX_SOURCE,
    REPLAYED_FROM_HEADER,
    SOURCE_HEADER,
    copied_headers,
    headers_of,
    origin_of,
    text_of,
)
from streams.kafka.reader import OffsetRange, TopicReader, of_existing, within
from streams.kafka.sender import MessageSender
from streams.kafka.timestamps import moment_of
from streams.raw_messages import limits_of
from streams.settings import Settings
from streams.sources.book import ProfileBook
from streams.wire import Raw, parse_all
from streams.wire.profile import MAX_NAME, NO_PROFILES, Profiles


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
    profiles = ProfileBook.of(settings).current()
    with TopicReader(settings) as reader, MessageSender(settings) as sender:
        bounds = of_existing(topic, reader.bounds(topic, span.since, span.until))
        started(sum(bound.end - bound.start for bound in bounds))
        for message in within(reader.read(bounds), span.until, seen):
            counts.looked_at += 1
            if _is_copy_within(message, bounds):
                counts.copies += 1
            elif span.source and span.source not in sources_of(message, span.topic, settings, profiles):
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


def sources_of(message: Any, topic: str, settings: Settings, profiles: Profiles = NO_PROFILES) -> set[str]:
    """The sources of a message's articles: the feed's word for it, else what the articles say."""
    if topic == "articles":
        try:
            return {msgspec.json.decode(message.value or b"", type=_ArticleSource).source}
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return set()
    named, feed = text_of(message, SOURCE_HEADER, MAX_SOURCE), text_of(message, FEED_HEADER, MAX_SOURCE)
    bound = profiles.bound(feed, text_of(message, "name", MAX_NAME))
    if source := (bound and bound.source) or named:
        return {source}
    raw = Raw(message.value or b"", moment_of(message.timestamp / 1000), feed=feed)
    try:
        return {article.source for article in parse_all(raw, limits_of(settings), profiles).articles}
    except Rejected:
        return set()
