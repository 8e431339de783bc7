"""Handmade records on every topic of a real Kafka: each affects only itself, and every command that reads them works.

And messages in whose sending, burying or indexing a process dies: each is found, and refused alone.
"""

import json
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType

from tests.faults.planted import command
from tests.integration.pipeline import Pipeline
from tests.streams.handmade import odd_messages, send
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(500)]

STORIES = 13  # one first, eight last, and the odd one under four sources: none, and three of odd headers
TOPICS = ("raw", "articles", "enriched", "dead")


def story(guid: str, body: str = "Angela Merkel praised Paris.") -> bytes:
    return json.dumps(
        {"guid": guid, "headline": f"Story {guid}", "body": body, "version_created": "2026-11-26T08:00:00Z"}
    ).encode()


def fate(pipeline: Pipeline) -> dict[str, Any]:
    audit = pipeline.run("audit", "--json")
    assert audit.returncode in (0, 1), audit.stderr
    found: dict[str, Any] = json.loads(audit.stdout)
    return found


def feed(pipeline: Pipeline, *stories: bytes) -> None:
    fed = pipeline.run("feed", "files", "-", "--source", "wire", stdin=b"\n".join(stories) + b"\n")
    assert f"{len(stories)} accepted" in fed.stdout, fed.stderr


def allow_any_stamp(pipeline: Pipeline) -> None:
    """Brokers before Kafka 4.0 take any, so this one is told to."""
    admin = KafkaAdminClient(bootstrap_servers=pipeline.kafka)
    changes = {"message.timestamp.after.max.ms": str(2**63 - 1), "message.timestamp.before.max.ms": str(2**63 - 1)}
    try:
        admin.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, f"{pipeline.prefix}.{name}", changes) for name in TOPICS]
        )
    finally:
        admin.close()


@pytest.mark.timeout(500)
def test_odd_records_end_no_stage_and_no_command(kafka, prefix, tmp_path) -> None:
    pipeline = Pipeline(kafka, f"sqlite:///{tmp_path}/index.sqlite", prefix, tmp_path, {"NEWSWIRE_REFUSED_SHARE": "1"})
    assert pipeline.run("topics", "create").returncode == 0
    allow_any_stamp(pipeline)
    with pipeline.worker():
        feed(pipeline, story("first"))
        wait_for(lambda: pipeline.lag() == 0, "the first story is through")
        good = {name: pipeline.records(name)[0].value for name in ("articles", "enriched")}
        good |= {"raw": story("odd"), "dead": b'{"id": "x"}'}
        producer = KafkaProducer(bootstrap_servers=pipeline.kafka, max_request_size=2**23)
        for name in TOPICS:
            send(producer, f"{prefix}.{name}", odd_messages(good[name]))
        producer.close()
        feed(pipeline, *(story(f"last-{n}") for n in range(8)))
        wait_for(lambda: pipeline.lag() == 0, "all is through", 240)
        assert pipeline.count() == STORIES
        assert "stops:" not in pipeline.log(), pipeline.log()[-3000:]
        assert " died with status" not in pipeline.log(), pipeline.log()[-3000:]
        report = fate(pipeline)
        assert (report["missing"], report["on_their_way"]) == (0, {})
        top = pipeline.run("top", "--once", "--json")
        assert top.returncode == 0, top.stderr
        assert pipeline.run("doctor").returncode in (0, 1)
        for arguments in (("dead", "list", "--json"), ("dead", "list", "--each"), ("dead", "export"), ("replay", "--from", "2020-01-01", "--json"),
                          ("dead", "replay", "--everything")):  # fmt: skip
            done = pipeline.run(*arguments)
            assert done.returncode == 0, (arguments, done.stderr)
            assert "Traceback" not in done.stderr
        wait_for(lambda: pipeline.lag() == 0, "the copies are through", 240)
        assert " died with status" not in pipeline.log(), pipeline.log()[-3000:]
        assert pipeline.count() == STORIES


@pytest.mark.servers  # its processes die again and again, which takes minutes
def test_who_kills_while_sending_burying_or_indexing_is_refused_alone(kafka, prefix, tmp_path) -> None:
    index = f"sqlite:///{tmp_path}/index.sqlite"
    pipeline = Pipeline(kafka, index, prefix, tmp_path, {}, command("dies_on_a_word"))
    plain = [story(f"p{n}") for n in range(15)]
    deadly = [story(word, f"Barack Obama met {word} in Paris.") for word in ("DIE-READ", "DIE-ENRICH", "DIE-INDEX")]
    with pipeline.worker():
        feed(pipeline, *(one for n, word in enumerate(deadly) for one in (*plain[n * 5 : n * 5 + 5], word)))
        wait_for(lambda: pipeline.lag() == 0, "all is through", 300)
        assert pipeline.count() == len(plain)
        refused = {(one["stage"], one["error"]) for one in pipeline.messages("dead")}
        assert refused == {("read", "Hung"), ("enrich", "Hung"), ("index", "Hung")}
        assert fate(pipeline)["missing"] == 0


@pytest.mark.servers  # its processes die again and again, which takes minutes
def test_who_kills_while_a_letter_of_it_is_sent_is_refused_alone(kafka, prefix, tmp_path) -> None:
    index = f"sqlite:///{tmp_path}/index.sqlite"
    pipeline = Pipeline(kafka, index, prefix, tmp_path, {}, command("dies_on_a_word"))
    plain = [story(f"p{n}") for n in range(12)]
    with pipeline.worker():
        feed(pipeline, *plain[:6], b'{"guid": "DIE-BURY"}', *plain[6:])
        wait_for(lambda: pipeline.lag() == 0, "all is through", 300)
        assert pipeline.count() == len(plain)
        assert {(one["stage"], one["error"]) for one in pipeline.messages("dead")} == {("read", "Hung")}
        assert fate(pipeline)["missing"] == 0
