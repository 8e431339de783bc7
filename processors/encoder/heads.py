"""The small networks that read hidden states, in numpy.

In: one text's hidden states, its spans as sub-token indices, and the heads' weights. Out: entity tags as
word spans, and probabilities of sentiment and stance. Mirrors `training/model.py`, which trains them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]
NEVER = np.float32(-1e9)
CUE_TAGS = 5  # outside, and begin and inside of a cue in favor and of one against


def softmax(scores: Floats) -> Floats:
    """Turn scores into probabilities along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return chances


def gelu(x: Floats) -> Floats:
    """Exact GELU; erf by Abramowitz and Stegun 7.1.26, good to 2e-7, which spares a dependency on scipy."""
    z = np.abs(x) / math.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(x) * (1 - series * np.exp(-z * z))
    shaped: Floats = (0.5 * x * (1 + erf)).astype(np.float32)
    return shaped


def linear(weights: Weights, name: str, x: Floats) -> Floats:
    """Apply one linear map."""
    mapped: Floats = x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
    return mapped


def pooled(hidden: Floats, spans: Sequence[Sequence[int]]) -> Floats:
    """Average the hidden states of each span; zeros for an empty one."""
    found = np.zeros((len(spans), hidden.shape[1]), dtype=np.float32)
    for row, span in enumerate(spans):
        if len(span):
            found[row] = np.add.reduce(hidden[list(span)], axis=0) / np.float32(len(span))  # mean() without its checks
    return found


def attended(query: Floats, hidden: Floats) -> Floats:
    """Average the hidden states by their likeness to each query."""
    seen: Floats = softmax(query @ hidden.T / np.float32(math.sqrt(hidden.shape[1]))) @ hidden
    return seen


def target_logits(
    weights: Weights, hiddens: Sequence[Floats], spans: Sequence[Sequence[Sequence[int]]], out: str = "target.out"
) -> Floats:
    """Score negative, neutral and positive for each span of each text, texts one after another.

    ``out`` is the last layer: ``target.out`` was taught on targets of opinion, ``target.mentions`` on names as they
    come.
    """
    target = np.concatenate([pooled(hidden, each) for hidden, each in zip(hiddens, spans, strict=True)])
    counts = [len(each) for each in spans]
    seen = looked(linear(weights, "target.query", target), hiddens, counts)
    features = np.concatenate([target, seen, first_tokens(hiddens, counts)], axis=1)
    return linear(weights, out, gelu(linear(weights, "target.join", features)))


def looked(queries: Floats, hiddens: Sequence[Floats], counts: Sequence[int]) -> Floats:
    """Let each query look at its own text: the first ``counts[0]`` of them at the first, and so on."""
    parts = np.split(queries, np.cumsum(counts)[:-1])
    return np.concatenate([attended(part, hidden) for part, hidden in zip(parts, hiddens, strict=True)])


def first_tokens(hiddens: Sequence[Floats], counts: Sequence[int]) -> Floats:
    """Repeat each text's first hidden state as often as it has something to score."""
    repeated: Floats = np.repeat(np.stack([hidden[0] for hidden in hiddens]), counts, axis=0)
    return repeated


def between(p: Sequence[int], q: Sequence[int]) -> list[int]:
    """Name the sub-tokens that stand between the two, whichever comes first."""
    if not len(p) or not len(q):
        return []
    low, high = sorted((p, q), key=lambda s: s[0])
    return list(range(low[-1] + 1, high[0]))


def pair_logits(
    weights: Weights, hiddens: Sequence[Floats], pairs: Sequence[Sequence[tuple[Sequence[int], Sequence[int]]]]
) -> Floats:
    """Score none, p→q favor, q→p favor, p→q against and q→p against for each pair of each text.

    What a span or a pair gives is computed once, however many pairs and directions it serves: the maps are linear.
    """
    places = [{tuple(span): None for pair in mine for span in pair} for mine in pairs]
    starts = np.cumsum([0, *map(len, places)])
    vectors = np.concatenate([pooled(hidden, list(mine)) for hidden, mine in zip(hiddens, places, strict=True)])
    rows = [{span: start + at for at, span in enumerate(mine)} for mine, start in zip(places, starts, strict=False)]
    p, q = (
        np.array([row[tuple(pair[side])] for row, mine in zip(rows, pairs, strict=True) for pair in mine])
        for side in (0, 1)
    )
    counts = [len(mine) for mine in pairs]
    middle = np.concatenate(
        [pooled(h, [between(*pair) for pair in mine]) for h, mine in zip(hiddens, pairs, strict=True)]
    )
    earlier = np.array([[bool(a) and bool(b) and a[0] < b[0]] for mine in pairs for a, b in mine], dtype=np.float32)
    width = vectors.shape[1]
    held, aimed = np.split(weights["pair.query.weight"].T, 2)
    h, t, product, seen, mid, first, order = np.split(weights["pair.join.weight"].T, range(width, 6 * width + 1, width))
    as_holder, as_target = vectors @ held + weights["pair.query.bias"], vectors @ aimed
    of_holder, of_target = vectors @ h, vectors @ t
    both = (vectors[p] * vectors[q]) @ product + middle @ mid + first_tokens(hiddens, counts) @ first
    both += weights["pair.join.bias"]

    def one_way(holder: Any, target: Any, before: Floats) -> Floats:
        views = looked(as_holder[holder] + as_target[target], hiddens, counts)
        inner = both + of_holder[holder] + of_target[target] + views @ seen + before @ order
        return linear(weights, "pair.out", gelu(inner))

    there, back = one_way(p, q, earlier), one_way(q, p, 1 - earlier)
    none = there[:, :1] + back[:, :1]
    return np.concatenate([none, there[:, 1:2], back[:, 1:2], there[:, 2:], back[:, 2:]], axis=1)


def sentence_features(weights: Weights, hiddens: Sequence[Floats]) -> Floats:
    """Describe whole texts to the sentence head: first token, mean, and the target head's view of it all."""
    whole = [[range(1, len(hidden) - 1) or range(len(hidden))] for hidden in hiddens]
    view = softmax(target_logits(weights, hiddens, whole))
    means = np.stack([hidden[mine[0]].mean(axis=0) for hidden, mine in zip(hiddens, whole, strict=True)])
    described: Floats = np.concatenate([first_tokens(hiddens, [1] * len(hiddens)), means, view], axis=1)
    return described.astype(np.float32)


@cache
def allowed(tags: int) -> NDArray[np.bool_]:
    """Say which tag may follow which (row: before, column: after): an I only its own B or I, and a B not those.

    Two names of one type with nothing between them hardly occur (1 of 7,559 people in the training part),
    while a rare name is easily taken for two.
    """
    table = np.ones((tags, tags), dtype=np.bool_)
    for inside in range(2, tags, 2):
        table[:, inside] = False
        table[[inside - 1, inside], inside] = True
        table[[inside - 1, inside], inside - 1] = False
    return table


def best_tags(logits: Floats) -> tuple[list[int], Floats]:
    """Choose the likeliest lawful tags of a row of words; also give the probabilities they were chosen by."""
    chances = softmax(logits)
    best = chances.argmax(axis=1)
    before = np.concatenate([[0], best[:-1]])
    table = allowed(logits.shape[1])
    # Where every word's own best is lawful, no other row of tags can be likelier, and the search is spared.
    if table[before, best].all():
        return best.tolist(), chances
    scores = np.log(chances + 1e-12)
    steps = np.where(table, np.float32(0), NEVER)
    total, back = scores[0] + steps[0], []
    for row in scores[1:]:
        options = total[:, None] + steps
        back.append(options.argmax(axis=0))
        total = options.max(axis=0) + row
    path = [int(total.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1], chances


def tag_runs(tags: Sequence[int], chances: Floats) -> list[tuple[int, int, int, float]]:
    """Join tags into runs: first word, word after the last, type number and mean confidence."""
    runs: list[tuple[int, int, int]] = []
    for at, tag in enumerate(tags):
        if tag and tag % 2:
            runs.append((at, at + 1, tag // 2))
        elif tag:
            runs[-1] = (runs[-1][0], at + 1, runs[-1][2])
    return [(a, b, kind, _mean_chance(chances[a:b, 2 * kind + 1 : 2 * kind + 3])) for a, b, kind in runs]


def _mean_chance(words: Floats) -> float:
    """The mean over words of their chances to begin and to go on with something."""
    return float(np.add.reduce(words[:, 0] + words[:, 1]) / np.float32(len(words)))
