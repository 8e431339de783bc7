"""Builds the messages for ``news.enriched`` from articles and their parts; dead letters for parts that failed. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from processors.annotations import Annotations
from processors.annotator import Failure
from processors.encoder import native_runs
from processors.pipeline import Annotators, combine
from streams.agents.annotation_bounds import truncation_note
from streams.agents.gathering import Parts
from streams.agents.producer import GROWTH_ROOM, Outgoing
from streams.agents.received_article import ReceivedArticle
from streams.dead_letters.letters import dead_letter
from streams.errors import Rejected
from streams.kafka.headers import MAX_TRACE, TRACE_HEADER, text_of
from streams.kafka.timestamps import moment_of
from streams.records import Article, DeadLetter, EnrichedArticle
from streams.settings import MIB

PATIENCE = 1.0  # seconds that a batch waits at most for the models to leave Python's lock alone


def in_language(received: ReceivedArticle, parts: Parts) -> tuple[Parts, Article]:
    """The parts that support the article's language, ``None`` for the rest, and the article with a note about that."""
    article = received.article
    kept = {name: part if received.is_supported_by(name) else None for name, part in parts.items()}
    missing = ", ".join(name for name in parts if not received.is_supported_by(name))
    if not missing or article.status == "canceled":
        return parts, article
    note = f"{missing}: not looked for, since the text is in {article.language} (NEWSWIRE_LANGUAGE_PIPELINES)"
    return kept, msgspec.structs.replace(article, notes=(*article.notes, note))


def enrich_message(
    received: ReceivedArticle, parts: Parts, annotators: Annotators, topic: str, most: int = MIB
) -> tuple[Outgoing | None, list[DeadLetter]]:
    """The message for one article with its parts, and a dead letter for each part that failed.

    A part that makes the message larger than ``most`` bytes has failed.
    """
    message = received.message
    try:
        parts, article = in_language(received, parts)
        if note := truncation_note(received.text, received.part, received.bounds):
            article = msgspec.structs.replace(article, notes=(*article.notes, note))
        value, annotations = _fit(most, received, article, parts, annotators)
    except Rejected as refusal:
        return None, [dead_letter(message, "enrich", "Rejected", str(refusal))]
    letters = [
        dead_letter(message, "enrich", *why.split(": ", 1), source=article.source, part=name, article_id=article.id)
        for name, why in annotations.failures.items()
    ]
    trace = ((TRACE_HEADER, text_of(message, TRACE_HEADER, MAX_TRACE).encode()),)
    return Outgoing(topic, article.id.encode(), value, trace), letters


def _fit(
    most: int, received: ReceivedArticle, article: Article, parts: Parts, annotators: Annotators
) -> tuple[bytes, Annotations]:
    """The enriched article in at most so many bytes: as long as it takes more, its largest part is left out."""
    message = received.message
    while True:
        models = {name: model for name, model in annotators.models.items() if parts[name] is not None}
        annotations = combine(received.part.text, parts["entities"], parts["sentiment"], parts["stance"], models)
        enriched = EnrichedArticle(article, annotations, datetime.now(UTC), moment_of(message.timestamp))
        value = encode_enriched(enriched, message.value, received.article)
        if len(value) <= most:
            return value, annotations
        sizes = {name: len(msgspec.json.encode(getattr(annotations, name))) for name in parts}
        largest = max(sizes, key=lambda name: sizes[name])
        if isinstance(parts[largest], Failure) or parts[largest] is None:
            raise Rejected(f"Article: {len(value)} bytes without annotations, more than a message may have ({most})")
        why = f"TooLarge: {sizes[largest]} bytes of {largest}, where the whole message may have {most}"
        parts = parts | {largest: Failure(why)}


def encode_enriched(enriched: EnrichedArticle, received: bytes, article: Article) -> bytes:
    """An enriched article as JSON bytes; its article is as it was ``received`` except for the changed fields.

    So what a later version wrote, nested fields too, passes through an older enrich stage between two later ones.
    ``article`` is what was decoded of ``received``, which is only split into its fields here. Raises ``Rejected``
    where what is unknown in there is no JSON.
    """
    try:
        received.decode()  # what is skipped in decoding is not looked at
        fields: dict[str, Any] = msgspec.json.decode(received, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Rejected(f"Article: {error}") from error
    for name in Article.__struct_fields__:
        if (value := getattr(enriched.article, name)) is not getattr(article, name):
            fields[name] = value
    own = {name: getattr(enriched, name) for name in EnrichedArticle.__struct_fields__}
    return msgspec.json.encode(own | {"article": fields})


def enrich_messages(
    articles: Sequence[tuple[ReceivedArticle, Parts]],
    annotators: Annotators,
    topic: str,
    growth: float = 8.0,
    largest: int = MIB,
) -> tuple[list[Outgoing], list[DeadLetter]]:
    """`enrich_message` over a batch, each beside the models rather than in their way."""
    outgoing, letters = [], []
    for received, parts in articles:
        native_runs.wait(PATIENCE / len(articles))
        most = min(largest, int(growth * len(received.message.value or b"")) + GROWTH_ROOM)
        enriched, refused = enrich_message(received, parts, annotators, topic, most)
        outgoing += [enriched] if enriched else []
        letters += refused
    return outgoing, letters
