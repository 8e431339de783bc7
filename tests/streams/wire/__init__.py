"""The wire room: every format, life cycle, hostile bytes, and the public samples."""

from datetime import UTC, datetime

from streams.records import Article
from streams.wire import ParseLimits, Raw, parse, parse_all
from streams.wire.message import ParsedMessage

RECEIVED = datetime(2024, 6, 1, 12, tzinfo=UTC)


def read(data: bytes | str, source: str = "", limits: ParseLimits | None = None) -> list[Article]:
    """The articles of a message."""
    return parse(raw(data, source), limits)


def read_all(data: bytes | str, source: str = "", limits: ParseLimits | None = None) -> ParsedMessage:
    """The articles and the other members of a message."""
    return parse_all(raw(data, source), limits)


def one(data: bytes | str, source: str = "") -> Article:
    """The only article of a message."""
    (article,) = read(data, source)
    return article


def raw(data: bytes | str, source: str = "") -> Raw:
    """A message as it lies on news.raw."""
    return Raw(data.encode() if isinstance(data, str) else data, RECEIVED, source)
