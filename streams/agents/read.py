"""The read stage: decodes raw messages into articles. Reads ``news.raw``, writes ``news.articles``.

A raw message can hold several articles; one that cannot be read becomes a dead letter with the reason. What was
understood and is no article, such as a picture, is noted on ``news.skipped``; as an item it goes to ``news.enriched``
at once, since there is nothing in it to annotate.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from processors.annotations import Annotations
from processors.text.language import language_of
from streams.agents.producer import GROWTH_ROOM, Outgoing
from streams.agents.stage import Stage
from streams.agents.suspects import CRASHES_TO_REJECT, HUNG, batches_of
from streams.dead_letters.letters import dead_letter, members_letter
from streams.errors import Rejected
from streams.kafka.headers import TRACE_HEADER
from streams.raw_messages import limits_of, raw_of
from streams.records import Article, DeadLetter, EnrichedArticle, Skipped, encode
from streams.settings import Settings
from streams.sources.book import ProfileBook
from streams.wire import parse_all
from streams.wire.profile import NO_PROFILES, Profiles
from streams.wire.raw import ParseLimits, Raw
from streams.wire.skipped import skipped_of


def with_language(article: Article) -> Article:
    """The article with the language that its text is in; with a note if the provider states another one."""
    tag = language_of(article.text, article.language)
    if tag == article.language:
        return article
    wrong = f"language: the text is in {tag}, the provider said {article.language}"
    notes = (*article.notes, wrong) if article.language else article.notes
    return msgspec.structs.replace(article, language=tag, notes=notes)


class ReadResult(NamedTuple):
    """What was made of raw messages: articles to send, dead letters, and what is no article, noted and as items."""

    articles: list[Outgoing]
    letters: list[DeadLetter]
    skipped: list[Skipped]
    items: list[Article]


def read_messages(
    messages: Sequence[Any], topic: str, limits: ParseLimits, profiles: Profiles = NO_PROFILES
) -> ReadResult:
    """Decode raw messages into articles to send to ``topic``; what is none is refused, or else skipped."""
    articles, letters, skipped, items = result = ReadResult([], [], [], [])
    for message in messages:
        raw = raw_of(message)
        try:
            parsed = parse_all(raw, limits, profiles)
        except Rejected as refusal:
            letters.append(dead_letter(message, "read", "Rejected", str(refusal)))
            continue
        skipped += skipped_of(raw, parsed)
        items += [skip.item for skip in parsed.skipped if skip.item]
        fitting, too_much = within_growth(parsed.articles, raw, topic, limits)
        articles += fitting
        if refused := [*parsed.refused, *too_much]:
            source = parsed.articles[0].source if parsed.articles else ""
            letters.append(members_letter(message, "read", refused, len(fitting), source=source))
    return result


def within_growth(
    articles: Sequence[Article], raw: Raw, topic: str, limits: ParseLimits
) -> tuple[list[Outgoing], list[tuple[str, str]]]:
    """The articles of a message that stay within the growth limit, and the others as rejected.

    What a thousand articles share, a headline or a copyright notice, lies in the message once and in each of them.
    """
    trace = ((TRACE_HEADER, raw.trace_id.encode()),)
    room = int(limits.max_growth * len(raw.value)) + GROWTH_ROOM
    largest = (
        2 * limits.max_bytes + 15 * 2**16
    )  # a little less than a topic takes (`streams.kafka.topics.record_limit`)
    fitting, refused = [], []
    for number, article in enumerate(articles, 1):
        told = with_language(article)
        value = encode(told)
        if len(value) <= min(room, largest):
            room -= len(value)
            fitting.append(Outgoing(topic, told.id.encode(), value, trace))
        else:
            reason = f"too much: {len(value)} bytes, more than a message of {len(raw.value)} bytes may still become"
            refused.append((f"article {number} {article.guid[:100]}", reason))
    return fitting, refused


def build(settings: Settings) -> Stage:
    """The read stage, ready to run."""
    stage = Stage("read", settings)
    topic, items_topic = settings.topic("articles"), settings.topic("enriched")
    limits = limits_of(settings)
    book = ProfileBook.of(settings)
    suspects = stage.suspects.of("read")

    def item_message(item: Article) -> Outgoing:
        now = datetime.now(UTC)
        value = encode(EnrichedArticle(item, Annotations(), enriched_at=now, read_at=now))
        return Outgoing(items_topic, item.id.encode(), value, ((TRACE_HEADER, item.trace_id.encode()),))

    def work(events: Sequence[Any]) -> ReadResult:
        if len(events) == 1 and suspects.is_poison(events[0]):
            reason = f"this message hung the reader or ended its process {CRASHES_TO_REJECT} times"
            return ReadResult([], [dead_letter(events[0].message, "read", HUNG, reason)], [], [])
        with stage.working("read", events):
            return read_messages([event.message for event in events], topic, limits, book.current())

    async def read(events: list[Any]) -> None:
        for batch in batches_of(suspects, await stage.take(events)):
            with stage.handling(suspects, batch):
                result = await asyncio.to_thread(work, batch)
                await stage.send([*result.articles, *map(item_message, result.items)])
                await stage.skip(result.skipped)
                await stage.send_dead_letters(result.letters, batch)
            await stage.done(batch)

    stage.agent("raw", read, name="read", batch=settings.read_batch)
    return stage
