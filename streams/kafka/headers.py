"""The headers of our messages: their names, and how to read them. Takes a message, returns values.

A header may contain anything, since other producers may have written it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from streams.records import DeadLetter

ATTEMPTS_HEADER = "attempts"
TRACE_HEADER = "trace-id"  # from feed to document the same
SOURCE_HEADER = "source"
REPLAYED_FROM_HEADER = "replayed-from"  # topic:partition:offset of the first message that a copy goes back to
REPLAY_OF_HEADER = "replay-of"  # the dead letter that a copy was made from
OWN_HEADERS = (ATTEMPTS_HEADER, TRACE_HEADER, SOURCE_HEADER, REPLAYED_FROM_HEADER, REPLAY_OF_HEADER)
ORIGIN = re.compile(rb"(.{1,300}):(\d{1,9}):(\d{1,18})")
ATTEMPTS = re.compile(rb"\d{1,7}")
RECORD_HEADER = "record"  # on ``news.dead``: the record's name, where it is no dead letter
FEED_HEADER = "feed"
MAX_ATTEMPTS = 10**6
MAX_SOURCE = MAX_TRACE = 200  # characters


class KafkaMessage(Protocol):
    """The attributes of a Kafka message that are used here."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Any


def headers_of(message: KafkaMessage | DeadLetter) -> dict[str, bytes]:
    """A message's headers by name; the last one if a name is repeated."""
    pairs: Iterable[tuple[str, bytes | None]] = (
        message.headers.items() if isinstance(message.headers, Mapping) else message.headers or ()
    )
    return {name: value or b"" for name, value in pairs}


def text_of(message: KafkaMessage | DeadLetter, header: str, longest: int) -> str:
    """A header as text, whatever its bytes, cut to the given number of characters."""
    return headers_of(message).get(header, b"")[: 4 * longest].decode("utf-8", "replace")[:longest]


def copied_headers(message: KafkaMessage | DeadLetter, **changes: bytes) -> list[tuple[str, bytes]]:
    """The headers for a copy of a message: its own, ``changes``, and the position of the original.

    Names in ``changes`` use underscores instead of hyphens.
    """
    headers = headers_of(message)
    headers[REPLAYED_FROM_HEADER] = ":".join(map(str, origin_of(message))).encode()
    return list((headers | {name.replace("_", "-"): value for name, value in changes.items()}).items())


def origin_of(message: KafkaMessage | DeadLetter) -> tuple[str, int, int]:
    """Topic, partition and offset of the original of this message: its own if it is no copy.

    Copies go back to the topic of their original, so what names another topic was not written by us.
    """
    origin = ORIGIN.fullmatch(headers_of(message).get(REPLAYED_FROM_HEADER, b""))
    if origin and origin[1] == message.topic.encode():
        return message.topic, int(origin[2]), int(origin[3])
    return message.topic, message.partition, message.offset


def attempts_of(message: KafkaMessage) -> int:
    """How often a message was rejected before, from its header; 0 if that is no number."""
    said = headers_of(message).get(ATTEMPTS_HEADER, b"")
    if ATTEMPTS.fullmatch(said):
        return min(int(said), MAX_ATTEMPTS)
    return MAX_ATTEMPTS if said.isdigit() else 0
