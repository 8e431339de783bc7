"""Draws how well two chances mean what they say: a stance's score, and how surely a reader agrees with its row.

In: a model folder, the labelled sentences of the development part, the judged rows. Out: an SVG in which each dot is a
tenth of the scale: how sure rows were against how many were right; the larger, the more rows. Both curves are
cross-validated. Run: `python -m training.reliability > docs/images/reliability.svg`.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from processors.encoder import encoder
from processors.evaluation import frames
from training import agreement, calibrate, corpora

SIDE, EDGE = 300, 46
COLORS = {"light": ("#1d5fa8", "#a04a00", "#333", "#ccc"), "dark": ("#7db4f0", "#f0a566", "#ddd", "#555")}


def place(x: float, y: float) -> tuple[float, float]:
    """Where a point of the unit square is drawn."""
    return EDGE + x * SIDE, EDGE / 2 + (1 - y) * SIDE


def dots(judged: Iterable[tuple[float, bool]], kind: str) -> list[str]:
    """A dot for each tenth of the scale that has rows."""
    drawn = []
    for each in frames.calibration(judged):
        x, y = place(each["mean_score"], each["right"])
        told = f"{each['rows']} rows at {each['mean_score']:.2f}: {each['right']:.0%} right"
        radius = 2 + math.sqrt(each["rows"]) / 4
        drawn.append(
            f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"><title>{told}</title></circle>'
        )
    return drawn


def ticks() -> list[str]:
    """The frame, the diagonal and the numbers beside them."""
    (left, low), (right, high) = place(0, 0), place(1, 1)
    drawn = [
        f'<rect class="grid" x="{left}" y="{high}" width="{SIDE}" height="{SIDE}"/>',
        f'<line class="grid" x1="{left}" y1="{low}" x2="{right}" y2="{high}"/>',
    ]
    for tenth in range(0, 11, 2):
        x, y = place(tenth / 10, tenth / 10)
        drawn += [
            f'<text x="{x:.0f}" y="{low + 16:.0f}" text-anchor="middle">{tenth / 10:g}</text>',
            f'<text x="{left - 8:.0f}" y="{y + 4:.0f}" text-anchor="end">{tenth / 10:g}</text>',
        ]
    return drawn


def style() -> str:
    """Colours for a light and a dark page."""

    def rules(score: str, agreed: str, ink: str, grid: str) -> str:
        return (
            f"text{{fill:{ink};font:12px sans-serif}}.grid{{stroke:{grid};fill:none}}"
            f".score{{fill:{score};fill-opacity:.75}}.agreed{{fill:{agreed};fill-opacity:.75}}"
        )

    return f"{rules(*COLORS['light'])}@media(prefers-color-scheme:dark){{{rules(*COLORS['dark'])}}}"


def svg(score: Iterable[tuple[float, bool]], agreed: Iterable[tuple[float, bool]]) -> str:
    """The picture."""
    width, height = SIDE + EDGE + 20, SIDE + 2 * EDGE + 20
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">',
            "<title>How sure rows were, and how many were right</title>",
            f"<style>{style()}</style>",
            *ticks(),
            *dots(score, "score"),
            *dots(agreed, "agreed"),
            f'<circle class="score" cx="{EDGE}" cy="{height - 40}" r="5"/>',
            f'<text x="{EDGE + 10}" y="{height - 36}">score, on sentences with labels</text>',
            f'<circle class="agreed" cx="{EDGE}" cy="{height - 20}" r="5"/>',
            f'<text x="{EDGE + 10}" y="{height - 16}">agreement, on rows that a reader judged</text>',
            "</svg>",
        ]
    )


def main() -> None:
    """Print the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=encoder.MODELS)
    model, root = encoder.load(parser.parse_args().models), corpora.folder()
    with (root / "stance/frames.dev.jsonl").open(encoding="utf-8") as lines:
        score = calibrate.crossed(calibrate.rows(model, frames.read(lines)))
    x, kept = agreement.features(model, list(agreement.judged(agreement.ROWS, root / "articles")))
    right = np.array([row.code in agreement.RIGHT for row in kept])
    chances = agreement.crossed(x, right.astype(np.float64), [row.source for row in kept])
    print(svg(score, zip(chances.tolist(), right.tolist(), strict=True)))


if __name__ == "__main__":
    main()
