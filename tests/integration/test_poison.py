"""Articles that hang a model, crash it or eat its memory: each costs its own annotation and nothing else."""

import json
from dataclasses import replace

import pytest

from streams.kafka.stages import TO_INDEX
from tests.faults.planted import command
from tests.integration.pipeline import Pipeline

pytestmark = [pytest.mark.integration, pytest.mark.servers, pytest.mark.timeout(400)]

POISON = ("HANGWORD", "RAISEWORD", "HOARDWORD")


@pytest.fixture
def pipeline(kafka, elasticsearch_url, prefix, tmp_path) -> Pipeline:
    limits = {"NEWSWIRE_ARTICLE_SECONDS": "4", "NEWSWIRE_MEMORY_MB": "1500", "NEWSWIRE_DATA": str(tmp_path / "data")}
    return Pipeline(kafka, elasticsearch_url, prefix, tmp_path, limits, command("model_that_breaks_on_a_word"))


def test_poison_costs_only_its_own_annotation(pipeline) -> None:
    plain = [f"Angela Merkel praised plant {n} in Berlin." for n in range(40)]
    bodies = [*plain[:20], *(f"Barack Obama met {word} in Paris." for word in POISON), *plain[20:]]
    lines = "".join(json.dumps({"guid": f"s-{n}", "body": body}) + "\n" for n, body in enumerate(bodies))
    with pipeline.worker():
        fed = pipeline.run("feed", "files", "-", "--source", "wire", stdin=lines.encode())
        assert "43 accepted" in fed.stdout
        pipeline.settle(240)
        assert pipeline.count() == 43
    failed = {
        message["article"]["body"].split()[3]: message["annotations"]
        for message in pipeline.messages("enriched")
        if message["annotations"]["failures"]
    }
    assert set(failed) == set(POISON)
    for annotations in failed.values():
        assert set(annotations["failures"]) == {"sentiment"}
        assert annotations["sentiment"] is None
        assert {entity["name"] for entity in annotations["entities"]} >= {"Barack Obama"}
    letters = pipeline.messages("dead")
    assert {(letter["part"], letter["error"]) for letter in letters} == {
        ("sentiment", "Hung"),
        ("sentiment", "ValueError"),
    }
    assert "NEWSWIRE_ARTICLE_SECONDS" in pipeline.log()
    # Which limit the hoarder meets first depends on the machine; that of memory is shown in test_watch.py.


def test_a_stage_that_stands_still_ends_and_its_successor_goes_on(pipeline) -> None:
    still = replace(
        pipeline, extra=pipeline.extra | {"NEWSWIRE_STUCK_SECONDS": "6"}, command=command("stands_still_once")
    )
    lines = "".join(json.dumps({"guid": f"s-{n}", "body": f"Rain fell in Berlin {n} times."}) + "\n" for n in range(20))
    with still.worker():
        fed = still.run("feed", "files", "-", "--source", "wire", stdin=lines.encode())
        assert "20 accepted" in fed.stdout
        still.settle()
        assert still.count() == 20
    log = still.log()
    assert log.count("restarted: lag, but no commit for 6 s") == len(TO_INDEX)
    assert "done_by_successors" in log, "what it waited for"
