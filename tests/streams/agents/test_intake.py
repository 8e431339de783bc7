"""Which events a stage takes, and what it acks: those of the newest generation, each once, in order."""

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from streams.agents.acks import OffsetGap
from streams.agents.intake import Intake
from streams.agents.stage import Stage
from tests.streams.agents.stages import event, given_generation, stage_of
from tests.waiting import eventually


@pytest.fixture
def stage(tmp_path) -> Iterator[Stage]:
    with stage_of("read", data=tmp_path) as stage:
        yield stage


def events(stage: Stage, *offsets: int, generation: int = 1) -> list[Any]:
    return [event(stage, "raw", offset, generation=generation) for offset in offsets]


async def test_what_was_taken_is_not_taken_again(stage) -> None:
    first = events(stage, 0, 1)
    assert await stage.take(first) == first
    assert await stage.take(events(stage, 0, 1)) == []


async def test_only_the_finished_prefix_is_acked(stage) -> None:
    taken = await stage.take(events(stage, 0, 1, 2))
    await stage.done(taken[1:])
    assert [each.message.acked for each in taken] == [False, False, False]
    await stage.done(taken[:1])
    assert [each.message.acked for each in taken] == [True, True, True]


async def test_after_a_rebalance_old_events_are_neither_taken_nor_acked(stage) -> None:
    old = await stage.take(events(stage, 0, 1))
    given_generation(stage, 2)
    assert await stage.take(events(stage, 2)) == []
    again = events(stage, 0, 1, generation=2)
    assert await stage.take(again) == again
    await stage.done(old)
    assert not any(each.message.acked for each in old)


@pytest.mark.parametrize(("held", "goes_on"), [(5, True), (3, False), (None, False)])
async def test_a_jump_is_followed_only_where_kafka_no_longer_has_what_lies_between(stage, held, goes_on) -> None:
    async def first_offset(partition: Any, offset: int) -> Any:
        assert (partition, offset) == ((stage.settings.topic("raw"), 0), 2)
        return held

    stage.intake._first_offset = first_offset
    await stage.take(events(stage, 0, 1))
    later = events(stage, 5)
    if goes_on:
        assert await stage.take(later) == later
    else:
        with pytest.raises(OffsetGap, match="offset 5 came where 2 was next"):
            await stage.take(later)


async def test_nothing_is_no_commit(stage) -> None:
    """As after a rebalance, while work on what came again goes on: Kafka's client ends the process for it."""
    commits: list[dict[Any, int]] = []

    async def commit(offsets: dict[Any, int]) -> bool:
        commits.append(offsets)
        return True

    app = SimpleNamespace(
        consumer_generation_id=1,
        rebalancing=False,
        consumer=SimpleNamespace(_commit=commit, _committed_offset={}),
    )
    intake = Intake(app, first_offset=None, commit_every=0.001)  # type: ignore[arg-type]  # neither is asked
    keeping = asyncio.create_task(intake.repeat_commits())
    try:
        intake.finish(await intake.take(events(stage, 0, 1)))
        await eventually(lambda: commits, "the first commit")
        app.consumer_generation_id = 2
        (again,) = await intake.take(events(stage, 2, generation=2))
        turns = len(commits)
        await asyncio.sleep(0.02)
        assert len(commits) == turns == 1
        intake.finish([again])
        await eventually(lambda: len(commits) == 2, "the next commit")
    finally:
        keeping.cancel()
    assert [list(offsets.values()) for offsets in commits] == [[2], [3]]
