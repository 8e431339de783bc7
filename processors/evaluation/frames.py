"""Stances scored on sentences labelled with frames. Takes lines and an annotator, gives scores.

Each sentence is a text by itself. A row is right, relaxed, if its label is and its holder and target each share a
character with the labelled ones; strict, if their words are the same, a leading article or possessive aside.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypedDict

from processors.annotations import Stance
from processors.annotator import Annotator
from processors.encoder.pieces import Offsets
from processors.evaluation.labelled_sentences import BadLine
from processors.evaluation.scoring import Measured, measured

LEAST_SCORES = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9)
BINS = 10  # of the scores, for calibration
BATCH = 32  # sentences annotated at a time
_LEADING = re.compile(r"^(?:the|a|an|his|her|its|their)\s+|['’]s$")
_MARKS = " ,.;:\"“”'"


class LabelledStance(NamedTuple):
    """A stance as a sentence states it."""

    holder: Offsets
    target: Offsets
    label: str


class Framed(NamedTuple):
    """A sentence and all the stances that it states."""

    text: str
    stances: tuple[LabelledStance, ...]


class AtLeast(TypedDict):
    """Scores of the rows whose score is ``least`` at least."""

    least: float
    rows: int
    relaxed: Measured
    strict: Measured


class Bin(TypedDict):
    """Rows with scores from ``low`` on: how many, their mean score, and the share of them that is right (relaxed)."""

    low: float
    rows: int
    mean_score: float
    right: float


class FrameScores(TypedDict):
    """Scores by least score, and calibration: ``calibration_error`` is the mean gap between score and share right."""

    sentences: int
    by_least_score: list[AtLeast]
    calibration_error: float
    calibration: list[Bin]


def read(lines: Iterable[str]) -> list[Framed]:
    """Read JSON Lines of ``sentence`` and ``stances`` (holder, target, label); `BadLine` names the first wrong one."""
    return [_framed(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _framed(number: int, line: str) -> Framed:
    try:
        row = json.loads(line)
        text = str(row["sentence"])
        stances = tuple(
            LabelledStance(_span(each["holder"], text), _span(each["target"], text), _label(each["label"]))
            for each in row["stances"]
        )
    except (KeyError, ValueError, TypeError) as error:
        raise BadLine(f"line {number}: want sentence and stances with holder, target and label: {error!r}") from None
    return Framed(text, stances)


def _span(value: Sequence[int], text: str) -> Offsets:
    start, end = (int(at) for at in value)
    if not 0 <= start < end <= len(text):
        raise ValueError(f"{start} to {end} is no part of a sentence of {len(text)} characters")
    return start, end


def _label(value: str) -> str:
    if value not in ("favor", "against"):
        raise ValueError(f"{value!r} is neither favor nor against")
    return value


def score(annotator: Annotator[tuple[Stance, ...]], sentences: Sequence[Framed]) -> FrameScores:
    """Annotate the sentences and score the rows found."""
    texts = [each.text for each in sentences]
    found = [rows for at in range(0, len(texts), BATCH) for rows in annotator.annotate(texts[at : at + BATCH])]
    judged = [
        (row.score, right)
        for sentence, rows in zip(sentences, found, strict=True)
        for row, right in zip(rows, matches(sentence, rows, strict=False), strict=True)
    ]
    bins = calibration(judged)
    return FrameScores(
        sentences=len(sentences),
        by_least_score=[_at_least(sentences, found, least) for least in LEAST_SCORES],
        calibration_error=sum(each["rows"] * abs(each["mean_score"] - each["right"]) for each in bins)
        / max(1, len(judged)),
        calibration=bins,
    )


def _at_least(sentences: Sequence[Framed], found: Sequence[Sequence[Stance]], least: float) -> AtLeast:
    kept = [[row for row in rows if row.score >= least] for rows in found]
    rows, wanted = sum(map(len, kept)), sum(len(set(sentence.stances)) for sentence in sentences)

    def of(*, strict: bool) -> Measured:
        right = sum(sum(matches(each, some, strict=strict)) for each, some in zip(sentences, kept, strict=True))
        return measured(right, rows, wanted)

    return AtLeast(least=least, rows=rows, relaxed=of(strict=False), strict=of(strict=True))


def matches(sentence: Framed, rows: Sequence[Stance], *, strict: bool) -> list[bool]:
    """Which rows are right; each labelled stance makes one row right at most."""
    left = list(dict.fromkeys(sentence.stances))
    found = []
    for row in rows:
        fitting = next((want for want in left if _fits(row, want, sentence.text, strict=strict)), None)
        if fitting is not None:
            left.remove(fitting)
        found.append(fitting is not None)
    return found


def _fits(row: Stance, want: LabelledStance, text: str, *, strict: bool) -> bool:
    spans = ((row.holder_span, want.holder), (row.target_span, want.target))
    if strict:
        alike = all(_bare(text[a.start : a.end]) == _bare(text[slice(*b)]) for a, b in spans)
    else:
        alike = all(a.start < b[1] and b[0] < a.end for a, b in spans)
    return row.label == want.label and alike


def _bare(words: str) -> str:
    return _LEADING.sub("", words.lower().strip(_MARKS))


def calibration(judged: Iterable[tuple[float, bool]]) -> list[Bin]:
    """Rows by score, in bins of equal width; bins without rows are left out."""
    rows = sorted(judged)
    return list(_bins(rows))


def _bins(rows: Sequence[tuple[float, bool]]) -> Iterator[Bin]:
    for number in range(BINS):
        some = [row for row in rows if min(int(row[0] * BINS), BINS - 1) == number]
        if some:
            yield Bin(
                low=number / BINS,
                rows=len(some),
                mean_score=sum(score for score, _ in some) / len(some),
                right=sum(right for _, right in some) / len(some),
            )
