"""How quickly the page answers a whole desk: every kind of page at a steady rate, over a large library.

    python -m benchmarks.pages --stories 100000 --rate 20 --readers 200 --store sqlite
    python -m benchmarks.pages --store elasticsearch --json

Makes the library the first time (`benchmarks.page_library`) and keeps it in a folder. Then ``newswire serve`` runs in
processes of its own, and requests are sent from this one at their times, whether or not earlier ones have been
answered, so that waiting counts (an open loop); each comes by a connection of its own, as from another reader.
Meanwhile readers listen at /live, and new stories arrive in the store. What is asked, `benchmarks.page_questions` says.
Nothing is measured before the servers have answered for a while, as a desk's have. Beside the times it tells how much
processor time a request cost the page and the store: where other programs keep a machine busy, times say little and
this says more.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from benchmarks.archive import articles
from benchmarks.page_library import Kept, annotated, story
from benchmarks.page_questions import Question, Reader, sampled
from benchmarks.pipeline import parser, percentile, present
from search.open import open_store
from search.query.addresses import address

TARGET = 0.15  # seconds at the 95th percentile
WARM_UP = 40  # requests one by one
WARMER = {"sqlite": 5.0, "elasticsearch": 420.0}  # seconds: Java compiles what runs often, for minutes
ASKERS = 3  # at a time, while the servers warm up
ON_A_PAGE = 40  # stories
SERVE = (sys.executable, "-m", "streams", "serve", "--port", "0", "--end-with-parent", "--processes")


class Answer(NamedTuple):
    """What came: the kind of page, seconds until the last byte, and the status."""

    route: str
    seconds: float
    status: int


@contextmanager
def serving(environment: Mapping[str, str], processes: int = 1) -> Iterator[tuple[str, int]]:
    """``newswire serve`` on a free port of this machine; gives its address and its first process."""
    command, piped = [*SERVE, str(processes)], subprocess.PIPE
    with subprocess.Popen(command, stdin=piped, stdout=piped, text=True, env={**os.environ, **environment}) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        if not said.startswith("listening on "):
            sys.exit(f"newswire serve did not start: {said}")
        try:
            yield said.removeprefix("listening on ").strip(), server.pid
        finally:
            server.terminate()


def processor_seconds(pids: Sequence[int]) -> float:
    """CPU time that some processes have used, in threads that still exist."""
    spent = (path.read_text().split()[0] for pid in pids for path in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(map(int, spent)) / 1e9


def children(pid: int) -> list[int]:
    """A process with all its descendants: Elasticsearch's launcher starts another."""
    found = [pid]
    for parent in found:
        for path in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, path.read_text().split())
    return found


async def ask(session: aiohttp.ClientSession, question: Question) -> Answer:
    """One request, until its last byte."""
    began = time.perf_counter()
    async with session.get(question.link, allow_redirects=False) as answer:
        await answer.read()
        return Answer(question.route, time.perf_counter() - began, answer.status)


async def warm_up(session: aiohttp.ClientSession, questions: Iterator[Question], seconds: float) -> None:
    """A few ask one after another for some time: at a rate, a server that has just started would fall behind."""
    ends = time.perf_counter() + seconds

    async def one() -> None:
        while time.perf_counter() < ends:
            await ask(session, next(questions))

    await asyncio.gather(*(one() for _ in range(ASKERS)))


async def at_rate(
    session: aiohttp.ClientSession, questions: Iterator[Question], rate: float, seconds: float
) -> list[Answer]:
    """The answers to requests that are sent at their times, whether or not earlier ones have been answered."""
    began, under_way = time.perf_counter(), []
    for number in range(round(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        under_way.append(asyncio.create_task(ask(session, next(questions))))
    return await asyncio.gather(*under_way)


async def listen(session: aiohttp.ClientSession, shown: Sequence[Mapping[str, Any]], heard: list[int]) -> None:
    """One open page that shows some stories: counts the events that it hears."""
    link = address("/live", [("seen", f"{one['version']}:{one['id']}") for one in shown])
    async with session.get(link, timeout=aiohttp.ClientTimeout(total=None)) as events:
        events.raise_for_status()
        async for line in events.content:
            heard[0] += line.startswith(b"event:")


async def arrive(folder: Path, kept: Kept, every: float) -> None:
    """New stories come into the store."""
    texts, given = articles(), annotated(folder)
    store, tag = open_store(kept.url, kept.prefix), f"new-{time.time():.0f}-"
    try:
        for number, article in enumerate(texts):
            made = story(number + 1, article, given[number % len(given)].annotations, datetime.now(UTC), tag)
            await store.write([made])
            await asyncio.sleep(every)
    finally:
        await store.close()


class Measured(NamedTuple):
    """The answers, the events that all listeners heard, and processor seconds of the page and of the store."""

    answers: list[Answer]
    events: int
    page: float
    store: float


async def measure(url: str, page: int, kept: Kept, options: Any) -> Measured:
    """The answers to requests sent at a rate for some time."""
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    servers = children(kept.server.process.pid) if kept.server and kept.server.process.pid else []
    heard = [0]
    async with aiohttp.ClientSession(url, connector=connector) as session, AsyncExitStack() as beside:
        seen = await sampled(session)
        questions = Reader(seen, options.seed).questions()
        tasks = [asyncio.create_task(listen(session, seen[:ON_A_PAGE], heard)) for _ in range(options.readers)]
        if options.arrivals:
            tasks.append(asyncio.create_task(arrive(options.folder, kept, 1 / options.arrivals)))
        for task in tasks:
            beside.callback(task.cancel)
        await warm_up(session, questions, WARMER[options.store] if options.warm is None else options.warm)
        pages = children(page)
        before = processor_seconds(pages), processor_seconds(servers)
        answers = await at_rate(session, questions, options.rate, options.seconds)
        used = processor_seconds(pages) - before[0], processor_seconds(servers) - before[1]
        for task in tasks:
            if task.done() and not task.cancelled() and (error := task.exception()):
                sys.exit(f"what goes on beside the requests ended: {error!r}")
        return Measured(answers, heard[0], *used)


async def costs(url: str, page: int, kept: Kept, options: Any) -> dict[str, list[float]]:
    """Processor seconds of the page and the store by kind of page, asked one by one while nobody else asks."""
    pids = [*children(page), *(children(kept.server.process.pid) if kept.server and kept.server.process.pid else [])]
    found: dict[str, list[float]] = defaultdict(list)
    async with aiohttp.ClientSession(url) as session:
        questions = Reader(await sampled(session), options.seed).questions()
        await warm_up(session, questions, options.warm or 0)
        for number in range(WARM_UP + round(options.rate * options.seconds)):
            question, before = next(questions), processor_seconds(pids)
            await ask(session, question)
            if number >= WARM_UP:
                found[question.route].append(processor_seconds(pids) - before)
    return found


def costs_summed(measured: Mapping[str, Sequence[float]]) -> dict[str, object]:
    """Milliseconds of processor time."""
    every = [seconds for each in measured.values() for seconds in each]
    mean = round(1000 * sum(every) / len(every), 1)
    routes = {route: _milliseconds(each) for route, each in sorted(measured.items())}
    return {
        "benchmark": "pages",
        "processor_ms_a_request": mean,
        "processor_ms": _milliseconds(every),
        "routes": routes,
    }


def summed(measured: Measured, rate: float) -> dict[str, object]:
    """What was measured; ``ratio`` is the 95th percentile over the target, so below 1 where that is met."""
    answers = measured.answers
    wrong = sum(answer.status >= 400 for answer in answers)  # noqa: PLR2004 - HTTP's errors
    times = [answer.seconds for answer in answers]
    by_route: dict[str, list[float]] = defaultdict(list)
    for answer in answers:
        by_route[answer.route].append(answer.seconds)
    p95 = percentile(times, 0.95)
    return {
        "benchmark": "pages",
        "ratio": round(p95 / TARGET, 3),
        "milliseconds": _milliseconds(times),
        "not_answered_well": wrong,
        "requests": len(answers),
        "rate": rate,
        "events_heard": measured.events,
        "processor_ms_a_request": {
            "page": round(1000 * measured.page / len(answers), 1),
            "store": round(1000 * measured.store / len(answers), 1),
        },
        "met": not wrong and p95 < TARGET,
        "routes": {route: _milliseconds(found) for route, found in sorted(by_route.items())},
    }


def _milliseconds(times: Sequence[float]) -> dict[str, int]:
    found = {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95), "max": max(times)}
    return {name: round(1000 * value) for name, value in found.items()} | {"n": len(times)}


def main() -> None:
    """Make the library, start the page, ask it, print, and exit 1 where an answer failed or the goal was missed."""
    options = _options()
    making = [sys.executable, "-m", "benchmarks.page_library", str(options.folder), "--store", options.store]
    subprocess.run([*making, "--stories", str(options.stories)], check=True)
    result = _result(options)
    routes: Any = result["routes"]
    rows = {name.replace("_", " "): value for name, value in result.items() if name not in ("benchmark", "routes")}
    title = f"the page over {options.stories:,} stories; the goal is p95 under {TARGET * 1000:.0f} ms"
    present(result, rows | routes, title, as_json=options.json)
    sys.exit(0 if result.get("met", True) else 1)


def _options() -> argparse.Namespace:
    arguments = parser(__doc__)
    arguments.add_argument("--stories", type=int, default=100_000)
    arguments.add_argument("--store", choices=["sqlite", "elasticsearch"], default="sqlite")
    arguments.add_argument("--rate", type=float, default=20.0, help="requests a second")
    arguments.add_argument("--readers", type=int, default=200, help="open pages that listen at /live")
    arguments.add_argument("--processes", type=int, default=2, help="of the page, behind one port")
    arguments.add_argument("--arrivals", type=float, default=1.0, help="new stories a second")
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument("--warm", type=float, help="seconds of requests before anything is measured")
    arguments.add_argument("--cost", action="store_true", help="one by one: processor time by kind of page")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--folder", type=Path, default=Path("build/pages"), help="where the library is kept")
    return arguments.parse_args()


def _result(options: argparse.Namespace) -> dict[str, object]:
    with Kept(options.folder, options.store, options.stories) as kept:
        live = {"NEWSWIRE_PAGE_LIVE": str(options.readers + 10), "NEWSWIRE_PAGE_LIVE_EACH": str(options.readers + 10)}
        desk = {"NEWSWIRE_DESK": f"sqlite:///{options.folder.absolute()}/desk.sqlite"}
        with serving({**kept.environment, **live, **desk}, 1 if options.cost else options.processes) as (url, page):
            if options.cost:
                return costs_summed(asyncio.run(costs(url, page, kept, options)))
            return summed(asyncio.run(measure(url, page, kept, options)), options.rate)


if __name__ == "__main__":
    main()
