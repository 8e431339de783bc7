"""The enrich stage with a real Kafka, compared with the same annotators called directly, on the same articles.

    python -m benchmarks.throughput [--articles 600] [--rounds 4] [--json]

The articles are shared out over the rounds. Each round goes both ways, every other one in the opposite order, so that
both meet the same noise; the ratio is the median over rounds of Kafka's articles a second over the direct call's. Where
that noise is several hundredths, the share of time that the models' thread is on a processor says more.
"""

import statistics
import time
from collections.abc import Callable

from benchmarks.corpus import articles
from benchmarks.pipeline import (
    WARM_UP,
    EnrichPipeline,
    busiest_thread,
    in_turn,
    made,
    median_ratio,
    parser,
    present,
    worker,
)
from processors.pipeline import Annotators, load
from streams.records import Article


def run_directly(annotators: Annotators, batch: list[Article], size: int) -> float:
    """Seconds for the three processors called in turn on the same articles, in batches of the worker's size."""
    texts = [article.text for article in batch]
    began = time.perf_counter()
    for start in range(0, len(texts), size):
        annotators.annotate(texts[start : start + size])
    return time.perf_counter() - began


def run_watched(pipeline: EnrichPipeline, supervisor: int, shares: list[float], batch: list[Article]) -> float:
    """Seconds through Kafka; adds the share of them in which the models' thread was on a processor."""
    before = busiest_thread(supervisor)
    seconds = pipeline.run(batch)
    shares.append((busiest_thread(supervisor) - before) / seconds)
    return seconds


def measure(count: int, rounds: int, file: str) -> dict[str, object]:
    """Both ways, ``rounds`` times in turn."""
    rates: dict[str, list[float]] = {"direct": [], "kafka": []}
    shares: list[float] = []
    size = count // rounds
    with made("throughput", log_level="ERROR") as settings:
        annotators = load(settings.pipeline)
        pipeline = EnrichPipeline(settings)
        with worker(settings, "enrich") as supervisor:
            ways: dict[str, Callable[[list[Article]], float]] = {
                "direct": lambda batch: run_directly(annotators, batch, settings.enrich_batch),
                "kafka": lambda batch: run_watched(pipeline, supervisor.pid, shares, batch),
            }
            for run in ways.values():
                run(articles(WARM_UP, tag="warm", file=file))
            for number in range(rounds):
                batch = articles(size, skip=WARM_UP + number * size, tag=str(number), file=file)
                for way in in_turn(list(ways), number):
                    rates[way].append(size / ways[way](batch))
    return {
        "benchmark": "throughput",
        **median_ratio(rates["kafka"], rates["direct"]),
        "kafka_articles_per_second": round(statistics.median(rates["kafka"]), 1),
        "direct_articles_per_second": round(statistics.median(rates["direct"]), 1),
        "models_thread": round(statistics.median(shares[1:]), 3),  # without the warm-up
        "articles": count,
    }


def main() -> None:
    """Measure, and print a table or one line of JSON."""
    arguments = parser(__doc__)
    arguments.add_argument("--articles", type=int, default=600)
    arguments.add_argument("--rounds", type=int, default=4)
    arguments.add_argument("--file", default="wire_dev", help="wire_dev: long articles; reuters21578: a real wire")
    options = arguments.parse_args()
    result = measure(options.articles, options.rounds, options.file)
    rows = {
        "enrich stage through Kafka": f"{result['kafka_articles_per_second']} articles/s",
        "processors called directly": f"{result['direct_articles_per_second']} articles/s",
        "models' thread on a processor": f"{result['models_thread']:.1%} of the time",
        "ratio": result["ratio"],
    }
    title = f"{options.articles} real articles in {options.rounds} rounds, medians"
    present(result, rows, title, as_json=options.json)


if __name__ == "__main__":
    main()
