"""Pictures and hostile messages on the real pipeline: each accepted message has a fate that the ledger proves."""

import json

import pytest

from tests.integration.pipeline import Pipeline
from tests.integration.test_ledger import audited, produce
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


def test_pictures_end_skipped_and_what_is_too_large_dead_lettered(kafka, prefix, tmp_path) -> None:
    pipeline = Pipeline(kafka, f"sqlite:///{tmp_path / 'index.sqlite'}", prefix, tmp_path)
    pictures = [json.dumps({"uri": f"urn:p{n}", "type": "picture", "headline": "P"}) for n in range(42)]
    story = json.dumps({"guid": "s", "headline": "A story", "version_created": "2025-03-01T10:00:00Z"})
    (tmp_path / "wire.jsonl").write_text("\n".join([*pictures, story]) + "\n")
    with pipeline.worker():
        fed = pipeline.run("feed", "files", "wire.jsonl", "--source", "wire")
        assert "43 accepted" in fed.stdout, fed.stderr
        produce(pipeline, "raw", b"<" * 4_500_000, headers=[("source", b"hostile")])
        wait_for(lambda: pipeline.lag() == 0, "lag 0", 300)
    report = audited(pipeline)
    fates = {why: fate["articles"] for why, fate in report["dead_lettered"].items()}
    assert (report["skipped"], report["indexed"], report["missing"], fates) == (42, 1, 0, {"read: Rejected": 1})
