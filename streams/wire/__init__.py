"""Turns a provider's bytes into ``Article``s. Pure. The format is recognized by content."""

from streams.wire.message import ParsedMessage
from streams.wire.parse import parse, parse_all
from streams.wire.raw import ParseLimits, Raw

__all__ = ["ParseLimits", "ParsedMessage", "Raw", "parse", "parse_all"]
