"""The first stage: raw messages in, articles out. Takes ``news.raw``, sends ``news.articles``.

A raw message can hold several articles; one that cannot be read becomes a dead letter with the reason. What was
understood and is no article, such as a picture, is only noted on ``news.skipped``.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from processors.text.language import language_of
from streams.agents.stage import Outgoing, Stage
from streams.agents.watch import STRIKES
from streams.dead_letters import TRACE_HEADER, dead_letter, headers_of
from streams.errors import Rejected
from streams.records import Article, DeadLetter, RawPosition, Skipped, encode
from streams.settings import Settings
from streams.skipped import skipped_of
from streams.wire import parse_all
from streams.wire.raw import Limits, Raw

MAX_TRACE = 200  # characters


def raw_of(message: Any) -> Raw:
    """What a raw message carries: its bytes, and the headers that the feed gave it."""
    headers = {name: value.decode("utf-8", "replace") for name, value in headers_of(message).items()}
    return Raw(
        value=message.value or b"",
        received_at=_received_at(headers.get("received-at", ""), message.timestamp),
        source=headers.get("source", ""),
        content_type=headers.get("content-type", ""),
        name=headers.get("name", ""),
        guid=headers.get("guid", ""),
        position=RawPosition(message.topic, message.partition, message.offset),
        # A producer that is not ours gives none: where the message lies will do, and is the same at a second reading.
        trace_id=headers.get(TRACE_HEADER, "")[:MAX_TRACE] or f"{message.topic}-{message.partition}-{message.offset}",
    )


def _received_at(header: str, kafka_timestamp: float) -> datetime:
    try:
        received = datetime.fromisoformat(header)
    except ValueError:
        received = None
    if received is None or received.tzinfo is None:  # a producer that is not ours
        received = datetime.fromtimestamp(kafka_timestamp, UTC)
    return received.astimezone(UTC)


def with_language(article: Article) -> Article:
    """The article with the language that its text is in; a note says so where the provider named another one."""
    tag = language_of(article.text, article.language)
    if tag == article.language:
        return article
    wrong = f"language: the text is in {tag}, the provider said {article.language}"
    notes = (*article.notes, wrong) if article.language else article.notes
    return msgspec.structs.replace(article, language=tag, notes=notes)


class Made(NamedTuple):
    """What was made of raw messages: articles to send, dead letters, and records of items that are no articles."""

    articles: list[Outgoing]
    letters: list[DeadLetter]
    skipped: list[Skipped]


def read_messages(messages: Sequence[Any], topic: str, limits: Limits) -> Made:
    """Decode raw messages into articles to send to ``topic``; what is none is refused, or else skipped."""
    articles, letters, skipped = made = Made([], [], [])
    for message in messages:
        raw = raw_of(message)
        try:
            parsed = parse_all(raw, limits)
        except Rejected as refusal:
            letters.append(dead_letter(message, "read", "Rejected", str(refusal)))
            continue
        skipped += skipped_of(raw, parsed)
        trace = ((TRACE_HEADER, raw.trace_id.encode()),)
        told = [with_language(article) for article in parsed.articles]
        articles += [Outgoing(topic, a.id.encode(), encode(a), trace) for a in told]
        letters += [
            dead_letter(message, "read", "Rejected", f"{what}: {reason}", part=what) for what, reason in parsed.refused
        ]
    return made


def build(settings: Settings) -> Stage:
    """The read stage, ready to run."""
    stage = Stage("read", settings)
    topic = settings.topic("articles")
    limits = Limits(max_bytes=settings.max_article_bytes, max_body_characters=settings.max_body_characters)

    suspects = stage.suspects("read")

    def work(events: Sequence[Any]) -> Made:
        if len(events) == 1 and suspects.convicted(events[0]):
            reason = f"this message hung the reader or ended its process {STRIKES} times"
            return Made([], [dead_letter(events[0].message, "read", "Hung", reason)], [])
        with stage.working("read", suspects, events):
            return read_messages([event.message for event in events], topic, limits)

    async def read(events: list[Any]) -> None:
        for batch in suspects.batches(await stage.take(events)):
            made = await asyncio.to_thread(work, batch)
            await stage.send(made.articles)
            await stage.skip(made.skipped)
            await stage.bury(made.letters, done=len(made.articles))
            await stage.done(batch)

    stage.agent("raw", read, name="read", batch=settings.read_batch)
    return stage
