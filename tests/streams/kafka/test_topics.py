"""How many copies topics are made with, and what is said of it: on a cluster that keeps what it is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import CliRunner
from kafka.errors import NoError, TopicAlreadyExistsError, TopicAuthorizationFailedError

from streams.cli.main import newswire
from streams.feeds import producer
from streams.kafka import producing
from streams.kafka import topics as module
from streams.kafka.topics import create_topics, topics
from streams.operations import doctor
from streams.settings import Settings, read_settings


class Cluster:
    """As much of Kafka's admin client as makes and describes topics; ``down`` are the brokers that are away."""

    def __init__(self, brokers: int) -> None:
        self.brokers = range(brokers)
        self.down: set[int] = set()
        self.made: dict[str, dict[str, Any]] = {}
        self.refuses: dict[str, int] = {}
        self.awaited: list[str] = []

    def list_topics(self) -> list[str]:
        return list(self.made)

    def describe_cluster(self) -> dict[str, Any]:
        return {"brokers": [{"node_id": number} for number in self.brokers if number not in self.down]}

    def create_topics(self, wanted: dict[str, dict[str, Any]], raise_errors: bool) -> dict[str, Any]:
        for options in wanted.values():
            assert options["replication_factor"] <= len(self.describe_cluster()["brokers"])
        codes = {name: self.refuses.get(name.rpartition(".")[2], NoError.errno) for name in wanted}
        self.made |= {name: options for name, options in wanted.items() if not codes[name]}
        return {"topics": [{"name": name, "error_code": codes[name], "error_message": None} for name in wanted]}

    def wait_for_topics(self, names: list[str]) -> None:
        self.awaited += names

    def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
        return [{"name": name, "partitions": [self.partition(name)] * 2} for name in names]

    def partition(self, name: str) -> dict[str, Any]:
        copies = list(self.brokers[: self.made[name]["replication_factor"]])
        return {"replica_nodes": copies, "isr_nodes": [number for number in copies if number not in self.down]}


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Cluster:
    made = Cluster(getattr(request, "param", 3))

    @contextmanager
    def admin(*_: object) -> Iterator[Cluster]:
        yield made

    monkeypatch.setattr(module, "admin_client", admin)
    monkeypatch.setattr(doctor, "admin_client", admin)
    return made


def config(cluster: Cluster) -> set[tuple[int, str]]:
    """Copies and min.insync.replicas of the topics."""
    return {(one["replication_factor"], one["configs"]["min.insync.replicas"]) for one in cluster.made.values()}


@pytest.mark.parametrize(
    ("cluster", "copies", "insync"), [(1, 1, "1"), (2, 2, "1"), (3, 3, "2"), (7, 3, "2")], indirect=["cluster"]
)
def test_by_itself_there_is_a_copy_on_each_broker_up_to_three(cluster, copies, insync) -> None:
    made = create_topics(read_settings())
    assert made.copies == copies
    assert config(cluster) == {(copies, insync)}
    assert cluster.made.keys() == {topic.name for topic in topics(read_settings())}


@pytest.mark.parametrize(("asked", "insync"), [(1, "1"), (2, "1"), (3, "2"), (5, "4")])
@pytest.mark.parametrize("cluster", [5], indirect=True)
def test_the_setting_says_how_many(cluster, asked, insync) -> None:
    create_topics(read_settings(replication=asked))
    assert config(cluster) == {(asked, insync)}


@pytest.mark.parametrize(
    ("cluster", "said"), [(1, "one replica"), (3, "3 replicas"), (2, "2 replicas")], indirect=["cluster"]
)
def test_the_command_says_what_the_copies_mean(cluster, said, monkeypatch) -> None:
    monkeypatch.delenv("NEWSWIRE_REPLICATION", raising=False)
    done = CliRunner().invoke(newswire, ["topics", "create"])
    assert done.exit_code == 0, done.output
    assert said in done.output
    assert ("disk is lost" in done.output) == (said == "one replica")
    again = CliRunner().invoke(newswire, ["topics", "create"])
    assert said not in again.output, "topics that were there may have other numbers"


@pytest.mark.parametrize("cluster", [1], indirect=True)
def test_a_feed_that_makes_topics_with_one_copy_says_so_in_its_log(cluster, caplog, monkeypatch) -> None:
    monkeypatch.setattr(producing, "connected", lambda *_, **__: None)
    for said in (True, False):  # and not again where they were there
        caplog.clear()
        producer.Feeder(read_settings())
        assert ("one replica of each partition" in caplog.text) == said
    assert create_topics(read_settings(topic_prefix="more", replication=1)).warning
    assert not create_topics(read_settings(topic_prefix="more", replication=1)).warning


def test_topics_that_another_process_makes_meanwhile_are_waited_for_too(cluster) -> None:
    cluster.refuses = {"articles": TopicAlreadyExistsError.errno}
    made = create_topics(read_settings())
    assert [name for name, new in made.topics.items() if not new] == ["news.articles"]
    assert cluster.awaited == [topic.name for topic in topics(read_settings())]


def test_a_topic_that_kafka_refuses_is_an_error_and_the_others_are_made(cluster) -> None:
    cluster.refuses = {"articles": TopicAuthorizationFailedError.errno}
    with pytest.raises(TopicAuthorizationFailedError):
        create_topics(read_settings())
    assert "news.raw" in cluster.made


def findings(settings: Settings) -> list[tuple[str, str]]:
    return [(finding.level, f"{finding.said}: {finding.do}") for finding in doctor._copies(settings)]


def test_doctor_finds_three_copies_fine_and_a_single_one_worth_a_look(cluster) -> None:
    create_topics(read_settings())
    assert findings(read_settings()) == [("fine", "at least 3 replicas of each partition are in sync: ")]
    create_topics(read_settings(topic_prefix="alone", replication=1))
    ((level, said),) = findings(read_settings(topic_prefix="alone"))
    assert level == "look"
    assert "alone.raw" in said
    assert "kafka-reassign-partitions" in said


@pytest.mark.parametrize("cluster", [1], indirect=True)
def test_doctor_says_what_one_broker_means(cluster) -> None:
    create_topics(read_settings())
    ((level, said),) = findings(read_settings())
    assert level == "look"
    assert "a second and a third broker" in said


def test_doctor_finds_the_last_copy_in_sync(cluster) -> None:
    create_topics(read_settings())
    cluster.down = {1}
    assert findings(read_settings()) == [("fine", "at least 2 replicas of each partition are in sync: ")]
    cluster.down = {1, 2}
    ((level, said),) = findings(read_settings())
    assert level == "look"
    assert "only one replica is in sync" in said
