"""Stances by rule, from the dependency parse. Takes sentences, gives what the rules read in each.

A holder or target is as the sentence puts it ("He", "the two leaders", "Russian officials", "US interference");
`processors.resolve` ties them to entities.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Token

from processors.annotations import Span, Stance, StanceLabel
from processors.spacy_pipelines import BATCH, load_pipeline
from processors.stance.cues import cues, is_unsaid
from processors.stance.frames import Finding, findings
from processors.stance.phrases import FIRST_PERSON, is_somebody, name_stretch
from processors.stance.speech import is_agency, speakers
from processors.vocabulary.countries import country
from processors.vocabulary.lexicon import lexicon

OWN_SIDE = 0.65  # confidence that who says what his country holds holds it too
_COMPONENTS = ("tagger", "parser", "attribute_ruler", "lemmatizer")


class Sentence(NamedTuple):
    """A sentence to parse: ``spelt`` is ``text[start:start + len(spelt)]`` as a model should see it."""

    text: str
    start: int
    spelt: str
    sides: Mapping[str, str]


class Cue(NamedTuple):
    """A word of stance by its place in the text, and what it says by itself."""

    start: int
    end: int
    label: StanceLabel


class Parsed(NamedTuple):
    """What the rules read in a sentence. ``unsaid``: one of its cues is denied, asked or only possible."""

    evidence: Span
    rows: tuple[Stance, ...]
    cues: tuple[Cue, ...]
    unsaid: bool


class Rules:
    """Reads stances off the parse of sentences; one thread at a time."""

    def __init__(self, pipeline: str) -> None:
        self._nlp = load_pipeline(pipeline, _COMPONENTS)
        self._lexicon = lexicon()
        self._lock = threading.Lock()
        self.version = f"{self._nlp.meta.get('version', '')}+lexicon.{self._lexicon.version}"

    def has_cue(self, spelt: str) -> bool:
        """May the sentence hold a word of stance? Others need no parse."""
        return bool(self._lexicon.cue.search(spelt))

    def read(self, sentences: Sequence[Sentence]) -> list[Parsed]:
        """What each sentence says, in order."""
        with self._lock, self._nlp.memory_zone():
            docs = self._nlp.pipe((each.spelt for each in sentences), batch_size=BATCH)
            return [self._parsed(doc, sentence) for doc, sentence in zip(docs, sentences, strict=True)]

    def _parsed(self, doc: Doc, sentence: Sentence) -> Parsed:
        text, start = sentence.text, sentence.start
        found = list(cues(doc, self._lexicon))
        return Parsed(
            _span(text, start, start + len(doc.text)),
            tuple(self._stances(doc, sentence)),
            tuple(Cue(start + cue.idx, start + cue.idx + len(cue), label) for cue, label in found),
            any(is_unsaid(cue, self._lexicon) for cue, _ in found),
        )

    def _stances(self, doc: Doc, sentence: Sentence) -> Iterator[Stance]:
        text, start = sentence.text, sentence.start
        evidence = _span(text, start, start + len(doc.text))
        for found in findings(doc, self._lexicon):
            cue = text[start + found.cue.idx : start + found.cue.idx + len(found.cue)]
            for holder, score in self._voices(found, sentence.sides):
                if not is_somebody(holder) or not is_somebody(found.target) or is_agency(holder, self._lexicon):
                    continue
                who = _span(text, *(start + offset for offset in name_stretch(holder)))
                whom = _span(text, *(start + offset for offset in name_stretch(found.target)))
                if who.text and whom.text and who != whom:
                    yield Stance(who.text, whom.text, found.label, score, evidence, cue, who, whom)

    def _voices(self, found: Finding, sides: Mapping[str, str]) -> Iterator[tuple[Token, float]]:
        """The holders: for "I" and "we" whoever speaks; for his own country also the speaker, less surely."""
        if found.holder.pos_ == "PRON" and found.holder.lower_ in FIRST_PERSON:
            yield from ((speaker, found.score) for speaker in speakers(found.cue, self._lexicon))
            return
        yield found.holder, found.score
        start, end = name_stretch(found.holder)
        side = country(found.cue.doc.text[start:end])
        if side and found.cue.pos_ != "NOUN":
            for speaker in speakers(found.cue, self._lexicon):
                if sides.get(speaker.text) == side.code:
                    yield speaker, min(found.score, OWN_SIDE)


def _span(text: str, start: int, end: int) -> Span:
    return Span(start, end, text[start:end])
