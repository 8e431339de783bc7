"""Sizes and simulates three pipelines (a newsroom, a national monitor, the internet) from measured figures.

    python -m benchmarks.simulate [--figures cost.json] [--json]
    python -m benchmarks.simulate --check [--json]

Without figures of your own (``python -m benchmarks.cost --save F``) those of docs/scaling.md are taken. ``ratio`` says
for the worst of the three how many times its own length a burst takes until it is worked off.

``--check`` puts a burst on one real enrich process, and simulates the same with the rate that was measured just before;
its ``ratio`` is the simulated over the real time until the backlog is gone.
"""

import json
import math
import threading
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.corpus import articles, words_of
from benchmarks.killing import lag_of, wait_for_lag
from benchmarks.model import Burst, Outcome, Plant, Scaling, simulate
from benchmarks.pipeline import WARM_UP, EnrichPipeline, made, parser, present, worker
from streams.kafka.lag import LagReader
from streams.records import Article

FIGURES = Path(__file__).with_name("figures.json")
SCENARIOS = {"newsroom": 1.0, "national monitor": 100.0, "internet": 5000.0}  # articles a second
BUSY = 0.6  # share of its time that a process should work at the ordinary rate, to have room for bursts
BROKER_COPIES = 3
SHARD_BYTES = 40e9
DAY, MONTH = 86400.0, 30 * 86400.0
HOUR = 3600.0
BURSTS = (Burst(600, 120, 3.0),)  # three times as many for two minutes


def sized(rate: float, figures: dict[str, Any]) -> dict[str, Any]:
    """What a rate needs: processes, partitions, cores, bytes and shards."""
    each = figures["enrich_articles_per_core_second"]
    cpu, size = figures["cpu_seconds_per_article"], figures["bytes_per_article"]
    processes = max(1, math.ceil(rate / (each * BUSY)))
    most = 2 * processes
    kafka = sum(size[topic] for topic in ("raw", "articles", "enriched"))
    month = size["index"] * rate * MONTH
    return {
        "articles_per_second": rate,
        "enrich_processes": processes,
        "enrich_processes_most": most,
        "partitions": 12 * math.ceil(most / 12),
        "read_processes": max(1, math.ceil(rate * cpu["read"] / BUSY)),
        "index_processes": max(1, math.ceil(rate * cpu["index"] / BUSY)),
        "memory_gib": round(processes * figures["process_mib"]["enrich"] / 1024, 1),
        "kafka_mb_per_second": round(rate * kafka * BROKER_COPIES / 1e6, 2),
        "kafka_gb_per_day": round(rate * kafka * BROKER_COPIES * DAY / 1e9, 1),
        "index_gb_per_month": round(2 * month / 1e9, 1),  # with one replica
        "primary_shards_per_month": max(1, math.ceil(month / SHARD_BYTES)),
    }


def plant_of(size: dict[str, Any], figures: dict[str, Any]) -> Plant:
    """The enrich stage of that size, scaled by its lag: half a minute's work a process."""
    each = figures["enrich_articles_per_core_second"]
    scaling = Scaling(size["enrich_processes"], size["enrich_processes_most"], lag_each=30 * each)
    return Plant(each, size["partitions"], scaling)


def grown(figures: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each scenario's size, and an hour of it with a burst, and with a killed process, simulated."""
    found = {}
    for name, rate in SCENARIOS.items():
        size = sized(rate, figures)
        plant = plant_of(size, figures)
        calm = simulate(plant, rate, HOUR)
        burst = simulate(plant, rate, HOUR, BURSTS)
        killed = simulate(Plant(plant.rate, plant.partitions, plant.scaling, kills=(900.0,)), rate, HOUR)
        found[name] = size | {
            "latency_p50_p99": [round(calm.p50, 1), round(calm.p99, 1)],
            "burst": told(burst, 720.0, calm),
            "killed": told(killed, 900.0, calm),
        }
    return found


def told(outcome: Outcome, after: float, calm: Outcome) -> dict[str, Any]:
    """A disturbance beside the calm hour."""
    return {
        "highest_lag": round(outcome.highest_lag),
        "p99_seconds": round(outcome.p99, 1),
        "recovered_seconds": outcome.recovered(after, 1.5 * calm.highest_lag),
        "processes": int(outcome.processes.max()),
    }


def shown(value: Any) -> str:
    """A figure, or several, as a table shows them."""
    if isinstance(value, dict):
        return "\n".join(f"{name.replace('_', ' ')} {each}" for name, each in value.items())
    return " / ".join(map(str, value)) if isinstance(value, list) else str(value)


def burst_on(pipeline: EnrichPipeline, batch: list[Article], reader: LagReader) -> tuple[float, float]:
    """Put all on the topic at once; gives the highest lag and the seconds until none is left."""
    began = time.monotonic()
    running = threading.Thread(target=pipeline.run, args=(batch,))
    running.start()
    highest = 0
    while highest < len(batch) // 2 and time.monotonic() - began < 10:  # noqa: PLR2004 - seconds to send them
        highest = max(highest, lag_of(reader))
    _, later = wait_for_lag(reader, 0)
    running.join()
    return max(highest, later), time.monotonic() - began - 3  # `wait_for_lag` sees three calm seconds


def check(count: int) -> dict[str, Any]:
    """A real burst and its simulation, whose rate has the words a second of another burst on that process, before."""
    with made("simulate", log_level="ERROR") as settings, LagReader(settings, "enrich") as reader:
        pipeline = EnrichPipeline(settings)
        with worker(settings, "enrich"):
            pipeline.run(articles(WARM_UP, tag="warm", file="reuters21578"))
            first = articles(count, skip=WARM_UP, tag="first", file="reuters21578")
            second = articles(2 * count, skip=WARM_UP + count, tag="second", file="reuters21578")
            rate = words_of(first) / pipeline.run(first) / (words_of(second) / len(second))
            highest, seconds = burst_on(pipeline, second, reader)
    plant = Plant(rate, settings.partitions, Scaling(1, 1))
    at_once = Burst(10.0, 0.5, 2.0 * count / 0.5)
    outcome = simulate(plant, 1.0, 10 + 4 * seconds, (at_once,))
    simulated = outcome.recovered(10.0, max(5.0, rate))
    assert simulated is not None
    return {
        "benchmark": "simulate",
        "ratio": round(simulated / seconds, 3),
        "real_seconds": round(seconds, 1),
        "simulated_seconds": simulated,
        "real_highest_lag": highest,
        "simulated_highest_lag": round(outcome.highest_lag),
        "rate": round(rate, 1),
    }


def main() -> None:
    """Print sizes and simulations, or the check."""
    arguments = parser(__doc__)
    arguments.add_argument("--figures", type=Path, default=FIGURES)
    arguments.add_argument("--check", action="store_true", help="beside a real run (needs Kafka)")
    arguments.add_argument("--articles", type=int, default=300, help="of the check's first burst; the second has twice")
    options = arguments.parse_args()
    if options.check:
        result = check(options.articles)
        present(
            result, {k: v for k, v in result.items() if k != "benchmark"}, "real and simulated", as_json=options.json
        )
        return
    found = grown(json.loads(options.figures.read_text()))
    if options.json:
        worst = max(scenario["burst"]["recovered_seconds"] or HOUR for scenario in found.values())
        print(json.dumps({"benchmark": "simulate", "ratio": round(worst / BURSTS[0].seconds, 3), "scenarios": found}))
        return
    table = Table("", *found, title="an hour, with figures measured on one machine")
    for row in next(iter(found.values())):
        table.add_row(row.replace("_", " "), *(shown(scenario[row]) for scenario in found.values()))
    Console().print(table)


if __name__ == "__main__":
    main()
