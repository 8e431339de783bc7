"""The model behind docs/scaling.md, compared with what can be computed by hand."""

import dataclasses

import numpy as np
import pytest

from benchmarks.model import STEP, Burst, Plant, Scaling, simulate

PLANT = Plant(rate=10.0, partitions=12, scaling=Scaling(1, 1))


def test_the_same_seed_gives_the_same() -> None:
    first, second = (simulate(PLANT, 5.0, 300.0, seed=7) for _ in range(2))
    assert np.array_equal(first.lag, second.lag)
    assert (first.p50, first.p99) == (second.p50, second.p99)
    assert not np.array_equal(first.lag, simulate(PLANT, 5.0, 300.0, seed=8).lag)


def test_a_stage_that_keeps_up_has_little_lag() -> None:
    outcome = simulate(PLANT, 5.0, 600.0)
    assert outcome.highest_lag < 30
    assert outcome.p99 < 3


def test_a_stage_that_cannot_keep_up_falls_behind_by_the_difference() -> None:
    outcome = simulate(PLANT, 15.0, 600.0)
    assert outcome.lag[-1] == pytest.approx((15 - 10) * 600, rel=0.1)


def test_a_burst_is_worked_off_at_the_spare_rate() -> None:
    outcome = simulate(PLANT, 2.0, 600.0, [Burst(100.0, 20.0, 10.0)])
    backlog = (2.0 * 10 - 10.0) * 20
    assert outcome.highest_lag == pytest.approx(backlog, rel=0.25)
    recovered = outcome.recovered(120.0, 10.0)
    assert recovered == pytest.approx(backlog / (10.0 - 2.0), rel=0.25)


def test_lag_brings_processes_and_calm_takes_them_away() -> None:
    scaling = Scaling(1, 4, lag_each=50.0, look_every=10.0, patience=60.0)
    plant = dataclasses.replace(PLANT, scaling=scaling)
    outcome = simulate(plant, 5.0, 900.0, [Burst(100.0, 60.0, 8.0)])
    assert outcome.processes[: int(100 / STEP)].max() == 1
    assert outcome.processes.max() == 4
    assert outcome.processes[-1] == 1
    alone = simulate(PLANT, 5.0, 900.0, [Burst(100.0, 60.0, 8.0)])
    assert outcome.highest_lag < alone.highest_lag


def test_more_processes_than_partitions_do_no_more() -> None:
    few = dataclasses.replace(PLANT, partitions=2, scaling=Scaling(2, 2))
    many = dataclasses.replace(PLANT, partitions=2, scaling=Scaling(8, 8))
    assert simulate(many, 40.0, 300.0).lag[-1] == pytest.approx(simulate(few, 40.0, 300.0).lag[-1], rel=0.01)


@pytest.mark.parametrize(("start", "session"), [(5.0, 60.0), (60.0, 5.0)])
def test_a_killed_process_is_missed_until_it_is_back_or_noticed(start: float, session: float) -> None:
    plant = dataclasses.replace(PLANT, scaling=Scaling(4, 4), start=start, session=session, kills=(100.0,))
    outcome = simulate(plant, 8.0, 400.0)
    calm = simulate(dataclasses.replace(plant, kills=()), 8.0, 400.0)
    assert outcome.highest_lag > 3 * calm.highest_lag
    recovered = outcome.recovered(100.0, 2 * calm.highest_lag)
    assert recovered is not None
    assert 5.0 <= recovered < 30.0, "whichever is first"
    assert outcome.processes[int(99 / STEP)] == 4
    assert outcome.processes[int(102 / STEP)] == 3
    assert outcome.processes[-1] == 4
