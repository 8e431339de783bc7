"""How fast `newswire audit` goes through news.raw, and how much memory it needs: on real Kafka, however many articles.

    python -m benchmarks.audit --articles 1000000

Feeds small articles to a topic of its own and notes in a SQLite file what the index would hold of them, so that no
search index is needed; every 10,000th is left out there, and must come out as missing. ``--open`` notes nothing: every
article then stays open to the end, the worst case for memory. Prints a line for each tenth, then a summary as JSON.
"""

import argparse
import asyncio
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.structs import OffsetAndMetadata

from search.store import Store
from search.versions.lineage import StoryState
from streams.feeds.producer import Feeder, FeedItem
from streams.kafka.connection import bootstrap
from streams.kafka.reader import TopicReader
from streams.operations.audit import Auditor
from streams.raw_messages import limits_of
from streams.settings import Settings, read_settings
from streams.wire import Raw, parse_all

LEFT_OUT_EVERY = 10_000
RECEIVED = datetime(2026, 11, 23, tzinfo=UTC)


class Noted:
    """Stands for the index: id and version of articles in a SQLite file."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path)

    async def fates(self, ids: Sequence[str]) -> dict[str, StoryState]:
        """Version and status by id, as a store gives them."""
        marks = ", ".join("?" * len(ids))
        rows = self._db.execute(f"SELECT id, version FROM noted WHERE id IN ({marks})", list(ids))  # noqa: S608 - marks only
        return {article_id: StoryState(version, "usable") for article_id, version in rows}

    async def refresh(self) -> None:
        """Nothing to do."""


def bodies(count: int) -> Iterator[bytes]:
    """Articles as JSON."""
    text = "Officials said on Monday that talks would go on. " * 8
    for n in range(count):
        story = {"guid": f"story-{n}", "headline": f"Talks number {n}", "body": text}
        yield json.dumps(story | {"version_created": "2026-11-23T10:00:00Z"}).encode()


def feed(settings: Settings, count: int, path: str, *, note: bool) -> None:
    """Put the articles on ``news.raw``, and note what the index would hold."""
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE noted (id TEXT PRIMARY KEY, version INTEGER) WITHOUT ROWID")
    limits = limits_of(settings)
    with Feeder(settings) as feeder:
        for n, body in enumerate(bodies(count)):
            feeder.feed(FeedItem(body, f"item-{n}", "bench", "application/json", RECEIVED))
            if note and n % LEFT_OUT_EVERY:
                (article,) = parse_all(Raw(body, RECEIVED, "bench"), limits).articles
                db.execute("INSERT INTO noted VALUES (?, ?)", (article.id, article.version))
    db.commit()
    if note:
        read_all(settings)


def read_all(settings: Settings) -> None:
    """Have the read stage be past everything, so that what is left out is missing, and not on its way."""
    with TopicReader(settings) as reader, closing(KafkaAdminClient(bootstrap_servers=bootstrap(settings))) as admin:
        ends = {TopicPartition(b.topic, b.partition): b.end for b in reader.bounds(settings.topic("raw"))}
        offsets = {tp: OffsetAndMetadata(end, "", -1) for tp, end in ends.items()}
        admin.alter_group_offsets(f"{settings.topic_prefix}-read", offsets)


def memory_now() -> float:
    """MiB of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


async def audit(settings: Settings, path: str, count: int) -> dict[str, Any]:
    """Audit, printing memory at each tenth."""
    started, before, seen, most = time.monotonic(), memory_now(), 0, 0.0

    def advance() -> None:
        nonlocal seen, most
        seen += 1
        if seen % 1000 == 0:
            most = max(most, memory_now())
        if seen % max(1, count // 10) == 0:
            print(f"{seen:>9} messages  {time.monotonic() - started:6.1f} s  {memory_now():6.1f} MiB", flush=True)

    store: Any = Noted(path)
    standing: Store = store
    with TopicReader(settings) as reader:
        steps = Auditor(settings, standing, reader, phase=lambda what, n: print(f"{what}: {n}"), seen=advance)
        report = await steps.run()
    seconds = time.monotonic() - started
    return {
        "accepted": report.accepted,
        "indexed": report.indexed,
        "on_their_way": report.on_their_way,
        "missing": report.missing,
        "seconds": round(seconds, 1),
        "messages_per_second": round(report.accepted / seconds),
        "memory_before_mib": round(before, 1),
        "memory_most_mib": round(most, 1),
    }


def main() -> None:
    """Feed in a process of its own, so that its memory does not count; then audit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--open", action="store_true", help="note nothing: all stay open")
    parser.add_argument("--feed", nargs=2, metavar=("PREFIX", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.feed:
        prefix, path = options.feed
        feed(read_settings(topic_prefix=prefix), options.articles, path, note=not options.open)
        return
    prefix = f"bench-{uuid.uuid4().hex[:8]}"
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "noted.sqlite"))
        feeding = [
            sys.executable,
            "-m",
            "benchmarks.audit",
            "--feed",
            prefix,
            path,
            "--articles",
            str(options.articles),
        ]
        subprocess.run([*feeding, *(["--open"] if options.open else [])], check=True)
        print(json.dumps(asyncio.run(audit(read_settings(topic_prefix=prefix), path, options.articles))))


if __name__ == "__main__":
    main()
