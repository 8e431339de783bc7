"""The pipeline's state as the page shows it: on the embedded broker, and when Kafka cannot be reached."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer

from search.web.pipeline import PipelineState
from streams.errors import Unavailable
from streams.feeds.state import FILE, FeedState
from streams.kafka.embedded import API_VERSION, broker
from streams.operations import page_status
from streams.operations.page_status import PipelineStatus
from streams.records import encode
from streams.settings import Settings, read_settings
from tests.streams.dead_letters.test_store import letter
from tests.waiting import eventually

TOPICS = ["news.raw", "news.articles", "news.enriched", "news.dead"]


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with broker(TOPICS) as address:
        yield read_settings(kafka=address, kafka_api_version=API_VERSION, topic_prefix="news", data=tmp_path / "data")


def send(settings: Settings, topic: str, *values: bytes) -> None:
    producer = Producer({"bootstrap.servers": settings.kafka})
    for value in values:
        producer.produce(topic, value)
    assert producer.flush(20) == 0


async def seen(looking: PipelineStatus) -> PipelineState:
    """What is seen once the first look has ended, however slow this machine."""

    async def looked() -> PipelineState | None:
        state = await looking.state()
        return None if "has not answered" in str(state.troubles) else state

    state: PipelineState | None = await eventually(looked, "a first look", every=0.1)
    assert state is not None
    return state


async def test_what_waits_what_died_and_who_is_silent(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_status, "EVERY", 0.0)
    send(settings, "news.raw", b"one", b"two", b"three")
    send(settings, "news.dead", encode(letter(1)), encode(letter(2)))
    with FeedState.of(settings) as feeds:
        feeds.open_feed("rss:example", "rss")
        feeds.arrived("rss:example", time.time() - 60)
    looking = PipelineStatus(settings)
    state = await seen(looking)
    assert state.troubles == ()
    assert [(stage.name, stage.lag, stage.total) for stage in state.stages] == [
        ("read", 3, 3),
        ("enrich", 0, 0),
        ("index", 0, 0),
        ("alert", 0, 0),
    ]
    assert [(one.stage, one.letters, one.message) for one in state.dead or ()] == [("read", 2, "reason 2")]
    assert [(one.feed, one.silent) for one in state.feeds] == [("rss:example", False)]
    send(settings, "news.dead", encode(letter(3)))
    again = await looking.state()
    assert again.dead
    assert again.dead[0].letters == 3
    assert again.stages[0].per_second == 0.0
    looking.close()


async def test_what_cannot_be_seen_is_said_and_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise Unavailable("Kafka is away")

    monkeypatch.setattr(page_status, "LagReader", away)
    monkeypatch.setattr(page_status, "TopicReader", away)
    looking = PipelineStatus(read_settings(data=tmp_path / "data"))
    state = await seen(looking)
    assert (state.stages, state.dead, state.feeds) == ((), None, ())
    assert state.troubles == ("Kafka is away",)  # said once
    assert not (tmp_path / "data" / FILE).exists()
    looking.close()
