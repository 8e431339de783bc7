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

from processors.annotations import Span, Stance
from processors.encoder import encoder
from processors.encoder.stances import StatedStance, certain, evidence
from processors.evaluation import frames
from processors.stance.judging import LABELS, whole, without_sources
from processors.text.passages import level
from training import corpora, logistic

FOLDS = 10
FEWEST = 50  # rows that the curve can be fitted on
PENALTY = 4.0  # on the weights but the constant; of those tried it gives the least error by cross-validation


class Row(NamedTuple):
    """A stance found: the number of its sentence, its chances and label, and whether it is right (relaxed)."""

    sentence: int
    chances: tuple[float, float, float]
    label: int
    right: bool


def rows(model: encoder.Encoder, sentences: list[frames.Framed]) -> list[Row]:
    """Every stance that the model reads in the sentences, as a row of the product has it."""
    encoded = model.encode([level(each.text) for each in sentences])
    found: list[Row] = []
    for number, (sentence, one, some) in enumerate(zip(sentences, encoded, model.stated(encoded), strict=True)):
        stated = without_sources(one.text, [whole(each, one) for each in some])
        right = frames.matches(sentence, [row(sentence.text, each) for each in stated], strict=False)
        found += [Row(number, each.chances, each.label, good) for each, good in zip(stated, right, strict=True)]
    return found


def row(text: str, stance: StatedStance) -> Stance:
    """The stance as a row that can be scored."""
    holder, target = (Span(*place, text[slice(*place)]) for place in (stance.holder, stance.target))
    sentence = Span(0, len(text), text)
    return Stance(holder.text, target.text, LABELS[stance.label], stance.score, sentence, "", holder, target)


def fitted(some: list[Row]) -> list[float]:
    """The curve's weights."""
    x = np.array([evidence(row.chances, row.label) for row in some])
    y = np.array([row.right for row in some], dtype=np.float64)
    weights = logistic.weights(x, y, PENALTY * np.array([0.0, *[1.0] * (x.shape[1] - 1)]))
    return [float(weight) for weight in weights]


def crossed(found: list[Row]) -> list[tuple[float, bool]]:
    """Each row's score by a curve fitted without its fold, and whether it is right."""
    judged = []
    for fold in range(FOLDS):
        weights = fitted([row for row in found if row.sentence % FOLDS != fold])
        judged += [
            (certain(row.chances, row.label, weights), row.right) for row in found if row.sentence % FOLDS == fold
        ]
    return judged


def error(judged: list[tuple[float, bool]]) -> float:
    """The expected calibration error: the mean gap between scores and the share of them that is right."""
    bins = frames.calibration(judged)
    return sum(each["rows"] * abs(each["mean_score"] - each["right"]) for each in bins) / max(1, len(judged))


def fit(models: Path, file: Path) -> str:
    """Fit the curve of the model in a folder and write it into its manifest; say how well it fits."""
    with file.open(encoding="utf-8") as lines:
        found = rows(encoder.load(models), frames.read(lines))
    if len(found) < FEWEST:
        return f"{len(found)} rows are too few to fit the curve: it stays as it was"
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
