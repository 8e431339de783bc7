"""The third stage: enriched articles into the search index. Takes ``news.enriched``.

What the store refuses for good becomes a dead letter. While it is away or busy the stage waits, without acking,
for as long as it takes; Kafka keeps the backlog.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from search.documents import Document, source_of
from search.kill_notices import addressed, kill_own, settle
from search.renamed_ids import placed
from search.store import Store, StoreError, StoreUnavailable
from streams import metrics
from streams.agents.stage import FIRST_PAUSE, Stage
from streams.agents.watchdog import HUNG, STRIKES, Suspects
from streams.dead_letters.letters import dead_letter
from streams.errors import Rejected
from streams.records import DeadLetter, EnrichedArticle, decode
from streams.settings import Settings
from streams.stores import open_index, said

log = logging.getLogger(__name__)

LOOK_AGAIN = 20.0  # seconds between looks for the stories of open notices
MOST_OPEN = 100  # notices, the newest, that are looked at again
ASK_INDEX = 10.0  # seconds between questions whether the index is there


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


async def find_all(stage: Stage, store: Store, incoming: Sequence[tuple[Any, Document]]) -> list[tuple[Any, Document]]:
    """Each event with the documents to write for it: under former ids, where the index has the story by them.

    Waits out a store that is away.
    """
    pause = FIRST_PAUSE
    while waiting := [(event, one) for event, one in incoming if stage.current(event)]:
        try:
            own = await addressed(store, [one for _, one in waiting])
            found = await placed(store, own)
        except StoreUnavailable as away:
            stage.health.index_said(said(away))
            log.warning("the index is unavailable, %d documents are waiting: %s", len(waiting), said(away))
            pause = await stage.pause(pause)
            continue
        return [(event, document) for (event, _), every in zip(waiting, found, strict=True) for document in every]
    return []


async def write_all(stage: Stage, store: Store, documents: Sequence[tuple[Any, Document]]) -> list[DeadLetter]:
    """Write every document, waiting out a store that is away; gives dead letters for what it refuses.

    Documents whose partitions were taken away meanwhile are left to the new owner.
    """
    letters: list[DeadLetter] = []
    superseded: list[Document] = []
    pause, waiting = FIRST_PAUSE, list(documents)
    while waiting := [(event, document) for event, document in waiting if stage.current(event)]:
        try:
            with metrics.INDEX.time():
                outcomes = await store.write([document for _, document in waiting])
            stage.health.index_said()
        except StoreUnavailable as away:
            stage.health.index_said(said(away))
            log.warning("the index is unavailable, %d documents are waiting: %s", len(waiting), said(away))
            pause = await stage.pause(pause)
            continue
        judged = list(zip(waiting, outcomes, strict=True))
        letters += [
            dead_letter(
                event.message,
                "index",
                "Rejected",
                outcome.reason,
                source=document.source,
                article_id=document.id,
            )
            for (event, document), outcome in judged
            if outcome.state == "refused"
        ]
        _tell_ages(document for (_, document), outcome in judged if outcome.state == "written")
        superseded += [document for (_, document), outcome in judged if outcome.state == "superseded"]
        waiting = [pair for pair, outcome in judged if outcome.state == "busy"]
        if waiting:
            log.warning("the index is busy, %d of %d documents are waiting", len(waiting), len(judged))
            pause = await stage.pause(pause)
    await _kill_own(stage, store, superseded)
    return letters


async def _kill_own(stage: Stage, store: Store, superseded: Sequence[Document]) -> None:
    """Kill stories whose own kill in words came before them. Waits out a store that is away."""
    pause = FIRST_PAUSE
    while True:
        try:
            await kill_own(store, superseded)
        except StoreUnavailable as away:
            stage.health.index_said(said(away))
            pause = await stage.pause(pause)
        else:
            return


async def _index_batch(stage: Stage, store: Store, suspects: Suspects, events: Sequence[Any]) -> list[DeadLetter]:
    if len(events) == 1 and suspects.convicted(events[0]):
        reason = f"this article ended its process {STRIKES} times when it was to be indexed"
        return [dead_letter(events[0].message, "index", HUNG, reason)]
    incoming, letters = read_enriched(events)
    documents = await find_all(stage, store, incoming)
    letters += await write_all(stage, store, documents)
    await settle_notices(stage, store, [source_of(document) for _, document in documents if document.kills])
    return letters


async def settle_notices(stage: Stage, store: Store, notices: Sequence[Mapping[str, Any]]) -> None:
    """Kill what notices name. What cannot be done now is done later: they stay open in the index."""
    try:
        await settle(store, notices, timedelta(days=stage.settings.kill_notice_days))
    except (StoreUnavailable, StoreError) as away:
        log.warning("%d kill notices are waiting for their stories: %s", len(notices), said(away))


async def look_again(stage: Stage, store: Store) -> None:
    """Look again and again for the stories of open notices: those may come later, or a process may have ended."""
    while True:
        await asyncio.sleep(LOOK_AGAIN)
        try:
            since = datetime.now(UTC) - timedelta(days=stage.settings.kill_notice_days)
            notices = await store.open_notices(since, MOST_OPEN)
        except (StoreUnavailable, StoreError) as away:
            log.info("cannot look up open kill notices: %s", said(away))
        else:
            await settle_notices(stage, store, notices)


def _tell_ages(written: Iterable[Document]) -> None:
    now = datetime.now(UTC)
    for document in written:
        metrics.END_TO_END.observe(max(timedelta(), now - document.received_at).total_seconds())


async def ask_index(stage: Stage, store: Store) -> None:
    """Ask the index again and again whether it is there, for ``/readyz``: writes tell only while there are some."""
    while True:
        try:
            await store.count(hidden=True)
            stage.health.index_said()
        except (StoreUnavailable, StoreError) as away:
            stage.health.index_said(said(away))
        await asyncio.sleep(ASK_INDEX)


def build(settings: Settings) -> Stage:
    """The index stage, ready to run."""
    stage = Stage("index", settings)
    store = open_index(settings)
    suspects = stage.suspects("index")
    ready = not settings.set_up_index
    stage.health.needs_index = True

    async def ask() -> None:
        await ask_index(stage, store)

    async def look() -> None:
        await look_again(stage, store)

    stage.app.task(ask)
    stage.app.task(look)

    async def set_up() -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                return await store.set_up()
            except StoreUnavailable as away:
                log.warning("the index is unavailable: %s", said(away))
                pause = await stage.pause(pause)

    async def index(events: list[Any]) -> None:
        nonlocal ready
        if not ready:
            await set_up()
            ready = True
        for batch in stage.batches(suspects, await stage.take(events)):
            with stage.handling(suspects, batch):
                letters = await _index_batch(stage, store, suspects, batch)
                await stage.bury(letters, batch)
            await stage.done(batch)

    async def forget(*_: Any, **__: Any) -> None:
        store.forget()  # others may have written the stories of newly assigned partitions

    stage.app.on_partitions_assigned.connect(forget, weak=False)
    stage.agent("enriched", index, name="index", batch=settings.index_batch)
    return stage
