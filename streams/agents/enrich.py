"""The second stage: entities, sentiment and stance.

Takes ``news.articles``, sends ``news.enriched``. Three agents read the same articles, each with one annotator; their
batches take turns in one thread beside the event loop. ``gather``, the fourth, holds an article until all three have
put their part, resolves the parts against each other, sends the `EnrichedArticle`, and only then acks. Faust counts a
message as done when all four have acked it, so an article whose parts are not all in is simply not done.
"""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, get_args, get_type_hints

import msgspec

from processors.annotations import Annotations
from processors.annotator import Failure
from processors.encoder import native_runs
from processors.pipeline import Annotators, combine, load
from processors.text.bounds import DEFAULT_BOUNDS, Bounds, Part, bounded
from processors.text.language import ENGLISH, primary
from streams.agents.annotation_bounds import beyond, bounds_of
from streams.agents.gathering import Gathering, Parts
from streams.agents.memory import Memory
from streams.agents.stage import Outgoing, Stage
from streams.agents.watchdog import HUNG, STRIKES
from streams.dead_letters.letters import dead_letter
from streams.errors import Rejected
from streams.kafka.headers import MAX_TRACE, TRACE_HEADER
from streams.kafka.headers import text_of as header_text
from streams.kafka.timestamps import moment_of
from streams.kafka.topics import record_limit
from streams.records import Article, DeadLetter, EnrichedArticle, decode
from streams.settings import MIB, Settings
from streams.wire.raw import GROWTH_ROOM

PARTS = {name: get_args(kind)[0] for name, kind in get_type_hints(Annotators).items()}  # annotator → what it makes
SLACK = 64 * 1024  # bytes of key, headers and Kafka's own in a message
PATIENCE = 1.0  # seconds that a batch waits at most for the models to leave Python's lock alone


def by_cost(events: Iterable[Any], texts: Iterable[Part], most: int) -> Iterator[tuple[list[Any], list[str]]]:
    """Events and what is annotated of them, in their order, in batches of so many tokens; a costlier one is alone."""
    some: list[Any] = []
    shown: list[str] = []
    cost = 0
    for event, part in zip(events, texts, strict=True):
        if some and cost + part.cost > most:
            yield some, shown
            some, shown, cost = [], [], 0
        some.append(event)
        shown.append(part.text)
        cost += part.cost
    if some:
        yield some, shown


def text_of(message: Any, languages: Collection[str] = (ENGLISH,)) -> str:
    """The text to annotate: none for a kill, for what is no article (gather refuses that one), in other languages."""
    try:
        article = decode(message.value, Article)
    except Rejected:
        return ""
    return article.text if article.status != "canceled" and spoken(article) in languages else ""


def spoken(article: Article) -> str:
    """The language that the article is annotated in: English where it is not known."""
    return primary(article.language) or ENGLISH


def in_language(article: Article, parts: Parts, others: Collection[str]) -> tuple[Parts, Article]:
    """The parts that the article's language allows, ``None`` for the rest, and the article with a note that says so."""
    language = spoken(article)
    if language == ENGLISH or article.status == "canceled":
        return parts, article
    kept = {name: part if name == "entities" and language in others else None for name, part in parts.items()}
    missing = ", ".join(name for name, part in kept.items() if part is None)
    note = f"{missing}: not looked for, since the text is in {article.language} (NEWSWIRE_LANGUAGE_PIPELINES)"
    return kept, msgspec.structs.replace(article, notes=(*article.notes, note))


def enrich_message(
    message: Any,
    parts: Parts,
    annotators: Annotators,
    topic: str,
    others: Collection[str] = (),
    most: int = MIB,
    bounds: Bounds = DEFAULT_BOUNDS,
) -> tuple[Outgoing | None, list[DeadLetter]]:
    """One article with its parts made whole: the message to send, and a dead letter for each part that failed.

    A part that makes the message larger than ``most`` bytes has failed.
    """
    try:
        received = decode(message.value, Article)
        parts, article = in_language(received, parts, others)
        text = text_of(message, (ENGLISH, *others))
        part = bounded(text, bounds)
        if note := beyond(text, part, bounds):
            article = msgspec.structs.replace(article, notes=(*article.notes, note))
        value, annotations = _within(most, message, part.text, parts, annotators, received, article)
    except Rejected as refusal:
        return None, [dead_letter(message, "enrich", "Rejected", str(refusal))]
    letters = [
        dead_letter(message, "enrich", *why.split(": ", 1), source=article.source, part=name, article_id=article.id)
        for name, why in annotations.failures.items()
    ]
    trace = ((TRACE_HEADER, header_text(message, TRACE_HEADER, MAX_TRACE).encode()),)
    return Outgoing(topic, article.id.encode(), value, trace), letters


def _within(
    most: int,
    message: Any,
    text: str,
    parts: Parts,
    annotators: Annotators,
    received: Article,
    article: Article,
) -> tuple[bytes, Annotations]:
    """The enriched article in at most so many bytes: as long as it takes more, its largest part is left out."""
    while True:
        models = {name: model for name, model in annotators.models.items() if parts[name] is not None}
        annotations = combine(text, parts["entities"], parts["sentiment"], parts["stance"], models)
        enriched = EnrichedArticle(article, annotations, datetime.now(UTC), moment_of(message.timestamp))
        value = encode_enriched(enriched, message.value, received)
        if len(value) <= most:
            return value, annotations
        sizes = {name: len(msgspec.json.encode(getattr(annotations, name))) for name in PARTS}
        largest = max(sizes, key=lambda name: sizes[name])
        if isinstance(parts[largest], Failure) or parts[largest] is None:
            raise Rejected(f"Article: {len(value)} bytes without annotations, more than a message may have ({most})")
        why = f"TooLarge: {sizes[largest]} bytes of {largest}, where the whole message may have {most}"
        parts = parts | {largest: Failure(why)}


def encode_enriched(enriched: EnrichedArticle, received: bytes, article: Article) -> bytes:
    """JSON bytes of an enriched article, whose article is as it was ``received`` but for the fields that were changed.

    So what a later version wrote, nested fields too, passes through an older enrich stage between two later ones.
    ``article`` is what was decoded of ``received``. Raises ``Rejected`` where what is unknown in there is no JSON.
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
    articles: Sequence[tuple[Any, Parts]],
    annotators: Annotators,
    topic: str,
    others: Collection[str] = (),
    growth: float = 8.0,
    largest: int = MIB,
    bounds: Bounds = DEFAULT_BOUNDS,
) -> tuple[list[Outgoing], list[DeadLetter]]:
    """`enrich_message` over a batch, each beside the models rather than in their way."""
    outgoing, letters = [], []
    for message, parts in articles:
        native_runs.wait(PATIENCE / len(articles))
        most = min(largest, int(growth * len(message.value or b"")) + GROWTH_ROOM)
        enriched, refused = enrich_message(message, parts, annotators, topic, others, most, bounds)
        outgoing += [enriched] if enriched else []
        letters += refused
    return outgoing, letters


def build(settings: Settings) -> Stage:
    """The enrich stage, ready to run; loads the models."""
    stage = Stage("enrich", settings)
    annotators = load(settings.pipeline, settings.others, settings.aliases)
    gathering = Gathering(PARTS)
    # One for all three: in a thread each they wait for one another's lock, and two processes do a sixth less.
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="annotate")
    for name, kind in PARTS.items():
        memory = Memory(name, getattr(annotators, name), kind, settings.remember_mb / len(PARTS))
        _add_enricher(stage, gathering, name, memory, thread)
    _add_gather(stage, gathering, annotators)
    return stage


def _add_enricher(stage: Stage, gathering: Gathering, name: str, memory: Memory, thread: ThreadPoolExecutor) -> None:
    suspects, bounds = stage.suspects(name), bounds_of(stage.settings)
    languages = (ENGLISH, *(stage.settings.others if name == "entities" else ()))

    def work(events: Sequence[Any]) -> list[Any]:
        if len(events) == 1 and suspects.convicted(events[0]):
            return [Failure(f"{HUNG}: this article hung {name} or ended its process {STRIKES} times")]
        texts = [bounded(text_of(event.message, languages), bounds) for event in events]
        found: list[Any] = []
        for some, shown in by_cost(events, texts, bounds.tokens):
            with suspects.working(some), stage.working(name, some), native_runs.working():
                found += memory.annotate(shown)
        return found

    async def enrich(events: list[Any]) -> None:
        for batch in suspects.batches([event for event in events if stage.current(event)]):
            parts = await asyncio.get_running_loop().run_in_executor(thread, work, batch)
            for event, part in zip(batch, parts, strict=True):
                if stage.current(event):
                    gathering.put(event, name, part)
                    event.ack()  # gather's ack is the one that completes the message

    stage.agent("articles", enrich, name=name, batch=stage.settings.enrich_batch)


def _add_gather(stage: Stage, gathering: Gathering, annotators: Annotators) -> None:
    settings = stage.settings
    suspects = stage.suspects("gather")
    largest, bounds = record_limit(settings) - SLACK, bounds_of(settings)
    topic = settings.topic("enriched")

    def work(events: Sequence[Any], parts: Sequence[Parts]) -> tuple[list[Outgoing], list[DeadLetter]]:
        if len(events) == 1 and suspects.convicted(events[0]):
            reason = f"this article ended its process {STRIKES} times when its annotations were put together or sent"
            return [], [dead_letter(events[0].message, "enrich", HUNG, reason)]
        articles = [(event.message, own) for event, own in zip(events, parts, strict=True)]
        with stage.working("gather", events):
            return enrich_messages(
                articles, annotators, topic, settings.others, settings.message_growth, largest, bounds
            )

    async def gather(events: list[Any]) -> None:
        taken = await stage.take(events)
        whole = {id(event): (event, parts) for event in taken if (parts := await gathering.parts(event)) is not None}
        for batch in stage.batches(suspects, [event for event, _ in whole.values()]):
            with stage.handling(suspects, batch):
                enriched, letters = await asyncio.to_thread(work, batch, [whole[id(event)][1] for event in batch])
                await stage.send(enriched)
                await stage.bury(letters, batch)
            await stage.done(batch)

    stage.agent("articles", gather, name="gather", batch=settings.enrich_batch)
