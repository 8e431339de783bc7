"""``newswire archive``, and what other commands do with the archive."""

from streams.cli.archive.command import archive

__all__ = ["archive"]
