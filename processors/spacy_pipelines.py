"""Loading spaCy pipelines with only what is used of them. Takes a pipeline's name, gives it and its `Model`."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from processors.annotations import Model

if TYPE_CHECKING:
    from spacy.language import Language

OURS = "newsreader"  # our own encoder, which is no spaCy pipeline
DEFAULT_PIPELINE = OURS
BATCH = 64  # passages that spaCy takes at a time


def load_pipeline(name: str, wanted: Collection[str]) -> Language:
    """The pipeline ``name`` (a package or a folder) with only the ``wanted`` components and what they listen to.

    Raises:
        ValueError: spaCy is not installed, there is no such pipeline, or it lacks the first of ``wanted``.
    """
    try:
        import spacy  # noqa: PLC0415 - an extra; our own encoder needs none of it
    except ModuleNotFoundError:
        raise ValueError(f"spaCy pipeline {name!r}: spaCy is not installed: pip install 'newswire[spacy]'") from None
    try:
        nlp = spacy.load(name)
    except OSError as error:
        raise ValueError(f"spaCy pipeline {name!r} cannot be loaded: {error}") from error
    for component in list(nlp.pipe_names):
        heard = getattr(nlp.get_pipe(component), "listening_components", ())
        if component not in wanted and not set(heard) & set(wanted):
            nlp.remove_pipe(component)
    missing = [component for component in wanted if component not in nlp.pipe_names]
    if missing:
        raise ValueError(f"spaCy pipeline {name!r} has no component {', '.join(map(repr, missing))}")
    return nlp


def model_of(nlp: Language, name: str) -> Model:
    """The name and version of a loaded pipeline."""
    return Model(name, str(nlp.meta.get("version", "")))
