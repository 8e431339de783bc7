"""Turns a provider's bytes into ``Article``s. Pure. The format is recognized by content."""

from streams.wire.parse import ParsedMessage, parse, parse_all
from streams.wire.raw import ParseLimits, Raw

__all__ = ["ParseLimits", "ParsedMessage", "Raw", "parse", "parse_all"]
