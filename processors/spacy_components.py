"""Our models as spaCy components. Takes a `Doc`, gives it entities, a tone and stances.

    >>> nlp = spacy.blank("en")
    >>> nlp.add_pipe("newswire_entities")
    >>> nlp.add_pipe("newswire_stance")
    >>> doc = nlp("Putin and Xi rejected US interference.")
    >>> [(s.holder, s.label, s.target) for s in doc._.stances]

Spans are those of ``doc.text``. Components of one process share the encoder and its one pass over a text. Run
``python -m processors.spacy_components FOLDER`` for a pipeline to load by ``spacy.load(FOLDER)``, or to make a package
of with ``spacy package``.
"""

import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Protocol

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans, minibatch

from processors.annotations import Annotations, Entity, Stance
from processors.pipeline import Annotators, load
from processors.text.bounds import DEFAULT_BOUNDS, TextBounds

BATCH = 32  # documents annotated at a time
COMPONENTS = ("newswire_entities", "newswire_sentiment", "newswire_stance")


class _Sets(Protocol):
    """Puts its part of the annotations on a document."""

    def __call__(self, doc: Doc, found: Annotations) -> None: ...


class Component:
    """Annotates documents, and sets one part of what is found."""

    def __init__(self, annotators: Annotators, sets: _Sets, bounds: TextBounds = DEFAULT_BOUNDS) -> None:
        self._annotators, self._sets, self._bounds = annotators, sets, bounds

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one document."""
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc], batch_size: int = BATCH) -> Iterator[Doc]:
        """Annotate documents, ``batch_size`` at a time."""
        for some in minibatch(docs, batch_size):
            new = [doc for doc in some if "newswire" not in doc.user_data]
            for doc, found in zip(new, self._annotators.annotate([doc.text for doc in new], self._bounds), strict=True):
                doc.user_data["newswire"] = found
            for doc in some:
                self._sets(doc, doc.user_data["newswire"])
                yield doc


@cache
def _annotators() -> Annotators:
    return load()


def _set_entities(doc: Doc, found: Annotations) -> None:
    entities: tuple[Entity, ...] = found.entities or ()
    spans = [
        doc.char_span(m.start, m.end, label=entity.type, span_id=entity.id, alignment_mode="expand")
        for entity in entities
        for m in entity.mentions
    ]
    doc.ents = tuple(filter_spans([span for span in spans if span is not None]))


def _set_sentiment(doc: Doc, found: Annotations) -> None:
    doc._.tone = found.sentiment


def _set_stances(doc: Doc, found: Annotations) -> None:
    stances: tuple[Stance, ...] = found.stance or ()
    doc._.stances = stances


def entities(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy calls factories with both
    """Named entities as ``doc.ents``; ``ent.id_`` is the same in every text: ``country:RU``."""
    return Component(_annotators(), _set_entities)


def sentiment(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy calls factories with both
    """The tone of the text and toward each entity, a `processors.annotations.Sentiment`, as ``doc._.tone``."""
    return Component(_annotators(), _set_sentiment)


def stance(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy calls factories with both
    """Who stands where toward whom, a tuple of `processors.annotations.Stance`, as ``doc._.stances``."""
    return Component(_annotators(), _set_stances)


def _register() -> None:
    for extension in ("stances", "tone"):
        if not Doc.has_extension(extension):
            Doc.set_extension(extension, default=None)
    Language.factory("newswire_entities", assigns=["doc.ents"], func=entities)
    Language.factory("newswire_sentiment", assigns=["doc._.tone"], func=sentiment)
    Language.factory("newswire_stance", assigns=["doc._.stances"], func=stance)


_register()


def main(folder: str) -> None:
    """Write a pipeline of all components."""
    nlp = spacy.blank("en", meta={"name": "newswire", "description": "Entities, tone and directed stances of news"})
    for component in COMPONENTS:
        nlp.add_pipe(component)
    nlp.to_disk(folder)


if __name__ == "__main__":
    main(sys.argv[1])
