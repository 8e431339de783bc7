"""``newswire searches``: saved searches that alert."""

from streams.cli.searches.command import searches

__all__ = ["searches"]
