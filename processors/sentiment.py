"""Tone of texts, by the encoder's heads. Takes texts, gives `Tones`: of document, sentences and every name in them.

With them comes the text's vector of meaning, since it too is of the whole text and costs nearly nothing here.

The sentence head was fitted to readers' ratings of editorial sentences (-4…4, here -1…1), the target head to names
as they come in news: four in five are spoken of neutrally. Which names are one entity is for `processors.resolve`,
which adds them up.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from processors.annotations import Polarity, SentenceSentiment, Sentiment
from processors.encoder import meaning, reading
from processors.encoder.encoder import NUMERIC, Chances
from processors.encoder.reading import SharedReader, TextReading

NEUTRAL = 0.1  # a sentence's score nearer to 0 is neutral
NEUTRAL_DOCUMENT = 0.05  # a mean of many errs less, and lies nearer to 0
SURE = 0.74  # a tone toward a name that is less likely is not given; of those given 76% are right (`training.sureness`)
ERROR = 0.165  # standard error of the sentence head against the mean of its raters, by cross-validation
LABELS: tuple[Polarity, ...] = ("negative", "neutral", "positive")


class Tone(NamedTuple):
    """What the text says of the name ``text[start:end]``: the chances of negative, neutral and positive."""

    start: int
    end: int
    chances: Chances


class Tones(NamedTuple):
    """The tone of a text and its sentences, and toward each name where it stands; also the text's vector of meaning."""

    sentiment: Sentiment
    names: tuple[Tone, ...]
    meaning: bytes = b""


class SentimentAnnotator:
    """Scores sentences and names by the heads of a shared reader; the document's score is its sentences' mean."""

    def __init__(self, reader: SharedReader) -> None:
        self._reader = reader
        self.model = reader.model

    def annotate(self, texts: Sequence[str]) -> list[Tones]:
        """The tone of each text as a whole, of each of its sentences and of each of its names."""
        return [self._tones(each) for each in self._reader.read(texts)]

    def _tones(self, read: TextReading) -> Tones:
        encoder, sentences = self._reader.encoder, read.sentences
        scores = encoder.sentence_sentiments([each.encoded for each in sentences])
        names = [[m for m in each.encoded.mentions if m.type not in NUMERIC] for each in sentences]
        asked = [
            (each.encoded, [(m.start, m.end) for m in mentions])
            for each, mentions in zip(sentences, names, strict=True)
        ]
        tones = tuple(
            Tone(each.start + mention.start, each.start + mention.end, chances)
            for each, mentions, found in zip(sentences, names, encoder.tones(asked), strict=True)
            for mention, chances in zip(mentions, found, strict=True)
        )
        vector = meaning.vector(encoder.meaning, [each.encoded for each in sentences])
        return Tones(document(read, scores), tones, vector)


def document(read: TextReading, scores: Sequence[float]) -> Sentiment:
    """The tone of a text whose sentences score so."""
    found = tuple(
        SentenceSentiment(each.start, each.end, round(score, 4), *labelled(score, NEUTRAL, ERROR))
        for each, score in zip(read.sentences, scores, strict=True)
    )
    mean = sum(scores) / len(scores) if scores else 0.0
    label, confidence = labelled(mean, NEUTRAL_DOCUMENT, ERROR / math.sqrt(max(1, len(scores))))
    return Sentiment(round(mean, 4), label, found, confidence=confidence if scores else 0.0)


def labelled(score: float, neutral: float, error: float) -> tuple[Polarity, float]:
    """The label of a score, and the chance that a score with that error truly lies within the label's bounds."""
    below, above = (_normal((bound - score) / error) for bound in (-neutral, neutral))
    if abs(score) < neutral:
        return "neutral", round(above - below, 4)
    return ("negative", round(below, 4)) if score < 0 else ("positive", round(1 - above, 4))


def _normal(z: float) -> float:
    return (1 + math.erf(z / math.sqrt(2))) / 2


def together(tones: Iterable[Tone]) -> tuple[float, Polarity, float] | None:
    """Score, label and confidence over all the mentions of one entity; nothing where it has none."""
    rows = [each.chances for each in tones]
    if not rows:
        return None
    negative, neutral, positive = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    confidence, label = max(zip((negative, neutral, positive), LABELS, strict=True))
    if confidence < SURE:
        confidence, label = neutral, "neutral"
    return round(positive - negative, 4), label, round(confidence, 4)


def load(reader: SharedReader | None = None) -> SentimentAnnotator:
    """A sentiment annotator on the heads of ``reader``, ready for use."""
    return SentimentAnnotator(reader or reading.load())
