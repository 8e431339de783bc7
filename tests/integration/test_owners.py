"""Feeds are shared out between processes by a real Kafka, and what one has taken the next one knows."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from kafka import KafkaAdminClient

from streams.feeds.shared_state import shared_state
from streams.kafka.owners import POLL_SECONDS, Owners
from streams.kafka.stages import FEEDS as FEEDS_TOPIC
from streams.kafka.topics import create_topics
from streams.settings import read_settings
from tests.integration.pipeline import asking
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

FEEDS = ("one", "two", "three", "four")
MEMBER = """
import json, sys, time
from streams.kafka.owners import Owners
from streams.settings import read_settings
with Owners(read_settings(), json.loads(sys.argv[1])) as owners:
    while True:
        print(json.dumps([name for name in owners.names if owners.owns(name)]), flush=True)
        time.sleep(0.1)
"""


@pytest.fixture
def settings(kafka, prefix, tmp_path):
    made = read_settings(kafka=kafka, topic_prefix=prefix, partitions=2, data=tmp_path / "data", session_timeout=6)
    create_topics(made)
    return made


@pytest.fixture
def member(settings, tmp_path):
    """Start a process that takes part; gives what it says it owns. All are killed at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*names: str):
        log = tmp_path / f"{len(started)}.log"
        told = {"NEWSWIRE_KAFKA": settings.kafka, "NEWSWIRE_TOPIC_PREFIX": settings.topic_prefix}
        with log.open("w") as out:
            process = subprocess.Popen(
                [sys.executable, "-c", MEMBER, json.dumps(names)],
                env=os.environ | told | {"NEWSWIRE_SESSION_TIMEOUT": "6"}, stdout=out, stderr=out,
            )  # fmt: skip
        started.append(process)

        def owned() -> set[str]:
            lines = log.read_text().splitlines()
            return set(json.loads(lines[-1])) if lines and lines[-1].endswith("]") else set()

        return process, owned

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_two_share_feeds_and_one_takes_over_when_the_other_is_killed(member) -> None:
    first, of_first = member(*FEEDS)
    wait_for(lambda: of_first() == set(FEEDS), "all feeds for the first")
    _, of_second = member(*FEEDS, "another")
    wait_for(
        lambda: (
            of_first() | of_second() == {*FEEDS, "another"} and not of_first() & of_second() and len(of_first()) > 1
        ),
        "a share for each",
    )
    first.send_signal(signal.SIGKILL)
    first.wait()
    wait_for(lambda: of_second() == {*FEEDS, "another"}, "all feeds for the other")


def test_a_process_that_ends_in_order_hands_over_at_once(settings, member) -> None:
    with Owners(settings, FEEDS) as owners:
        assert owners.wait_for_assignment(60)
        _, of_other = member(*FEEDS)
        wait_for(lambda: len(of_other()) == 2, "a share for the other")
        wait_for(lambda: sum(map(owners.owns, FEEDS)) == 2, "a share for us")
        before = time.monotonic()
    wait_for(lambda: of_other() == set(FEEDS), "all for the other")
    assert time.monotonic() - before < settings.session_timeout


def test_a_rebalance_waits_for_what_is_under_way(settings) -> None:
    with Owners(settings, ["one"]) as first:
        assert first.wait_for_assignment(60)
        with Owners(settings, ["one", "two"]) as second, first.hold_feed("one") as ours:
            assert ours
            time.sleep(2)
            assert not second.owns("one")
        with first.hold_feed("two") as ours:
            assert not ours


def test_feeds_are_ours_again_after_the_topic_has_grown_during_a_long_poll(settings) -> None:
    with Owners(settings, ["one"]) as owners:
        assert owners.wait_for_assignment(60)
        with owners.hold_feed("one"), asking(KafkaAdminClient, settings.kafka) as admin:
            admin.create_partitions({settings.topic(FEEDS_TOPIC): 3})
            wait_for(lambda: owners._consumer._cluster.request_update() and not owners.owns("one"), "a rebalance")
            time.sleep(3 * POLL_SECONDS)  # the consumer stops waiting for the group meanwhile
        assert owners.wait_for_assignment(60)
        assert (owners.decisions, owners.owns("one")) == (2, True)


def test_what_one_has_taken_the_other_knows(settings, tmp_path) -> None:
    elsewhere = settings.model_copy(update={"data": tmp_path / "other"})
    with shared_state(settings, ["sftp:a"]) as here, shared_state(elsewhere, ["sftp:a"]) as there:
        for state in (here, there):
            state.open_feed("sftp:a", "pull")
        here.take("sftp:a", [("1.xml", "v1"), ("2.xml", "v1")])
        here.take("sftp:a", [("3.xml", "v1")], "empty")
        here.take("sftp:a", [("1.xml", "v2")])
        there.copy()
        assert [there.taken("sftp:a", f"{n}.xml") for n in (1, 2, 3, 4)] == ["v2", "v1", "v1", None]
        assert there.feeds()[0].last_arrival == pytest.approx(time.time(), abs=60)
        there.forget("sftp:a", ["2.xml"])
        here.copy()
        here.copy()
        assert [here.taken("sftp:a", f"{n}.xml") for n in (1, 2, 3)] == ["v2", None, "v1"]


def test_a_copy_that_is_lost_is_made_again(settings, tmp_path) -> None:
    with shared_state(settings, ["sftp:a"]) as state:
        state.take("sftp:a", [("1.xml", "v1")])
    (settings.data / "feeds.sqlite3").unlink()
    with shared_state(settings, ["sftp:a"]) as state:
        assert state.taken("sftp:a", "1.xml") is None
        state.copy()
        assert state.taken("sftp:a", "1.xml") == "v1"
