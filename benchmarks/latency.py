"""Latency from published to searchable: p50, p95 and p99 by stage at several rates.

    python -m benchmarks.latency [--rates 1 5 20] [--seconds 60] [--json]

Real articles are fed at a steady rate to ``newswire worker`` (one process a stage) with a real Kafka and a real
Elasticsearch, and the reader's alias is asked every 50 ms which of them it finds. Stages are parted by the times in the
documents: received, read, enriched, indexed (all of this machine), and found. Elasticsearch shows what was written in
the last second once a second, so half a second at p50 is its own.

``ratio`` is 2 s over the p50 at 5 articles a second (or the first rate given): at least 1 is fast enough.
"""

import json
import time
from datetime import datetime

from elasticsearch import Elasticsearch as Client

from benchmarks.corpus import texts
from benchmarks.pipeline import (
    PATIENCE,
    index_server,
    made,
    parser,
    percentile,
    present,
    remove_indices,
    set_up_index,
    worker,
)
from streams.feeds.producer import Feeder, FeedItem
from streams.settings import Settings

ASK_EVERY = 0.05  # seconds
STAGES = ("read", "enrich", "index", "searchable", "total")
WARM_UP = 20
AIM, AIM_AT = 2.0, 5.0  # seconds at p50; articles a second


class Finder:
    """Asks the alias for what was fed; notes when each was first found."""

    def __init__(self, settings: Settings) -> None:
        self._client = Client(settings.index, request_timeout=30)
        self._alias = settings.index_prefix
        self.found: dict[str, float] = {}  # guid → when, as the wall clock has it

    def look(self, waiting: set[str]) -> None:
        """See which of ``waiting`` are there."""
        some = list(waiting - self.found.keys())[:1000]
        answer = self._client.search(
            index=self._alias,
            query={"terms": {"guid": some}},
            size=len(some),
            source={"includes": ["guid"]},
            ignore_unavailable=True,
        )
        now = time.time()
        for hit in answer["hits"]["hits"]:
            self.found.setdefault(hit["_source"]["guid"], now)

    def stages(self, guids: list[str]) -> list[dict[str, float]]:
        """Seconds of each stage for each article."""
        self._client.indices.refresh(index=self._alias)
        fields = ["guid", "received_at", "read_at", "enriched_at", "indexed_at"]
        rows = []
        for start in range(0, len(guids), 1000):
            some = guids[start : start + 1000]
            answer = self._client.search(
                index=self._alias, query={"terms": {"guid": some}}, size=1000, source={"includes": fields}
            )
            rows += [parted(hit["_source"], self.found[hit["_source"]["guid"]]) for hit in answer["hits"]["hits"]]
        return rows

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()


def parted(source: dict[str, str], found: float) -> dict[str, float]:
    """The time of an article, by stage."""
    times = [datetime.fromisoformat(source[f"{name}_at"]).timestamp() for name in ("received", "read", "enriched")]
    received, read, enriched = times
    indexed = datetime.fromisoformat(source["indexed_at"]).timestamp()
    return {
        "read": read - received,
        "enrich": enriched - read,
        "index": indexed - enriched,
        "searchable": found - indexed,
        "total": found - received,
    }


def run(feeder: Feeder, finder: Finder, rate: float, count: int, file: str) -> list[dict[str, float]]:
    """Feed ``count`` articles at ``rate`` a second, wait until all are found; gives the times of each."""
    tag = f"{rate}-{time.time_ns()}"
    began, guids = time.monotonic(), []
    pending: set[str] = set()
    asked = 0.0
    for number, (headline, body) in enumerate(texts(count, skip=number_of(rate), file=file)):
        while (wait := began + number / rate - time.monotonic()) > 0:
            if pending and time.monotonic() - asked >= ASK_EVERY:
                finder.look(pending)
                asked = time.monotonic()
            time.sleep(min(max(0.0, wait), ASK_EVERY / 5))
        guid = f"{tag}-{number}"
        article = {"guid": guid, "headline": headline, "body": body, "version_created": "2026-11-01T00:00:00Z"}
        feeder.feed(FeedItem(json.dumps(article).encode(), guid, "bench", "application/json"))
        guids.append(guid)
        pending = set(guids) - finder.found.keys()
    feeder.flush()
    while waiting := set(guids) - finder.found.keys():
        if time.monotonic() - began > PATIENCE:
            raise SystemExit(f"{len(waiting)} of {count} articles were not found within {PATIENCE} s")
        finder.look(waiting)
        time.sleep(ASK_EVERY)
    return finder.stages(guids)


def number_of(rate: float) -> int:
    """Where a rate's articles begin, so that no rate meets texts that another has had annotated."""
    return int(rate * 400)


def measure(rates: list[float], seconds: float, file: str) -> dict[str, object]:
    """Every rate in turn, on one pipeline."""
    times: dict[str, dict[str, list[float]]] = {}
    with index_server() as url, made("latency", index=url, log_level="ERROR") as settings:
        set_up_index(settings)
        with worker(settings), Feeder(settings) as feeder:
            finder = Finder(settings)
            run(feeder, finder, 10.0, WARM_UP, file)
            for rate in rates:
                rows = run(feeder, finder, rate, max(20, int(rate * seconds)), file)
                times[f"{rate:g}"] = {
                    stage: [round(percentile([row[stage] for row in rows], q), 3) for q in (0.5, 0.95, 0.99)]
                    for stage in STAGES
                }
            finder.close()
        remove_indices(settings)
    judged = f"{AIM_AT:g}" if f"{AIM_AT:g}" in times else next(iter(times))
    return {
        "benchmark": "latency",
        "ratio": round(AIM / times[judged]["total"][0], 3),
        "seconds_p50_p95_p99": times,
        "seconds": seconds,
        "file": file,
    }


def main() -> None:
    """Measure, and print a table or one line of JSON."""
    arguments = parser(__doc__)
    arguments.add_argument("--rates", type=float, nargs="+", default=[1.0, 5.0, 20.0])
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument("--file", default="reuters21578", help="reuters21578: a real wire; wire_dev: long articles")
    options = arguments.parse_args()
    result = measure(options.rates, options.seconds, options.file)
    times = result["seconds_p50_p95_p99"]
    assert isinstance(times, dict)
    rows = {
        f"{rate}/s {stage}": "  ".join(f"{seconds:7.3f} s" for seconds in three)
        for rate, stages in times.items()
        for stage, three in stages.items()
    }
    present(result, rows, "seconds at p50, p95, p99", as_json=options.json)


if __name__ == "__main__":
    main()
