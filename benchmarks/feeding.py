"""`newswire feed files` compared with a bare KafkaProducer loop: the same JSON Lines to a topic each, confirmed.

    python -m benchmarks.feeding [--articles 76000] [--rounds 5] [--json]

Both read the file from disk, wait for all in-sync replicas, use the same producer options and send the same records:
value, key and headers. The bare loop lacks trace ids, bounds, receipts and counts. The ratio is the median over rounds.
``values_ratio`` is over a loop that sends nothing but the values, so other and smaller records.
"""

import json
import statistics
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from kafka import KafkaProducer

from benchmarks.corpus import texts
from benchmarks.pipeline import made, median_ratio, parser, present
from streams.feeds.files import LINES, Refusal, read_items
from streams.feeds.producer import Feeder, FeedItem
from streams.kafka.connection import client_options
from streams.kafka.producing import producer_options
from streams.settings import Settings


def write_lines(path: Path, count: int, file: str) -> int:
    """A file of JSON Lines with real articles, again from the first where they end; gives its size in bytes."""
    with path.open("w") as out:
        for number, (headline, body) in enumerate(islice(cycle(texts(count, file=file)), count)):
            out.write(json.dumps({"guid": f"n{number}", "headline": headline, "body": body}) + "\n")
    return path.stat().st_size


def feed(settings: Settings, path: Path) -> float:
    """Seconds for our feed, from the file opened to the last article confirmed."""
    with Feeder(settings) as feeder:
        began = time.perf_counter()
        for item in read_items(str(path), "bench", settings.max_article_bytes):
            assert not isinstance(item, Refusal)
            feeder.feed(item)
        counts = feeder.flush()
        seconds = time.perf_counter() - began
    assert not counts.refused, counts.refused
    return seconds


def bare(settings: Settings, path: Path, key: bytes | None, headers: list[tuple[str, bytes]]) -> float:
    """Seconds for the bare loop, with one key, numbered, and headers for all."""
    producer = KafkaProducer(**client_options(settings), **producer_options(settings, "newswire-feed"))
    producer.partitions_for(settings.topic("raw"))
    began = time.perf_counter()
    with path.open("rb") as lines:
        for number, line in enumerate(lines):
            producer.send(settings.topic("raw"), line, key and b"%b:%d" % (key, number), headers)
    producer.flush()
    seconds = time.perf_counter() - began
    producer.close()
    return seconds


def measure(count: int, rounds: int, file: str) -> dict[str, object]:
    """Both ways, ``rounds`` times in turn."""
    ours: list[float] = []
    theirs: list[float] = []
    values: list[float] = []
    with made("feeding", log_level="ERROR") as settings, tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "articles.jsonl")
        size = write_lines(path, count, file)
        example = FeedItem(b"", str(path), "bench", LINES)
        feed(settings, path)  # the broker is warm from here on
        for _ in range(rounds):
            ours.append(count / feed(settings, path))
            theirs.append(count / bare(settings, path, example.key, example.headers))
            values.append(count / bare(settings, path, None, []))
    return {
        "benchmark": "feeding",
        **median_ratio(ours, theirs),
        "values_ratio": median_ratio(ours, values)["ratio"],
        "feed_articles_per_second": round(statistics.median(ours)),
        "bare_articles_per_second": round(statistics.median(theirs)),
        "values_articles_per_second": round(statistics.median(values)),
        "articles": count,
        "bytes_per_article": round(size / count),
    }


def main() -> None:
    """Measure, and print a table or one line of JSON."""
    arguments = parser(__doc__)
    arguments.add_argument("--articles", type=int, default=76_000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--file", default="reuters21578")
    options = arguments.parse_args()
    result = measure(options.articles, options.rounds, options.file)
    rows = {
        "newswire feed": f"{result['feed_articles_per_second']} articles/s",
        "bare KafkaProducer": f"{result['bare_articles_per_second']} articles/s",
        "ratio": result["ratio"],
        "bare, values only": f"{result['values_articles_per_second']} articles/s",
        "ratio to that": result["values_ratio"],
        "bytes an article": result["bytes_per_article"],
    }
    present(result, rows, f"{options.articles} articles in {options.rounds} rounds, medians", as_json=options.json)


if __name__ == "__main__":
    main()
