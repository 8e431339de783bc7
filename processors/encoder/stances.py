"""Stances from the heads' chances: the chances of words in; cues, and who stands where toward what, out. Pure.

A cue is read first, then who holds it toward what, given the cue. Runs count words, ``[first, last)``; what leaves
here counts characters of the text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from processors.encoder.heads import Floats
from processors.encoder.pieces import Offsets, Pieces

FAVOR, AGAINST = 0, 1
HOLDER, TARGET = 0, 1
LEAST_CUE = 0.4  # how likely words must be a cue to be asked about
BESIDE = 0.75  # a second holder or target must be this likely, compared to the first
LINKS = frozenset({"of", "to", "on", "in", "for", "by", "with", "'", "’", "s", "-", "the", "a", "."})
LOOSE = LINKS | {"an", "and", "as", "at", "from", "or", "that"}  # lead nowhere at the end of a phrase
ARTICLES = frozenset({"a", "an", "the"})
ACCUSING = ("accus", "blam", "charg", "condemn", "convict", "critici", "denounc", "fault", "prais", "suspect", "thank")
LONGEST_ABBREVIATION = 4  # letters: "Corp."
NEVER_SURE = 1e-4  # no chance counts as nearer to 0 or 1 than this


class Run(NamedTuple):
    """Words of one kind (a label for cues, a role for roles) with the mean chance that they are of it."""

    first: int
    last: int
    kind: int
    chance: float


class StatedStance(NamedTuple):
    """A stance as a text states it: three places in characters, `FAVOR` or `AGAINST`, and how surely it is so, 0…1.

    ``chances`` are those of cue, holder and target, from which ``score`` is made.
    """

    holder: Offsets
    target: Offsets
    cue: Offsets
    label: int
    score: float
    chances: tuple[float, float, float]


def cues(chances: Floats, least: float = LEAST_CUE) -> list[Run]:
    """Runs of words that are a cue with a chance of ``least``, each with its likelier label."""
    said = 1 - chances[:, 0]
    against = chances[:, 3] + chances[:, 4] > chances[:, 1] + chances[:, 2]
    kinds = [int(against[word]) if said[word] >= least else -1 for word in range(len(chances))]
    return [Run(a, b, kind, float(said[a:b].max())) for a, b, kind in _joined(kinds)]


def roles(chances: Floats, words: Sequence[str]) -> list[Run]:
    """Runs of words whose likeliest role is holder or target.

    Two of a kind side by side are one, since "and" or a comma parts what are two; and so are two targets with no more
    than a `LINKS` word between them: "US policy" "of" "interfering in …".
    """
    kinds = [(int(tag) - 1) // 2 if tag else -1 for tag in chances.argmax(axis=1)]
    for word in range(1, len(kinds) - 1):
        if kinds[word] < 0 and kinds[word - 1] == kinds[word + 1] == TARGET and words[word].casefold() in LINKS:
            kinds[word] = TARGET
    return [
        Run(a, b, kind, float(chances[a:b, 2 * kind + 1 : 2 * kind + 3].sum(axis=1).mean()))
        for a, b, kind in _joined(kinds)
    ]


def trimmed(run: Run, words: Sequence[str]) -> Run | None:
    """The run without what leads nowhere at its ends: articles, prepositions, marks; ``None`` if nothing is left.

    The full stop of "U.S." and "Inc." stays.
    """
    first, last = run.first, run.last
    while first < last and _loose(words[first]):
        first += 1
    while first < last and _loose(words[last - 1]) and not _abbreviates(words[last - 2 : last]):
        last -= 1
    return run._replace(first=first, last=last) if first < last else None


def without_deed(run: Run, words: Sequence[str]) -> Run:
    """Of "four officers of raping her", whom somebody accused, the officers; of "it for not meeting …", it."""
    for at in range(run.first + 1, run.last - 1):
        deed = words[at + 2] if words[at + 1] == "not" and at + 2 < run.last else words[at + 1]
        if words[at] in {"of", "for"} and deed.endswith("ing"):
            return run._replace(last=at)
    return run


def _loose(word: str) -> bool:
    return word in LOOSE or word.lower() in ARTICLES or not any(map(str.isalnum, word))


def _abbreviates(words: Sequence[str]) -> bool:
    return list(words[1:]) == ["."] and words[0].istitle() and len(words[0]) <= LONGEST_ABBREVIATION


def stated(text: str, pieces: Pieces, cue: Run, chances: Floats, certainty: Sequence[float]) -> Iterator[StatedStance]:
    """Every holder of a cue with every target; of each role the likeliest run and those nearly as likely."""
    places = pieces.places
    words = [text[start:end] for start, end in places]
    found = [run for each in roles(chances, words) if (run := trimmed(each, words))]
    if words[cue.first].casefold().startswith(ACCUSING):
        found = [without_deed(run, words) if run.kind == TARGET else run for run in found]
    holders, targets = (_likeliest([run for run in found if run.kind == kind]) for kind in (HOLDER, TARGET))
    for holder in holders:
        for target in targets:
            parts = (cue.chance, holder.chance, target.chance)
            where = [(places[run.first][0], places[run.last - 1][1]) for run in (holder, target, cue)]
            yield StatedStance(where[0], where[1], where[2], cue.kind, certain(parts, cue.kind, certainty), parts)


def certain(chances: Sequence[float], label: int, weights: Sequence[float]) -> float:
    """How surely a stance is right: a logistic curve over its `evidence`, fitted to labelled sentences."""
    odds = sum(weight * each for weight, each in zip(weights, evidence(chances, label), strict=True))
    return 1 / (1 + math.exp(-odds))


def evidence(chances: Sequence[float], label: int) -> list[float]:
    """What the curve sees: a constant, the odds of cue, holder and target, the less sure role's, and the label.

    A stance is hardly surer than its less sure role; and those in favor are more often wrong at the same chances.
    """
    cue, holder, target = map(logit, chances)
    return [1.0, cue, holder, target, min(holder, target), float(label == FAVOR)]


def logit(chance: float) -> float:
    """The logarithm of the odds."""
    kept = min(max(chance, NEVER_SURE), 1 - NEVER_SURE)
    return math.log(kept / (1 - kept))


def distinct(found: Sequence[StatedStance]) -> list[StatedStance]:
    """The surest stances of which no two say a stance of the same words toward the same words."""
    chosen: list[StatedStance] = []
    for each in sorted(found, key=lambda one: -one.score):
        if not any(meet(each.holder, other.holder) and meet(each.target, other.target) for other in chosen):
            chosen.append(each)
    return chosen


def meet(one: Offsets, other: Offsets) -> bool:
    """Do the two places share a character?"""
    return one[0] < other[1] and other[0] < one[1]


def _likeliest(found: list[Run]) -> list[Run]:
    most = max((run.chance for run in found), default=0.0)
    return [run for run in found if run.chance >= BESIDE * most]


def _joined(kinds: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Neighbouring words of one kind as ``first, last, kind``."""
    for kind, run in groupby(range(len(kinds)), kinds.__getitem__):
        words = list(run)
        if kind >= 0:
            yield words[0], words[-1] + 1, kind
