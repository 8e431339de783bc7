"""A sender of bad items among good ones, on a real Kafka: it costs the others nothing, and nothing of it is lost."""

import json
import time
from collections import Counter

import pytest

from tests.integration.pipeline import Pipeline
from tests.integration.test_handmade import fate, story
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]

BAD = 700


def feed(pipeline: Pipeline, source: str, *lines: bytes) -> None:
    fed = pipeline.run("feed", "files", "-", "--source", source, stdin=b"\n".join(lines) + b"\n")
    assert f"{len(lines)} accepted" in fed.stdout, fed.stderr


def test_bad_items_of_one_sender_stop_nobody_and_are_not_lost(kafka, prefix, tmp_path) -> None:
    extra = {"NEWSWIRE_REFUSED_LETTERS": "20", "NEWSWIRE_PARTITIONS": "2"}
    pipeline = Pipeline(kafka, f"sqlite:///{tmp_path}/index.sqlite", prefix, tmp_path, extra)
    feed(pipeline, "good", story("before"))
    # The process that starts now first meets so many bad items that it knows of no other sender.
    feed(pipeline, "bad", *(b'{"guid": "b%d"}' % n for n in range(BAD)), story("a good one among them"))
    started = time.monotonic()
    with pipeline.worker():
        wait_for(lambda: pipeline.lag() == 0, "all is through", 120)
        began = time.monotonic()
        feed(pipeline, "good", story("after"))
        wait_for(lambda: pipeline.count() == 3, "a story of another source arrives", 30)
        assert time.monotonic() - began < 30
        top = json.loads(pipeline.run("top", "--once", "--json").stdout)
        assert list(top["unwell"]) == ["read: source bad"]
        assert "source bad: 100% of its messages are rejected" in pipeline.run("doctor").stdout.replace("\n", " ")
    assert " died with status" not in pipeline.log(), pipeline.log()[-3000:]
    assert "read rejects 100% of the messages from source bad and continues with all others" in pipeline.log()
    kinds = Counter(bool(record.headers) for record in pipeline.records("dead"))
    minutes = 1 + (time.monotonic() - started) // 60
    assert kinds[False] <= 100 + 20 * minutes, "a batch before it was known, then 20 a minute"
    assert kinds[True] <= BAD / 10
    listed = [json.loads(line) for line in pipeline.run("dead", "list", "--json").stdout.splitlines()]
    assert [(one["source"], one["letters"]) for one in listed] == [("bad", BAD)]
    report = fate(pipeline)
    assert (report["missing"], report["indexed"]) == (0, 3)
    assert report["dead_lettered"]["read: Rejected"]["articles"] == BAD
    shown = pipeline.run("dead", "export").stdout.splitlines()
    assert Counter(len(json.loads(line)["value"]) > 10 for line in shown) == {True: BAD}
    put_back = json.loads(pipeline.run("dead", "replay", "--source", "bad", "--json").stdout)
    assert (put_back["messages"], put_back["gone"]) == (BAD, 0)


def test_the_only_sender_still_stops_the_stage(kafka, prefix, tmp_path) -> None:
    pipeline = Pipeline(kafka, f"sqlite:///{tmp_path}/index.sqlite", prefix, tmp_path, {})
    feed(pipeline, "bad", *(b'{"guid": "b%d"}' % n for n in range(BAD)))
    with pipeline.worker("read") as worker:
        assert worker.wait(120) == 3
    assert "so it stops. Last reason: no text" in pipeline.log()
