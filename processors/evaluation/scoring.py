"""The metrics, as pure functions.

In: gold and predicted labels, spans or numbers. Out: F1 scores by class or type, accuracy, correlation.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TypedDict

ARTICLES = frozenset({"the", "a", "an"})

TypedSpan = tuple[int, int, str]  # first token, token after the last, type


class Measured(TypedDict):
    """Precision, recall and F1 in percent, and how many there are in the gold labels."""

    precision: float
    recall: float
    f1: float
    support: int


def measured(right: int, found: int, wanted: int) -> Measured:
    """Turn counts into percentages."""
    precision = 100 * right / found if found else 0.0
    recall = 100 * right / wanted if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"precision": precision, "recall": recall, "f1": f1, "support": wanted}


def bio_spans(tags: Sequence[str]) -> list[TypedSpan]:
    """Read the spans off BIO tags; an I of another type, or after O, begins a span."""
    spans: list[TypedSpan] = []
    before = ""
    for at, tag in enumerate(tags):
        kind = tag[2:]
        if kind and tag[0] == "I" and kind == before:
            spans[-1] = (spans[-1][0], at + 1, kind)
        elif kind:
            spans.append((at, at + 1, kind))
        before = kind
    return spans


def token_spans(
    tokens: Sequence[str], mentions: Iterable[tuple[int, int, str]], starts: Sequence[int] | None = None
) -> list[TypedSpan]:
    """Turn character spans into token spans, by overlap; ``starts`` are the tokens', else they are a space apart."""
    if starts is None:
        starts = list(accumulate((len(token) + 1 for token in tokens[:-1]), initial=0))
    found = []
    for start, end, kind in mentions:
        touched = [i for i, s in enumerate(starts) if s < end and s + len(tokens[i]) > start]
        if touched:
            found.append((touched[0], touched[-1] + 1, kind))
    return found


def without_article(span: TypedSpan, tokens: Sequence[str]) -> TypedSpan:
    """Leave a leading article out of a span."""
    start, end, kind = span
    return (start + 1, end, kind) if end - start > 1 and tokens[start].lower() in ARTICLES else span


def entity_f1(
    sentences: Iterable[tuple[Sequence[str], Iterable[TypedSpan], Iterable[TypedSpan]]], types: Sequence[str]
) -> tuple[Measured, dict[str, Measured]]:
    """Score exact spans over (tokens, gold, predicted); over all the types together, and each by itself."""
    counts = {kind: [0, 0, 0] for kind in types}
    for tokens, gold, predicted in sentences:
        wanted = {without_article(s, tokens) for s in gold if s[2] in counts}
        found = {without_article(s, tokens) for s in predicted if s[2] in counts}
        for spans, place in ((wanted & found, 0), (found, 1), (wanted, 2)):
            for span in spans:
                counts[span[2]][place] += 1
    total = [sum(c[place] for c in counts.values()) for place in range(3)]
    return measured(*total), {kind: measured(*c) for kind, c in counts.items()}


def class_f1(
    gold: Sequence[str], predicted: Sequence[str], labels: Sequence[str]
) -> tuple[float, float, dict[str, Measured]]:
    """Score labels: macro-F1, accuracy (which is micro-F1 here), and each class by itself."""
    pairs = list(zip(gold, predicted, strict=True))
    by_class = {
        label: measured(
            sum(g == p == label for g, p in pairs), sum(p == label for _, p in pairs), sum(g == label for g, _ in pairs)
        )
        for label in labels
    }
    accuracy = 100 * sum(g == p for g, p in pairs) / len(pairs) if pairs else 0.0
    return sum(m["f1"] for m in by_class.values()) / len(labels), accuracy, by_class


def directions(label: int) -> tuple[str, str]:
    """Split a pair's label 0–4 into the stance p→q and the stance q→p."""
    return (
        {1: "favor", 3: "against"}.get(label, "none"),
        {2: "favor", 4: "against"}.get(label, "none"),
    )


def stance_f1(gold: Sequence[int], predicted: Sequence[int]) -> tuple[float, float, dict[str, Measured]]:
    """Score pairs three-way over ordered pairs: every row counts twice, once in each direction."""
    return class_f1(
        [way for label in gold for way in directions(label)],
        [way for label in predicted for way in directions(label)],
        ("favor", "against", "none"),
    )


def pearson(a: Sequence[float], b: Sequence[float]) -> float:
    """Correlate two rows of numbers; 0 where one of them does not vary."""
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    cross = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    spread = math.sqrt(sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))
    return cross / spread if spread else 0.0
