"""Teaches the map that says how surely a reader agrees with a stance's row, from rows that a reader judged.

In: a model folder, the judged rows (`training/labels/agreement.jsonl`: an article's id, places in its text, a code)
and the articles. Out: the folder's heads with the map's weights, and how well it tells right rows from wrong ones,
by cross-validation over articles. Codes: R right; h wrong only in the name it was resolved to; t the target says too
little; H, T wrong holder, target; L label reversed; N no stance. Run: `python -m training.agreement`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from processors.encoder import encoder
from processors.encoder.encoder import Encoded, Encoder
from processors.encoder.pieces import Offsets
from processors.encoder.stances import StatedStance, meet
from processors.stance import agreement
from processors.stance.judging import LABELS, whole
from processors.story_text import story_text
from processors.text.passages import level
from training import calibrate, corpora, logistic
from training.logistic import Floats

ROWS = corpora.LABELS / "agreement.jsonl"
RIGHT = frozenset({"R"})
DESCRIBED = 28  # features before the hidden states
STATES = 4  # hidden states after them: of the sentence, holder, target and cue
FEWEST = 200  # rows that a map can be taught on
FOLDS = 8
PENALTY = 1000.0  # on hidden states, which are many
LIGHT = 3.0  # on what the words look like
BATCH = 128  # sentences encoded at a time


class Judged(NamedTuple):
    """A row that a reader judged: its article, its sentence's text, places in that, its label and the code."""

    source: str
    sentence: str
    holder: Offsets
    target: Offsets
    label: int
    code: str


def judged(path: Path, articles: Path) -> Iterator[Judged]:
    """The judged rows, with their sentences as the product reads them."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = corpora.article_texts(articles, {row["source"] for row in rows})
    for row in rows:
        story = story_text(texts[row["source"]])
        start, end = next((s.start, s.end) for s in story.sentences if s.start <= row["sentence"] < s.end)
        holder, target = ((a - start, b - start) for a, b in (row["holder"], row["target"]))
        yield Judged(
            row["source"], level(story.spelt)[start:end], holder, target, LABELS.index(row["label"]), row["code"]
        )


def features(model: Encoder, rows: list[Judged]) -> tuple[Floats, list[Judged]]:
    """What the map sees of the rows that the model states as they were judged, and those rows.

    A row whose target is no longer what was judged is left out, unless what was wrong was something else.
    """
    found: list[NDArray[np.float32]] = []
    kept: list[Judged] = []
    for at in range(0, len(rows), BATCH):
        some = rows[at : at + BATCH]
        encoded = model.encode([row.sentence for row in some])
        for row, sentence, stated in zip(some, encoded, model.stated(encoded), strict=True):
            if (stance := _same(row, sentence, stated)) is not None:
                found.append(agreement.seen(sentence, stance))
                kept.append(row)
    return np.array(found, dtype=np.float64), kept


def _same(row: Judged, sentence: Encoded, stated: list[StatedStance]) -> StatedStance | None:
    for each in stated:
        if each.label == row.label and meet(each.holder, row.holder) and meet(each.target, row.target):
            made = whole(each, sentence)
            return made if made.target == row.target or row.code in "HTLN" else None
    return None


def fitted(x: Floats, y: Floats) -> tuple[Floats, float]:
    """Weights and bias of a penalized logistic regression, for features as they are."""
    mean, spread = x.mean(0), x.std(0) + 1e-6
    z = np.hstack([np.ones((len(x), 1)), (x - mean) / spread])
    states = z.shape[1] - 1 - DESCRIBED
    w = logistic.weights(z, y, np.array([0.0, *[LIGHT] * DESCRIBED, *[PENALTY] * states]))
    weights = w[1:] / spread
    return weights, float(w[0] - weights @ mean)


def crossed(x: Floats, y: Floats, sources: list[str]) -> Floats:
    """Each row's chance by a map that was fitted without its article."""
    folds = np.array([int(hashlib.sha256(source.encode()).hexdigest(), 16) % FOLDS for source in sources])
    chances = np.zeros(len(y))
    for fold in range(FOLDS):
        weights, bias = fitted(x[folds != fold], y[folds != fold])
        chances[folds == fold] = logistic.chances(x[folds == fold] @ weights + bias)
    return chances


def told(chances: Floats, y: Floats) -> str:
    """Precision and the share of right rows that is shown, by least chance."""
    lines = []
    for least in (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9):
        shown = chances >= least
        right = y[shown].mean() if shown.any() else 0.0
        lines.append(
            f"{least:.2f}: {int(shown.sum())} rows, {right:.3f} right, {y[shown].sum() / y.sum():.3f} of the right"
        )
    gap = calibrate.error(list(zip(chances.tolist(), (y == 1).tolist(), strict=True)))
    return "\n".join([*lines, f"calibration error {gap:.3f}"])


def teach(models: Path, rows: Path = ROWS) -> str:
    """Fit the map of the model in a folder and write it into its heads; say how well it tells."""
    model = encoder.load(models)
    x, kept = features(model, list(judged(rows, corpora.folder() / "articles")))
    y = np.array([row.code in RIGHT for row in kept], dtype=np.float64)
    if len(kept) < FEWEST:
        width = model.weights["target.query.weight"].shape[0]
        write(models, np.zeros(DESCRIBED + STATES * width), 0.0)
        return f"{len(kept)} rows are too few to teach the map: every stance will be at level low"
    chances = crossed(x, y, [row.source for row in kept])
    write(models, *fitted(x, y))
    return f"{len(kept)} rows, {y.mean():.3f} right\n{told(chances, y)}"


def write(models: Path, weights: Floats, bias: float) -> None:
    """Put the map's weights into the heads of a folder."""
    manifest: dict[str, Any] = json.loads((models / "manifest.json").read_text(encoding="utf-8"))
    path = models / manifest["heads"]
    with np.load(path, allow_pickle=False) as stored:
        heads = {name: stored[name] for name in stored.files}
    heads["agreement.weight"] = weights[None].astype(np.float32)
    heads["agreement.bias"] = np.array([bias], dtype=np.float32)
    np.savez_compressed(path, **heads)
    manifest["sha256"][manifest["heads"]] = hashlib.sha256(path.read_bytes()).hexdigest()
    (models / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Teach, write the heads, say how well it tells."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=encoder.MODELS)
    parser.add_argument("--rows", type=Path, default=ROWS)
    options = parser.parse_args()
    print(teach(options.models, options.rows))


if __name__ == "__main__":
    main()
