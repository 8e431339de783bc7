"""``python -m streams``: the same as ``newswire``."""

from streams.cli import main

main()
