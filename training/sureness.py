"""How likely a tone toward a name must be before we give it: precision and recall by threshold, on unseen names.

In: a model folder, tones labelled here (`training/labels/tones.jsonl`), the corpora. Out: a table for these and one for
`mentions.dev.jsonl`. Rows labelled here were drawn from 7,037 names, more of them where the model may see a tone; each
says how many names it stands for (``stands_for``). Run: `python -m training.sureness`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from processors.encoder import encoder
from processors.encoder.encoder import Encoder
from processors.text.passages import level
from training import corpora

ROWS = corpora.LABELS / "tones.jsonl"
LEAST = (0.0, 0.5, 0.6, 0.65, 0.7, 0.72, 0.74, 0.76, 0.8)
NEUTRAL = 1  # its column
BATCH = 128  # sentences encoded at a time
SAMPLES = 1000  # of articles, drawn with replacement for the interval

Floats = NDArray[np.float64]


class Judged(NamedTuple):
    """Names with a tone: chances, label (0 negative, 1 neutral, 2 positive), how many each stands for, its article."""

    chances: Floats
    labels: NDArray[np.int64]
    counts: Floats
    sources: list[str]

    def right(self, least: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which tones are given when they must be so likely, and which of these are right."""
        best = self.chances.argmax(axis=1)
        given = (best != NEUTRAL) & (self.chances.max(axis=1) >= least)
        return given, given & (best == self.labels)

    def shares(self, least: float) -> tuple[float, float]:
        """The share of given tones that are right, and of the labelled ones that are found, in percent."""
        given, right = self.right(least)
        found, wanted = self.counts[given].sum(), self.counts[self.labels != NEUTRAL].sum()
        good = 100 * self.counts[right].sum()
        return good / max(1e-9, found), good / max(1e-9, wanted)

    def interval(self, least: float, seed: int = 1) -> tuple[float, float]:
        """Where nine in ten precisions lie, if the articles had been drawn again (bootstrap)."""
        given, right = self.right(least)
        names, rows = np.unique(self.sources, return_inverse=True)
        sums = np.stack([np.bincount(rows, self.counts * each, len(names)) for each in (right, given)])
        drawn = np.random.default_rng(seed).multinomial(len(names), [1 / len(names)] * len(names), SAMPLES)
        good, found = sums @ drawn.T
        low, high = np.percentile(100 * good / np.maximum(found, 1e-9), (5, 95))
        return float(low), float(high)


def judged(model: Encoder, rows: Iterable[Mapping[str, Any]]) -> Judged:
    """What the model says of labelled names, and the labels; rows whose words are no name are left out."""
    kept = sorted((row for row in rows if row["polarity"] is not None), key=lambda row: len(row["sentence"]))
    found: list[tuple[float, ...]] = []
    for at in range(0, len(kept), BATCH):
        some = kept[at : at + BATCH]
        encoded = model.encode([level(row["sentence"]) for row in some])
        asked = [(one, [(row["from"], row["to"])]) for one, row in zip(encoded, some, strict=True)]
        found += [chances[0] for chances in model.tones(asked)]
    return Judged(
        np.array(found),
        np.array([row["polarity"] + 1 for row in kept]),
        np.array([float(row.get("stands_for", 1)) for row in kept]),
        [row["source"] for row in kept],
    )


def show(title: str, names: Judged) -> None:
    """Print the table."""
    print(f"{title}: {len(names.labels)} names, {int((names.labels != NEUTRAL).sum())} not neutral")
    for least in LEAST:
        given, _ = names.right(least)
        (precision, recall), (low, high) = names.shares(least), names.interval(least)
        print(f"  {least:.2f}: {precision:.1f}% right [{low:.0f}-{high:.0f}] of {given.sum()}, recall {recall:.1f}%")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=encoder.MODELS)
    model, root = encoder.load(parser.parse_args().models), corpora.folder()
    show("labelled here", judged(model, corpora.own_rows(ROWS, root / "articles")))
    lines = (root / "sentiment/mentions.dev.jsonl").read_text(encoding="utf-8").splitlines()
    show("mentions.dev", judged(model, map(json.loads, lines)))


if __name__ == "__main__":
    main()
