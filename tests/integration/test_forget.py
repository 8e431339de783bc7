"""Forgetting on the real pipeline: by name, for good, through a replay, and noted without the name."""

import json
from pathlib import Path

import pytest

from tests.integration.pipeline import Pipeline
from tests.waiting import wait_for

pytestmark = pytest.mark.integration


def test_a_forgotten_story_stays_so_through_a_replay(kafka: str, prefix: str, tmp_path: Path) -> None:
    acts = tmp_path / "acts.jsonl"
    told = {"NEWSWIRE_ACTS": str(acts), "NEWSWIRE_PARTITIONS": "1", "NEWSWIRE_METRICS_PORT": "-1"}
    pipeline = Pipeline(kafka, f"sqlite:///{tmp_path / 'news.db'}", prefix, tmp_path, told)
    stories = [
        {
            "guid": "1",
            "source": "t",
            "headline": "Court hears witness",
            "body": "Jane Roe told the court what she saw.",
        },
        {"guid": "2", "source": "t", "headline": "Rain in Prague", "body": "It rained in Prague on Tuesday."},
    ]
    (tmp_path / "wire.jsonl").write_text("".join(json.dumps(story) + "\n" for story in stories))
    assert pipeline.run("feed", "files", "-q", "wire.jsonl").returncode == 0

    def visible() -> str:
        return pipeline.run("index", "count").stdout.strip()

    with pipeline.worker():
        wait_for(lambda: visible() == "2", "both stories are there")
        tried = pipeline.run("forget", "--person", "jane roe")
        assert "1 story would be forgotten" in tried.stdout, tried.stderr
        assert not acts.exists()
        done = pipeline.run("forget", "--person", "Jane Roe", "--apply")
        assert done.returncode == 0, done.stderr
        assert f"{prefix}.raw may hold bytes of them until" in done.stderr
        wait_for(lambda: visible() == "1", "the story is forgotten")
        again = pipeline.run("replay", "--from", "1h", "-q")
        assert again.stdout.startswith("3 messages sent"), again.stdout + again.stderr
        wait_for(lambda: pipeline.lag() == 0, "the replay is through")
    hidden = pipeline.run("search", "--all", "--json", "--sort", "newest").stdout
    assert visible() == "1"
    assert "Jane" not in hidden
    assert "witness" not in hidden
    assert [line["format"] for line in map(json.loads, hidden.splitlines()) if line["status"] == "canceled"] == [
        "forgotten"
    ]
    noted = [json.loads(line) for line in acts.read_text().splitlines()]
    assert [(line["act"], line["state"]) for line in noted] == [
        ("forget", "begun"), ("forget", "done"), ("replay", "begun"), ("replay", "done"),
    ]  # fmt: skip
    assert "Roe" not in acts.read_text()
