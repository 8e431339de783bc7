"""A message of ``news.articles``, decoded once for all the agents that read it.

Takes the message; gives its article, the input for each annotator, and the text's digest.
"""

import hashlib
from collections.abc import Collection
from functools import cached_property
from typing import Any, NamedTuple

from processors.text.bounds import DEFAULT_BOUNDS, BoundedText, TextBounds, bounded
from processors.text.language import ENGLISH, read_as
from streams.dead_letters.senders import Sender, sender_of
from streams.errors import Rejected
from streams.kafka.headers import MAX_SOURCE
from streams.records import Article, decode


class AnnotatorInput(NamedTuple):
    """The text for an annotator. ``cost`` is about what annotating it takes, in tokens; ``digest`` identifies it."""

    text: str
    cost: int
    digest: bytes


def digest_of(text: str) -> bytes:
    """The digest that identifies a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


NO_INPUT = AnnotatorInput("", 0, digest_of(""))


class ReceivedArticle:
    """One message for all agents of the stage. Each property is computed on first use.

    ``other_languages`` are the languages, beside English, that the entities annotator supports. Only one agent uses it
    at a time: the enrichers share one thread, and ``gather`` comes when all three have put their part.
    """

    def __init__(
        self, message: Any, other_languages: Collection[str] = (), bounds: TextBounds = DEFAULT_BOUNDS
    ) -> None:
        self.message = message
        self.bounds = bounds
        self._other_languages = other_languages

    @property
    def article(self) -> Article:
        """The article.

        Raises:
            Rejected: the message holds none.
        """
        if isinstance(self._decoded, Rejected):
            raise self._decoded
        return self._decoded

    @cached_property
    def _decoded(self) -> Article | Rejected:
        try:
            return decode(self.message.value, Article)
        except Rejected as refusal:
            return refusal

    @cached_property
    def language(self) -> str:
        """The language in which it is annotated: English if it is unknown."""
        return read_as(self.article.language)

    def is_supported_by(self, annotator: str) -> bool:
        """Whether the annotator of that name supports the article's language."""
        return self.language == ENGLISH or (annotator == "entities" and self.language in self._other_languages)

    @cached_property
    def text(self) -> str:
        """The text to annotate: none for a kill, for what is no article, and in a language that no annotator knows."""
        if (
            isinstance(self._decoded, Rejected)
            or self.article.status == "canceled"
            or not self.is_supported_by("entities")
        ):
            return ""
        return self.article.text

    @cached_property
    def part(self) -> BoundedText:
        """The beginning of the text that is annotated."""
        return bounded(self.text, self.bounds)

    @cached_property
    def _truncated_input(self) -> AnnotatorInput:
        return AnnotatorInput(self.part.text, self.part.cost, digest_of(self.part.text)) if self.text else NO_INPUT

    @property
    def sender(self) -> Sender:
        """The sender of the article's message (`sender_of`)."""
        if isinstance(self._decoded, Rejected):
            return sender_of("enrich", self.message)
        return Sender(self._decoded.source[:MAX_SOURCE], "")

    def input_for(self, annotator: str) -> AnnotatorInput:
        """The input for the annotator of that name."""
        return self._truncated_input if self.text and self.is_supported_by(annotator) else NO_INPUT
