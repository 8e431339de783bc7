"""Entities of texts, by our encoder or a spaCy pipeline's NER. Takes texts, gives a tuple of `Entity` for each.

Either finds mentions; what becomes of them afterwards is the same for both: names seen once are found everywhere,
patterns add what no model marks, and `processors.entities.merging` makes one `Entity` of the mentions of one thing.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from processors.annotations import Entity, Model
from processors.annotator import Annotator
from processors.encoder.reading import SharedReader, TextReading
from processors.encoder.reading import load as load_reader
from processors.entities import patterns
from processors.entities.merging import Mention, merge
from processors.entities.repeated_mentions import with_countries, with_known, with_repeated
from processors.entities.signatures import is_agency, signatures
from processors.spacy_pipelines import BATCH, DEFAULT_PIPELINE, OURS, load_pipeline, model_of
from processors.story_text import story_text
from processors.text.language import language_of, primary
from processors.text.overlap import Taken
from processors.text.passages import chunks, level
from processors.vocabulary import places
from processors.vocabulary.aliases import AliasBook, Aliases, shipped

LEFT_OUT = frozenset({"CARDINAL", "ORDINAL", "TIME", "MISC"})  # they name nothing that anyone searches by
OTHERS = {"PER": "PERSON"}  # as pipelines of other languages than English call it


class EncoderEntities:
    """Reads mentions off the shared encoder's tags and merges those of one thing into one `Entity`."""

    def __init__(self, reader: SharedReader, book: AliasBook) -> None:
        self._reader = reader
        self._book = book

    @property
    def model(self) -> Model:
        """The encoder, and the known names as they are now: they decide what is found too."""
        name, version = self._reader.model.name, self._reader.model.version
        return Model(name, f"{version}+aliases.{self._book.current().version}")

    def annotate(self, texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        """The entities of each text, most salient first; offsets count code points of the text."""
        aliases = self._book.current()
        return [self._of(text, reading, aliases) for text, reading in zip(texts, self._reader.read(texts), strict=True)]

    @staticmethod
    def _of(text: str, reading: TextReading, aliases: Aliases) -> tuple[Entity, ...]:
        mentions = [
            Mention(sentence.start + found.start, sentence.start + found.end, found.type)
            for sentence in reading.sentences
            for found in sentence.encoded.mentions
        ]
        return _entities(text, mentions, aliases)


class SpacyEntities:
    """Finds mentions with a spaCy pipeline and merges those of one thing into one `Entity`."""

    def __init__(self, pipeline: str, book: AliasBook) -> None:
        self._book = book
        self._nlp = load_pipeline(pipeline, ["ner"])
        self.model = model_of(self._nlp, pipeline)
        self._lock = threading.Lock()

    def annotate(self, texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        """The entities of each text, most salient first; offsets count code points of the text."""
        inputs = [story_text(text).spelt for text in texts]
        found: list[list[Mention]] = [[] for _ in texts]
        with self._lock, self._nlp.memory_zone():
            docs = self._nlp.pipe(self._passages(inputs), as_tuples=True, batch_size=BATCH)
            for doc, (index, start) in docs:
                kept = (ent for ent in doc.ents if ent.label_ not in LEFT_OUT)
                found[index] += [
                    Mention(start + e.start_char, start + e.end_char, OTHERS.get(e.label_, e.label_)) for e in kept
                ]
        aliases = self._book.current()
        return [_entities(text, mentions, aliases) for text, mentions in zip(texts, found, strict=True)]

    @staticmethod
    def _passages(texts: Sequence[str]) -> Iterator[tuple[str, tuple[int, int]]]:
        for index, text in enumerate(texts):
            for start, end in chunks(text):
                yield level(text[start:end]), (index, start)


class ByLanguage:
    """Gives each text to the annotator of its language; to the first where the language is another, or unsure."""

    def __init__(
        self, english: Annotator[tuple[Entity, ...]], others: Mapping[str, Annotator[tuple[Entity, ...]]]
    ) -> None:
        self._english, self._others = english, dict(others)

    @property
    def model(self) -> Model:
        """The model for English."""
        return self._english.model

    def annotate(self, texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        """The entities of each text."""
        groups: dict[str, list[int]] = defaultdict(list)
        for index, text in enumerate(texts):
            groups[primary(language_of(text))].append(index)
        found: dict[int, tuple[Entity, ...]] = {}
        for language, indices in groups.items():
            annotator = self._others.get(language, self._english)
            found |= zip(indices, annotator.annotate([texts[index] for index in indices]), strict=True)
        return [found[index] for index in range(len(texts))]


def _entities(text: str, mentions: Sequence[Mention], aliases: Aliases) -> tuple[Entity, ...]:
    """What a model has found, completed and merged. Where a pattern meets a model's mention, the pattern is right.

    Not so for sums of money, which the encoder has learned: there the longer one stays.
    """
    told = list(patterns.mentions(level(text)))
    taken = Taken(len(text))
    for each in told:
        if each.type != "MONEY":
            taken.add(each.start, each.end)
    free = [mention for mention in mentions if taken.add(mention.start, mention.end)]
    found = with_repeated(text, with_countries(text, with_known(text, free, aliases)))
    return merge(text, _not_signed(text, [*found, *told]), aliases)


def _not_signed(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions without those of the agency that sends the text."""
    agencies = [one for one in mentions if is_agency(text[one.start : one.end])]
    if not agencies:  # as in most texts, whose signatures need not be looked for
        return list(mentions)
    signed = signatures(text)
    taken = [one for one in agencies if any(each.start <= one.start and one.end <= each.end for each in signed)]
    return [one for one in mentions if one not in taken]


def load(
    pipeline: str = DEFAULT_PIPELINE, reader: SharedReader | None = None, book: AliasBook | None = None
) -> Annotator[tuple[Entity, ...]]:
    """An entity annotator ready for use: our encoder, read through ``reader`` if given, or a spaCy pipeline's NER.

    ``book`` has the names that are known beforehand; those that ship where it is left out.
    """
    book = book or shipped()
    places.prepare()
    if pipeline == OURS:
        return EncoderEntities(reader or load_reader(), book)
    return SpacyEntities(pipeline, book)
