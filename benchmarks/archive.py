"""A real archive to measure and try things on: the 19,043 Reuters stories of 1987 as documents of the index.

    python -m benchmarks.archive make reuters.jsonl.gz [--annotated 1500]
    python -m benchmarks.archive load reuters.jsonl.gz [--prefix news]

``make`` reads the stories with the real reader, and annotates some of them, evenly spread, with the real annotators;
the others have no annotations (their ``entities``, ``sentiment`` and ``stance`` are null), since all of them would take
an hour of CPU. The times after ``version_created`` are made up: nothing was received in 1987. ``load`` writes the
documents to the index that NEWSWIRE_INDEX names; it can be repeated. Saved documents hold the publisher's texts: they
stay out of the repository.
"""

import argparse
import asyncio
import gzip
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import msgspec

from benchmarks.corpus import CORPORA
from processors.annotations import Annotations
from processors.pipeline import Annotators, load
from search.documents import Document
from search.store import Store
from streams.records import Article, EnrichedArticle, document_of
from streams.settings import read_settings
from streams.stores import open_index
from streams.wire import parse_all
from streams.wire.raw import Raw

STORIES = 19_043
BATCH = 200
WAITS = timedelta(seconds=0.4), timedelta(seconds=1.1), timedelta(seconds=0.3)  # read, enrich, index


def articles() -> Iterator[Article]:
    """The stories as the read stage makes them. Ends the program with a clear message where there are none."""
    path = CORPORA / "articles" / "reuters21578.jsonl.gz"
    if not path.exists():
        sys.exit(f"no stories: {path} is not there; set NEWSWIRE_CORPORA")
    with gzip.open(path, "rb") as lines:
        for line in lines:
            raw = Raw(value=line, received_at=datetime.now(UTC), source="reuters", content_type="application/json")
            for article in parse_all(raw).articles:
                yield msgspec.structs.replace(article, received_at=article.version_created)


def documents(annotated: int) -> Iterator[Document]:
    """Every story as its document, about ``annotated`` of them with annotations."""
    annotators = load() if annotated else None
    step = STORIES // annotated if annotated else 0
    every = enumerate(articles())
    while batch := list(islice(every, BATCH)):
        some = [article for n, article in batch if step and n % step == 0]
        made = dict(zip((one.id for one in some), _annotated(annotators, some), strict=True))
        for n, article in batch:
            yield _document(n, article, made.get(article.id, Annotations()))


def _annotated(annotators: Annotators | None, some: list[Article]) -> list[Annotations]:
    return annotators.annotate([article.text for article in some]) if annotators else []


def _document(n: int, article: Article, annotations: Annotations) -> Document:
    moments = [article.version_created]
    for wait in WAITS:
        moments.append(moments[-1] + wait * (1 + n % 7 / 7))
    _, read, enriched, indexed = moments
    return document_of(EnrichedArticle(article, annotations, enriched, read), indexed)


def save(path: Path, made: Iterable[Document]) -> int:
    """Write documents as JSON Lines; gives how many."""
    count = 0
    with gzip.open(path, "wb") as file:
        for count, document in enumerate(made, 1):  # noqa: B007 - the count is what is given
            file.write(msgspec.json.encode(document) + b"\n")
    return count


def saved(path: Path) -> Iterator[Document]:
    """The documents of a file that `save` wrote."""
    decoder = msgspec.json.Decoder(Document)
    with gzip.open(path, "rb") as file:
        yield from map(decoder.decode, file)


async def fill(store: Store, made: Iterable[Document]) -> int:
    """Set the store up and write the documents; gives how many it took."""
    count, every = 0, iter(made)
    await store.set_up()
    while batch := list(islice(every, BATCH)):
        outcomes = await store.write(batch)
        wrong = [outcome.reason for outcome in outcomes if outcome.state in ("refused", "busy")]
        if wrong:
            sys.exit(f"{len(wrong)} of {len(batch)} documents were not taken, such as: {wrong[0]}")
        count += len(batch)
    await store.refresh()
    await store.close()
    return count


def main() -> None:
    """Make the file, or load it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["make", "load"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--annotated", type=int, default=1500, help="make: about how many stories to annotate")
    parser.add_argument("--prefix", help="load: index prefix, instead of NEWSWIRE_INDEX_PREFIX")
    options = parser.parse_args()
    began = time.perf_counter()
    if options.what == "make":
        count = save(options.file, documents(options.annotated))
    else:
        settings = read_settings(**({"index_prefix": options.prefix} if options.prefix else {}))
        count = asyncio.run(fill(open_index(settings), saved(options.file)))
    print(f"{count} documents in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
