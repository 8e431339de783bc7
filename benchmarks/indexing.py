"""The index stage's writing compared with bare ``helpers.async_streaming_bulk``, for the same documents.

    python -m benchmarks.indexing [reuters.jsonl.gz] [--documents 3000] [--rounds 5] [--json]

Documents come from a file that `benchmarks.archive` made; without one, Reuters stories are made into documents here,
every tenth of them annotated. Rounds alternate between the two ways, each into indices of its own with the same
mapping. Ours makes the stored JSON of each document, looks up where its story lives, and sends it with its version;
the bare one is given dictionaries that are ready and sends them as they are, in its own default chunks. The ratio is
the median over rounds of our documents a second over its. The size is that of the indices of the last round, merged.
Elasticsearch is that of NEWSWIRE_TEST_INDEX, or is started.
"""

import argparse
import asyncio
import json
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from elasticsearch import helpers
from rich.console import Console
from rich.table import Table

from benchmarks.archive import documents, saved
from benchmarks.corpus import environment
from search.documents import Document
from search.elastic.placement import month_of
from search.elastic.store import ElasticsearchStore
from search.versions.history import arrive
from search.versions.lineage import stored
from streams.settings import Settings
from tests.search.conftest import remove
from tests.servers import Elasticsearch

BATCH: int = Settings.model_fields["index_batch"].default


@contextmanager
def server() -> Iterator[str]:
    """The address of a running Elasticsearch."""
    if url := os.environ.get("NEWSWIRE_TEST_INDEX"):
        yield url
    else:
        with Elasticsearch.start(measured=True) as started:
            yield started.url


async def ours(url: str, prefix: str, made: list[Document]) -> float:
    """Seconds to write all documents as the index stage does, and make them findable."""
    store = ElasticsearchStore(url, prefix)
    await store.set_up()
    began = time.perf_counter()
    for start in range(0, len(made), BATCH):
        outcomes = await store.write(made[start : start + BATCH])
        assert {outcome.state for outcome in outcomes} == {"written"}
    await store.refresh()
    seconds = time.perf_counter() - began
    await store.close()
    return seconds


async def bare(url: str, prefix: str, sources: list[tuple[str, dict[str, Any]]]) -> float:
    """Seconds to send the same with the client's own helper, and make them findable."""
    store = ElasticsearchStore(url, prefix)
    await store.set_up()
    actions = ({"_index": f"{prefix}-v1-{month}", "_id": source["id"], "_source": source} for month, source in sources)
    began = time.perf_counter()
    async for _ in helpers.async_streaming_bulk(store.server.client, actions):
        pass
    await store.refresh()
    seconds = time.perf_counter() - began
    await store.close()
    return seconds


async def size(url: str, prefix: str) -> int:
    """Bytes of all indices of a prefix, each merged to one segment."""
    store = ElasticsearchStore(url, prefix)
    client, names = store.server.client, f"{prefix}-v1-*"
    await store.server.call(client.indices.forcemerge(index=names, max_num_segments=1))
    await store.server.call(client.indices.flush(index=names))
    stats = await store.server.call(client.indices.stats(index=names, metric="store"))
    await store.close()
    return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])


async def measure(url: str, made: list[Document], rounds: int) -> dict[str, Any]:
    """Both ways, ``rounds`` times in turn, after one of each to warm up."""
    sources = [(month_of(one), msgspec.json.decode(msgspec.json.encode(stored(arrive(None, one))))) for one in made]
    name, speeds = f"bench{os.getpid()}", dict[str, list[float]](ours=[], bare=[])
    per_thousand = 0
    for number in range(rounds + 1):
        for way in ("ours", "bare") if number % 2 else ("bare", "ours"):
            prefix = f"{name}-{way}{number}"
            seconds = await (ours(url, prefix, made) if way == "ours" else bare(url, prefix, sources))
            if number:
                speeds[way].append(len(made) / seconds)
            if way == "ours" and number == rounds:
                per_thousand = round(await size(url, prefix) / len(made) * 1000)
            remove(url, prefix)
    ratios = [our / its for our, its in zip(speeds["ours"], speeds["bare"], strict=True)]
    return {
        "benchmark": "indexing",
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "documents_per_second": round(statistics.median(speeds["ours"]), 1),
        "bare_documents_per_second": round(statistics.median(speeds["bare"]), 1),
        "index_bytes_per_1000_articles": per_thousand,
        "text_bytes_per_1000_articles": round(
            sum(len(f"{one.headline}{one.body}".encode()) for one in made) / len(made) * 1000
        ),
        "annotated": sum(one.annotations.entities is not None for one in made),
        "documents": len(made),
        "environment": environment(),
    }


def main() -> None:
    """Measure, and print a table or one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", help="documents that benchmarks.archive saved")
    parser.add_argument("--documents", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    every = saved(options.file) if options.file else documents(1900)
    made = list(islice(every, options.documents))
    with server() as url:
        result = asyncio.run(measure(url, made, options.rounds))
    if options.json:
        print(json.dumps(result))
        return
    table = Table(
        "", "", title=f"{len(made)} documents, {result['annotated']} of them annotated, {options.rounds} rounds"
    )
    for name in ("documents_per_second", "bare_documents_per_second", "ratio", "index_bytes_per_1000_articles"):
        table.add_row(name.replace("_", " "), f"{result[name]:,}")
    table.add_row("bytes of text per 1000 articles", f"{result['text_bytes_per_1000_articles']:,}")
    Console().print(table)


if __name__ == "__main__":
    main()
