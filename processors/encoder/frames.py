"""Stance frames from the heads' chances: words' chances in; cues, and holders and targets of a cue, out.

Everything is counted in words: row i of ``chances`` belongs to word i, and a run is ``[first, last)``. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from processors.encoder.heads import Floats

FAVOR, AGAINST = 0, 1
HOLDER, TARGET = 0, 1
SEEN = 0.25  # how likely words must be a cue to be asked about
BESIDE = 0.75  # a second holder or target must be this likely, compared to the first


class Run(NamedTuple):
    """Words of one kind (a label for cues, a role for roles) with the mean chance that they are of it."""

    first: int
    last: int
    kind: int
    chance: float


class Frame(NamedTuple):
    """One stance: its cue, holder and target as runs of words; its score is the product of their chances."""

    cue: Run
    holder: Run
    target: Run

    @property
    def score(self) -> float:
        """How sure all three are together, 0…1."""
        return self.cue.chance * self.holder.chance * self.target.chance


def cues(chances: Floats, least: float = SEEN) -> list[Run]:
    """Runs of words that are a cue with a chance of ``least`` together, each with its likelier label."""
    said = 1 - chances[:, 0]
    against = chances[:, 3] + chances[:, 4] > chances[:, 1] + chances[:, 2]
    kinds = [int(against[word]) if said[word] >= least else -1 for word in range(len(chances))]
    return [Run(a, b, kind, float(said[a:b].mean())) for a, b, kind in _joined(kinds, ())]


def roles(chances: Floats) -> list[Run]:
    """Runs of words whose likeliest role is holder or target."""
    best = chances.argmax(axis=1)
    kinds = [(int(tag) - 1) // 2 if tag else -1 for tag in best]
    begun = {word for word, tag in enumerate(best) if tag % 2}
    return [
        Run(a, b, kind, float(chances[a:b, 2 * kind + 1 : 2 * kind + 3].sum(axis=1).mean()))
        for a, b, kind in _joined(kinds, begun)
    ]


def frames(cue: Run, found: Sequence[Run]) -> Iterator[Frame]:
    """Every holder of a cue with every target; of each role the likeliest run and those nearly as likely."""
    holders, targets = (_likeliest([run for run in found if run.kind == kind]) for kind in (HOLDER, TARGET))
    for holder in holders:
        for target in targets:
            if not meet(holder, target):
                yield Frame(cue, holder, target)


def distinct(found: Sequence[Frame]) -> list[Frame]:
    """The surest frames of which no two say a stance of the same words toward the same words."""
    kept: list[Frame] = []
    for frame in sorted(found, key=lambda each: -each.score):
        if not any(meet(frame.holder, other.holder) and meet(frame.target, other.target) for other in kept):
            kept.append(frame)
    return kept


def meet(one: Run, other: Run) -> bool:
    """Whether two runs share a word."""
    return one.first < other.last and other.first < one.last


def _likeliest(found: list[Run]) -> list[Run]:
    most = max((run.chance for run in found), default=0.0)
    return [run for run in found if run.chance >= BESIDE * most]


def _joined(kinds: Sequence[int], begun: set[int] | tuple[()]) -> Iterator[tuple[int, int, int]]:
    """Neighbouring words of one kind as ``first, last, kind``; a word in ``begun`` begins a run of its own."""
    start = 0
    for word in range(1, len(kinds) + 1):
        if word == len(kinds) or kinds[word] != kinds[start] or word in begun:
            if kinds[start] >= 0:
                yield start, word, kinds[start]
            start = word
