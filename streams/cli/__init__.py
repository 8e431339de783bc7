"""``newswire …``: each command is one module of this package, imported only when it is used."""

from streams.cli.main import main

__all__ = ["main"]
