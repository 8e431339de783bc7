"""A raw message as it is archived, with all that Kafka had of it. Takes a stage's messages; says where each belongs."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from streams.kafka.headers import (
    ATTEMPTS_HEADER,
    FEED_HEADER,
    MAX_SOURCE,
    REPLAY_OF_HEADER,
    REPLAYED_FROM_HEADER,
    SOURCE_HEADER,
    TRACE_HEADER,
    headers_of,
    text_of,
)
from streams.kafka.timestamps import received_at
from streams.wire.formats.forgotten import CONTENT_TYPE

ARCHIVED_HEADER = "archived-in"  # on a message that came out of an archive: the segment that it lies in
RECEIVED_HEADER = "received-at"
NOTICES = "+forgotten"  # the folder of notices of forgetting; a source's name has no + in it
UNKNOWN = "unknown"
MAX_NAME = 300  # characters of a segment's name
LONGEST_FOLDER = 100  # characters; file systems take 255
OF_COPIES = (ATTEMPTS_HEADER, REPLAYED_FROM_HEADER, REPLAY_OF_HEADER, TRACE_HEADER, ARCHIVED_HEADER, RECEIVED_HEADER)


class SourceDay(NamedTuple):
    """The folder that messages are archived in: their source's, and in it that of the day of receipt, in UTC."""

    source: str
    day: str


class ArchivedMessage(msgspec.Struct):
    """One message of ``news.raw``, with the attributes of a client's message.

    ``timestamp`` is Kafka's, in milliseconds.
    """

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()

    @classmethod
    def of(cls, message: Any) -> "ArchivedMessage":
        """Made from a message that a stage took from Kafka, whose timestamps are in seconds."""
        pairs = message.headers.items() if isinstance(message.headers, Mapping) else message.headers or ()
        stamp = message.timestamp
        return cls(
            message.topic,
            message.partition,
            message.offset,
            -1 if stamp is None else round(stamp * 1000),
            message.key,
            message.value,
            tuple((name, value) for name, value in pairs),
        )

    @property
    def received(self) -> datetime:
        """When it was received, as the read stage takes it."""
        return received_at(text_of(self, RECEIVED_HEADER, 100), self.timestamp / 1000)

    @property
    def is_notice(self) -> bool:
        """Whether it is a notice of forgetting."""
        return text_of(self, "content-type", 200) == CONTENT_TYPE

    @property
    def source_day(self) -> SourceDay:
        """The source and the day that it is archived under."""
        if self.is_notice:
            folder = NOTICES
        else:
            folder = folder_of(text_of(self, SOURCE_HEADER, MAX_SOURCE) or text_of(self, FEED_HEADER, MAX_SOURCE))
        return SourceDay(folder, self.received.date().isoformat())

    @property
    def size(self) -> int:
        """Its bytes."""
        headers = sum(len(name) + len(value or b"") for name, value in self.headers)
        return len(self.key or b"") + len(self.value or b"") + headers

    @property
    def content(self) -> bytes:
        """A digest that is the same for all its copies: of key, value, time of receipt and what the feed says of it."""
        said = {name: value for name, value in headers_of(self).items() if name not in OF_COPIES}
        parts = [self.received.isoformat().encode(), self.key or b"", self.value or b""]
        parts += [part for name in sorted(said) for part in (name.encode("utf-8", "replace"), said[name])]
        digest = hashlib.blake2b(digest_size=16)
        for part in parts:
            digest.update(len(part).to_bytes(8))
            digest.update(part)
        return digest.digest()


def folder_of(source: str) -> str:
    """A folder's name for any source name: letters and digits unchanged, everything else escaped, as in ``%20``."""
    name = quote(source.strip(), safe=" ").replace(" ", "%20")
    if name.startswith("."):
        name = f"%2E{name[1:]}"
    if len(name) > LONGEST_FOLDER:
        name = f"{name[: LONGEST_FOLDER - 13]}~{hashlib.sha256(source.encode('utf-8', 'replace')).hexdigest()[:12]}"
    return name or UNKNOWN
