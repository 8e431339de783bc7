"""What an article costs: CPU by stage, memory a process, bytes on Kafka and in the index, and a million in money.

    python -m benchmarks.cost [--articles 300] [--price 0.04] [--json]

Real articles go through the whole pipeline (one process a stage). CPU seconds come from the processes' own metrics,
and from the servers' processes where they run on this machine; bytes come from the messages and the index's store.
``--price`` is the price of one core for one hour. ``ratio`` is enrich's share of all CPU: what
scaling enrich alone can spread.
"""

import json
import time
from pathlib import Path

from elasticsearch import Elasticsearch as Client
from kafka import KafkaConsumer, TopicPartition

from benchmarks.corpus import texts
from benchmarks.pipeline import (
    PATIENCE,
    WARM_UP,
    cpu_seconds,
    index_server,
    listener,
    made,
    parser,
    present,
    remove_indices,
    set_up_index,
    worker,
)
from streams.feeds.producer import Feeder, FeedItem
from streams.kafka.stages import STAGES
from streams.operations.overview import PipelineMonitor, Snapshot
from streams.settings import Settings

CPU = ("process_cpu_seconds_total", frozenset[tuple[str, str]]())
RESIDENT = ("process_resident_memory_bytes", frozenset[tuple[str, str]]())


def feed(settings: Settings, count: int, skip: int, file: str) -> int:
    """Feed articles; gives their words."""
    words = 0
    with Feeder(settings) as feeder:
        for number, (headline, body) in enumerate(texts(count, skip=skip, file=file)):
            guid = f"cost-{skip + number}"
            words += len(headline.split()) + len(body.split())
            feeder.feed(
                FeedItem(json.dumps({"guid": guid, "headline": headline, "body": body}).encode(), guid, "bench")
            )
    return words


def wait_until_done(watcher: PipelineMonitor) -> Snapshot:
    """Wait until no stage has lag; gives the last look."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        look = watcher.snapshot()
        stages = [sum(place.lag for place in look.places.get(stage, {}).values()) for stage in STAGES]
        if look.places and not any(stages) and len(look.processes) == len(STAGES):
            return look
        time.sleep(0.5)
    raise SystemExit(f"the pipeline was not done within {PATIENCE} s")


def by_stage(look: Snapshot, series: tuple[str, frozenset[tuple[str, str]]]) -> dict[str, float]:
    """One value of each stage's process."""
    found = {}
    for samples in look.processes.values():
        for stage in STAGES:
            if ("newswire_alive", frozenset({("stage", stage)})) in samples:
                found[stage] = samples[series]
    return found


def topic_bytes(settings: Settings) -> dict[str, float]:
    """Bytes of one message on each topic: key, value and headers, before Kafka's own compression and copies."""
    found = {}
    for topic, _ in STAGES.values():
        name = settings.topic(topic)
        consumer = KafkaConsumer(bootstrap_servers=settings.kafka.split(","), auto_offset_reset="earliest")
        partitions = [TopicPartition(name, number) for number in range(settings.partitions)]
        consumer.assign(partitions)
        left = total = sum(consumer.end_offsets(partitions).values())
        size = 0
        while left > 0:
            for records in consumer.poll(timeout_ms=1000).values():
                left -= len(records)
                size += sum(
                    len(r.key or b"") + len(r.value or b"") + sum(len(v) for _, v in r.headers) for r in records
                )
        consumer.close()
        found[topic] = size / max(1, total)
    return found


def measure(count: int, file: str) -> dict[str, object]:
    """Warm the pipeline up, then feed ``count`` articles and see what they took."""
    with index_server() as url, made("cost", index=url, log_level="ERROR") as settings:
        set_up_index(settings)
        servers = {"kafka": listener(settings.kafka), "elasticsearch": listener(url.removeprefix("http://"))}
        with worker(settings):
            watcher = PipelineMonitor(settings)
            feed(settings, WARM_UP, 0, file)
            before = wait_until_done(watcher)
            used = {name: cpu_seconds(pid) for name, pid in servers.items() if pid}
            began = time.monotonic()
            words = feed(settings, count, WARM_UP, file)
            after = wait_until_done(watcher)
            seconds = time.monotonic() - began
            watcher.close()
        first = by_stage(before, CPU)
        cpu = {stage: (value - first[stage]) / count for stage, value in by_stage(after, CPU).items()}
        cpu |= {name: (cpu_seconds(pid) - used[name]) / count for name, pid in servers.items() if pid}
        memory = {stage: round(value / 2**20) for stage, value in by_stage(after, RESIDENT).items()}
        sizes = {topic: round(size) for topic, size in topic_bytes(settings).items()}
        stored = index_bytes(settings) / (count + WARM_UP)
        remove_indices(settings)
    return {
        "benchmark": "cost",
        "ratio": round(cpu["enrich"] / sum(cpu.values()), 3),
        "cpu_seconds_per_article": {name: round(value, 4) for name, value in cpu.items()},
        "words_per_article": round(words / count),
        "enrich_articles_per_core_second": round(1 / cpu["enrich"], 2),
        "process_mib": memory,
        "bytes_per_article": {**sizes, "index": round(stored)},
        "articles": count,
        "articles_per_second": round(count / seconds, 1),
        "core_hours_per_million": round(sum(cpu.values()) * 1e6 / 3600, 1),
        "file": file,
    }


def index_bytes(settings: Settings) -> int:
    """Bytes of the index's primaries, merged as far as Elasticsearch would merge them in time."""
    with Client(settings.index, request_timeout=120) as client:
        pattern = f"{settings.index_prefix}-v*"
        client.indices.forcemerge(index=pattern, max_num_segments=1)
        client.indices.flush(index=pattern)
        return int(client.indices.stats(index=pattern, metric="store")["_all"]["primaries"]["store"]["size_in_bytes"])


def main() -> None:
    """Measure, and print a table or one line of JSON."""
    arguments = parser(__doc__)
    arguments.add_argument("--articles", type=int, default=300)
    arguments.add_argument("--file", default="reuters21578", help="reuters21578: a real wire; wire_dev: long articles")
    arguments.add_argument("--price", type=float, default=0.04, help="of one core for an hour, in any money")
    arguments.add_argument("--save", type=Path, help="also write the figures here, for benchmarks.simulate")
    options = arguments.parse_args()
    result = measure(options.articles, options.file)
    hours = result["core_hours_per_million"]
    assert isinstance(hours, float)
    result["price_per_million"] = round(hours * options.price, 2)
    if options.save:
        options.save.write_text(json.dumps(result, indent=1) + "\n")
    rows = {
        "CPU seconds an article": result["cpu_seconds_per_article"],
        "words an article": result["words_per_article"],
        "articles a second and core of enrich": result["enrich_articles_per_core_second"],
        "MiB a process": result["process_mib"],
        "bytes an article": result["bytes_per_article"],
        "core hours a million articles": result["core_hours_per_million"],
        f"price of a million at {options.price} a core hour": result["price_per_million"],
        "enrich's share of CPU": result["ratio"],
    }
    present(result, rows, f"{options.articles} articles of {options.file}", as_json=options.json)


if __name__ == "__main__":
    main()
