"""What every annotator is, and how a batch outlives one text that an annotator cannot take.

Takes an annotator and texts; gives, for each text in order, its annotation or the `Failure` that it met.
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from processors.annotations import Model, Record

T = TypeVar("T")


class Annotator(Protocol[T]):
    """Texts in, as many annotations out, in order. Its offsets count the code points of the text given.

    One annotator serves one thread at a time; it takes a lock for that, so sharing one is safe but serial.
    """

    @property
    def model(self) -> Model:
        """Which model makes the annotations."""

    def annotate(self, texts: Sequence[str]) -> list[T]:
        """The annotation of each text."""


class Failure(Record, frozen=True):
    """An annotator could not take one text. ``why`` is the error's class and message."""

    why: str


def annotate_each(annotator: Annotator[T], texts: Sequence[str]) -> list[T | Failure]:
    """The annotation of each text, or its `Failure`: one bad text costs only its own annotation.

    The batch is tried whole; only if that fails is each text tried alone.
    """
    try:
        return _as_many(annotator.annotate(texts), len(texts))
    except Exception as error:  # noqa: BLE001 - a model may raise anything, and it is reported below
        if len(texts) == 1:
            return [Failure(f"{type(error).__name__}: {error}")]
    return [each for text in texts for each in annotate_each(annotator, [text])]


def _as_many(annotations: Sequence[T], expected: int) -> list[T | Failure]:
    if len(annotations) != expected:
        raise ValueError(f"the annotator gave {len(annotations)} annotations for {expected} texts")
    return list(annotations)
