"""The index stage's calls to its store, retried for as long as the store is unavailable or busy.

Takes events with their documents; gives dead letters for what the store refuses for good.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from search.documents import Document
from search.store import Outcome, Store, StoreUnavailable
from search.stories.kill_notices import addressed, kill_own
from search.stories.renamed_ids import placed
from streams import metrics
from streams.agents.backoff import Backoff
from streams.agents.stage import Stage
from streams.dead_letters.letters import dead_letter
from streams.records import DeadLetter
from streams.stores import said

T = TypeVar("T")

EventDocument = tuple[Any, Document]  # an event, and a document to write for it

log = logging.getLogger(__name__)


async def until_available(
    stage: Stage, call: Callable[[], Awaitable[T]], documents: int = 0, backoff: Backoff | None = None
) -> T:
    """The result of ``call``. While the index is unavailable, it is retried after growing pauses.

    ``documents`` is how many wait for it, for the log.
    """
    backoff = backoff or stage.backoff()
    while True:
        try:
            return await call()
        except StoreUnavailable as away:
            stage.health.record_index_answer(said(away))
            log.warning("the index is unavailable, %d documents are waiting: %s", documents, said(away))
        await backoff.wait()


async def find_all(stage: Stage, store: Store, incoming: Sequence[EventDocument]) -> list[EventDocument]:
    """Each event with the documents to write for it: under former ids, where the index has the story by them."""

    async def find() -> list[EventDocument]:
        waiting = [(event, one) for event, one in incoming if stage.current(event)]
        if not waiting:
            return []
        own = await addressed(store, [one for _, one in waiting])
        found = await placed(store, own)
        return [(event, document) for (event, _), every in zip(waiting, found, strict=True) for document in every]

    return await until_available(stage, find, len(incoming))


async def write_all(stage: Stage, store: Store, documents: Sequence[EventDocument]) -> list[DeadLetter]:
    """Write every document; returns dead letters for those that the store rejects.

    Documents whose partitions were taken away meanwhile are left to the new owner.
    """
    letters: list[DeadLetter] = []
    superseded: list[tuple[Document, Outcome]] = []
    backoff, waiting = stage.backoff(), list(documents)
    while waiting:
        write = partial(_write, stage, store, waiting)
        judged = await until_available(stage, write, len(waiting), backoff)
        letters += [_letter(*pair, outcome) for pair, outcome in judged if outcome.state == "refused"]
        _observe_ages(document for (_, document), outcome in judged if outcome.state == "written")
        superseded += [(document, outcome) for (_, document), outcome in judged if outcome.state == "superseded"]
        waiting = [pair for pair, outcome in judged if outcome.state == "busy"]
        if waiting:
            log.warning("the index is busy, %d of %d documents are waiting", len(waiting), len(judged))
            await backoff.wait()
    await until_available(stage, partial(kill_own, store, superseded))  # kills in words that came before their story
    return letters


async def _write(stage: Stage, store: Store, documents: Sequence[EventDocument]) -> list[tuple[EventDocument, Outcome]]:
    """Write those whose partitions are still ours, and give the outcomes."""
    ours = [(event, document) for event, document in documents if stage.current(event)]
    if not ours:
        return []
    with metrics.INDEX.time():
        outcomes = await store.write([document for _, document in ours])
    stage.health.record_index_answer()
    return list(zip(ours, outcomes, strict=True))


def _letter(event: Any, document: Document, outcome: Outcome) -> DeadLetter:
    return dead_letter(
        event.message, "index", "Rejected", outcome.reason, source=document.source, article_id=document.id
    )


def _observe_ages(written: Iterable[Document]) -> None:
    now = datetime.now(UTC)
    for document in written:
        metrics.END_TO_END.observe(max(timedelta(), now - document.received_at).total_seconds())
