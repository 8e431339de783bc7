"""Stories grouped by event by real processes: one groups at a time, and another goes on when it is killed."""

import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from kafka import KafkaProducer

from processors.annotations import Annotations
from processors.events.keeping import Event
from streams.kafka.topics import create_topics
from streams.records import Article, EnrichedArticle, encode
from streams.settings import read_settings
from streams.wire.article_ids import article_version
from tests.integration.pipeline import Pipeline
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.servers, pytest.mark.timeout(300)]

START = datetime(2026, 11, 26, 9, tzinfo=UTC)
QUAKE = "An earthquake shook the town of Amatrice before dawn, and rescuers dug through rubble for survivors."
STRIKE = "Pilots of Lufthansa walk out on Friday after talks on pensions failed, the Cockpit union said."
GROUPS_HERE = "stories are grouped by event here"


def article(number: int, text: str, status: Any = "usable", later: int = 0) -> Article:
    made = START + timedelta(minutes=number + later)
    version = article_version(made, status, "kill" if status == "canceled" else "new", "", text)
    return Article(
        id=f"s{number}", source=f"agency {number % 3}", guid=f"s{number}", version=version, format="json",
        version_created=made, received_at=made + timedelta(seconds=1), status=status,
        kind="kill" if status == "canceled" else "new", headline=text[:40], body=f"{text} Report {number}.",
        language="en",
    )  # fmt: skip


@pytest.fixture
def two(kafka: str, prefix: str, tmp_path: Path) -> tuple[Pipeline, Pipeline]:
    """Two hosts with an index stage each, on one index file."""
    create_topics(read_settings(kafka=kafka, topic_prefix=prefix, partitions=4))
    hosts = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        data = {"NEWSWIRE_DATA": str(folder / "data"), "NEWSWIRE_SESSION_TIMEOUT": "6"}
        hosts.append(Pipeline(kafka, f"sqlite:///{tmp_path / 'index.db'}", prefix, folder, data))
    return hosts[0], hosts[1]


def feed(pipeline: Pipeline, *articles: Article) -> None:
    producer = KafkaProducer(bootstrap_servers=pipeline.kafka)
    for one in articles:
        enriched = EnrichedArticle(one, Annotations(), datetime.now(UTC))
        producer.send(f"{pipeline.prefix}.enriched", key=one.id.encode(), value=encode(enriched))
    producer.close()


def events_in(pipeline: Pipeline) -> dict[str, tuple[str, int]]:
    """The event and its size that the index says of each story."""
    with closing(sqlite3.connect(pipeline.index.removeprefix("sqlite:///"))) as db, suppress(sqlite3.OperationalError):
        documents = [msgspec.json.decode(row[0]) for row in db.execute("SELECT document FROM stories")]
        return {one["id"]: (one["event"]["id"], one["event"]["size"]) for one in documents if one["event"]}
    return {}


def become(pipeline: Pipeline, expected: dict[str, tuple[str, int]]) -> Callable[[], bool]:
    return lambda: events_in(pipeline) == expected


def told(pipeline: Pipeline) -> dict[str, tuple[str, ...]]:
    """The stories of each event that Kafka has been told of, last of all."""
    last = {record.key.decode(): record.value for record in pipeline.records("events")}
    return {key: msgspec.json.decode(value, type=Event).stories for key, value in last.items() if value}


def test_another_process_goes_on_where_the_one_that_grouped_was_killed(two: tuple[Pipeline, Pipeline]) -> None:
    one, other = two
    with one.worker("index") as supervisor:
        wait_for(lambda: GROUPS_HERE in one.log(), "the first groups")
        with other.worker("index"):
            feed(one, article(0, QUAKE), article(1, STRIKE), article(2, QUAKE))
            wait_for(become(one, {"s0": ("s0", 2), "s1": ("s1", 1), "s2": ("s0", 2)}), "two events")
            supervisor.kill()
            os.kill(one.child("index"), signal.SIGKILL)
            feed(one, article(3, QUAKE), article(4, STRIKE), article(0, QUAKE, "canceled", later=60))
            expected = {"s1": ("s1", 2), "s2": ("s2", 2), "s3": ("s2", 2), "s4": ("s1", 2)}
            wait_for(become(one, expected), "the same events, without the killed story")
            assert GROUPS_HERE in other.log()
            wait_for(lambda: told(one) == {"s1": ("s1", "s4"), "s2": ("s2", "s3")}, "Kafka is told what the index has")
    # Without s0, which was never told if the first was killed between the index and Kafka.
    assert told(one) == {"s1": ("s1", "s4"), "s2": ("s2", "s3")}
