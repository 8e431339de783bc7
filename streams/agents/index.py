"""The third stage: enriched articles into the search index. Takes ``news.enriched``.

What the store refuses for good becomes a dead letter. While it is away or busy the stage waits, without acking,
for as long as it takes; Kafka keeps the backlog.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from search.documents import Document, source_of
from search.store import Store
from streams.agents.index_tasks import ask_index, look_again, settle_notices
from streams.agents.index_writes import find_all, until_available, write_all
from streams.agents.stage import Stage
from streams.agents.suspects import HUNG, STRIKES, Suspects, batches_of
from streams.dead_letters.letters import dead_letter
from streams.errors import Rejected
from streams.records import DeadLetter, EnrichedArticle, decode
from streams.settings import Settings
from streams.stores import open_index


def document_of(enriched: EnrichedArticle, now: datetime) -> Document:
    """The document to index for an enriched article."""
    article = enriched.article
    document = Document.of(
        article, enriched.annotations, read_at=enriched.read_at, enriched_at=enriched.enriched_at, indexed_at=now
    )
    if not article.kills:
        return document
    status = article.status
    if status == "canceled":
        status = "usable" if article.kills.sure else "withheld"
    return msgspec.structs.replace(document, kind="advisory", status=status)


def read_enriched(events: Sequence[Any]) -> tuple[list[tuple[Any, Document]], list[DeadLetter]]:
    """Each event with its document, and dead letters for those that hold none."""
    documents, letters = [], []
    now = datetime.now(UTC)
    for event in events:
        try:
            documents.append((event, document_of(decode(event.message.value, EnrichedArticle), now)))
        except Rejected as refusal:
            letters.append(dead_letter(event.message, "index", "Rejected", str(refusal)))
    return documents, letters


async def _index_batch(stage: Stage, store: Store, suspects: Suspects, events: Sequence[Any]) -> list[DeadLetter]:
    if len(events) == 1 and suspects.convicted(events[0]):
        reason = f"this article ended its process {STRIKES} times when it was to be indexed"
        return [dead_letter(events[0].message, "index", HUNG, reason)]
    incoming, letters = read_enriched(events)
    documents = await find_all(stage, store, incoming)
    letters += await write_all(stage, store, documents)
    await settle_notices(stage, store, [source_of(document) for _, document in documents if document.kills])
    return letters


def build(settings: Settings) -> Stage:
    """The index stage, ready to run."""
    stage = Stage("index", settings)
    store = open_index(settings)
    suspects = stage.suspects.of("index")
    ready = not settings.set_up_index
    stage.health.needs_index = True

    async def ask() -> None:
        await ask_index(stage, store)

    async def look() -> None:
        await look_again(stage, store)

    stage.app.task(ask)
    stage.app.task(look)

    async def index(events: list[Any]) -> None:
        nonlocal ready
        if not ready:
            await until_available(stage, store.set_up)
            ready = True
        for batch in batches_of(suspects, await stage.take(events)):
            with stage.handling(suspects, batch):
                letters = await _index_batch(stage, store, suspects, batch)
                await stage.bury(letters, batch)
            await stage.done(batch)

    async def forget(*_: Any, **__: Any) -> None:
        store.forget()  # others may have written the stories of newly assigned partitions

    stage.app.on_partitions_assigned.connect(forget, weak=False)
    stage.agent("enriched", index, name="index", batch=settings.index_batch)
    return stage
