"""Provider bytes to ``Article``s: pure, one module a format, found by content and not by file name."""

from streams.wire.parse import Parsed, parse, parse_all
from streams.wire.raw import Limits, Raw

__all__ = ["Limits", "Parsed", "Raw", "parse", "parse_all"]
