"""The enrich stage: annotates articles with entities, sentiment and stance.

Takes ``news.articles``, sends ``news.enriched``. Three agents read the same articles, each with one annotator. The one
that has an article first decodes it and runs the encoder; the others find both done. Their batches take turns in one
thread beside the event loop. ``gather``, the fourth, holds an article until all three have put their part, resolves the
parts against each other, sends the `EnrichedArticle`, and only then acks. Faust counts a message as done when all four
have acked it, so an article whose parts are not all in is simply not done.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, get_args, get_type_hints

from processors.annotator import Failure
from processors.encoder import native_runs
from processors.pipeline import Annotators, load
from streams.agents.acks import position_of
from streams.agents.annotation_bounds import bounds_of
from streams.agents.annotation_cache import AnnotationCache
from streams.agents.enriched_messages import enrich_messages
from streams.agents.gathering import PartCollector, Parts
from streams.agents.producer import Outgoing
from streams.agents.received_article import AnnotatorInput, ReceivedArticle
from streams.agents.stage import Stage
from streams.agents.suspects import CRASHES_TO_REJECT, HUNG, Suspects, batches_of
from streams.dead_letters.letters import dead_letter
from streams.kafka.topics import record_limit
from streams.records import DeadLetter
from streams.settings import Settings

PARTS = {name: get_args(kind)[0] for name, kind in get_type_hints(Annotators).items()}  # annotator → what it makes
SLACK = 64 * 1024  # bytes of key, headers and Kafka's own in a message


def by_cost(
    events: Iterable[Any], texts: Iterable[AnnotatorInput], most: int
) -> Iterator[tuple[list[Any], list[AnnotatorInput]]]:
    """Events and what is annotated of them, in their order, in batches of so many tokens; a costlier one is alone."""
    some: list[Any] = []
    shown: list[AnnotatorInput] = []
    cost = 0
    for event, text in zip(events, texts, strict=True):
        if some and cost + text.cost > most:
            yield some, shown
            some, shown, cost = [], [], 0
        some.append(event)
        shown.append(text)
        cost += text.cost
    if some:
        yield some, shown


class Enricher:
    """One annotator at work on batches, in the models' thread."""

    def __init__(self, name: str, stage: Stage, cache: AnnotationCache) -> None:
        self.name = name
        self.suspects = stage.suspects.of(name)
        self._stage = stage
        self._cache = cache

    def work(self, events: Sequence[Any], articles: Sequence[ReceivedArticle]) -> list[Any]:
        """The part of each article, or its `Failure`."""
        if len(events) == 1 and self.suspects.is_poison(events[0]):
            return [Failure(f"{HUNG}: this article hung {self.name} or ended its process {CRASHES_TO_REJECT} times")]
        texts = [article.input_for(self.name) for article in articles]
        parts: list[Any] = []
        for some, shown in by_cost(events, texts, self._stage.settings.annotated_tokens):
            with self.suspects.working(some), self._stage.working(self.name, some), native_runs.working():
                parts += self._cache.annotate(shown)
        return parts


def build(settings: Settings) -> Stage:
    """The enrich stage, ready to run; loads the models."""
    stage = Stage("enrich", settings)
    annotators = load(settings.pipeline, settings.others, settings.aliases)
    gathering = PartCollector(PARTS, settings.others, bounds_of(settings))
    # One for all three: in a thread each they wait for one another's lock, and two processes do a sixth less.
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="annotate")
    for name, kind in PARTS.items():
        cache = AnnotationCache(name, getattr(annotators, name), kind, settings.remember_mb / len(PARTS))
        _add_enricher(stage, gathering, Enricher(name, stage, cache), thread)
    _add_gather(stage, gathering, annotators)
    return stage


def _add_enricher(stage: Stage, gathering: PartCollector, enricher: Enricher, thread: ThreadPoolExecutor) -> None:
    async def enrich(events: list[Any]) -> None:
        for batch in enricher.suspects.batches([event for event in events if stage.current(event)]):
            articles = [gathering.article(event) for event in batch]
            parts = await asyncio.get_running_loop().run_in_executor(thread, enricher.work, batch, articles)
            for event, part in zip(batch, parts, strict=True):
                if stage.current(event):
                    gathering.put(event, enricher.name, part)
                    event.ack()  # gather's ack is the one that completes the message

    stage.agent("articles", enrich, name=enricher.name, batch=stage.settings.enrich_batch)


def _add_gather(stage: Stage, gathering: PartCollector, annotators: Annotators) -> None:
    settings = stage.settings
    suspects = stage.suspects.of("gather")
    largest = record_limit(settings) - SLACK
    topic = settings.topic("enriched")

    def work(
        events: Sequence[Any], articles: Sequence[tuple[ReceivedArticle, Parts]]
    ) -> tuple[list[Outgoing], list[DeadLetter]]:
        if _is_poison(suspects, events):
            reason = (
                f"this article ended its process {CRASHES_TO_REJECT} times "
                "when its annotations were put together or sent"
            )
            return [], [dead_letter(events[0].message, "enrich", HUNG, reason)]
        with stage.working("gather", events):
            return enrich_messages(articles, annotators, topic, settings.message_growth, largest)

    async def gather(events: list[Any]) -> None:
        whole = {}
        for event in await stage.take(events):
            article = gathering.article(event)
            if (parts := await gathering.parts(event)) is not None:
                whole[id(event)] = event, (article, parts)
        for batch in batches_of(suspects, [event for event, _ in whole.values()]):
            with stage.handling(suspects, batch):
                enriched, letters = await asyncio.to_thread(work, batch, [whole[id(event)][1] for event in batch])
                await stage.send(enriched)
                senders = {position_of(event): whole[id(event)][1][0].sender for event in batch}
                await stage.send_dead_letters(letters, batch, senders)
            await stage.done(batch)

    stage.agent("articles", gather, name="gather", batch=settings.enrich_batch)


def _is_poison(suspects: Suspects, events: Sequence[Any]) -> bool:
    return len(events) == 1 and suspects.is_poison(events[0])
