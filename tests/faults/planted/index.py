"""Bugs in the index stage, each of which the fault harness must find, and a trouble."""

import asyncio
import os
import random
import signal
from collections.abc import Sequence
from typing import Any

import msgspec

from search.documents import Document
from search.elastic.store import ElasticsearchStore
from search.store import Outcome, StoreUnavailable
from streams.agents import index, index_writes

WRITTEN = Outcome("written")


def ack_before_the_index_confirms() -> None:
    """Say done first and write then: what is in the bulk at a crash is lost."""
    write_all = index_writes.write_all

    async def ack_then_write(stage: Any, store: Any, documents: Sequence[tuple[Any, Document]]) -> Any:
        await stage.done(event for event, _ in documents)
        await asyncio.sleep(random.uniform(1, 3))
        return await write_all(stage, store, documents)

    index.write_all = ack_then_write  # type: ignore[attr-defined]  # where it is called


def delete_instead_of_tombstone() -> None:
    """Delete killed stories: an older version that comes late is then alone, and stands."""
    write = ElasticsearchStore.write

    async def write_or_delete(self: ElasticsearchStore, documents: Sequence[Document]) -> list[Outcome]:
        killed = {document.id for document in documents if document.status == "canceled"}
        await self.refresh()
        if killed:
            for hit in await self.server.stories(list(killed)):
                await self.server.client.delete(index=hit["_index"], id=hit["_id"], refresh=True)
        rest = [document for document in documents if document.id not in killed]
        written = iter(await write(self, rest) if rest else [])
        return [WRITTEN if document.id in killed else next(written) for document in documents]

    ElasticsearchStore.write = write_or_delete  # type: ignore[method-assign]  # planting is the purpose


def offset_as_version() -> None:
    """Take the Kafka offset for the version: what arrives last wins."""
    document_of: Any = index.document_of  # type: ignore[attr-defined]  # where it is called

    def versioned_by_offset(enriched: Any, now: Any) -> Document:
        document: Document = document_of(enriched, now)
        assert document.raw is not None
        return msgspec.structs.replace(document, version=document.raw.offset + 1)

    index.document_of = versioned_by_offset  # type: ignore[attr-defined]


def drop_on_429() -> None:
    """Take a busy index for a done one."""
    write = ElasticsearchStore.write

    async def write_or_drop(self: ElasticsearchStore, documents: Sequence[Document]) -> list[Outcome]:
        try:
            outcomes = await write(self, documents)
        except StoreUnavailable:
            return [WRITTEN for _ in documents]
        return [WRITTEN if outcome.state == "busy" else outcome for outcome in outcomes]

    ElasticsearchStore.write = write_or_drop  # type: ignore[method-assign]  # planting is the purpose


def dies_when_it_writes_a_word() -> None:
    """A process that is killed whenever it writes a word. No bug of ours."""
    write_all = index_writes.write_all

    async def write_or_die(stage: Any, store: Any, documents: Sequence[tuple[Any, Document]]) -> Any:
        if any("DIE-INDEX" in document.body for _, document in documents):
            os.kill(os.getpid(), signal.SIGKILL)
        return await write_all(stage, store, documents)

    index.write_all = write_or_die  # type: ignore[attr-defined]
