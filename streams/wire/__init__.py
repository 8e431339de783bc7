"""Provider bytes to ``Article``s, pure: the format is found by content, read, judged, and made an article."""

from streams.wire.parse import Parsed, parse, parse_all
from streams.wire.raw import Limits, Raw

__all__ = ["Limits", "Parsed", "Raw", "parse", "parse_all"]
