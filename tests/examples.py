"""How much of a kind is tried: all of it in `make test-all`, less in `make test`, whose time is short."""

import os

ALL = os.environ.get("NEWSWIRE_TEST_EXAMPLES") == "all"


def examples(every: int, few: int) -> int:
    """``every`` where there is time, else ``few``."""
    return every if ALL else few
