"""The whole pipeline on real Kafka and Elasticsearch: what goes in comes out, once, whatever happens on the way."""

import json
import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from streams.kafka.stages import TO_INDEX
from tests.integration.pipeline import Pipeline
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

CALL = {
    "guid": "call", "headline": "Putin, Xi denounce US interference in phone call",
    "body": "MOSCOW - Russian President Vladimir Putin and Chinese President Xi Jinping denounced US interference "
    "in a phone call on Thursday, Kremlin aide Yuri Ushakov said.\n\nPutin backs the one-China policy.",
    "version_created": "2025-05-08T09:30:00Z", "first_created": "2025-05-08T09:30:00Z",
}  # fmt: skip


@pytest.fixture
def pipeline(kafka, elasticsearch_url, prefix, tmp_path) -> Pipeline:
    return Pipeline(kafka, elasticsearch_url, prefix, tmp_path)


def stories(count: int) -> list[dict[str, str]]:
    names = ("Angela Merkel", "Barack Obama", "Shinzo Abe", "Theresa May")
    return [
        {
            "guid": f"story-{n}",
            "headline": f"{names[n % 4]} visits plant number {n}",
            "body": f"{names[n % 4]} praised workers at plant number {n} in Berlin on Monday.",
            "first_created": "2025-03-01T10:00:00Z",
            "version_created": "2025-03-01T10:00:00Z",
        }
        for n in range(count)
    ]


def write(path: Path, rows: list[dict[str, str]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def search(pipeline: Pipeline, *arguments: str) -> list[dict[str, object]]:
    done = pipeline.run("search", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_stories_come_out_once_however_often_they_go_in(pipeline, tmp_path) -> None:
    file = write(tmp_path / "stories.jsonl", [CALL, *stories(60)])
    with pipeline.worker():
        for _ in range(2):
            fed = pipeline.run("feed", "files", file, "--source", "wire")
            assert "61 accepted, 0 rejected" in fed.stdout, fed.stderr
            pipeline.settle()
        assert pipeline.count() == 61
        (found,) = search(pipeline, "interference", "--entity", "Xi")
        assert found["guid"] == "call"
        assert search(pipeline, "", "--holder", "Putin", "--target", "one-China policy", "--label", "favor")
        assert not search(pipeline, "", "--holder", "Putin", "--target", "one-China policy", "--label", "against")
        assert pipeline.run("worker", "nothing").returncode == 2
    assert pipeline.messages("dead") == []
    traces = {message["article"]["trace_id"] for message in pipeline.messages("enriched")}
    assert len(traces) == 122, "every article fed has a trace id of its own"


OUT = dict(zip(TO_INDEX, ("articles", "enriched", "enriched"), strict=True))


def test_killing_a_process_of_each_stage_loses_nothing(pipeline, tmp_path) -> None:
    file = write(tmp_path / "stories.jsonl", stories(300))
    pipeline.run("topics", "create")
    with pipeline.worker():
        pipeline.run("feed", "files", file, "--source", "wire")
        for stage in TO_INDEX:
            wait_for(lambda: len(pipeline.messages(OUT[stage])) > 20, f"{stage} has begun")  # noqa: B023 - used at once
            os.kill(pipeline.child(stage), signal.SIGKILL)
            wait_for(lambda: f"{stage} died with status -9" in pipeline.log(), "the death is seen")  # noqa: B023
        pipeline.settle()
        assert pipeline.count() == 300
    assert pipeline.messages("dead") == []


def test_stopping_repeats_little_and_loses_nothing(pipeline, tmp_path) -> None:
    file = write(tmp_path / "stories.jsonl", stories(400))
    pipeline.run("topics", "create")
    pipeline.run("feed", "files", file, "--source", "wire")
    with pipeline.worker() as worker:
        wait_for(lambda: len(pipeline.messages("enriched")) > 50, "enriching has begun")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(12) == 0
    with pipeline.worker():
        pipeline.settle()
        assert pipeline.count() == 400
    assert len(pipeline.messages("enriched")) <= 400 + 192, "at most what was in flight is repeated"


def test_bad_input_costs_only_itself(pipeline, tmp_path) -> None:
    good = [json.dumps(row).encode() for row in stories(5)]
    bad = [b'{"headline": "cut', b'{"guid": "empty"}', b"[1, 2]", b'["no", "article"]']
    lines = tmp_path / "mixed.jsonl"
    lines.write_bytes(b"\n".join([*good, *bad, b'{"body": "' + b"x" * 20_000_000 + b'"}']) + b"\n")
    unknown = tmp_path / "unknown.bin"
    unknown.write_bytes(b"\x00\x01\x02 nothing that a wire service sends \x9d")
    with pipeline.worker():
        fed = pipeline.run("feed", "files", str(lines), str(unknown), "--source", "wire")
        assert "10 accepted, 1 rejected" in fed.stdout
        assert "larger than NEWSWIRE_MAX_ARTICLE_BYTES" in fed.stdout
        pipeline.settle()
        assert pipeline.count() == 5
    dead = pipeline.messages("dead")
    assert len(dead) == 5
    assert Counter(letter["stage"] for letter in dead) == {"read": 5}
    assert all(letter["message"] for letter in dead)


def test_a_read_stage_that_refuses_everything_stops(pipeline, tmp_path) -> None:
    pipeline.extra = {"NEWSWIRE_REFUSED_WINDOW": "20"}
    file = write(tmp_path / "none.jsonl", [{"nothing": str(n)} for n in range(60)])
    pipeline.run("topics", "create")
    pipeline.run("feed", "files", file)
    with pipeline.worker("read") as worker:
        assert worker.wait(60) == 3
    assert "read rejected 20 of the last 20 messages" in pipeline.log()
