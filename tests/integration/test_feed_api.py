"""Polling APIs as their users run them, on real Kafka: two processes, one of them killed at any moment."""

import json
import random
import signal
import time
from collections import Counter

import pytest

from tests.forks import Fork
from tests.integration.pipeline import Pipeline
from tests.streams.feeds.apis.agencies import KEY, Ap, Pa, described, serving
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]


@pytest.fixture
def pipeline(kafka, prefix, tmp_path) -> Pipeline:
    settings = {"NEWSWIRE_PARTITIONS": "2", "NEWSWIRE_SESSION_TIMEOUT": "6", "NEWSWIRE_API_SECRETS": str(tmp_path)}
    return Pipeline(kafka, "sqlite:///news.db", prefix, tmp_path, settings)


def on_kafka(pipeline: Pipeline) -> Counter[tuple[str, str]]:
    """Feed and headline of all messages."""
    found = [(dict(one.headers)["feed"].decode(), json.loads(one.value)["headline"]) for one in pipeline.records("raw")]
    return Counter(found)


def test_two_processes_share_apis_and_when_one_is_killed_nothing_is_lost(pipeline, tmp_path) -> None:
    assert pipeline.run("topics", "create").returncode == 0
    ap, pa = Ap(), Pa()
    for name in ("ap-key", "pa-key"):
        (tmp_path / name).write_text(KEY)
    with serving(ap), serving(pa):
        for name, agency in (("ap", ap), ("pa", pa)):
            text = (
                described(name, agency).replace("step = 100", "step = 3").replace("first_pages = 5", "first_pages = 50")
            )
            text = text.replace('every = "1s"', 'every = "0.2s"').replace('every = "45s"', 'every = "0.2s"')
            (tmp_path / f"{name}.toml").write_text(text)
        processes = [start(pipeline, n) for n in range(2)]
        try:
            for turn in range(3):
                expected = publish(ap, pa, turn)
                time.sleep(random.uniform(0, 2))
                processes[turn % 2].kill()
                processes[turn % 2].wait(30)
                processes[turn % 2] = start(pipeline, turn + 2)
                expected += publish(ap, pa, turn + 10)
                wait_for(lambda: set(expected) <= set(on_kafka(pipeline)), "all items on Kafka", 120)  # noqa: B023 - used at once
            asked = len(ap.requests) + len(pa.requests)
            time.sleep(3)
            owned = len(ap.requests) + len(pa.requests) - asked
        finally:
            for one in processes:
                one.send_signal(signal.SIGTERM)
            statuses = [one.wait(60) for one in processes]
        assert statuses == [0, 0]
        again = pipeline.run("feed", "api", "ap.toml", "pa.toml", "--allow-private", "--once")
        assert again.returncode == 0, again.stderr
        assert sorted(again.stdout.splitlines()) == ["ap: 0 accepted", "pa: 0 accepted"]
    counts = on_kafka(pipeline)
    assert len(counts) == 2 * 6 * 10
    assert counts.total() <= len(counts) + 3 * 2 * 16  # at each kill at most what was in flight is sent again
    assert owned < 2 * 3 / 0.2 * 1.5, "more requests than one owner of each makes"


def publish(ap: Ap, pa: Pa, turn: int) -> list[tuple[str, str]]:
    names = [f"t{turn}n{n}" for n in range(10)]
    ap.publish(*names)
    pa.publish(*names)
    return [(feed, f"Headline of {name}") for feed in ("api:ap", "api:pa") for name in names]


def start(pipeline: Pipeline, number: int) -> Fork:
    """A process on a machine of its own: its state folder is its own."""
    line = ("feed", "api", "ap.toml", "pa.toml", "--allow-private")
    return pipeline.start(*line, log=f"feed{number}.log", NEWSWIRE_DATA=str(pipeline.folder / f"machine{number}"))
