"""One of four enrich workers is killed under load: how long until the lag is back where it was.

    python -m benchmarks.killing [--rate 8] [--processes 4] [--session 10] [--json]

Real articles are put on ``news.articles`` at a steady rate, below what the workers can do; when the lag has settled one
worker process gets SIGKILL. Its partitions stand still until Kafka notices (``--session``) or its supervisor's new
process joins, whichever is first; then the backlog is worked off. Told are the seconds until the lag is within what it
was before, the highest lag, and the messages done twice. ``ratio`` is 60 s over the recovery time.
"""

import os
import signal
import threading
import time
from itertools import cycle

from kafka import KafkaProducer

from benchmarks.corpus import articles
from benchmarks.pipeline import PATIENCE, made, parser, present, worker
from streams.agents.scrape_targets import folder_of
from streams.kafka.lag import LagReader
from streams.kafka.reader import TopicReader
from streams.records import encode
from streams.settings import Settings

CALM = 20.0  # seconds of load before the kill, after the first articles are through
EVERY = 0.5  # seconds between looks
TEXTS = 400


def load_pipeline(settings: Settings, rate: float, stop: threading.Event, sent: list[int]) -> None:
    """Send articles at a rate until ``stop``; adds to ``sent`` how many."""
    producer = KafkaProducer(bootstrap_servers=settings.kafka.split(","), acks="all", max_request_size=8_000_000)
    topic, began = settings.topic("articles"), time.monotonic()
    for number, article in enumerate(cycle(articles(TEXTS, file="reuters21578"))):
        if stop.wait(max(0.0, began + number / rate - time.monotonic())):
            break
        producer.send(topic, key=article.id.encode(), value=encode(article), partition=number % settings.partitions)
        sent[0] += 1
    producer.flush()
    producer.close()


def lag_of(reader: LagReader) -> int:
    """The lag of all partitions."""
    return sum(place.lag for place in reader.places().values())


def settle(reader: LagReader, seconds: float) -> int:
    """Watch for some seconds; gives the highest lag."""
    end, highest = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        highest = max(highest, lag_of(reader))
        time.sleep(EVERY)
    return highest


def wait_for_lag(reader: LagReader, most: int) -> tuple[float, int]:
    """Wait until the lag has been at most ``most`` for three seconds; gives when that began, and the highest lag."""
    began, calm_since, highest = time.monotonic(), 0.0, 0
    while time.monotonic() - began < PATIENCE:
        lag, now = lag_of(reader), time.monotonic()
        highest = max(highest, lag)
        calm_since = (calm_since or now) if lag <= most else 0.0
        if calm_since and now - calm_since > 3:  # noqa: PLR2004 - as the docstring says
            return calm_since - began, highest
        time.sleep(EVERY)
    raise SystemExit(f"the lag was not back at {most} within {PATIENCE} s; it is {lag_of(reader)}")


def victim(settings: Settings) -> int:
    """The process id of one of the workers, by the files that tell where they serve."""
    files = sorted(folder_of(settings).glob(f"{settings.topic_prefix}-enrich-*.json"))
    return int(files[0].stem.rpartition("-")[2])


def measure(rate: float, processes: int, session: float) -> dict[str, object]:
    """Kill one, and see."""
    stop, sent = threading.Event(), [0]
    with (
        made("killing", log_level="ERROR", session_timeout=session) as settings,
        LagReader(settings, "enrich") as reader,
    ):
        with worker(settings, "enrich", "--processes", str(processes)):
            end = time.monotonic() + PATIENCE
            while len(list(folder_of(settings).glob("*.json"))) < processes:
                if time.monotonic() > end:
                    raise SystemExit("the workers did not start")
                time.sleep(EVERY)
            feeding = threading.Thread(target=load_pipeline, args=(settings, rate, stop, sent))
            feeding.start()
            settle(reader, CALM / 2)
            before = settle(reader, CALM)
            os.kill(victim(settings), signal.SIGKILL)
            time.sleep(2 * settings.commit_interval)
            seconds, highest = wait_for_lag(reader, before)
            stop.set()
            feeding.join()
            wait_for_lag(reader, 0)
        with TopicReader(settings) as topics:
            out = sum(bound.end - bound.start for bound in topics.bounds(settings.topic("enriched")))
    seconds += 2 * settings.commit_interval
    return {
        "benchmark": "killing",
        "ratio": round(60 / seconds, 3),
        "recovered_seconds": round(seconds, 1),
        "lag_before": before,
        "lag_highest": highest,
        "sent": sent[0],
        "done_twice": out - sent[0],
        "rate": rate,
        "processes": processes,
        "session_timeout": session,
    }


def main() -> None:
    """Measure, and print a table or one line of JSON."""
    arguments = parser(__doc__)
    arguments.add_argument("--rate", type=float, default=8.0, help="articles a second")
    arguments.add_argument("--processes", type=int, default=4)
    arguments.add_argument("--session", type=float, default=10.0, help="NEWSWIRE_SESSION_TIMEOUT")
    options = arguments.parse_args()
    result = measure(options.rate, options.processes, options.session)
    rows = {
        "lag back after": f"{result['recovered_seconds']} s",
        "lag before": result["lag_before"],
        "highest lag": result["lag_highest"],
        "articles sent": result["sent"],
        "done twice": result["done_twice"],
    }
    present(result, rows, f"one of {options.processes} workers killed at {options.rate}/s", as_json=options.json)


if __name__ == "__main__":
    main()
