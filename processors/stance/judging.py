"""Who stands where toward whom, sentence by sentence. Takes texts, gives a tuple of `Stance` for each.

The shared encoder reads stances: a cue, then who holds it toward what. What it finds here are words of a sentence;
which people and places those words mean, and which rows of an article say the same, is for `processors.resolve`.
"""

from collections.abc import Iterator, Sequence

from processors.annotations import Span, Stance, StanceLabel
from processors.encoder import reading
from processors.encoder.reading import SharedReader, TextReading
from processors.encoder.stances import StatedStance, meet
from processors.stance.pairs import Paired
from processors.text.passages import Passage, after_dateline, level
from processors.vocabulary.lexicon import lexicon

LABELS: tuple[StanceLabel, StanceLabel] = ("favor", "against")
SAID = 1.4  # how much no stance counts between a given pair; set on DSE's development part
STATED = 3.0  # how many times likelier a stance that the sentence states makes one between a given pair


class StanceAnnotator:
    """Reads the stances that sentences state off a shared encoder."""

    def __init__(self, reader: SharedReader) -> None:
        self._reader = reader
        self.model = reader.model

    def annotate(self, texts: Sequence[str]) -> list[tuple[Stance, ...]]:
        """The stances of each text in its order; offsets count code points of the text."""
        readings = self._reader.read(texts)
        stated = iter(self._reader.encoder.stated([s.encoded for reading in readings for s in reading.sentences]))
        return [tuple(_rows(text, each, stated)) for text, each in zip(texts, readings, strict=True)]

    def judge(self, given: Sequence[Paired]) -> list[int]:
        """The stance of given pairs as DSE's labels: 0 none, 1 and 2 favor, 3 and 4 against, by p and by q.

        The head for pairs decides; a stance that the sentence states counts `STATED` times, and none counts `SAID`.
        """
        encoder = self._reader.encoder
        encoded = encoder.encode([level(each.text) for each in given])
        chances = encoder.stances([(one, [(each.p, each.q)]) for one, each in zip(encoded, given, strict=True)])
        labels = []
        for each, (chance,), stated in zip(given, chances, encoder.stated(encoded), strict=True):
            weights = [SAID * chance[0], *chance[1:]]
            for one in stated:
                for by, (holder, target) in enumerate(((each.p, each.q), (each.q, each.p)), 1):
                    if meet(one.holder, holder) and meet(one.target, target):
                        weights[by + 2 * one.label] *= STATED
            labels.append(max(range(len(weights)), key=weights.__getitem__))
        return labels


def _rows(text: str, read: TextReading, stated: Iterator[list[StatedStance]]) -> Iterator[Stance]:
    """The rows of one text; a news agency holds no stance, since it is named for what it reports."""
    for sentence in read.sentences:
        found = next(stated)
        start = after_dateline(text, Passage(sentence.start, sentence.end)).start
        evidence = Span(start, sentence.end, text[start : sentence.end])
        for each in sorted(found, key=lambda one: one.cue):
            holder, target, cue = (_span(text, sentence.start, place) for place in (each.holder, each.target, each.cue))
            if holder.start >= start and holder.text not in lexicon().agencies:
                score = round(each.score, 4)
                yield Stance(holder.text, target.text, LABELS[each.label], score, evidence, cue.text, holder, target)


def _span(text: str, start: int, place: tuple[int, int]) -> Span:
    return Span(start + place[0], start + place[1], text[start + place[0] : start + place[1]])


def load(reader: SharedReader | None = None) -> StanceAnnotator:
    """A stance annotator ready for use, on ``reader`` if given."""
    return StanceAnnotator(reader or reading.load())
