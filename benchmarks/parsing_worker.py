"""One side of `parsing_against`: a process that parses with the tree on its ``PYTHONPATH``.

Takes orders from its input, one JSON a line; gives one answer for each. It imports nothing of the benchmarks, since
the other commit may have others.
"""

import json
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from streams.errors import Rejected
from streams.wire import Raw, parse

RECEIVED = datetime(2024, 1, 1, tzinfo=UTC)


def readable(paths: list[str]) -> list[str]:
    """Those of the files that this side reads articles from."""
    found = []
    for path in paths:
        with suppress(Rejected):
            parse(Raw(Path(path).read_bytes(), RECEIVED))
            found.append(path)
    return found


def rate(paths: list[str], seconds: float) -> float:
    """Files parsed in one second of this process's CPU time."""
    files = [Path(path).read_bytes() for path in paths]
    count, started = 0, time.process_time()
    while (spent := time.process_time() - started) < seconds:
        for data in files:
            parse(Raw(data, RECEIVED))
        count += len(files)
    return count / spent


def main() -> None:
    """Answer orders until the input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        seconds = order.get("seconds")
        answer = rate(order["paths"], seconds) if seconds else readable(order["paths"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
