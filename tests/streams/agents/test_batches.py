import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.agents.batches import batches

LONG = 60.0  # seconds; no test waits for it


async def coming(events: list[int], pauses: Collection[int] = (), error: Exception | None = None) -> AsyncIterator[int]:
    """Events at once, but for a turn of the loop after some; then an error, if there is one."""
    for number, event in enumerate(events):
        yield event
        if number in pauses:
            await asyncio.sleep(0)
    if error:
        raise error


async def lasting(events: list[int]) -> AsyncIterator[int]:
    """Events at once, then none for ever, as of a topic."""
    for event in events:
        yield event
    await asyncio.Event().wait()


@given(st.lists(st.integers(), max_size=40), st.sets(st.integers(0, 40)), st.integers(1, 9))
def test_every_event_comes_once_in_order_in_batches_no_larger_than_asked(events, pauses, most) -> None:
    async def run() -> list[list[int]]:
        return [batch async for batch in batches(coming(events, pauses), most, LONG)]

    found = asyncio.run(run())
    assert [event for batch in found for event in batch] == events
    assert all(1 <= len(batch) <= most for batch in found)
    assert all(len(batch) == most for batch in found[:-1])


@given(st.lists(st.integers(), max_size=20), st.integers(1, 9))
def test_an_error_comes_after_all_that_was_read_before_it(events, most) -> None:
    found: list[int] = []

    async def run() -> None:
        async for batch in batches(coming(events, error=OSError("gone")), most, LONG):
            found.extend(batch)

    with pytest.raises(OSError, match="gone"):
        asyncio.run(run())
    assert found == events


def test_a_batch_that_does_not_fill_is_given_after_its_time() -> None:
    async def run() -> list[int]:
        async with aclosing(batches(lasting([1, 2]), 3, 0.01)) as given_out:
            return await anext(given_out)

    assert asyncio.run(run()) == [1, 2]


def test_a_full_batch_waits_for_nothing_and_the_next_is_read_meanwhile() -> None:
    async def run() -> None:
        read: list[int] = []

        async def told() -> AsyncIterator[int]:
            async for event in lasting(list(range(10))):
                read.append(event)
                yield event

        async with aclosing(batches(told(), 3, LONG)) as given_out:
            assert await anext(given_out) == [0, 1, 2]
            for _ in range(20):
                await asyncio.sleep(0)
            assert read == [0, 1, 2, 3, 4, 5, 6]  # a batch, and one that finds no place yet

    asyncio.run(run())


def test_who_ends_early_leaves_nothing_running() -> None:
    async def run() -> set[asyncio.Task[None]]:
        async with aclosing(batches(lasting([1]), 1, LONG)) as given_out:
            await anext(given_out)
        await asyncio.sleep(0)
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(run()) == set()
