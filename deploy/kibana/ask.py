"""Asks Elasticsearch what each Kibana panel would ask: takes the built objects, gives every panel's time and size.

    python -m deploy.kibana.ask                                  # the dashboards' own time ranges
    python -m deploy.kibana.ask --from 1987-01-01 --to 1988-01-01

The requests are derived from the saved objects themselves, as Kibana derives them: Lens columns become nested
aggregations, a saved search its newest 500 stories, a map its grid, a Vega panel the body that it names.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from elasticsearch import Elasticsearch

from deploy.kibana.build import ndjson
from deploy.kibana.requests import requests
from streams.settings import Settings, read_settings

SLOW = 1.0  # seconds


class Answer(msgspec.Struct, frozen=True):
    """What became of one panel's request: seconds, stories that match, and rows to draw."""

    dashboard: str
    panel: str
    seconds: float
    stories: int
    rows: int


def answers(
    client: Elasticsearch, objects: Iterable[dict[str, Any]], begin: str, end: str, times: int = 1
) -> Iterator[Answer]:
    """Each panel, asked between two times ("" for the dashboards' own ranges), with the median time of ``times``."""
    for request in requests(list(objects), begin, end):
        taken = []
        for _ in range(times):
            started = time.perf_counter()
            found = client.search(index=request.index, **request.body).body
            taken.append(time.perf_counter() - started)
        seconds = statistics.median(taken)
        stories = int(found["hits"]["total"]["value"])
        rows = (
            _rows(found["aggregations"]) if "aggregations" in found else len(found["hits"]["hits"]) or min(stories, 1)
        )
        yield Answer(request.dashboard, request.panel, seconds, stories, rows)


def _rows(aggregations: Any) -> int:
    """How many innermost groups hold something; a lone number is one."""
    if not isinstance(aggregations, dict):
        return 0
    buckets = aggregations.get("buckets")
    if isinstance(buckets, list):
        return sum(_rows_of(bucket) for bucket in buckets)
    return sum(_rows(inner) for inner in aggregations.values()) or int(_is_number(aggregations))


def _rows_of(bucket: dict[str, Any]) -> int:
    inner = [value for value in bucket.values() if isinstance(value, dict) and "buckets" in value]
    return sum(_rows(value) for value in inner) if inner else int(bucket["doc_count"] > 0)


def _is_number(aggregation: dict[str, Any]) -> bool:
    values = aggregation.get("values", {})
    return (
        bool(aggregation.get("doc_count"))
        or aggregation.get("value") is not None
        or any(value is not None for value in values.values())
    )


def connect(settings: Settings) -> Elasticsearch:
    """A client with our settings' address and credentials."""
    key, user = settings.index_api_key.get_secret_value(), settings.index_user
    trust: dict[str, Any] = {"ca_certs": str(settings.index_ca)} if settings.index_ca else {}
    return Elasticsearch(
        settings.index,
        api_key=key or None,
        basic_auth=(user, settings.index_password.get_secret_value()) if user and not key else None,
        **trust,
    )


def main() -> None:
    """The command: exit status 1 if a panel took more than a second."""
    parser = argparse.ArgumentParser(description="Ask Elasticsearch what each Kibana panel would ask, and time it.")
    parser.add_argument("--from", dest="begin", default="", help="such as 1987-01-01 or now-30d")
    parser.add_argument("--to", dest="end", default="now")
    parser.add_argument("--times", type=int, default=3, help="how often to ask each; the median counts")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options, settings = parser.parse_args(), read_settings()
    objects = [json.loads(line) for line in ndjson(settings.index_prefix).splitlines()]
    slow = 0
    for answer in answers(connect(settings), objects, options.begin, options.end, options.times):
        slow += answer.seconds > SLOW
        line = f"{answer.dashboard:10} {answer.panel:28} {answer.seconds * 1000:7.0f} ms {answer.stories:7} stories"
        print(msgspec.json.encode(answer).decode() if options.json else f"{line} {answer.rows:5} rows")  # noqa: T201
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
