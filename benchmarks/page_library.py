"""A large library to ask the page of: Reuters' 19,043 stories several times over, a minute apart, up to this moment.

    python -m benchmarks.page_library FOLDER --stories 100000 --store sqlite

Takes a folder, which keeps what was made, and fills the store in it. Annotations are those of a thousand stories, which
the others are given in turn: names and positions are as frequent as they should be, and annotating all would take an
hour of CPU. What a story is given is cut to its own text. One story in ten has an event with two others, one in fifty
is a correction, one in two thousand was killed.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Self

import msgspec

from benchmarks.archive import STORIES, articles, documents, save, saved
from processors.annotations import Annotations
from processors.events.summary import EventSummary
from search.documents import Document
from search.elastic.store import ElasticsearchStore
from search.elastic.templates import SEGMENTS
from search.open import open_store
from streams.records import Article
from streams.wire.article_ids import article_id
from tests.servers import Elasticsearch

ANNOTATED = 1000
BATCH = 250
BETWEEN = timedelta(minutes=1)
WAIT = timedelta(seconds=1)  # of each stage
SOURCES = ("reuters", "reuters", "reuters", "ap", "afp", "dpa", "kyodo", "tass")
EVENT_EVERY, EVENT_SIZE = 30, 3
CORRECTED_EVERY, KILLED_EVERY = 50, 2000
LOW_PRIORITY = 10


def annotated(folder: Path) -> list[Document]:
    """About a thousand stories with the real annotators' annotations; made once."""
    path = folder / "annotated.jsonl.gz"
    if not path.exists():
        some = (one for one in documents(ANNOTATED) if one.annotations.entities is not None)
        save(part := path.with_suffix(".part"), some)
        part.rename(path)
    return list(saved(path))


def cut(given: Annotations, length: int) -> Annotations:
    """Annotations of another story, cut off at the end of this one's text."""
    entities = tuple(
        msgspec.structs.replace(one, mentions=mentions)
        for one in given.entities or ()
        if (mentions := tuple(mention for mention in one.mentions if mention.end <= length))
    )
    stance = tuple(
        row for row in given.stance or () if max(row.evidence.end, row.holder_span.end, row.target_span.end) <= length
    )
    tone = given.sentiment
    if tone:
        tone = msgspec.structs.replace(tone, sentences=tuple(one for one in tone.sentences if one.end <= length))
    return msgspec.structs.replace(given, entities=entities, sentiment=tone, stance=stance)


def story(number: int, article: Article, given: Annotations, made: datetime, tag: str = "") -> Document:
    """A story of the library; ``tag`` sets it apart from others of its number."""
    source = SOURCES[number % len(SOURCES)]
    killed = number % KILLED_EVERY == KILLED_EVERY - 1
    kind = "kill" if killed else "correction" if number % CORRECTED_EVERY == 0 else "new"
    stated = msgspec.structs.replace(
        article,
        id=article_id(source, f"{tag}{number}"),
        source=source,
        guid=f"{tag}{number}",
        version=int(made.timestamp() * 1000) << 20,
        version_created=made,
        received_at=made + WAIT,
        first_created=made,
        urgency=1 + (number % 11) % 6,
        kind=kind,
        status="canceled" if killed else "usable",
    )
    times = {"read_at": made + 2 * WAIT, "enriched_at": made + 3 * WAIT, "indexed_at": made + 4 * WAIT}
    return Document.of(stated, cut(given, len(article.text)), **times)


def library(folder: Path, count: int, end: datetime) -> Iterator[Document]:
    """The stories, oldest first."""
    given, texts = annotated(folder), list(articles())
    for number in range(count):
        annotations = given[number % len(given)].annotations
        yield story(number, texts[number % STORIES], annotations, end - (count - number) * BETWEEN)


def events(made: list[Document]) -> Mapping[str, EventSummary]:
    """The events that some stories share with the two after them."""
    found: dict[str, EventSummary] = {}
    for start in range(0, len(made) - EVENT_SIZE, EVENT_EVERY):
        reports = made[start : start + EVENT_SIZE]
        sources = tuple(sorted({one.source for one in reports}))
        first, last = reports[0].version_created, reports[-1].version_created
        event = EventSummary(reports[0].id, reports[0].headline, len(reports), sources, first, last)
        found |= dict.fromkeys((one.id for one in reports), event)
    return found


async def fill(url: str, prefix: str, folder: Path, count: int) -> None:
    """Put the library into a store."""
    store, every = open_store(url, prefix), library(folder, count, datetime.now(UTC))
    await store.set_up()
    while batch := list(islice(every, BATCH)):
        await store.write(batch)
        await store.refresh()
        await store.set_events(events(batch))
    await store.close()


async def tidy(url: str, prefix: str) -> None:
    """Merge the months before this one, as the servers' policy does where there is one (`search.elastic.templates`)."""
    store = open_store(url, prefix)
    if isinstance(store, ElasticsearchStore):
        indices = store.server.client.options(request_timeout=600).indices
        every = sorted((await indices.get_alias(name=store.server.everything)).body)
        await indices.put_settings(index=every, settings={"index.merge.policy.segments_per_tier": SEGMENTS})
        for month in every[:-1]:
            await indices.forcemerge(index=month, max_num_segments=1)
    await store.close()


async def renew(url: str, prefix: str) -> None:
    """Set a library up again, as a worker does at its start."""
    store = open_store(url, prefix)
    await store.set_up()
    await store.close()


class Kept:
    """A library in a folder: its store's address, and the server behind it, which runs as long as the block."""

    def __init__(self, folder: Path, store: str, count: int) -> None:
        self._folder, self._store, self._count = folder.absolute(), store, count
        self._done = self._folder / f"{store}-{count}.done"
        self.prefix = f"pages-{count}"
        self.url = f"sqlite:///{self._folder}/pages-{count}.sqlite"
        self.server: Elasticsearch | None = None

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._store == "elasticsearch":
            self.server = Elasticsearch.start(self._folder / "elasticsearch", heap="1g", measured=True)
            self.url = self.server.url
        return self

    def __exit__(self, *_: object) -> None:
        if self.server:
            self.server.stop()

    @property
    def environment(self) -> dict[str, str]:
        """The settings that name it."""
        return {"NEWSWIRE_INDEX": self.url, "NEWSWIRE_INDEX_PREFIX": self.prefix}

    def make(self) -> None:
        """Fill it; one that was filled before is given what this program's layout has besides."""
        if self._done.exists():
            asyncio.run(renew(self.url, self.prefix))
            asyncio.run(tidy(self.url, self.prefix))
        else:
            began = time.perf_counter()
            asyncio.run(fill(self.url, self.prefix, self._folder, self._count))
            asyncio.run(tidy(self.url, self.prefix))
            self._done.write_text(f"{self._count} stories in {time.perf_counter() - began:.0f} s\n")


def main() -> None:
    """Make a library, at a lower priority than whatever else runs on this machine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--store", choices=["sqlite", "elasticsearch"], default="sqlite")
    options = parser.parse_args()
    os.nice(LOW_PRIORITY)
    with Kept(options.folder, options.store, options.stories) as kept:
        kept.make()


if __name__ == "__main__":
    main()
