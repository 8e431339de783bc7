"""Decodes what the audit needs of a message: its origin, its article, whether it holds none. Pure."""

from dataclasses import dataclass
from typing import Any

import msgspec

from search.articles import Count, RawPosition
from streams.kafka.headers import origin_of


@dataclass(frozen=True)
class Stamped:
    """A message as the stages see it: ``timestamp`` is in seconds."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Any
    timestamp: float


class _Article(msgspec.Struct):
    id: str
    version: Count
    raw: RawPosition | None = None


class _EnrichedRecord(msgspec.Struct):
    article: _Article


class _Skipped(msgspec.Struct):
    raw: RawPosition
    alone: bool = True


def origin(message: Any) -> tuple[int, int]:
    """Partition and offset of the first message that this one is a copy of."""
    _, partition, offset = origin_of(message)
    return partition, offset


def article_in(value: bytes | None, topic: str) -> _Article | None:
    """The article in a message of ``articles`` or ``enriched``; ``None`` if there is none."""
    try:
        if topic == "articles":
            return msgspec.json.decode(value or b"", type=_Article)
        return msgspec.json.decode(value or b"", type=_EnrichedRecord).article
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def skipped_in(value: bytes | None) -> RawPosition | None:
    """The position of a raw message that holds only skipped items; ``None`` for other records."""
    try:
        found = msgspec.json.decode(value or b"", type=_Skipped)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return found.raw if found.alone else None
