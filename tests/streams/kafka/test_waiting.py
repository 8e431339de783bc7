"""Nothing waits for Kafka in silence, and what only reads does not wait long, whatever version is given."""

import gc
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.errors import Unavailable
from streams.feeds.producer import Feeder, FeedItem
from streams.kafka import connection
from streams.kafka.embedded import API_VERSION, broker
from streams.kafka.owners import Owners
from streams.kafka.reader import TopicReader
from streams.settings import Settings, read_settings
from tests.servers.process import free_ports

# kafka-python leaves the sockets open with which it did not reach a broker.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def _sockets_end_here() -> Iterator[None]:
    yield
    gc.collect()


def away(**changes: object) -> Settings:
    """Settings for a Kafka that is not there."""
    return read_settings(kafka=f"127.0.0.1:{free_ports(1)[0]}", create_topics=False, **changes)


@pytest.mark.parametrize("version", ["", API_VERSION])
def test_a_reader_says_that_kafka_is_away(
    version: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connection, "SILENT_FOR", 0.05)
    with pytest.raises(Unavailable, match=r"cannot read: Kafka at 127\.0\.0\.1:.*is it running"):
        TopicReader(away(kafka_api_version=version), silence=0.3)
    assert "waiting for Kafka at 127.0.0.1" in caplog.text


def test_a_feed_says_that_it_waits_and_waits_for_the_whole_timeout(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connection, "SILENT_FOR", 0.05)
    settings = away(kafka_api_version=API_VERSION, delivery_timeout=2)
    with pytest.raises(Unavailable, match=r"cannot feed one: .*after 2\.0 secs"), Feeder(settings) as feeder:
        feeder.feed(FeedItem(b"{}", "one"))
    assert caplog.text.count("waiting for Kafka at 127.0.0.1") == 1


def test_nobody_makes_a_consumer_that_waits_without_end() -> None:
    listed = subprocess.run(
        ["git", "grep", "-lw", "KafkaConsumer", "--", "streams/*.py"],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False,
    )  # fmt: skip
    # The demo's own is for the broker that it has just started.
    assert listed.stdout.split() == ["streams/demo/pipeline.py", "streams/kafka/connection.py"]


@pytest.mark.servers
def test_the_embedded_broker_assigns_feeds_within_seconds_also_to_the_second(caplog: pytest.LogCaptureFixture) -> None:
    """It waited for a whole session, 30 s, before it decided: each ``newswire feed rss --once`` took that long."""
    caplog.set_level("INFO")
    with broker(["news.feeds"]) as address:
        settings = read_settings(kafka=address, kafka_api_version=API_VERSION, create_topics=False)
        for _ in range(2):
            with Owners(settings, ["one"]) as owners:
                assert owners.wait_for_assignment(20)
                assert owners.owns("one")
    assert "waiting for Kafka to assign the feeds" in caplog.text
