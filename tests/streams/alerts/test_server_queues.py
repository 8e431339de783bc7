"""How many messages wait behind a server, and which go first."""

import asyncio
import math
from datetime import timedelta
from typing import Any

import msgspec

from search.alerts.deciding import DeliveryRecord
from streams.alerts.jobs import Item, Job
from streams.alerts.server_queues import ServerQueue, ServerQueues, Slots
from streams.alerts.table import OpenAlert
from tests.streams.alerts.test_table import NOON, delivery, wanted


def job(number: int, **fields: Any) -> Job:
    one = msgspec.structs.replace(wanted(str(number), 1), made=NOON + timedelta(seconds=number), **fields)
    before: DeliveryRecord | None = delivery(str(number), 1) if one.kind == "kill" else None
    return Job((Item(OpenAlert(0, one.search, one.channel.name, one.story), one, before),))


def test_more_are_recorded_together_while_a_server_answers_fast_and_few_when_it_is_slow() -> None:
    queue = ServerQueue(4)
    for number in range(200):
        queue.put(job(number))
    taken = queue.take()
    assert [one.first.wanted.story for one in taken] == ["0", "1", "2", "3"]
    queue.recorded()
    assert queue.take() == (), "as many are under way as may be"
    for _ in range(4):
        queue.done()
    for _ in range(60):
        queue.answered(0.01)
    assert len(queue.take()) == 64
    queue.recorded()
    for _ in range(64):
        queue.answered(5.0)
        queue.done()
    assert len(queue.take()) == 4


def test_a_kill_goes_first_and_waits_for_no_others() -> None:
    queue = ServerQueue(4)
    for number in range(20):
        queue.put(job(number))
    queue.take()
    queue.put(job(99, kind="kill"))
    assert queue.take()[0].first.wanted.kind == "kill"


def test_room_that_is_kept_for_kills_is_taken_by_nothing_else() -> None:
    queue, taken = ServerQueue(4), []
    for number in range(20):
        queue.put(job(number))
    queue.take()
    for number in (90, 91, 92):
        queue.put(job(number, kind="kill"))
        taken.append([one.first.wanted.story for one in queue.take()])
    assert taken == [["90"], ["91"], ["92"]]


def test_kills_find_room_behind_a_server_that_was_fast_and_is_slow_now() -> None:
    queue = ServerQueue(4)
    for _ in range(60):
        queue.answered(0.01)
    for number in range(60):
        queue.put(job(number))
    assert len(queue.take()) == 60
    for _ in range(5):
        queue.answered(5.0)
    for number in range(90, 99):
        queue.put(job(number, kind="kill"))
    assert len(queue.take()) == 4
    assert queue.take() == (), "not more of them than are sent at a time"
    queue.done(urgent=True)
    assert len(queue.take()) == 1


def test_what_comes_while_others_are_recorded_is_recorded_together_afterwards() -> None:
    queue, taken = ServerQueue(8), []
    for number in range(4):
        queue.put(job(number))
        taken.append(len(queue.take()))
    queue.recorded()
    assert [*taken, len(queue.take())] == [1, 0, 0, 0, 3]


async def at_once(slots: Slots, wanted: int) -> int:
    """How many get a slot at the same time."""
    has = asyncio.Event()
    taken = 0

    async def take() -> None:
        nonlocal taken
        async with slots.slot():
            taken += 1
            await has.wait()

    tasks = [asyncio.create_task(take()) for _ in range(wanted)]
    await asyncio.sleep(0)
    found = taken
    has.set()
    await asyncio.gather(*tasks)
    return found


async def test_a_fast_server_is_sent_more_at_a_time_and_a_slow_one_few() -> None:
    slots, found = Slots(2, 5), []
    for seconds in (0.1, 0.1, 0.1, 0.1, 9.0, 0.1, math.inf):
        found.append(await at_once(slots, 9))
        slots.answered(seconds)
    assert found == [2, 3, 4, 5, 5, 2, 3]


async def test_what_is_grave_is_sent_before_what_waits_already() -> None:
    slots, sent = Slots(1, 1), list[str]()

    async def send(name: str) -> None:
        async with slots.slot(urgent=name == "kill"):
            sent.append(name)

    async with slots.slot():
        tasks = [asyncio.create_task(send(name)) for name in ("one", "two", "kill")]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert sent == ["kill", "one", "two"]


async def test_what_is_grave_is_sent_in_the_order_in_which_it_came() -> None:
    slots, sent = Slots(1, 1), list[str]()

    async def send(name: str) -> None:
        async with slots.slot(urgent=name.startswith("kill")):
            sent.append(name)

    async with slots.slot():
        tasks = [asyncio.create_task(send(name)) for name in ("one", "kill 1", "two", "kill 2")]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert sent == ["kill 1", "kill 2", "one", "two"]


async def test_a_slot_that_is_waited_for_no_longer_is_given_to_the_next() -> None:
    slots = Slots(1, 1)

    async def wait() -> None:
        async with slots.slot():
            pass

    async with slots.slot():
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        waiting.cancel()
    assert await asyncio.wait_for(at_once(slots, 3), 1) == 1


def test_a_lane_that_was_idle_knows_how_fast_its_server_is() -> None:
    queues = ServerQueues(4, 2)
    queue = queues.queue_for(job(0))
    for _ in range(60):
        queue.answered(0.01)
    for number in range(60):
        queues.queue_for(job(number)).put(job(number))
    assert [(one is queue, len(jobs)) for one, jobs in queues.take()] == [(True, 60)]


def test_a_lane_is_idle_when_all_is_done() -> None:
    queue, idle = ServerQueue(4), []
    for move in (lambda: None, lambda: queue.put(job(1)), queue.take, queue.done):
        move()
        idle.append(queue.is_idle)
    assert idle == [True, False, False, True]
