"""The harness itself: clean runs are clean, and each planted bug is found."""

import pytest

from tests.faults.alerting import SOON
from tests.faults.bench import bench, servers
from tests.faults.harness import run
from tests.faults.kinds import KINDS
from tests.faults.planted import BUGS, command
from tests.servers import CannotInstall

pytestmark = [pytest.mark.integration, pytest.mark.servers, pytest.mark.timeout(900)]

SHORT = ["enrich killed", "Elasticsearch busy (429)", "index killed", "Kafka killed", "workers join and leave"]
READERS = ["alert killed", "mail server away", "webhook takes messages and does not say so"]
SENDERS = ["a hostile sender", "poison in headers and stamps", "a wire of pictures"]
# Faults under which each bug must show; two need none, since the stories come out of order by themselves.
NEEDED = {
    "ack_before_the_index_confirms": ["index killed"] * 3,
    "delete_instead_of_tombstone": [],
    "offset_as_version": [],
    "drop_on_429": ["Elasticsearch busy (429)"] * 3,
}


@pytest.fixture(scope="module")
def on():
    try:
        with servers() as started:
            yield started
    except CannotInstall as error:
        pytest.skip(f"no servers here: {error}")


def test_a_short_run_loses_nothing(on, tmp_path) -> None:
    with bench(on, tmp_path) as made:
        result = run(made, 600, SHORT, seed=7)
    assert result.found == {"missing": [], "wrong": [], "duplicates": []}
    assert result.audit["status"] == 0, result.audit


def test_every_reader_is_told_what_stands_and_twice_only_after_a_crash(on, tmp_path) -> None:
    with bench(on, tmp_path) as made:
        result = run(made, 200, READERS, seed=3)
    assert result.alerts == {"untold": [], "not taken back": [], "doubled": []}
    assert result.told["missing"] == 0
    kills = result.told["kill_seconds"]
    assert len(kills) == 10, "five kills by mail and webhook"
    assert kills[-1] < SOON


def test_hostile_and_clumsy_senders_cost_nobody_else_anything(on, tmp_path) -> None:
    with bench(on, tmp_path) as made:
        result = run(made, 300, SENDERS, seed=5)
    assert result.found == {"missing": [], "wrong": [], "duplicates": []}
    assert result.audit["status"] == 0, result.audit
    assert result.audit["skipped"] == 420
    assert " died with status" not in made.pipeline.log()


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(on, tmp_path, bug) -> None:
    with bench(on, tmp_path, command(bug)) as made:
        result = run(made, 400, NEEDED[bug], seed=11)
    assert result.found["missing"] or result.found["wrong"]


def test_there_are_at_least_eight_kinds_of_fault() -> None:
    assert len(KINDS) >= 8
