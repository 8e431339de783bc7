"""Monitoring a running pipeline: metrics and health, directly and through a real Prometheus, logs and traces."""

import io
import json
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest
from rich.console import Console

from search.checkup import Finding
from streams.agents.scrape_targets import addresses
from streams.cli import top
from streams.kafka.stages import STAGES
from streams.operations.doctor import examine
from streams.operations.overview import Overview, PipelineMonitor
from streams.settings import Settings, read_settings
from tests.integration.pipeline import TOPICS, Pipeline
from tests.integration.test_pipeline import stories, write
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

COUNT = 40


@pytest.fixture(scope="module")
def pipeline(kafka, elasticsearch_url, tmp_path_factory) -> Iterator[Pipeline]:
    """A pipeline that has done ``COUNT`` good stories and one bad one, and still runs, logging JSON."""
    folder = tmp_path_factory.mktemp("sight")
    extra = {"NEWSWIRE_LOG_FORMAT": "json", "NEWSWIRE_LOG_ARTICLES": "true", "NEWSWIRE_STUCK_SECONDS": "15"}
    pipeline = Pipeline(kafka, elasticsearch_url, f"t{time.time_ns():x}", folder, extra)
    file = write(folder / "stories.jsonl", stories(COUNT))
    (folder / "bad.json").write_text('{"headline": "cut')
    with pipeline.worker(*STAGES):
        fed = pipeline.run("feed", "files", file, str(folder / "bad.json"), "--source", "wire")
        assert "41 accepted" in fed.stdout, fed.stderr
        pipeline.settle()
        wait_for(lambda: len(processes(pipeline)) == len(STAGES), "every process tells where it serves")
        yield pipeline


def settings_of(pipeline: Pipeline, **changes: object) -> Settings:
    own = {
        "kafka": pipeline.kafka,
        "index": pipeline.index,
        "topic_prefix": pipeline.prefix,
        "index_prefix": pipeline.prefix,
    }
    return read_settings(**{**own, "data": pipeline.folder / ".newswire", **changes})


def processes(pipeline: Pipeline) -> list[str]:
    return addresses(settings_of(pipeline))


def metrics(pipeline: Pipeline) -> dict[str, float]:
    """Every sample of the processes, by name and labels; the same ones added up."""
    found: dict[str, float] = {}
    for address in processes(pipeline):
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith("newswire_"):
                    name, _, value = line.rpartition(" ")
                    found[name] = found.get(name, 0) + float(value)
    return found


def all_ready(pipeline: Pipeline) -> bool:
    """Whether every stage is ready, which none is while its servers answer late."""
    told = metrics(pipeline)
    return all(told[f'newswire_ready{{stage="{stage}"}}'] == 1 for stage in STAGES)


def test_the_stages_count_what_they_did(pipeline) -> None:
    wait_for(lambda: metrics(pipeline)["newswire_road_seconds_count"] >= COUNT, "the index tells of all")
    wait_for(lambda: all_ready(pipeline), "every stage is ready")
    told = metrics(pipeline)
    assert told['newswire_done_total{stage="read"}'] == COUNT + 1
    assert told['newswire_done_total{stage="enrich"}'] == told['newswire_done_total{stage="index"}'] == COUNT
    assert told['newswire_refused_total{error="Rejected",reason="JSON",stage="read"}'] == 1
    for step in ("entities", "sentiment", "stance"):
        assert told[f'newswire_batch_messages_sum{{stage="enrich",step="{step}"}}'] == COUNT
        assert told[f'newswire_work_seconds_sum{{stage="enrich",step="{step}"}}'] > 0
    assert told["newswire_index_seconds_count"] >= 1
    assert told['newswire_kafka_seconds_count{stage="enrich"}'] >= 1
    for stage in STAGES:
        assert told[f'newswire_alive{{stage="{stage}"}}'] == 1
        assert told[f'newswire_queue_seconds_count{{stage="{stage}"}}'] >= COUNT
    lags = {f'newswire_lag{{partition="{n}",stage="{stage}"}}': 0 for stage in STAGES for n in range(4)}
    wait_for(lambda: lags.items() <= metrics(pipeline).items(), "every stage sees that its lag is 0")


def test_a_trace_goes_from_feed_to_document(pipeline) -> None:
    raw, articles, enriched = (
        {dict(message.headers)["trace-id"].decode() for message in pipeline.records(topic)} for topic in TOPICS.values()
    )
    assert len(raw) == COUNT + 1
    assert len(articles) == COUNT
    assert articles < raw
    assert articles == enriched
    found = pipeline.run("search", "plant", "--json", "--limit", str(COUNT))
    assert {json.loads(line)["trace_id"] for line in found.stdout.splitlines()} == articles

    lines = [json.loads(line) for line in pipeline.log().splitlines()]
    one = min(articles)
    # In any order: a stage notes an article when it is acknowledged, and the next one may be done with it by then.
    way = sorted(line["stage"] for line in lines if line.get("trace") == one)
    assert way == ["alert", "enrich", "index", "read"], "one line of the log for each stage"
    (refusal,) = [line for line in lines if line["level"] == "WARNING" and "rejected" in line["message"]]
    assert {refusal["trace"]} == raw - articles


@contextmanager
def prometheus(targets: Path, folder: Path) -> Iterator[str]:
    """A real Prometheus that finds our processes by their files; gives its address."""
    binary = shutil.which("prometheus")
    if not binary:
        pytest.skip("no prometheus here (Debian: apt-get install prometheus)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    files = {"file_sd_configs": [{"files": [f"{targets}/*.json"]}]}
    config = {"scrape_configs": [{"job_name": "newswire", "scrape_interval": "1s", **files}]}
    (folder / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML
    options = [
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen([binary, *options], stdout=log, stderr=log, cwd=folder)
    try:
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def ask(address: str, query: str) -> dict[str, float]:
    """The answer of Prometheus, by stage."""
    try:
        with urllib.request.urlopen(f"http://{address}/api/v1/query?query={quote(query)}", timeout=5) as answer:
            rows = json.load(answer)["data"]["result"]
    except OSError:  # not up yet
        return {}
    return {row["metric"].get("stage", ""): float(row["value"][1]) for row in rows}


def test_prometheus_scrapes_every_process(pipeline, tmp_path) -> None:
    with prometheus(pipeline.folder / ".newswire" / "targets", tmp_path) as address:
        wait_for(lambda: ask(address, "sum(up)") == {"": len(STAGES)}, "every target is up", 60)
        done = ask(address, "sum by (stage) (newswire_done_total)")
        assert done == {"read": COUNT + 1, "enrich": COUNT, "index": COUNT, "alert": COUNT}
        lags = dict.fromkeys(STAGES, 4)
        wait_for(lambda: ask(address, "count by (stage) (newswire_lag)") == lags, "lags of all partitions")
        assert ask(address, "sum(newswire_refused_total)") == {"": 1}
        p99 = ask(address, "histogram_quantile(0.99, sum by (stage, le) (newswire_stage_seconds_bucket))")
        assert set(p99) == set(STAGES)


def test_top_shows_the_road(pipeline) -> None:
    wait_for(lambda: all_ready(pipeline), "every stage is ready")
    shown = pipeline.run("top", "--once", "--every", "0.5", "--json")
    seen = msgspec.json.decode(shown.stdout, type=Overview)
    assert seen.wrong == []
    assert seen.dead_letters == 1
    assert seen.refusals == {"read: Rejected: JSON": 1}
    for view in seen.stages.values():
        assert (view.processes, view.ready, view.lag) == (1, 1, 0)
        assert view.memory_mib > 10
    page = Console(record=True, width=100, file=io.StringIO())
    page.print(top.shown(seen))
    text = page.export_text()
    assert "1 × read: Rejected: JSON" in text
    assert all(f"{stage} " in text for stage in STAGES)


def test_top_says_what_it_cannot_see(pipeline) -> None:
    watcher = PipelineMonitor(settings_of(pipeline), ["127.0.0.1:1"])
    seen = watcher.snapshot()
    watcher.close()
    assert "127.0.0.1:1: URLError" in seen.wrong[0]
    assert seen.places.keys() == set(STAGES), "Kafka is asked all the same"


async def findings(pipeline: Pipeline, **changes: object) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    async for finding in examine(settings_of(pipeline, **changes)):
        found.setdefault(finding.level, []).append(finding)
    return found


def test_doctor_finds_nothing_wrong_with_a_running_pipeline(pipeline) -> None:
    done = pipeline.run("doctor", "--json")
    assert done.returncode == 0, done.stdout
    found = [json.loads(line) for line in done.stdout.splitlines()]
    fine = {finding["about"] for finding in found if finding["level"] == "fine"}
    assert fine >= {"settings", "data", "models", "Kafka", "topics", "stages", "index", "template", "mapping", "clock"}
    assert len([finding for finding in found if finding["about"] == "processes"]) == len(STAGES)


async def test_doctor_says_what_is_wrong_and_what_to_do(pipeline) -> None:
    found = await findings(pipeline, topic_prefix="nobody", replication=3, index="http://127.0.0.1:1")
    kafka, index = found["wrong"]
    assert "needs as many brokers" in kafka.do
    assert "NEWSWIRE_INDEX" in index.do
    found = await findings(pipeline, topic_prefix="nobody", index_prefix="nobody")
    topics, index = found["wrong"]
    assert "newswire topics create" in topics.do
    assert "newswire index setup" in f"{index.said} {index.do}"
