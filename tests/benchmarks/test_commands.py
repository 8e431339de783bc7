"""The benchmarks as they are called, at a size that is quick: one line of JSON with its ratio."""

import json
import os

import pytest

from benchmarks.corpus import CORPORA
from tests import forks
from tests.integration.pipeline import ROOT


def run(*arguments: str, **environment: str) -> dict[str, object]:
    module, *options = arguments
    done = forks.run((*options, "--json"), os.environ | environment, ROOT, program=module)
    assert done.returncode == 0, done.stderr.decode()
    (line,) = done.stdout.splitlines()
    result: dict[str, object] = json.loads(line)
    assert isinstance(result["ratio"], float)
    return result


@pytest.mark.corpus
@pytest.mark.integration
def test_feeding(kafka) -> None:
    if not (CORPORA / "articles").exists():
        pytest.skip(f"no articles: {CORPORA} is not there (NEWSWIRE_CORPORA)")
    result = run("benchmarks.feeding", "--articles", "100", "--rounds", "1", NEWSWIRE_TEST_KAFKA=kafka)
    assert result["articles"] == 100
    assert isinstance(result["environment"], dict)
    assert result["environment"]["cores"]


def test_simulate() -> None:
    result = run("benchmarks.simulate")
    scenarios = result["scenarios"]
    assert isinstance(scenarios, dict)
    small, middle, large = (scenarios[name] for name in ("newsroom", "national monitor", "internet"))
    assert small["enrich_processes"] < middle["enrich_processes"] < large["enrich_processes"]
    assert all(one["enrich_processes_most"] <= one["partitions"] for one in scenarios.values())
