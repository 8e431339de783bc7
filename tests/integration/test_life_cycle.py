"""The life cycle of wire stories on real servers: the final state does not depend on the order of arrival."""

import json
import threading
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from tests.integration.pipeline import Pipeline
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

DAY = "2025-05-08T"


@pytest.fixture
def pipeline(kafka, elasticsearch_url, prefix, tmp_path) -> Pipeline:
    # The whole document is compared, so these tests ask as somebody who may see it before its time.
    return Pipeline(kafka, elasticsearch_url, prefix, tmp_path, {"NEWSWIRE_MAY_SEE_EMBARGOED": "true"})


def feed(pipeline: Pipeline, rows: list[dict[str, Any]]) -> None:
    """Feed rows one call each order kept by line; every line must be accepted."""
    lines = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    fed = pipeline.run("feed", "files", "-", "--source", "wire", stdin=lines)
    assert f"{len(rows)} accepted, 0 rejected" in fed.stdout, fed.stderr


def found(pipeline: Pipeline, *arguments: str) -> dict[str, dict[str, Any]]:
    done = pipeline.run("search", *arguments, "--limit", "1000", "--json")
    assert done.returncode == 0, done.stderr
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert len({d["guid"] for d in documents}) == len(documents), "one story is one document"
    return {document["guid"]: document for document in documents}


def lines_of(kind: str) -> list[dict[str, Any]]:
    """Four versions of a story: new, update, correction, and one that ``kind`` says."""
    last = {
        "kill": {"status": "canceled", "headline": "KILL", "body": "EDITORS: kill this story."},
        "usable": {"headline": "Fourth", "body": "The fourth telling."},
        "withheld": {"status": "withheld", "headline": "Held", "body": "Held back."},
    }[kind]
    texts: list[dict[str, Any]] = [
        {"headline": "First", "body": "The first telling."},
        {"headline": "Second", "body": "The second telling.", "kind": "update"},
        {"headline": "Third", "body": "The third telling.", "kind": "correction"},
        last,
    ]
    times = {"first_created": f"{DAY}09:00:00Z"}
    return [times | text | {"version_created": f"{DAY}09:0{n}:00Z"} for n, text in enumerate(texts)]


def test_versions_in_every_order_end_as_the_same_document(pipeline) -> None:
    rows = [
        {"guid": f"{kind}-{number}"} | lines_of(kind)[version]
        for kind in ("kill", "usable", "withheld")
        for number, order in enumerate(permutations(range(4)))
        for version in order
    ]
    # Each step of every order is fed before the next, so that the orders are those of arrival.
    with pipeline.worker():
        for step in range(4):
            feed(pipeline, rows[step::4])
            pipeline.settle()
        everything = found(pipeline, "", "--all")
        assert len(everything) == 3 * 24
        assert {d["status"] for guid, d in everything.items() if guid.startswith("kill")} == {"canceled"}
        assert all(not d["body"] and not d["headline"] for guid, d in everything.items() if guid.startswith("kill"))
        for kind in ("kill", "usable", "withheld"):
            same = {_final(d) for guid, d in everything.items() if guid.startswith(kind)}
            assert len(same) == 1, f"{kind}: the order of arrival shows"
        assert set(found(pipeline, "")) == {f"usable-{n}" for n in range(24)}, (
            "readers see no kill and nothing withheld"
        )
        again = pipeline.run("replay", "--from", "1d")
        assert again.returncode == 0, again.stderr
        pipeline.settle()
        replayed = found(pipeline, "", "--all")
        assert {g: _final(d) for g, d in replayed.items()} == {g: _final(d) for g, d in everything.items()}
        audit = pipeline.run("audit", "--json")
        assert (audit.returncode, json.loads(audit.stdout)["missing"]) == (0, 0)


def _final(document: dict[str, Any]) -> str:
    """What must be the same however a story came: all but its identity, and where and when it was processed."""
    differs = {
        "id",
        "event",  # is said of a story when the events around it are known
        "guid",
        "version",
        "raw",
        "trace_id",
        "received_at",
        "read_at",
        "enriched_at",
        "indexed_at",
        "score",
        "url",
    }
    kept = {name: value for name, value in document.items() if name not in differs and "latency" not in name}
    return json.dumps(kept, sort_keys=True)


def test_an_embargo_ends_by_itself_and_a_story_across_months_is_one(pipeline) -> None:
    late = {"guid": "never", "headline": "Budget", "embargo_until": "2190-01-01T00:00:00Z"}
    months = [
        {"guid": "months", "headline": f"Talks, day {n}", "first_created": "2025-01-31T23:50:00Z",
         "version_created": f"2025-0{1 + (n > 0)}-{31 if n == 0 else n:02d}T23:50:00Z"}
        for n in range(3)
    ]  # fmt: skip
    unsaid = [{"guid": "unsaid", "headline": f"Vote {n}", "version_created": f"2025-0{n}-28T12:00:00Z"} for n in (3, 4)]
    with pipeline.worker():
        feed(pipeline, [*reversed(months), *unsaid])
        pipeline.settle()
        # Only now, when all processes run, is it sure to be indexed before it ends.
        ends = datetime.now(UTC) + timedelta(seconds=15)
        feed(pipeline, [{"guid": "soon", "headline": "Budget", "embargo_until": ends.isoformat()}, late])
        pipeline.settle()
        visible = found(pipeline, "")
        if datetime.now(UTC) < ends - timedelta(seconds=2):
            assert set(visible) == {"months", "unsaid"}
        assert visible["months"]["headline"] == "Talks, day 2"
        assert visible["unsaid"]["headline"] == "Vote 4"
        assert set(found(pipeline, "", "--all")) == {"months", "unsaid", "soon", "never"}
        wait_for(lambda: "soon" in found(pipeline, ""), "the embargo passes", 80)
        assert "never" not in found(pipeline, "")


def test_a_migration_under_a_running_feed_loses_and_doubles_nothing(pipeline) -> None:
    """New stories, updates, corrections and kills arrive while everything moves to a new generation of indices."""
    rows = [
        {"guid": f"{kind}-{number}"} | lines_of(kind)[version]
        for version in (0, 3, 1, 2)
        for kind in ("kill", "usable", "withheld")
        for number in range(20)
    ]

    def feed_each() -> None:
        for at in range(60, 180, 30):
            feed(pipeline, rows[at : at + 30])

    with pipeline.worker():
        feed(pipeline, rows[:60])
        pipeline.settle()
        feeding = threading.Thread(target=feed_each)
        feeding.start()
        moved = pipeline.run("index", "migrate")
        feeding.join()
        assert f"{pipeline.prefix} is now {pipeline.prefix}-v2" in moved.stdout, moved.stderr
        feed(pipeline, rows[180:])
        pipeline.settle()
        everything = found(pipeline, "", "--all")
        assert len(everything) == pipeline.count() == 60
        for kind, status in (("kill", "canceled"), ("usable", "usable"), ("withheld", "withheld")):
            stand = [document for guid, document in everything.items() if guid.startswith(kind)]
            assert {document["status"] for document in stand} == {status}
            assert len({_final(document) for document in stand}) == 1, f"{kind}: some stories lack what others have"
        assert set(found(pipeline, "")) == {f"usable-{n}" for n in range(20)}
        audit = pipeline.run("audit", "--json")
        assert (audit.returncode, json.loads(audit.stdout)["missing"]) == (0, 0)
