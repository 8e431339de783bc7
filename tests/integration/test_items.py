"""Pictures and their stories through the real pipeline into a real Elasticsearch."""

import json

import pytest

from tests.integration.pipeline import Pipeline
from tests.integration.test_ledger import audited
from tests.streams.test_items import PICTURE, STORY
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


def test_items_lie_beside_the_stories_that_cite_them(kafka, elasticsearch_url, prefix, tmp_path) -> None:
    pipeline = Pipeline(kafka, elasticsearch_url, prefix, tmp_path)
    pictures = [PICTURE | {"uri": f"urn:x:{n}", "headline": f"Picture {n}"} for n in range(40)]
    kill = {"uri": "urn:x:7", "type": "picture", "versioncreated": "2026-11-26T12:00:00Z", "pubstatus": "canceled"}
    sealed = PICTURE | {"uri": "urn:x:sealed", "embargoed": "2199-01-01T00:00:00Z"}
    lines = [json.dumps(one) for one in (STORY, *pictures, kill, sealed)]
    (tmp_path / "wire.jsonl").write_text("\n".join(lines) + "\n")
    with pipeline.worker():
        fed = pipeline.run("feed", "files", "wire.jsonl", "--source", "wire")
        assert "43 accepted" in fed.stdout, fed.stderr
        wait_for(lambda: pipeline.lag() == 0, "lag 0", 300)
        fed = pipeline.run("feed", "files", "wire.jsonl", "--source", "wire")  # again: nothing changes
        wait_for(lambda: pipeline.lag() == 0, "lag 0", 300)
    found = pipeline.run("items", "--kind", "picture", "--limit", "500", "--json")
    guids = sorted(json.loads(line)["guid"] for line in found.stdout.splitlines())
    assert guids == sorted(["urn:x:bridge", *(f"urn:x:{n}" for n in range(40) if n != 7)]), found.stderr
    (story,) = map(json.loads, pipeline.run("search", "--json").stdout.splitlines())
    assert pipeline.run("index", "count", "--all").stdout == "1\n"
    cited = pipeline.run("items", "--of", story["id"], "--json").stdout.splitlines()
    assert [json.loads(line)["credit"] for line in cited] == ["Jo Doe/AP"]
    assert "1 story" in pipeline.run("search", 'link:"urn:x:bridge"').stdout
    report = audited(pipeline)
    assert (report["skipped"], report["indexed"], report["missing"], report["dead_lettered"]) == (84, 2, 0, {})
    moved = pipeline.run("index", "migrate", "--items")
    assert (moved.returncode, f"{prefix}-items is now" in moved.stdout) == (0, True), moved.stderr
    assert pipeline.run("items", "--limit", "500", "--json").stdout.count("\n") == 40
