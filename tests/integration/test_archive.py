"""An index rebuilt from the archive alone, on a real Kafka: two processes of the stage, of which one is killed."""

import asyncio
import gzip
import json
import os
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from search.open import open_store
from search.query.request import Query
from streams.operations.reenrich import documents
from streams.wire.article_ids import article_id
from tests.integration.pipeline import ROOT, Pipeline
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.servers, pytest.mark.timeout(600)]

SAMPLE = ROOT / "streams" / "sample_wire" / "wire"  # nine formats; a correction, a kill, an embargo
RIGHTS = {"usage_terms": "Not for use in Norway", "copyright_holder": "AP", "copyright_notice": "(c) AP"}
STEPS = [
    [
        {"guid": "vote", "headline": "Norway votes", "body": "Norway votes on Monday.", **RIGHTS},
        {"guid": "late", "headline": "Budget", "body": "Chile praised Peru.", "embargo_until": "2190-01-01T00:00:00Z"},
        {"guid": "dead", "headline": "Minister resigns", "body": "The minister of Peru resigned."},
        {"guid": "jane", "headline": "Court hears witness", "body": "Jane Roe told the court what she saw."},
    ],
    [
        {"guid": "vote", "headline": "Norway has voted", "body": "Norway voted against Chile.", **RIGHTS},
        {"guid": "dead", "headline": "Kill", "kind": "kill", "status": "canceled", "editorial_note": "wrong"},
        {"guid": "jane", "headline": "Court: more", "body": "Jane Roe was heard again."},
    ],
    [{"guid": "vote", "kind": "correction", "headline": "Norway voted", "body": "Norway voted for Chile.", **RIGHTS}],
]
# Where and when a story was processed: all else must be the same.
ELSEWHERE = ("raw", "read_at", "enriched_at", "indexed_at", "latency")


def feed(pipeline: Pipeline, step: int, rows: list[dict[str, Any]]) -> None:
    said = {"source": "AP", "version_created": f"2026-11-2{step}T10:00:00Z", "first_created": "2026-11-20T10:00:00Z"}
    path = pipeline.folder / f"step-{step}.jsonl"
    path.write_text("".join(json.dumps(said | row) + "\n" for row in rows))
    fed = pipeline.run("feed", "files", "-q", "--source", "AP", path.name)
    assert fed.returncode == 0, fed.stderr


def through(pipeline: Pipeline) -> None:
    """Wait until everything is indexed, and archived."""
    wait_for(lambda: pipeline.lag() == 0, "everything is indexed")
    wait_for(lambda: pipeline.committed("archive") == pipeline._ends("raw"), "everything is archived")


def indexed(pipeline: Pipeline) -> dict[str, dict[str, Any]]:
    async def read() -> dict[str, dict[str, Any]]:
        store = open_store(pipeline.index)
        try:
            found = [document async for _, document in documents(store, Query())]
        finally:
            await store.close()
        return {one["id"]: {name: one[name] for name in one if name not in ELSEWHERE} for one in found}

    return asyncio.run(read())


def files(archive: Path) -> dict[str, bytes]:
    return {str(path.relative_to(archive)): gzip.decompress(path.read_bytes()) for path in archive.rglob("*.gz")}


def pipeline_of(kafka: str, prefix: str, folder: Path, archive: Path) -> Pipeline:
    folder.mkdir()
    told = {
        "NEWSWIRE_ARCHIVE": str(archive),
        "NEWSWIRE_ARCHIVE_SECONDS": "1",
        "NEWSWIRE_METRICS_PORT": "-1",
        "NEWSWIRE_MAY_SEE_EMBARGOED": "true",
    }
    return Pipeline(kafka, f"sqlite:///{folder / 'news.db'}", prefix, folder, told)


def test_an_index_rebuilt_from_the_archive_is_the_one_before(kafka: str, prefix: str, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    pipeline = pipeline_of(kafka, prefix, tmp_path / "before", archive)
    jane = article_id("AP", "jane")
    with pipeline.worker(), pipeline.worker("archive", "--processes", "2"):
        feed(pipeline, 1, STEPS[0])
        wait_for(lambda: files(archive), "the archive has begun")
        fed = pipeline.run("feed", "files", "-q", str(SAMPLE))
        assert fed.returncode == 0, fed.stderr
        os.kill(pipeline.child("archive"), signal.SIGKILL)
        for step, rows in enumerate(STEPS[1:], 2):
            feed(pipeline, step, rows)
        through(pipeline)
        assert {name.split("/")[0] for name in files(archive)} == {"AP", "unknown"}
        assert any(b"Jane Roe" in data for data in files(archive).values())
        done = pipeline.run("forget", "--id", jane, "--apply")
        assert done.returncode == 0, done.stderr
        removed = re.search(r"^(\d+) of \d+ messages removed from the archive", done.stdout, re.MULTILINE)
        assert removed, done.stdout + done.stderr
        assert int(removed[1]) >= 2, "each version, and what a killed process had written twice"
        feed(pipeline, 5, [{"guid": "jane", "headline": "Later", "body": "Jane Roe is back."}])
        through(pipeline)
    later = pipeline.run("archive", "forget", "--from", "2d", "--apply", "--json")
    assert later.returncode == 0, later.stderr
    assert json.loads(later.stdout)["found"] >= 1
    kept = files(archive)
    assert not any(b"Jane Roe" in data for data in kept.values())
    checked = pipeline.run("archive", "check", "--json")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    before = indexed(pipeline)
    assert {one["status"] for one in before.values()} == {"usable", "withheld", "canceled"}
    assert len(before) > 40

    again = pipeline_of(kafka, f"{prefix}x", tmp_path / "after", archive)
    sent = again.run("replay", "--archive", "-q")
    assert sent.returncode == 0, sent.stderr
    with again.worker(), again.worker("archive"):
        through(again)
    after = indexed(again)
    assert after == before
    assert before[jane]["format"] == "forgotten"
    assert files(archive) == kept, "nothing is archived twice"
    audit = again.run("audit", "--json")
    assert (audit.returncode, json.loads(audit.stdout)["missing"]) == (0, 0), audit.stdout
    assert after.keys() == before.keys()
