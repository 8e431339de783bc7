"""Gathers events into batches. Takes a stream's events, gives lists of them.

Faust's ``noack_take`` does the same, but wakes up every ``within`` seconds even without events. For four agents that is
a hundredth of a core, and takes the GIL each time from the models' thread.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

LARGEST_BATCH = 8 * 1024 * 1024  # bytes worked on at a time: what is made of them is held until Kafka has it


async def batches(events: AsyncIterator[T], most: int, within: float) -> AsyncGenerator[list[T], None]:
    """Batches of up to ``most`` events in their order, each given when it is full or ``within`` seconds old.

    While a batch is worked on, up to ``most`` events are read for the next. What ``events`` raises is raised after what
    it gave before.
    """
    read: asyncio.Queue[T | None] = asyncio.Queue(most)
    failures: list[Exception] = []

    async def fill() -> None:
        try:
            async for event in events:
                await read.put(event)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised again below
            failures.append(error)
        await read.put(None)

    filling = asyncio.create_task(fill())
    try:
        event = await read.get()
        while event is not None:
            batch = [event]
            with suppress(TimeoutError):
                async with asyncio.timeout(within):
                    while len(batch) < most and (event := await read.get()) is not None:
                        batch.append(event)
            yield batch
            if event is not None:
                event = await read.get()
        if failures:
            raise failures[0]
    finally:
        filling.cancel()


def split_by_size(events: Sequence[Any], most: int = LARGEST_BATCH) -> Iterator[list[Any]]:
    """The events in their order, in batches of so many bytes; one that is larger is alone."""
    batch: list[Any] = []
    size = 0
    for event in events:
        length = len(event.message.value or b"")
        if batch and size + length > most:
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += length
    if batch:
        yield batch
