"""Small apps for `test_faust_traps`, each in a process of its own because Faust takes over the loop and the signals.

``python -m tests.integration.faust_apps NAME KAFKA PREFIX [OFFSET]`` reads ``PREFIX.raw`` as the group ``PREFIX-read``
and prints the value of every message it begins to work on, one a line. Those called ``plain_…`` are a plain agent on
an app with the very settings of ours, so that only the agent differs; those called ``stage_…`` are a real `Stage`.
With ``OFFSET``, the first commit of that offset fails as Faust lets a commit fail, and ``refused`` is printed.
"""

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import faust
from faust.transport.drivers.aiokafka import Consumer

from streams.agents.app import make_app
from streams.agents.stage import Stage
from streams.logs import configure_logging
from streams.settings import Settings, read_settings

BAD = "bad"
REFUSED = "refused"
BATCH = 5
FOREVER = 3600.0  # seconds


def tell(event: Any) -> str:
    """Print what is worked on, at once."""
    value: str = event.message.value.decode()
    print(value, flush=True)  # noqa: T201 - read by the test
    return value


def fail_on_bad(event: Any) -> None:
    """Work that breaks on one message."""
    if tell(event) == BAD:
        raise RuntimeError("work on the bad message failed")


def plain(agent: Callable[[Any], Awaitable[None]], settings: Settings) -> faust.App:
    """Our app with an agent as Faust's own documentation writes it."""
    app = make_app("read", settings)
    app.agent(app.topic(settings.topic("raw"), value_serializer="raw", key_serializer="raw"), name="plain")(agent)
    return app


async def raises(stream: Any) -> None:
    async for event in stream.events():
        fail_on_bad(event)


async def hangs(stream: Any) -> None:
    async for events in stream.take_events(BATCH, within=0.2):
        for event in events:
            tell(event)
        await asyncio.sleep(FOREVER)


async def works(stream: Any) -> None:
    async for event in stream.events():
        tell(event)


def staged(handler: Callable[[Stage, list[Any]], Awaitable[None]], batch: int, settings: Settings) -> faust.App:
    """A real stage with a tiny handler."""
    stage = Stage("read", settings)

    async def handle(events: list[Any]) -> None:
        await handler(stage, await stage.take(events))

    stage.agent("raw", handle, name="tiny", batch=batch)
    return stage.app


async def handle_all(stage: Stage, events: list[Any]) -> None:
    for event in events:
        tell(event)
    await stage.done(events)


async def handle_raising(stage: Stage, events: list[Any]) -> None:
    for event in events:
        fail_on_bad(event)
    await stage.done(events)


async def handle_hanging(_: Stage, events: list[Any]) -> None:
    for event in events:
        tell(event)
    await asyncio.sleep(FOREVER)


APPS: dict[str, Callable[[Settings], faust.App]] = {
    "plain_raises": lambda settings: plain(raises, settings),
    "plain_hangs": lambda settings: plain(hangs, settings),
    "plain_works": lambda settings: plain(works, settings),
    "stage_works": lambda settings: staged(handle_all, BATCH, settings),
    "stage_raises": lambda settings: staged(handle_raising, 1, settings),
    "stage_hangs": lambda settings: staged(handle_hanging, BATCH, settings),
}


def refuse_first_commit_of(offset: int) -> None:
    """Make the commit of one offset fail once, in the way of a rebalance: no exception, only False."""
    commit = Consumer._commit
    refused: list[int] = []

    async def commit_or_refuse(self: Any, offsets: Mapping[Any, int]) -> bool:
        if not refused and offset in offsets.values():
            refused.append(offset)
            print(REFUSED, flush=True)  # noqa: T201 - read by the test
            return False
        done: bool = await commit(self, offsets)
        return done

    Consumer._commit = commit_or_refuse


def main(name: str, kafka: str, prefix: str, offset: str = "") -> None:
    """Run one app until it is told to stop or crashes."""
    if offset:
        refuse_first_commit_of(int(offset))
    settings = read_settings(
        kafka=kafka, topic_prefix=prefix, partitions=1, session_timeout=10, commit_interval=0.2, batch_within=0.1
    )
    configure_logging("read", "INFO")
    app = APPS[name](settings)
    worker = faust.Worker(app, quiet=True, override_logging=False, redirect_stdouts=False)
    worker.spinner = None
    try:
        worker.execute_from_commandline()
    finally:
        shutil.rmtree(app.conf.datadir, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
