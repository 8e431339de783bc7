"""A message of ``news.articles``, decoded once for all the agents that read it.

Takes the message; gives its article, what of the text each annotator is shown, and the text's digest.
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


class ShownText(NamedTuple):
    """What an annotator is shown: ``cost`` is about what annotating it takes, in tokens; ``digest`` names the text."""

    text: str
    cost: int
    digest: bytes


def digest_of(text: str) -> bytes:
    """The digest that identifies a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


NOTHING = ShownText("", 0, digest_of(""))


class ReceivedArticle:
    """One message for all agents of the stage. Each property is computed on first use.

    ``others`` are the languages, beside English, that there is a pipeline for entities in. The agents ask one after
    another: the enrichers in one thread, ``gather`` when all three have put their part.
    """

    def __init__(self, message: Any, others: Collection[str] = (), bounds: TextBounds = DEFAULT_BOUNDS) -> None:
        self.message = message
        self.bounds = bounds
        self._others = others

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

    def is_read_by(self, annotator: str) -> bool:
        """Whether the annotator of that name knows the article's language."""
        return self.language == ENGLISH or (annotator == "entities" and self.language in self._others)

    @cached_property
    def text(self) -> str:
        """The text to annotate: none for a kill, for what is no article, and in a language that no annotator knows."""
        if isinstance(self._decoded, Rejected) or self.article.status == "canceled" or not self.is_read_by("entities"):
            return ""
        return self.article.text

    @cached_property
    def part(self) -> BoundedText:
        """The beginning of the text that is annotated."""
        return bounded(self.text, self.bounds)

    @cached_property
    def _shown(self) -> ShownText:
        return ShownText(self.part.text, self.part.cost, digest_of(self.part.text)) if self.text else NOTHING

    @property
    def sender(self) -> Sender:
        """Who the article is from, as `sender_of` says of its message."""
        if isinstance(self._decoded, Rejected):
            return sender_of("enrich", self.message)
        return Sender(self._decoded.source[:MAX_SOURCE], "")

    def shown_to(self, annotator: str) -> ShownText:
        """What the annotator of that name is shown."""
        return self._shown if self.text and self.is_read_by(annotator) else NOTHING
