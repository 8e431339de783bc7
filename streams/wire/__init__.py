"""Provider bytes to ``Article``s, pure: the format is found by content, read, judged, and made an article."""

from streams.wire.parse import ParsedMessage, parse, parse_all
from streams.wire.raw import ParseLimits, Raw

__all__ = ["ParseLimits", "ParsedMessage", "Raw", "parse", "parse_all"]
