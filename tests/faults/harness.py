"""The run itself: feed, break things by a seeded schedule, wait until all is quiet, and check."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from kafka.errors import KafkaError
from rich.console import Console
from rich.table import Table

from streams.kafka.stages import STAGES
from tests.faults.alerting import check_alerts, kill_some, wait_until_told
from tests.faults.bench import Bench
from tests.faults.checks import check
from tests.faults.kinds import KINDS, SURE
from tests.faults.stories import Expected, make

CHUNK = 400  # articles fed at a time, at most
PATIENCE = 600.0


@dataclass
class Result:
    """What a run found.

    ``recoveries`` are seconds from the end of a fault until the index moved on, by kind. ``memory`` is that of each
    stage in MiB after so many messages; only a run without faults has it, since its processes live all through.
    """

    articles: int
    seconds: float
    faults: int
    found: dict[str, list[str]]
    audit: dict[str, Any]
    recoveries: dict[str, list[float]] = field(default_factory=dict)
    memory: dict[int, dict[str, float]] = field(default_factory=dict)
    alerts: dict[str, list[str]] = field(default_factory=dict)  # what is wrong with these
    told: dict[str, Any] = field(default_factory=dict)  # how many messages, doubles, seconds of kills; the ledger

    @property
    def clean(self) -> bool:
        """Nothing missing, wrong or double, every reader told what stands, and the ledgers say so too."""
        wrong = [*self.found.values(), *self.alerts.values()]
        return not any(wrong) and self.audit["status"] == 0 and not self.told.get("missing")


class Progress:
    """How far the index stage has come, followed while Kafka and everything else may be away."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.indexed = 0
        self.allowed = 0  # how many may be fed so far: faults are to meet a flow, not an end
        self.feeding: Future[None] = Future()

    def look(self) -> int:
        """Messages that the index stage has committed, as far as is known."""
        self.indexed = max(self.indexed, self.bench.indexed())
        return self.indexed

    def wait_for(self, indexed: int, patience: float = PATIENCE) -> float:
        """Wait until so many are indexed; gives the seconds that took."""
        began = time.monotonic()
        while self.look() < indexed:
            assert all(process.poll() is None for process in self.bench.supervisors), "a supervisor ended by itself"
            if self.feeding.done():
                self.feeding.result()  # raises what the feeder met
            if time.monotonic() - began > patience:
                raise AssertionError(f"stuck at {self.indexed} of {indexed} for {patience} s. {_state(self.bench)}")
            time.sleep(0.3)
        return time.monotonic() - began


def run(bench: Bench, articles: int, faults: Sequence[str], seed: int, console: Console | None = None) -> Result:
    """Feed ``articles``, inject ``faults`` (names of `KINDS`) evenly over the flow, check at the end."""
    console = console or Console(quiet=True)
    lines, expected = make(articles, seed)
    rng = random.Random(seed)
    progress = Progress(bench)
    began = time.monotonic()
    bench.pipeline.run("topics", "create")
    bench.pipeline.run("searches", "add", *bench.readers.search)
    bench.start_worker()
    bench.start_worker("enrich")
    step = len(lines) // (len(faults) + 1)
    progress.allowed = 2 * step
    threading.Thread(target=_feed, args=(bench, progress, lines, min(CHUNK, step)), daemon=True).start()
    recoveries: dict[str, list[float]] = defaultdict(list)
    for number, kind in enumerate(faults, 1):
        progress.wait_for(number * step)
        console.print(f"{time.monotonic() - began:6.0f} s  {progress.indexed:6d} indexed  {kind}")
        progress.allowed = max(progress.allowed, (number + 2) * step)
        broken = time.time()
        KINDS[kind](bench, rng)
        if kind not in SURE:
            bench.readers.doubtful.append((broken, time.time()))
        here = progress.look()  # looked at once: what is waited for must be among what may be fed
        progress.allowed = max(progress.allowed, here + step // 2)
        recoveries[kind].append(progress.wait_for(min(here + step // 4, len(lines))))
    memory = {} if faults else _watch_memory(bench, progress, len(lines))
    progress.feeding.result(PATIENCE)
    _wait_until_quiet(bench)
    seconds = time.monotonic() - began
    audit = bench.audit()
    found = check(bench.elasticsearch.url, bench.pipeline.prefix, expected)
    lost = found["missing"] or found["wrong"]  # whom to tell of what nobody can say then
    alerts, told = ({}, {}) if lost else _check_alerts(bench, expected)
    return Result(len(lines), seconds, len(faults), found, audit, dict(recoveries), memory, alerts, told)


def _check_alerts(bench: Bench, expected: Sequence[Expected]) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """What is wrong with what readers got, and figures; kills some stories in the end, when all servers are there."""
    ledger = wait_until_told(bench.pipeline, PATIENCE)
    alerts = check_alerts(bench.readers, bench.elasticsearch.url, bench.pipeline.prefix, expected)
    messages = bench.readers.told()
    told: dict[str, Any] = {
        "messages": len(messages),
        "taken_back": ledger["taken_back"],
        "doubles": len(messages) - len({(one.channel, one.id) for one in messages}),
        "missing": ledger["missing"],
        "kill_seconds": sorted(round(seconds, 2) for seconds in kill_some(bench, expected)),
    }
    return alerts, told


def _watch_memory(bench: Bench, progress: Progress, articles: int) -> dict[int, dict[str, float]]:
    """The memory of each stage after each fifth of the articles."""
    memory = {}
    for mark in range(articles // 5, articles + 1, articles // 5):
        progress.wait_for(mark, patience=articles)
        memory[mark] = bench.memory()
    return memory


def _feed(bench: Bench, progress: Progress, lines: Sequence[bytes], chunk: int) -> None:
    try:
        for start in range(0, len(lines), chunk):
            while start >= progress.allowed:
                time.sleep(0.1)
            bench.feed(lines[start : start + chunk])
        progress.feeding.set_result(None)
    except BaseException as error:  # noqa: BLE001 - raised where the run is waited for
        progress.feeding.set_exception(error)


def _state(bench: Bench) -> str:
    """What is known of a run that stands still."""
    last = [line for line in bench.pipeline.log().splitlines() if " rejected " not in line][-60:]
    return "\n".join([f"{_lag(bench)} messages are not committed. The end of the workers' log:", *last])


def _wait_until_quiet(bench: Bench) -> None:
    """Until every stage has committed everything, which is lag 0."""
    end = time.monotonic() + PATIENCE
    while (lag := _lag(bench)) != 0:
        assert all(process.poll() is None for process in bench.supervisors), "a supervisor ended by itself"
        assert time.monotonic() < end, f"lag {lag} stays. {_state(bench)}"
        time.sleep(0.5)


def _lag(bench: Bench) -> float:
    try:
        return bench.pipeline.lag()
    except KafkaError:  # no group yet, or no coordinator for a moment
        return -1


def schedule(count: int, seed: int, kinds: Sequence[str] = tuple(KINDS)) -> list[str]:
    """``count`` faults, every kind as often as any other, in a seeded order."""
    rng = random.Random(seed)
    chosen = [kinds[n % len(kinds)] for n in range(count)]
    rng.shuffle(chosen)
    return chosen


def memory_table(result: Result) -> Table:
    """Memory by stage along a run without faults."""
    table = Table("messages", *STAGES)
    for mark, stages in result.memory.items():
        table.add_row(f"{mark}", *(f"{mib:.0f} MiB" for mib in stages.values()))
    return table


def report(result: Result) -> Table:
    """The table that docs/reliability.md keeps."""
    table = Table("fault", "times", "recovered after (median)", "longest")
    for kind, seconds in sorted(result.recoveries.items()):
        table.add_row(kind, str(len(seconds)), f"{median(seconds):.1f} s", f"{max(seconds):.1f} s")
    return table
