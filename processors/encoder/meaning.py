"""What a text says as one short vector: its words' hidden states, the rare words' above all, turned and scaled.

In: encoded sentences, the head's weights. Out: signed bytes, near in direction for texts that say the like; empty for a
text without a telling word. The mean of all hidden states lies in a narrow cone, where few directions hardly differ
between texts (Li et al. 2020, arXiv:2011.05864). So words count by how rare they are in news, as in TF-IDF, and what
varies most among sentences is scaled down (whitening: Su et al. 2021, arXiv:2103.15316). `training.meaning` fits both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from processors.encoder.heads import Floats, Weights
from processors.encoder.pieces import Pieces
from processors.events.words import LEAST_RARITY, rarity

if TYPE_CHECKING:
    from processors.encoder.encoder import Encoded

HEADLINE = 4.0  # what a word of the first sentence counts beside one of the text
MOST_SENTENCES = 40  # looked at: news begins with what matters
LARGEST = 127


def vector(weights: Weights, sentences: Sequence[Encoded], least: float = LEAST_RARITY) -> bytes:
    """The vector of a text of these sentences, of which the first is the headline; empty without `weights`.

    Words that are less rare than ``least`` do not count.
    """
    total, counted = summed(sentences, least)
    if not weights or not counted:
        return b""
    found: Floats = weights["weight"] @ (total / np.float32(counted) - weights["mean"])
    largest = float(np.abs(found).max())
    return np.rint(found * (LARGEST / largest)).astype(np.int8).tobytes() if largest else b""


def summed(sentences: Sequence[Encoded], least: float = LEAST_RARITY) -> tuple[Floats, float]:
    """The sum of the hidden states of the sentences' words, each as often as it counts, and of these counts."""
    total: Floats = np.zeros(sentences[0].hidden.shape[1] if sentences else 0, np.float32)
    counted = 0.0
    for at, each in enumerate(sentences[:MOST_SENTENCES]):
        telling = word_weights(each.text, each.pieces, least)
        factor = 1.0 if at else HEADLINE
        total += np.float32(factor) * (telling @ each.hidden)
        counted += factor * float(telling.sum())
    return total, counted


def word_weights(text: str, pieces: Pieces, least: float = LEAST_RARITY) -> Floats:
    """What each sub-token counts: how rare its word is in news; nothing below ``least``, for numbers and for signs."""
    rare = rarity()
    unknown = rare[""]
    found = [0.0] * len(pieces.ids)
    ends = [*pieces.firsts[1:], len(found) - 1]
    for first, last, (start, end) in zip(pieces.firsts, ends, pieces.places, strict=False):
        word = text[start:end].lower()
        weight = rare.get(word, unknown) if any(map(str.isalpha, word)) else 0.0
        if weight >= least:
            found[first:last] = [weight] * (last - first)
    return np.array(found, dtype=np.float32)
