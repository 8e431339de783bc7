"""What the processors say about a text: frozen records with character offsets into that text.

Offsets are half-open ``[start, end)`` counts of Unicode code points, so ``text[start:end]`` is the span.
Scores are in -1…1 (sentiment), 0…1 (confidence, salience). Labels are the field's own words.
"""

from typing import Literal

import msgspec

Polarity = Literal["negative", "neutral", "positive"]
StanceLabel = Literal["favor", "against"]
Level = Literal["high", "medium", "low"]


class Record(msgspec.Struct, frozen=True, omit_defaults=False):
    """Base of every record: immutable, and strict about the types of the fields that it has.

    Fields that it does not have are ignored: a later version may have written them.
    """


class Span(Record, frozen=True):
    """A stretch ``text[start:end]``, with that text repeated so that a reader needs no second look-up."""

    start: int
    end: int
    text: str


class Entity(Record, frozen=True):
    """One thing that the text names, with every mention of it.

    ``type`` is an OntoNotes type (PERSON, ORG, GPE, LOC, NORP, …). ``salience`` is 0…1: how much the text is
    about it. ``id`` is the same in every article: ``country:RU``, ``city:524901`` (GeoNames), ``person:angela-merkel``.
    ``refers_to`` is the id of what it also stands for: of its country, where Moscow or the Kremlin acts.
    """

    id: str
    name: str
    type: str
    mentions: tuple[Span, ...]
    count: int
    salience: float
    country: str | None = None  # ISO 3166-1 alpha-2, for places, nationalities and governments
    lat: float | None = None
    lon: float | None = None
    refers_to: str | None = None


class SentenceSentiment(Record, frozen=True):
    """The tone of one sentence, ``text[start:end]``."""

    start: int
    end: int
    score: float
    label: Polarity
    confidence: float = 0.0


class EntitySentiment(Record, frozen=True):
    """The tone of the text toward one entity, over all its mentions."""

    entity: str  # the entity's id
    name: str
    score: float
    label: Polarity
    confidence: float


class Sentiment(Record, frozen=True):
    """The tone of a text: as a whole, by sentence, and toward each entity."""

    score: float
    label: Polarity
    sentences: tuple[SentenceSentiment, ...] = ()
    entities: tuple[EntitySentiment, ...] = ()
    confidence: float = 0.0


class Stance(Record, frozen=True):
    """Who stands where toward whom: a directed pair with the sentence that proves it.

    ``holder`` and ``target`` are names; ``holder_id`` and ``target_id`` are entity ids where they are entities of the
    text. A target may be a noun phrase such as "the one-China policy"; ``about`` are the ids of the entities that it
    names: the United States of "US interference". ``score`` is how surely the sentence says so, 0…1. ``level`` is how
    surely a reader who sees the row alone agrees with it: rows of level low are kept, and shown only on request.
    ``evidence`` is the proving sentence, ``cue`` the words in it that carry the stance.
    """

    holder: str
    target: str
    label: StanceLabel
    score: float
    evidence: Span
    cue: str
    holder_span: Span
    target_span: Span
    holder_id: str | None = None
    target_id: str | None = None
    about: tuple[str, ...] = ()
    level: Level = "medium"  # of rows from before levels were kept


class Model(Record, frozen=True):
    """Which model made an annotation."""

    name: str
    version: str


class Annotations(Record, frozen=True):
    """All that is said about one text. What an annotator failed on is ``None`` and named in ``failures``.

    ``meaning`` is a vector of signed bytes, close in direction to those of similar texts; empty if none was made.
    """

    entities: tuple[Entity, ...] | None = None
    sentiment: Sentiment | None = None
    stance: tuple[Stance, ...] | None = None
    models: dict[str, Model] = {}  # annotator → model
    failures: dict[str, str] = {}  # annotator → why
    meaning: bytes = b""
