"""Sentiment toward targets that somebody chose, as NewsMTSC's are: a larger head than names in news need.

In: hidden states, the targets' sub-tokens, weights. Out: scores of negative, neutral and positive. Beside what
`heads.target_logits` sees, each target reads its sentence several times over, each time with what it has read before,
as a decoder of one word (Vaswani et al. 2017, arXiv:1706.03762). Keys and values stay as they are: queries and what is
made of the answer are mapped instead, so that the cost grows with targets, not with words. Mirrors `training/given.py`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from processors.encoder import heads
from processors.encoder.heads import Floats, Weights

HOPS = 2  # times that a target reads its sentence
VIEWS = 4  # places that it looks at each time
EPSILON = 1e-5  # of the norms


def logits(weights: Weights, hiddens: Sequence[Floats], spans: Sequence[Sequence[Sequence[int]]]) -> Floats:
    """Score negative, neutral and positive for each span of each text, texts one after another."""
    base = {f"target{name.removeprefix('base')}": value for name, value in weights.items()}
    first = heads.target_logits(base, hiddens, spans)
    more: Floats = np.concatenate([_read(weights, h, mine) for h, mine in zip(hiddens, spans, strict=True)])
    return first + more


def _read(weights: Weights, hidden: Floats, spans: Sequence[Sequence[int]]) -> Floats:
    begun = state = heads.pooled(hidden, spans)
    for hop in range(HOPS):
        answers = _answers(heads.linear(weights, f"more.q.{hop}", state), hidden)
        state = _normed(weights, f"more.n1.{hop}", state + heads.linear(weights, f"more.v.{hop}", answers))
        inner = heads.gelu(heads.linear(weights, f"more.up.{hop}", state))
        state = _normed(weights, f"more.n2.{hop}", state + heads.linear(weights, f"more.down.{hop}", inner))
    features = np.concatenate([begun, state, np.repeat(hidden[:1], len(spans), axis=0)], axis=1)
    return heads.linear(weights, "more.out", heads.gelu(heads.linear(weights, "more.join", features)))


def _answers(queries: Floats, hidden: Floats) -> Floats:
    """What each target's views see, side by side."""
    width = hidden.shape[1]
    seen = heads.softmax(queries.reshape(-1, width) @ hidden.T / np.float32(math.sqrt(width))) @ hidden
    found: Floats = seen.reshape(len(queries), VIEWS * width)
    return found


def _normed(weights: Weights, name: str, x: Floats) -> Floats:
    centred = x - x.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + np.float32(EPSILON))
    normed: Floats = centred / spread * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return normed
