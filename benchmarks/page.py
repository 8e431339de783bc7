"""How quickly the search page answers readers: latency at a steady rate, over whatever index the settings name.

    NEWSWIRE_INDEX=http://localhost:9200 NEWSWIRE_INDEX_PREFIX=reuters python -m benchmarks.page
    NEWSWIRE_INDEX=sqlite:///reuters.sqlite python -m benchmarks.page --rate 20 --seconds 60

Starts ``newswire serve`` in a process of its own and sends requests at their times, whether or not earlier ones have
been answered, so that waiting counts (an open loop). Each is another question, so that nothing remembered answers it:
words and pairs of words from the archive's own headlines, phrases, prefixes, values to narrow by, dates, and one in ten
the bare wire. `benchmarks.archive` fills an index with 19,043 stories.
"""

import argparse
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


def report(answers: list[tuple[float, int]], rate: float) -> bool:
    """Print what was measured; gives whether the target was met."""
    times = sorted(seconds for seconds, _ in answers)
    wrong = [status for _, status in answers if status != 200]  # noqa: PLR2004 - HTTP's OK
    p50, p95, p99 = (times[min(len(times) - 1, len(times) * q // 100)] * 1000 for q in (50, 95, 99))
    print(f"{len(times)} searches at {rate:g} a second, {len(wrong)} not answered with 200")
    print(f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms, longest {times[-1] * 1000:.0f} ms")
    met = not wrong and p95 < TARGET * 1000
    print(f"target, p95 under {TARGET * 1000:.0f} ms: {'met' if met else 'missed'}")
    return met


def main() -> None:
    """Start the page, ask it, print, and exit 0 where the target was met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=20.0, help="requests a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with serving() as address:
        answers = asyncio.run(measure(address, options.rate, options.seconds, options.seed))
    sys.exit(0 if report(answers, options.rate) else 1)


if __name__ == "__main__":
    main()
