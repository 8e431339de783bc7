"""Converts a message of ``news.raw`` to the input of `streams.wire`: bytes, the feed's headers, and limits."""

from typing import Any

from search.articles import RawPosition
from streams.kafka.headers import FEED_HEADER, MAX_SOURCE, MAX_TRACE, SOURCE_HEADER, TRACE_HEADER, text_of
from streams.kafka.timestamps import received_at
from streams.settings import Settings
from streams.wire.raw import ParseLimits, Raw


def raw_of(message: Any) -> Raw:
    """A raw message's bytes and the values of the feed's headers.

    Headers are cut: each article of the message carries some of them, and a producer that is not ours may send any.
    """
    trace = text_of(message, TRACE_HEADER, MAX_TRACE)
    return Raw(
        value=message.value or b"",
        received_at=received_at(text_of(message, "received-at", 100), message.timestamp),
        source=text_of(message, SOURCE_HEADER, MAX_SOURCE),
        content_type=text_of(message, "content-type", 200),
        name=text_of(message, "name", 500),
        feed=text_of(message, FEED_HEADER, MAX_SOURCE),
        guid=text_of(message, "guid", 2000),
        position=RawPosition(message.topic, message.partition, message.offset),
        # A producer that is not ours gives none: where the message lies will do, and is the same at a second reading.
        trace_id=trace or f"{message.topic}-{message.partition}-{message.offset}",
    )


def limits_of(settings: Settings) -> ParseLimits:
    """The parser's limits from the settings."""
    return ParseLimits(
        max_bytes=settings.max_article_bytes,
        max_body_characters=settings.max_body_characters,
        max_growth=settings.message_growth,
    )
