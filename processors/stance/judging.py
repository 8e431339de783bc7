"""Who stands where toward whom, sentence by sentence. Takes texts, gives a tuple of `Stance` for each.

The shared encoder reads stances: a cue, then who holds it toward what. What it finds here are words of a sentence;
which people and places those words mean, and which rows of an article say the same, is for `processors.resolve`.
"""

import re
from collections.abc import Iterator, Sequence

from processors.annotations import Level, Span, Stance, StanceLabel
from processors.encoder import reading
from processors.encoder.encoder import Encoded
from processors.encoder.reading import SharedReader, TextReading
from processors.encoder.stances import StatedStance, meet
from processors.stance import agreement, phrases
from processors.stance.pairs import Paired
from processors.stance.past import is_past
from processors.text.passages import Passage, after_dateline, level
from processors.vocabulary.lexicon import lexicon

ACCUSING_OF = ("accus", "convict", "suspect")
HIGH, MEDIUM = 0.84, 0.75  # how surely a reader agrees with a row of that level, at least
_SAID_BEFORE = re.compile(r"\b(?:according to|said|says)(?: [^\s,]+){0,3} $")
_ENDS_SPEECH = re.compile(r"[,.;]|$")
_SAID_AFTER = re.compile(r",? (?:said|says|added|told)\b")
LABELS: tuple[StanceLabel, StanceLabel] = ("favor", "against")
SAID = 1.4  # how much no stance counts between a given pair; set on DSE's development part
STATED = 1.5  # how many times likelier a stance that the sentence states makes one between a given pair; set there too


class StanceAnnotator:
    """Reads the stances that sentences state off a shared encoder."""

    def __init__(self, reader: SharedReader) -> None:
        self._reader = reader
        self.model = reader.model

    def annotate(self, texts: Sequence[str]) -> list[tuple[Stance, ...]]:
        """The stances of each text in its order; offsets count code points of the text."""
        readings = self._reader.read(texts)
        encoder = self._reader.encoder
        sentences = [sentence.encoded for reading in readings for sentence in reading.sentences]
        stated = [
            without_sources(each.text, [whole(one, each) for one in some])
            for each, some in zip(sentences, encoder.stated(sentences), strict=True)
        ]
        asked = [(each, one) for each, some in zip(sentences, stated, strict=True) for one in some]
        agreed = iter(agreement.chances(encoder.weights, asked))
        judged = iter([[(one, next(agreed)) for one in some] for some in stated])
        return [tuple(_rows(text, each, judged)) for text, each in zip(texts, readings, strict=True)]

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


def whole(stance: StatedStance, encoded: Encoded) -> StatedStance:
    """The stance with its phrases whole; what somebody is accused of is no part of the accused."""
    text, names = encoded.text, [(each.start, each.end) for each in encoded.mentions]
    holder, target = phrases.whole(text, stance.holder, names), phrases.whole(text, stance.target, names)
    peoples = {(each.start, each.end) for each in encoded.mentions if each.type == "NORP"}
    if target in peoples:
        target = phrases.with_noun(text, target)
    if holder in peoples and holder < stance.cue:
        holder = phrases.with_noun(text, holder, stance.cue[0])
    if target not in names and not text[slice(*stance.cue)].casefold().startswith(ACCUSING_OF):
        target = phrases.with_complement(text, target)
    return stance._replace(holder=phrases.with_group(text, holder), target=target)


def without_sources(text: str, stances: Sequence[StatedStance]) -> list[StatedStance]:
    """Of the holders of one cue and target not those who only report it: "Xi backs the plan, said an aide"."""
    sources = [each for each in stances if _reports(text, each)]
    return [
        each
        for each in stances
        if each not in sources
        or all(other in sources or (other.cue, other.target) != (each.cue, each.target) for other in stances)
    ]


def _reports(text: str, stance: StatedStance) -> bool:
    start, end = stance.holder
    return bool(_SAID_AFTER.match(text[end:]) or (_SAID_BEFORE.search(text[:start]) and _ENDS_SPEECH.match(text[end:])))


def _rows(text: str, read: TextReading, judged: Iterator[list[tuple[StatedStance, float]]]) -> Iterator[Stance]:
    """The rows of one text; a news agency holds no stance, since it is named for what it reports."""
    for sentence in read.sentences:
        found = next(judged)
        start = after_dateline(text, Passage(sentence.start, sentence.end)).start
        evidence = Span(start, sentence.end, text[start : sentence.end])
        for each, agreed in sorted(found, key=lambda one: one[0].cue):
            holder, target, cue = (_span(text, sentence.start, place) for place in (each.holder, each.target, each.cue))
            if holder.start >= start and holder.text not in lexicon().agencies:
                score = round(each.score, 4)
                yield Stance(
                    holder.text, target.text, LABELS[each.label], score, evidence, cue.text, holder, target,
                    level="low" if is_past(sentence.encoded.text, each.cue) else level_of(agreed),
                )  # fmt: skip


def _span(text: str, start: int, place: tuple[int, int]) -> Span:
    return Span(start + place[0], start + place[1], text[start + place[0] : start + place[1]])


def level_of(agreed: float) -> Level:
    """What readers are shown of a row that so many of them would agree with."""
    return "high" if agreed >= HIGH else "medium" if agreed >= MEDIUM else "low"


def load(reader: SharedReader | None = None) -> StanceAnnotator:
    """A stance annotator ready for use, on ``reader`` if given."""
    return StanceAnnotator(reader or reading.load())
