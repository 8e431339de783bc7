"""Documents to store in tests: made by `document`, with times that follow from the version."""

from datetime import UTC, datetime, timedelta
from typing import Any

from processors.annotations import (
    Annotations,
    Entity,
    EntitySentiment,
    Model,
    SentenceSentiment,
    Sentiment,
    Span,
    Stance,
)
from search.documents import Document
from search.query.checking import ParsedQuery, parsed
from search.query.request import DEFAULT_LIMITS, Limits, Query

START = datetime(2026, 11, 2, 9, tzinfo=UTC)

CALL = """Putin and Xi denounced the United States, Yuri Ushakov said.

Xi Jinping told Vladimir Putin that Taiwan is China's. The US criticized Beijing's policies."""


def spans(text: str, *words: str) -> tuple[Span, ...]:
    return tuple(Span(text.index(word), text.index(word) + len(word), word) for word in words)


def stance(text: str, holder: str, label: Any, target: str, **more: Any) -> Stance:
    (holder_span, target_span) = spans(text, holder.rpartition(" ")[2], target)
    evidence = Span(0, len(text), text)
    more.setdefault("about", ("country:TW",) if target == "Taiwan" else ())
    return Stance(holder, target, label, 0.9, evidence, "denounced", holder_span, target_span, **more)


def annotated() -> Annotations:
    """What could be said of `CALL`."""
    xi = Entity("xi", "Xi Jinping", "PERSON", spans(CALL, "Xi", "Xi Jinping"), 2, 0.9)
    putin = Entity("putin", "Vladimir Putin", "PERSON", spans(CALL, "Putin", "Vladimir Putin"), 2, 0.8)
    states = Entity("us", "United States", "GPE", spans(CALL, "United States", "US"), 2, 0.7, "US", 39.8, -98.6)
    sentiment = Sentiment(
        -0.4, "negative", (SentenceSentiment(0, 60, -0.6, "negative"),),
        (EntitySentiment("us", "United States", -0.5, "negative", 0.8),),
    )  # fmt: skip
    stances = (
        stance(CALL, "Xi Jinping", "against", "United States", holder_id="xi", target_id="us"),
        stance(CALL, "Vladimir Putin", "against", "United States", holder_id="putin", target_id="us"),
        stance(CALL, "Xi Jinping", "favor", "Taiwan", holder_id="xi"),
    )
    return Annotations((xi, putin, states), sentiment, stances, {"entities": Model("spacy", "3.8.0")})


def document(document_id: str = "call", version: int = 1, **fields: Any) -> Document:
    """A usable story; ``version`` is also how many seconds after `START` it was made."""
    made = START + timedelta(seconds=version % 1_000_000)
    values: dict[str, Any] = {
        "id": document_id,
        "version": version,
        "source": "AP",
        "guid": f"urn:test:{document_id}",
        "format": "ninjs",
        "version_created": made,
        "received_at": START,
        "first_created": START,
        "read_at": START,
        "enriched_at": START,
        "indexed_at": START,
        "status": "usable",
        "kind": "new",
        "headline": "Putin and Xi discuss policies",
        "body": CALL,
        "annotations": annotated(),
        "language": "en-GB",
    }
    return Document(**(values | fields))


def question(text: str = "", *, limits: Limits = DEFAULT_LIMITS, **fields: Any) -> ParsedQuery:
    """A query as a store takes it."""
    return parsed(Query(text, **fields), limits)
