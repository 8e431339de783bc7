"""Makes the scores of stances mean what they say: fits a logistic curve on labelled sentences of the development part.

In: a model folder and sentences with frames. Out: its manifest with the curve's four weights (a constant, and one for
each chance of cue, holder and target), and the expected calibration error by cross-validation: of each row the score
comes from a curve that was fitted without its sentence (Platt 1999; Guo et al. 2017, arXiv:1706.04599).
Run: `python -m training.calibrate --models processors/models`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from processors.annotations import Span, Stance
from processors.encoder import encoder
from processors.encoder.stances import certain, logit
from processors.evaluation import frames
from processors.stance.judging import LABELS
from processors.text.passages import level
from training import corpora

FOLDS = 10
PENALTY = 1.0  # on the weights but the constant
STEPS = 30  # of Newton's method, which needs fewer

Floats = NDArray[np.float64]


class Row(NamedTuple):
    """A stance found: the number of its sentence, its chances, and whether it is right (relaxed)."""

    sentence: int
    chances: tuple[float, float, float]
    right: bool


def rows(model: encoder.Encoder, sentences: list[frames.Framed]) -> list[Row]:
    """Every stance that the model reads in the sentences."""
    encoded = model.encode([level(each.text) for each in sentences])
    found: list[Row] = []
    for number, (sentence, stated) in enumerate(zip(sentences, model.stated(encoded), strict=True)):
        spans = [
            [Span(*place, sentence.text[slice(*place)]) for place in (each.holder, each.target)] for each in stated
        ]
        whole = Span(0, len(sentence.text), sentence.text)
        made = [
            Stance(holder.text, target.text, LABELS[each.label], each.score, whole, "", holder, target)
            for each, (holder, target) in zip(stated, spans, strict=True)
        ]
        right = frames.matches(sentence, made, strict=False)
        found += [Row(number, each.chances, good) for each, good in zip(stated, right, strict=True)]
    return found


def fitted(some: list[Row]) -> list[float]:
    """The curve's weights, by Newton's method on the penalized likelihood."""
    x = np.array([[1.0, *map(logit, row.chances)] for row in some])
    y = np.array([row.right for row in some], dtype=np.float64)
    weights: Floats = np.zeros(x.shape[1])
    penalty = PENALTY * np.diag([0.0, 1.0, 1.0, 1.0])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (chance - y) + penalty @ weights
        bend = (x * (chance * (1 - chance))[:, None]).T @ x + penalty
        weights = weights - np.linalg.solve(bend, slope)
    return [float(weight) for weight in weights]


def crossed(found: list[Row]) -> list[tuple[float, bool]]:
    """Each row's score by a curve fitted without its fold, and whether it is right."""
    judged = []
    for fold in range(FOLDS):
        weights = fitted([row for row in found if row.sentence % FOLDS != fold])
        judged += [(certain(row.chances, weights), row.right) for row in found if row.sentence % FOLDS == fold]
    return judged


def error(judged: list[tuple[float, bool]]) -> float:
    """The expected calibration error: the mean gap between scores and the share of them that is right."""
    bins = frames.calibration(judged)
    return sum(each["rows"] * abs(each["mean_score"] - each["right"]) for each in bins) / max(1, len(judged))


def fit(models: Path, file: Path) -> str:
    """Fit the curve of the model in a folder and write it into its manifest; say how well it fits."""
    with file.open(encoding="utf-8") as lines:
        found = rows(encoder.load(models), frames.read(lines))
    path = models / "manifest.json"
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    manifest["certainty"] = [round(weight, 4) for weight in fitted(found)]
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return f"{len(found)} rows, weights {manifest['certainty']}, calibration error {error(crossed(found)):.3f}"


def main() -> None:
    """Fit, write the manifest, print the error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=encoder.MODELS)
    parser.add_argument("--file", type=Path, default=corpora.folder() / "stance/frames.dev.jsonl")
    options = parser.parse_args()
    print(fit(options.models, options.file))


if __name__ == "__main__":
    main()
