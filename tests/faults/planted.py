"""Bugs and troubles planted in a worker, to show that the harness finds them: ``python -m tests.faults.planted BUG worker …``."""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from processors import sentiment
from search.documents import Document
from search.elastic.store import ElasticsearchStore
from search.sqlite import store
from search.store import Outcome, StoreUnavailable
from streams.agents import index, index_writes
from streams.agents.stage import Stage
from streams.cli import main
from streams.operations import supervisor

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
    document_of = index.document_of

    def versioned_by_offset(enriched: Any, now: Any) -> Document:
        document = document_of(enriched, now)
        assert document.raw is not None
        return msgspec.structs.replace(document, version=document.raw.offset + 1)

    index.document_of = versioned_by_offset


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


def model_that_breaks_on_a_word() -> None:
    """A sentiment model that hangs on one word, raises on another and eats memory on a third. No bug of ours."""
    annotate = sentiment.SentimentAnnotator.annotate

    def annotate_or_break(self: sentiment.SentimentAnnotator, texts: Sequence[str]) -> list[sentiment.Tones]:
        if any("HANGWORD" in text for text in texts):
            time.sleep(3600)
        if any("RAISEWORD" in text for text in texts):
            raise ValueError("planted")
        if any("HOARDWORD" in text for text in texts):
            hoard = [bytearray(b"x" * 2**20) for _ in range(4000)]
            time.sleep(len(hoard))
        return annotate(self, texts)

    sentiment.SentimentAnnotator.annotate = annotate_or_break  # type: ignore[method-assign]  # planting is the purpose


def clock_that_jumps() -> None:
    """The wall clock is an hour ahead in every other second, and right in the others. No bug of ours."""
    now = time.time

    def jumping() -> float:
        return now() + 3600 * (int(now()) % 2)

    time.time = jumping


def dies_while_it_sends_a_word() -> None:
    """A process that is killed whenever it sends, buries or writes one of three words, as for want of memory."""
    send, bury, write = Stage.send, Stage.bury, store.SqliteStore.write

    async def send_or_die(self: Stage, outgoing: Any) -> None:
        messages = list(outgoing)
        word = {"read": b"DIE-READ", "enrich": b"DIE-ENRICH"}.get(self.name, b"DIE-NOWHERE")
        if any(word in message.value for message in messages if message.topic.endswith(("articles", "enriched"))):
            os.kill(os.getpid(), signal.SIGKILL)
        await send(self, messages)

    async def bury_or_die(self: Stage, letters: Any, events: Any, *senders: Any) -> None:
        if any(b"DIE-BURY" in letter.value and letter.error != "Hung" for letter in letters):
            os.kill(os.getpid(), signal.SIGKILL)
        await bury(self, letters, events, *senders)

    async def write_or_die(self: store.SqliteStore, documents: Sequence[Document]) -> list[Outcome]:
        if any("DIE-INDEX" in document.body for document in documents):
            os.kill(os.getpid(), signal.SIGKILL)
        return await write(self, documents)

    Stage.send, Stage.bury = send_or_die, bury_or_die  # type: ignore[method-assign, assignment]  # planting is the purpose
    store.SqliteStore.write = write_or_die  # type: ignore[method-assign]


BUGS: dict[str, Callable[[], None]] = {
    bug.__name__: bug
    for bug in (ack_before_the_index_confirms, delete_instead_of_tombstone, offset_as_version, drop_on_429)
}


def command(bug: str) -> tuple[str, ...]:
    """The command that starts ``newswire`` with a bug in it."""
    return (sys.executable, "-m", "tests.faults.planted", bug)


PLANTS = BUGS | {
    plant.__name__: plant for plant in (model_that_breaks_on_a_word, clock_that_jumps, dies_while_it_sends_a_word)
}

if __name__ == "__main__":
    planted = sys.argv.pop(1)
    PLANTS[planted]()
    supervisor.COMMAND = command(planted)
    main()
