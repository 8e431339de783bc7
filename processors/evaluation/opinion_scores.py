"""Sentiment and stance scored on labelled examples. Takes examples and what judges them, gives scores in percent.

Beside each stands what costs nothing: VADER's score of the sentence, or always the commonest answer.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypedDict, TypeVar

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from processors.encoder.encoder import Encoder
from processors.evaluation.labelled_sentences import NATURAL, Targeted
from processors.evaluation.scoring import Measured, class_f1, directions, stance_f1
from processors.stance.pairs import Paired
from processors.text.passages import level

POLARITIES = ("negative", "neutral", "positive")
STANCES = ("favor", "against", "none")
BATCH = 64  # sentences judged at a time
VADER_NEUTRAL = 0.05  # its authors' own bound

Judge = Callable[[Sequence[Paired]], Sequence[int]]
T = TypeVar("T")


class OpinionScores(TypedDict):
    """Macro-F1, accuracy (micro-F1) and each class by itself, in percent, and what ``beside`` gets."""

    macro_f1: float
    micro_f1: float
    by_class: dict[str, Measured]
    examples: int
    sentences_per_second: float
    beside: dict[str, float]


def timed(
    judge: Callable[[Sequence[T]], Sequence[Sequence[int]]], examples: Sequence[T]
) -> tuple[list[list[int]], float]:
    """The judge's answers batch by batch, and sentences a second; its first use is no part of its speed."""
    judge(examples[:1])
    begun = time.perf_counter()
    found = [list(answer) for at in range(0, len(examples), BATCH) for answer in judge(examples[at : at + BATCH])]
    return found, len(examples) / max(time.perf_counter() - begun, 1e-9)


def sentiment(encoder: Encoder, examples: Sequence[Targeted]) -> OpinionScores:
    """Score sentiment toward given targets, each by the head that was taught on targets of its domain."""

    def judge(some: Sequence[Targeted]) -> list[list[int]]:
        encoded = encoder.encode([level(each.text) for each in some])
        both = zip(encoded, some, strict=True)
        chances = [
            (encoder.tones if each.domain == NATURAL else encoder.opinions)([(e, each.targets)])[0] for e, each in both
        ]
        return [[max(range(3), key=row.__getitem__) for row in rows] for rows in chances]

    found, speed = timed(judge, examples)
    gold = [POLARITIES[label] for each in examples for label in each.labels]
    macro, micro, by_class = class_f1(gold, [POLARITIES[label] for row in found for label in row], POLARITIES)
    analyzer = SentimentIntensityAnalyzer()
    tones = [_vader(analyzer.polarity_scores(each.text)["compound"]) for each in examples for _ in each.targets]
    vader, vader_micro, _ = class_f1(gold, tones, POLARITIES)
    return OpinionScores(
        macro_f1=macro,
        micro_f1=micro,
        by_class=by_class,
        examples=len(gold),
        sentences_per_second=speed,
        beside={"vader_macro_f1": vader, "vader_micro_f1": vader_micro},
    )


def _vader(compound: float) -> str:
    return POLARITIES[(compound > -VADER_NEUTRAL) + (compound >= VADER_NEUTRAL)]


def stance(judge: Judge, examples: Sequence[Paired | int]) -> OpinionScores:
    """Score the stance of given pairs over ordered pairs: each row counts twice, once in each direction.

    A row of which only the label could be read is answered by none.
    """
    whole = [each for each in examples if isinstance(each, Paired)]
    answers, speed = timed(lambda some: [[label] for label in judge(some)], whole)
    given = iter(answers)
    found = [next(given)[0] if isinstance(each, Paired) else 0 for each in examples]
    gold = [each.label if isinstance(each, Paired) else each for each in examples]
    macro, micro, by_class = stance_f1(gold, found)
    ways = [way for label in gold for way in directions(label)]
    return OpinionScores(
        macro_f1=macro,
        micro_f1=micro,
        by_class=by_class,
        examples=len(ways),
        sentences_per_second=speed,
        beside=majority(ways, STANCES),
    )


def majority(gold: Sequence[str], labels: Sequence[str]) -> dict[str, float]:
    """What always giving the commonest answer scores."""
    commonest = Counter(gold).most_common(1)[0][0]
    macro, micro, _ = class_f1(gold, [commonest] * len(gold), labels)
    return {"majority_macro_f1": macro, "majority_micro_f1": micro}
