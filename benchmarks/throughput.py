"""The enrich stage through real Kafka, beside the same processors called directly, on the same articles.

    python -m benchmarks.throughput [--articles 600] [--rounds 4] [--json]

The articles are shared out over the rounds. Rounds alternate between the two ways, so that both meet the same noise;
the ratio is the median over rounds of Kafka's articles a second over the direct call's.
"""

import statistics
import time

from benchmarks.corpus import articles
from benchmarks.road import WARM_UP, EnrichRoad, made, median_ratio, parser, present, worker
from processors.pipeline import Annotators, load
from streams.records import Article


def run_directly(annotators: Annotators, batch: list[Article], size: int) -> float:
    """Seconds for the three processors called in turn on the same articles, in batches of the worker's size."""
    texts = [article.text for article in batch]
    began = time.perf_counter()
    for start in range(0, len(texts), size):
        annotators.annotate(texts[start : start + size])
    return time.perf_counter() - began


def measure(count: int, rounds: int, file: str) -> dict[str, object]:
    """Both ways, ``rounds`` times in turn."""
    direct, kafka, size = [], [], count // rounds
    with made("throughput", log_level="ERROR") as settings:
        annotators = load(settings.pipeline)
        road = EnrichRoad(settings)
        with worker(settings, "enrich"):
            road.run(articles(WARM_UP, tag="warm", file=file))
            run_directly(annotators, articles(WARM_UP, file=file), settings.enrich_batch)
            for number in range(rounds):
                batch = articles(size, skip=WARM_UP + number * size, tag=str(number), file=file)
                direct.append(size / run_directly(annotators, batch, settings.enrich_batch))
                kafka.append(size / road.run(batch))
    return {
        "benchmark": "throughput",
        **median_ratio(kafka, direct),
        "kafka_articles_per_second": round(statistics.median(kafka), 1),
        "direct_articles_per_second": round(statistics.median(direct), 1),
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
        "ratio": result["ratio"],
    }
    title = f"{options.articles} real articles in {options.rounds} rounds, medians"
    present(result, rows, title, as_json=options.json)


if __name__ == "__main__":
    main()
