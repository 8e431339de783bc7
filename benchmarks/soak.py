"""The whole pipeline at full load for a time: is memory flat, do partitions stay where they are, is the ledger clean.

    python -m benchmarks.soak [--minutes 20] [--processes 1] [--words 0] [--json]

A feeder keeps some hundred articles ahead of the stages, so that enrich never rests; no text comes twice. Memory,
rebalances and restarts are noted every ten seconds from the processes' metrics. At the end the pipeline runs dry, and
the audit says what became of everything. ``ratio`` is the memory of the second quarter over that of the last: 1 is
flat; ``stage_mib`` is that of each stage's largest process as the articles done pass each ten thousand.
Exit status 1 unless memory grew by less than 5%, no partition moved after the start, and nothing is missing.
"""

import asyncio
import json
import statistics
import sys
import time
from itertools import count as numbers

from benchmarks.corpus import texts
from benchmarks.cost import RESIDENT
from benchmarks.pipeline import PATIENCE, index_server, made, parser, present, remove_indices, set_up_index, worker
from streams.feeds.producer import Feeder, FeedItem
from streams.kafka.reader import TopicReader
from streams.kafka.stages import STAGES
from streams.operations.audit import Auditor
from streams.operations.ledger import Report
from streams.operations.overview import Overview, PipelineMonitor, Snapshot, overview
from streams.settings import Settings
from streams.stores import open_index

AHEAD = 600  # articles that may be in the pipeline
EVERY = 10.0  # seconds between notes
TEXTS = 3000
MARK = 10_000
MOST_GROWTH = 1.05
SETTLED = 60.0  # seconds after which a rebalance is one too many


class Notes:
    """What was noted, look by look."""

    def __init__(self) -> None:
        self.memory: list[float] = []
        self.rates: list[float] = []
        self.rebalances: list[int] = []
        self.restarts = 0
        self.stage_mib: dict[int, dict[str, float]] = {}

    def add(self, seen: Overview, look: Snapshot) -> None:
        """Note one look."""
        self.memory.append(sum(stage.memory_mib for stage in seen.stages.values()))
        self.rates.append(seen.stages["enrich"].done_per_second)
        self.rebalances.append(int(sum(_total(look, "newswire_rebalances_total"))))
        mark = int(min(_done(look)) // MARK * MARK)
        if mark and mark not in self.stage_mib:
            self.stage_mib[mark] = {stage: round(mib) for stage, mib in largest(look).items()}
        self.restarts = max(self.restarts, sum(stage.restarts for stage in seen.stages.values()))


def _total(look: Snapshot, name: str) -> list[float]:
    return [value for samples in look.processes.values() for (of, _), value in samples.items() if of == name]


def _done(look: Snapshot) -> list[int]:
    """Messages that each stage is done with."""
    return [sum(place.end - place.lag for place in places.values()) for places in look.places.values()] or [0]


def largest(look: Snapshot) -> dict[str, float]:
    """MiB of the largest process of each stage."""
    found: dict[str, float] = {}
    for samples in look.processes.values():
        for stage in STAGES:
            if ("newswire_alive", frozenset({("stage", stage)})) in samples:
                found[stage] = max(found.get(stage, 0.0), samples[RESIDENT] / 2**20)
    return found


def lag_in(look: Snapshot) -> int:
    """Messages before all stages."""
    return sum(place.lag for places in look.places.values() for place in places.values())


def drive(settings: Settings, watcher: PipelineMonitor, minutes: float, processes: int, words: int) -> Notes:
    """Feed for some minutes, noting; then let the pipeline run dry."""
    notes, fresh = Notes(), numbers()
    bodies = [(head, " ".join(body.split()[: words or None])) for head, body in texts(TEXTS, file="reuters21578")]
    look = watcher.snapshot()
    while len(look.processes) < len(STAGES) * processes:
        time.sleep(1)
        look = watcher.snapshot()
    end = time.monotonic() + minutes * 60
    with Feeder(settings) as feeder:
        while time.monotonic() < end:
            now = watcher.snapshot()
            for _ in range(max(0, AHEAD - lag_in(now))):
                number = next(fresh)
                headline, body = bodies[number % TEXTS]
                # A number in the headline makes it a text that was not annotated before.
                story = {"guid": f"soak-{number}", "headline": f"{headline} ({number})", "body": body}
                feeder.feed(FeedItem(json.dumps(story).encode(), f"soak-{number}", "bench"))
            feeder.flush()
            if now.at - look.at >= EVERY:
                notes.add(overview(look, now), now)
                look = now
            time.sleep(1)
    began = time.monotonic()
    while lag_in(watcher.snapshot()):
        if time.monotonic() - began > PATIENCE:
            raise SystemExit("the pipeline did not run dry")
        time.sleep(1)
    return notes


async def audited(settings: Settings) -> Report:
    """What became of everything."""
    store = open_index(settings)
    try:
        with TopicReader(settings) as reader:
            return await Auditor(settings, store, reader).run()
    finally:
        await store.close()


def measure(minutes: float, processes: int, words: int) -> dict[str, object]:
    """Run, and judge."""
    with index_server() as url, made("soak", index=url, log_level="ERROR") as settings:
        set_up_index(settings)
        watcher = PipelineMonitor(settings)
        with worker(settings, "--processes", str(processes)):
            notes = drive(settings, watcher, minutes, processes, words)
            watcher.close()
            report = asyncio.run(audited(settings))
        remove_indices(settings)
    quarter = max(1, len(notes.memory) // 4)
    early, late = notes.memory[quarter : 2 * quarter] or notes.memory, notes.memory[-quarter:]
    ratio = statistics.median(early) / statistics.median(late)
    settled = notes.rebalances[min(len(notes.rebalances) - 1, int(SETTLED / EVERY))]
    moved = notes.rebalances[-1] - settled
    clean = report.missing == 0 and report.accepted == report.indexed
    return {
        "benchmark": "soak",
        "ratio": round(ratio, 3),
        "memory_mib": [round(statistics.median(early)), round(statistics.median(late)), round(max(notes.memory))],
        "stage_mib": notes.stage_mib,
        "articles_per_second": round(statistics.median(notes.rates), 1),
        "rebalances_after_start": moved,
        "restarts": notes.restarts,
        "accepted": report.accepted,
        "indexed": report.indexed,
        "missing": report.missing,
        "passed": 1 / ratio < MOST_GROWTH and not moved and not notes.restarts and clean,
        "minutes": minutes,
        "words": words,
    }


def main() -> None:
    """Measure, print a table or one line of JSON, and exit with 1 where something is not as it should be."""
    arguments = parser(__doc__)
    arguments.add_argument("--minutes", type=float, default=20.0)
    arguments.add_argument("--processes", type=int, default=1, help="of each stage")
    arguments.add_argument("--words", type=int, default=0, help="of a story's text: fewer make more stories  [all]")
    options = arguments.parse_args()
    result = measure(options.minutes, options.processes, options.words)
    present(result, {k: v for k, v in result.items() if k != "benchmark"}, "soak", as_json=options.json)
    sys.exit(not result["passed"])


if __name__ == "__main__":
    main()
