"""What the benchmarks share: servers, worker processes as a user would start them, and how results are shown.

Kafka and Elasticsearch are those of NEWSWIRE_TEST_KAFKA and NEWSWIRE_TEST_INDEX, or started here.
"""

import argparse
import asyncio
import heapq
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TypeVar

from elasticsearch import Elasticsearch as Client
from kafka import KafkaConsumer, KafkaProducer
from rich.console import Console
from rich.table import Table

from benchmarks.corpus import environment
from streams.kafka.topics import create_topics
from streams.operations.overview import Overview, PipelineMonitor, overview
from streams.records import Article, encode
from streams.settings import Settings, read_settings
from streams.stores import open_index
from tests.servers import Elasticsearch, Kafka

T = TypeVar("T")

PATIENCE = 900.0  # seconds
WARM_UP = 48  # articles
SUPERVISOR = ("-m", "streams", "worker")


@contextmanager
def broker() -> Iterator[str]:
    """The address of a running Kafka."""
    if address := os.environ.get("NEWSWIRE_TEST_KAFKA"):
        yield address
    else:
        with Kafka.start(measured=True) as server:
            yield server.address


@contextmanager
def index_server() -> Iterator[str]:
    """The URL of a running Elasticsearch."""
    if url := os.environ.get("NEWSWIRE_TEST_INDEX"):
        yield url
    else:
        with Elasticsearch.start(measured=True) as server:
            yield server.url


@contextmanager
def made(name: str, **changes: object) -> Iterator[Settings]:
    """Settings with topics of their own on a running Kafka, ``kafka`` if given; ``name`` keeps one's apart."""
    given = changes.get("kafka")
    running = nullcontext(str(given)) if given else broker()
    with running as address, tempfile.TemporaryDirectory(prefix="newswire-bench-") as folder:
        prefix = f"bench-{os.getpid()}-{name}"
        own = {"kafka": address, "topic_prefix": prefix, "index_prefix": prefix, "data": Path(folder)}
        settings = read_settings(**{**own, **changes})
        create_topics(settings)
        yield settings


@contextmanager
def worker(
    settings: Settings, *arguments: str, command: Sequence[str] = SUPERVISOR
) -> Iterator[subprocess.Popen[bytes]]:
    """``newswire worker …`` while the block runs."""
    told = ("kafka", "topic_prefix", "index", "index_prefix", "data", "session_timeout", "log_level")
    values = {f"NEWSWIRE_{name.upper()}": str(getattr(settings, name)) for name in told}
    process = subprocess.Popen(
        [sys.executable, *command, *arguments], env=os.environ | values, stdin=subprocess.DEVNULL
    )  # fmt: skip
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


class EnrichPipeline:
    """Articles in at ``news.articles``, counted as they come out at ``news.enriched``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        servers = settings.kafka.split(",")
        self.producer = KafkaProducer(bootstrap_servers=servers, acks="all", linger_ms=5, max_request_size=8_000_000)
        self.consumer = KafkaConsumer(
            settings.topic("enriched"),
            bootstrap_servers=servers,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )

    def run(self, batch: Sequence[Article]) -> float:
        """Seconds from the first article sent to the last one enriched. Partitions get equal shares of the text."""
        dealt = shares([len(article.text) for article in batch], self.settings.partitions)
        began = time.perf_counter()
        topic = self.settings.topic("articles")
        for partition, article in zip(dealt, batch, strict=True):
            self.producer.send(topic, key=article.id.encode(), value=encode(article), partition=partition)
        self.producer.flush()
        waiting = {article.id for article in batch}
        while waiting:
            if time.perf_counter() - began > PATIENCE:
                sys.exit(f"{len(waiting)} of {len(batch)} articles did not come out within {PATIENCE} s")
            for records in self.consumer.poll(timeout_ms=1000).values():
                waiting -= {record.key.decode() for record in records}
        return time.perf_counter() - began


def shares(sizes: Sequence[int], partitions: int) -> list[int]:
    """A partition for each article, so that all have about as much to do: chance would decide a short run."""
    filled = [(0, partition) for partition in range(partitions)]
    dealt = [0] * len(sizes)
    for number in sorted(range(len(sizes)), key=sizes.__getitem__, reverse=True):
        size, dealt[number] = heapq.heappop(filled)
        heapq.heappush(filled, (size + sizes[number], dealt[number]))
    return dealt


def seen(settings: Settings, seconds: float) -> Overview:
    """What ``newswire top`` would show of some seconds."""
    watcher = PipelineMonitor(settings)
    try:
        before = watcher.snapshot()
        time.sleep(seconds)
        return overview(before, watcher.snapshot())
    finally:
        watcher.close()


def set_up_index(settings: Settings) -> None:
    """Make the index, so that the first articles do not wait for it."""

    async def set_up() -> None:
        store = open_index(settings)
        await store.set_up()
        await store.close()

    asyncio.run(set_up())


def remove_indices(settings: Settings) -> None:
    """Leave nothing behind in a server that is shared."""
    with Client(settings.index) as client:
        for name in client.indices.get(index=f"{settings.index_prefix}-v*"):
            client.indices.delete(index=name)


def cpu_seconds(pid: int) -> float:
    """Seconds of CPU that a process has used, its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children_cpu(supervisor: int) -> float:
    """Seconds of CPU of a supervisor's workers together."""
    paths = Path(f"/proc/{supervisor}/task").glob("*/children")
    return sum(cpu_seconds(int(pid)) for path in paths for pid in path.read_text().split())


def busiest_thread(supervisor: int) -> float:
    """Seconds of CPU of the busiest thread of a supervisor's workers, which is the models'; 0 if it can't be told."""
    children = [pid for path in Path(f"/proc/{supervisor}/task").glob("*/children") for pid in path.read_text().split()]
    threads = [path for pid in children for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return max((int(path.read_text().split()[0]) for path in threads), default=0) / 1e9


def listener(address: str) -> int | None:
    """The process that listens at ``host:port`` on this machine, where it can be told."""
    port = f":{int(address.rpartition(':')[2]):04X}"
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    rows = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(port) and row[3] == "0A"}
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()) in sockets:
                return int(link.parts[2])
        except OSError:  # it has ended, or is not ours to look at
            continue
    return None


def percentile(values: Sequence[float], q: float) -> float:
    """The value below which the share ``q`` of ``values`` lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def in_turn(ways: Sequence[T], number: int) -> Sequence[T]:
    """The ways in the order for a round: every other one backwards, so that a machine's drift favours none."""
    return ways[::-1] if number % 2 else ways


def median_ratio(over: Sequence[float], under: Sequence[float]) -> dict[str, object]:
    """The median of ratios of paired runs, with all of them."""
    ratios = [a / b for a, b in zip(over, under, strict=True)]
    return {"ratio": round(statistics.median(ratios), 3), "ratios": [round(ratio, 3) for ratio in ratios]}


def parser(doc: str | None) -> argparse.ArgumentParser:
    """Arguments of a benchmark: what its module says, and ``--json``."""
    arguments = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--json", action="store_true", help="one line of JSON")
    return arguments


def present(result: Mapping[str, object], rows: Mapping[str, object], title: str, *, as_json: bool) -> None:
    """Print one line of JSON, or a table; the machine and versions with both."""
    machine = environment()
    if as_json:
        print(json.dumps({**result, "environment": machine}))
        return
    table = Table("", "", title=title, show_header=False)
    for name, value in rows.items():
        table.add_row(name, str(value))
    Console().print(table)
    Console().print(", ".join(f"{name} {value}" for name, value in machine.items()), highlight=False)
