"""The three annotators called in turn, without Kafka. Takes texts, gives `Annotations` for each."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from processors import sentiment
from processors.annotations import Annotations, Entity, Model, Stance
from processors.annotator import Annotator, Failure, annotate_each
from processors.encoder import reading
from processors.entities import finding
from processors.resolve import resolve
from processors.sentiment import Tones
from processors.spacy_pipelines import DEFAULT_PIPELINE
from processors.stance import judging
from processors.text.bounds import DEFAULT_BOUNDS, TextBounds, bounded
from processors.vocabulary.aliases import AliasBook, shipped

T = TypeVar("T")


class Annotators(NamedTuple):
    """The three annotators of one process. The field names are the names in ``models`` and ``failures``."""

    entities: Annotator[tuple[Entity, ...]]
    sentiment: Annotator[Tones]
    stance: Annotator[tuple[Stance, ...]]

    @property
    def models(self) -> dict[str, Model]:
        """Annotator → its model."""
        return {name: annotator.model for name, annotator in self._asdict().items()}

    def annotate(self, texts: Sequence[str], bounds: TextBounds = DEFAULT_BOUNDS) -> list[Annotations]:
        """The annotations of each text; what an annotator cannot take is named in its ``failures``.

        Of a text that exceeds ``bounds`` its beginning is annotated, as `processors.text.bounds.bounded` gives it.
        """
        models = self.models
        texts = [bounded(text, bounds).text for text in texts]
        found = annotate_each(self.entities, texts)
        tones = annotate_each(self.sentiment, texts)
        stances = annotate_each(self.stance, texts)
        parts = zip(texts, found, tones, stances, strict=True)
        return [combine(*each, models) for each in parts]


def load(
    pipeline: str = DEFAULT_PIPELINE, others: Mapping[str, str] | None = None, aliases: Path | None = None
) -> Annotators:
    """The three annotators on one shared encoder; entities by a spaCy pipeline if one is named.

    ``others`` are spaCy pipelines that find entities in other languages than English, by ISO 639-1 code; ``aliases``
    is an administrator's file of known names.

    Raises:
        ValueError: a pipeline cannot be loaded, or the file cannot be used.
    """
    reader = reading.load()
    book = AliasBook(aliases) if aliases else shipped()
    found = finding.load(pipeline, reader, book)
    if others:
        found = finding.ByLanguage(found, {code: finding.load(name, reader, book) for code, name in others.items()})
    return Annotators(found, sentiment.load(reader), judging.load(reader))


def combine(
    text: str,
    entities: tuple[Entity, ...] | Failure | None,
    sentiment: Tones | Failure | None,
    stance: tuple[Stance, ...] | Failure | None,
    models: dict[str, Model],
) -> Annotations:
    """One text's parts, as `annotate_each` gives them, resolved against each other; ``None`` for what was not asked."""
    parts = {"entities": entities, "sentiment": sentiment, "stance": stance}
    failures = {name: part.why for name, part in parts.items() if isinstance(part, Failure)}
    return resolve(text, _given(entities), _given(sentiment), _given(stance), models, failures)


def _given(part: T | Failure | None) -> T | None:
    return None if isinstance(part, Failure) else part
