import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.agents.gathering import PartCollector
from tests.streams.messages import Event, Message

NAMES = ("entities", "sentiment", "stance")


def event(offset: int, generation: int = 1) -> Event:
    return Event(Message(offset=offset, generation_id=generation))


@given(st.permutations([(offset, name) for offset in range(4) for name in NAMES]))
def test_parts_meet_in_whatever_order_they_come(order) -> None:
    async def run() -> None:
        gathering = PartCollector(NAMES)
        waiting = [asyncio.create_task(gathering.parts(event(offset))) for offset in range(4)]
        for offset, name in order:
            await asyncio.sleep(0)
            gathering.put(event(offset), name, (offset, name))
        for offset, parts in enumerate(await asyncio.gather(*waiting)):
            assert parts == {name: (offset, name) for name in NAMES}
        assert len(gathering) == 0

    asyncio.run(run())


async def test_parts_that_are_in_before_anyone_asks_are_kept() -> None:
    gathering = PartCollector(NAMES)
    for name in NAMES:
        gathering.put(event(7), name, name)
    assert await gathering.parts(event(7)) == {name: name for name in NAMES}


@pytest.mark.parametrize("first_sign", ["put", "parts"])
async def test_a_rebalance_frees_whoever_waits_for_parts_from_before_it(first_sign) -> None:
    gathering = PartCollector(NAMES)
    gathering.put(event(3), "entities", "old")
    waiting = asyncio.create_task(gathering.parts(event(3)))
    await asyncio.sleep(0)
    if first_sign == "put":
        gathering.put(event(3, generation=2), "entities", "new")
    else:
        asking = asyncio.create_task(gathering.parts(event(3, generation=2)))
        await asyncio.sleep(0)
    assert await asyncio.wait_for(waiting, 1) is None
    for name in NAMES:
        gathering.put(event(3, generation=2), name, "new")
    if first_sign == "parts":
        assert await asyncio.wait_for(asking, 1) == dict.fromkeys(NAMES, "new")
    else:
        assert await gathering.parts(event(3, generation=2)) == dict.fromkeys(NAMES, "new")


async def test_parts_from_before_a_rebalance_never_mix_with_those_after_it() -> None:
    gathering = PartCollector(NAMES)
    gathering.put(event(3, generation=2), "entities", "new")
    gathering.put(event(3, generation=1), "stance", "old")
    assert await gathering.parts(event(3, generation=1)) is None
    gathering.put(event(3, generation=2), "sentiment", "new")
    gathering.put(event(3, generation=2), "stance", "new")
    assert await gathering.parts(event(3, generation=2)) == dict.fromkeys(NAMES, "new")
