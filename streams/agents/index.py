"""The index stage: writes enriched articles into the search index. Reads ``news.enriched``.

What the store refuses for good becomes a dead letter. While the store is unavailable or busy the stage waits without
acking, for as long as it takes; Kafka keeps the backlog.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from search.documents import Document, source_of
from search.store import Store
from streams.agents.events.changes import RecordingStore, messages
from streams.agents.events.keeper import EventGrouper
from streams.agents.index_items import ItemIndex
from streams.agents.index_tasks import (
    PublishChanges,
    kill_named_stories,
    probe_index,
    publish_nothing,
    retry_open_notices,
)
from streams.agents.index_writes import find_all, until_available, write_all
from streams.agents.stage import Stage
from streams.agents.suspects import CRASHES_TO_REJECT, HUNG, Suspects, batches_of
from streams.dead_letters.letters import dead_letter
from streams.errors import Rejected
from streams.kafka.stages import STORIES
from streams.records import DeadLetter, EnrichedArticle, decode, document_of
from streams.settings import Settings
from streams.stores import open_index, open_items


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


async def _index_batch(
    stage: Stage,
    store: Store,
    items: ItemIndex,
    suspects: Suspects,
    events: Sequence[Any],
    publish_changes: PublishChanges = publish_nothing,
) -> list[DeadLetter]:
    if len(events) == 1 and suspects.is_poison(events[0]):
        reason = f"this article ended its process {CRASHES_TO_REJECT} times when it was to be indexed"
        return [dead_letter(events[0].message, "index", HUNG, reason)]
    incoming, letters = read_enriched(events)
    documents = await find_all(stage, store, [pair for pair in incoming if not pair[1].item_class])
    letters += await write_all(stage, store, documents)
    await kill_named_stories(stage, store, [source_of(document) for _, document in documents if document.kills])
    await publish_changes()
    return letters + await items.write([pair for pair in incoming if pair[1].item_class])


def build(settings: Settings) -> Stage:
    """The index stage, ready to run."""
    stage = Stage("index", settings)
    store, changes_recorder = RecordingStore.over(open_index(settings))
    items = ItemIndex(stage, open_items(settings))
    suspects = stage.suspects.of("index")
    ready = not settings.set_up_index
    stage.health.needs_index = True

    async def probe() -> None:
        await probe_index(stage, store)

    async def publish_changes() -> None:
        changes = changes_recorder.drain()
        if settings.group_events:
            await stage.send(messages(settings.topic(STORIES), changes))

    async def retry_notices() -> None:
        await retry_open_notices(stage, store, publish_changes)

    stage.app.task(probe)
    stage.app.task(retry_notices)
    if settings.group_events:
        stage.app.task(EventGrouper(stage, store).run)

    async def index(events: list[Any]) -> None:
        nonlocal ready
        if not ready:
            await until_available(stage, store.set_up)
            ready = True
        for batch in batches_of(suspects, await stage.take(events)):
            with stage.handling(suspects, batch):
                letters = await _index_batch(stage, store, items, suspects, batch, publish_changes)
                await stage.send_dead_letters(letters, batch)
            await stage.done(batch)

    async def forget(*_: Any, **__: Any) -> None:
        items.forget()
        store.forget()  # other processes may have written stories of the newly assigned partitions

    stage.app.on_partitions_assigned.connect(forget, weak=False)
    stage.agent("enriched", index, name="index", batch=settings.index_batch)
    return stage
