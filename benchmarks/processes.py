"""Two enrich processes compared with one: their throughput, and how much of the machine Kafka itself uses.

    python -m benchmarks.processes [--articles 800] [--rounds 4] [--json]

A supervisor with one process and another with two stand side by side, each with topics of its own, and get the same
articles in turn. The ratio is the median over rounds. On a machine with two cores the broker and the benchmark itself
work on the same cores as the two processes, so the cores that all of them use are told too.
"""

import statistics
import time
from contextlib import ExitStack
from typing import NamedTuple

from benchmarks.corpus import articles
from benchmarks.pipeline import (
    WARM_UP,
    EnrichPipeline,
    broker,
    cpu_seconds,
    in_turn,
    listener,
    made,
    median_ratio,
    parser,
    present,
    seen,
    worker,
)


class Side(NamedTuple):
    """One supervisor and its topics."""

    processes: int
    pipeline: EnrichPipeline


def measure(count: int, rounds: int, file: str) -> dict[str, object]:
    """Both numbers of processes, ``rounds`` times in turn."""
    size = count // rounds
    rates: dict[int, list[float]] = {1: [], 2: []}
    cores: list[float] = []
    with ExitStack() as stack:
        address = stack.enter_context(broker())
        sides = []
        for processes in rates:
            settings = stack.enter_context(made(f"processes{processes}", kafka=address, log_level="ERROR"))
            stack.enter_context(worker(settings, "enrich", "--processes", str(processes)))
            sides.append(Side(processes, EnrichPipeline(settings)))
        kafka = listener(address)
        for side in sides:
            side.pipeline.run(articles(WARM_UP, tag="warm", file=file))
        for number in range(rounds):
            batch = articles(size, skip=WARM_UP + number * size, tag=str(number), file=file)
            for side in in_turn(sides, number):
                before = cpu_seconds(kafka) if kafka else 0.0
                began = time.perf_counter()
                rates[side.processes].append(size / side.pipeline.run(batch))
                if kafka and side.processes == max(rates):
                    cores.append((cpu_seconds(kafka) - before) / (time.perf_counter() - began))
        memory = seen(sides[1].pipeline.settings, 1.0).stages["enrich"].memory_mib / max(rates)
    return {
        "benchmark": "processes",
        **median_ratio(rates[2], rates[1]),
        "one_articles_per_second": round(statistics.median(rates[1]), 1),
        "two_articles_per_second": round(statistics.median(rates[2]), 1),
        "kafka_cores": round(statistics.median(cores), 2) if cores else None,
        "process_mib": round(memory),
        "articles": count,
    }


def main() -> None:
    """Measure, and print a table or one line of JSON."""
    arguments = parser(__doc__)
    arguments.add_argument("--articles", type=int, default=800)
    arguments.add_argument("--rounds", type=int, default=4)
    arguments.add_argument("--file", default="wire_dev")
    options = arguments.parse_args()
    result = measure(options.articles, options.rounds, options.file)
    rows = {
        "one enrich process": f"{result['one_articles_per_second']} articles/s",
        "two enrich processes": f"{result['two_articles_per_second']} articles/s",
        "ratio": result["ratio"],
        "cores that Kafka used meanwhile": result["kafka_cores"],
        "memory of one process": f"{result['process_mib']} MiB",
    }
    present(result, rows, f"{options.articles} articles in {options.rounds} rounds, medians", as_json=options.json)


if __name__ == "__main__":
    main()
