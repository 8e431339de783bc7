"""How quickly the search page answers readers: latency at a steady rate, over whatever index the settings name.

    NEWSWIRE_INDEX=http://localhost:9200 NEWSWIRE_INDEX_PREFIX=reuters python -m benchmarks.page
    NEWSWIRE_INDEX=sqlite:///reuters.sqlite python -m benchmarks.page --rate 20 --seconds 60 --json

Starts ``newswire serve`` in a process of its own and sends requests at their times, whether or not earlier ones have
been answered, so that waiting counts (an open loop). Each is another question, so that nothing remembered answers it:
words and pairs of words from the archive's own headlines, phrases, prefixes, values to narrow by, dates, and one in ten
the bare wire. `benchmarks.archive` fills an index with 19,043 stories.
"""

import asyncio
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp

from benchmarks.pipeline import parser, percentile, present

TARGET = 0.3  # seconds at the 95th percentile
WARM_UP = 20  # requests
SAMPLE_PAGES = 10  # of a hundred stories, to take words from


@contextmanager
def serving() -> Iterator[str]:
    """``newswire serve`` on a free port of this machine; gives its address."""
    command = [sys.executable, "-m", "streams", "serve", "--port", "0", "--end-with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        if not said.startswith("listening on "):
            sys.exit(f"newswire serve did not start: {said}")
        try:
            yield said.removeprefix("listening on ").strip()
        finally:
            server.terminate()


async def stories(session: aiohttp.ClientSession) -> list[dict[str, Any]]:
    """Some stories of the archive."""
    found: list[dict[str, Any]] = []
    after = ""
    for _ in range(SAMPLE_PAGES):
        async with session.get("/api/stories", params={"limit": "100", "sort": "oldest", "after": after}) as answer:
            page = await answer.json()
        found += [one["story"] for one in page["stories"]]
        after = page["after"]
        if not after:
            break
    return found


def questions(seen: list[dict[str, Any]], chance: random.Random) -> Iterator[dict[str, str]]:
    """Parameters of one search after another, no two alike but the bare wire."""
    words = sorted({word.lower() for one in seen for word in re.findall(r"[A-Za-z]{4,}", one["headline"])})
    people = [name for one in seen for name in one["people"] + one["locations"]]
    days = sorted({one["version_created"][:10] for one in seen})
    while True:
        one, two, three = chance.choice(words), chance.choice(words), chance.choice(words)
        yield from (
            {"q": one},
            {"q": f"{one} OR {two}"},
            {"q": f'"{chance.choice(seen)["headline"][:24].replace(chr(34), " ")}" OR {one}'},
            {"q": f"{one[:4]}*", "sort": "newest"},
            {"q": f"{one} -{two}", "sort": "newest"},
            {"q": f"{one} OR {two} OR {three}", "since": chance.choice(days)},
            {"location": chance.choice(people)} if people else {"q": two},
            {"entity": chance.choice(people), "q": "said"} if people else {"q": three},
            {"since": chance.choice(days), "until": chance.choice(days)},
            {},
        )


async def ask(session: aiohttp.ClientSession, parameters: dict[str, str]) -> tuple[float, int]:
    """One request: seconds until its last byte, and its status."""
    began = time.perf_counter()
    async with session.get("/", params=parameters) as answer:
        await answer.read()
        return time.perf_counter() - began, answer.status


async def measure(address: str, rate: float, seconds: float, seed: int) -> list[tuple[float, int]]:
    """The answers to requests sent at a rate for some time."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(address, connector=connector) as session:
        asked = questions(await stories(session), random.Random(seed))
        for _ in range(WARM_UP):
            await ask(session, next(asked))
        began = time.perf_counter()
        under_way = []
        for number in range(round(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            under_way.append(asyncio.create_task(ask(session, next(asked))))
        return await asyncio.gather(*under_way)


def summed(answers: list[tuple[float, int]], rate: float) -> dict[str, object]:
    """What was measured; ``ratio`` is the 95th percentile over the target, so below 1 where that is met."""
    times = [seconds for seconds, _ in answers]
    wrong = sum(status != 200 for _, status in answers)  # noqa: PLR2004 - HTTP's OK
    p50, p95, p99 = (percentile(times, q) for q in (0.5, 0.95, 0.99))
    return {
        "benchmark": "page",
        "ratio": round(p95 / TARGET, 3),
        "milliseconds_p50_p95_p99": [round(1000 * value) for value in (p50, p95, p99)],
        "longest_milliseconds": round(1000 * max(times)),
        "not_answered_with_200": wrong,
        "searches": len(answers),
        "rate": rate,
        "met": not wrong and p95 < TARGET,
    }


def main() -> None:
    """Start the page, ask it, print, and exit 1 where an answer failed or the goal was missed."""
    arguments = parser(__doc__)
    arguments.add_argument("--rate", type=float, default=20.0, help="requests a second")
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    with serving() as address:
        answers = asyncio.run(measure(address, options.rate, options.seconds, options.seed))
    result = summed(answers, options.rate)
    rows = {name.replace("_", " "): value for name, value in result.items() if name != "benchmark"}
    present(result, rows, f"the search page; the goal is p95 under {TARGET * 1000:.0f} ms", as_json=options.json)
    sys.exit(0 if result["met"] else 1)


if __name__ == "__main__":
    main()
