"""What the feed commands share: time spans as options, running until stopped, the table of feeds."""

import asyncio
import logging
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from search.characters import on_one_line
from streams.errors import Unavailable
from streams.feeds.polling import Poll, Poller, S, check_names, follow_all, poll_all
from streams.feeds.producer import Feeder
from streams.feeds.shared_state import shared_state
from streams.feeds.state import FILE, Feed, FeedState
from streams.feeds.stop import Stop, stop_on_signals
from streams.settings import Settings, settings
from streams.spans import parse_span, span


class Duration(click.ParamType):
    """A time span on the command line, in seconds: 90, 90s, 2m, 1h."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds, or a usage error."""
        try:
            return parse_span(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def as_line(feed: Feed) -> dict[str, object]:
    """One feed as a line of JSON Lines."""
    return {
        "feed": feed.feed,
        "kind": feed.kind,
        "last_arrival": _time(feed.last_arrival),
        "last_checked": _time(feed.checked),
        "usual_gap_seconds": feed.silence.usual,
        "expected_seconds": feed.silence.expected,
        "silent": feed.silence.silent,
        "error": feed.error,
    }


def show_feeds(feeds: list[Feed]) -> None:
    """Print feeds as a table."""
    table = Table()
    for column in ("feed", "last arrival, UTC", "ago", "usual gap", "silent", "last error"):
        table.add_column(column, overflow="fold", no_wrap=column in ("last arrival, UTC", "ago"))
    for one in feeds:
        arrived = (_time(one.last_arrival) or "never").replace("T", " ").removesuffix("+00:00")
        ago = span(one.silence.quiet) if one.last_arrival else ""
        silent = "SILENT" if one.silence.silent else "no"
        cells = (one.feed, arrived, ago, span(one.silence.usual), silent, one.error)
        table.add_row(*(Text(on_one_line(cell)) for cell in cells))
    Console().print(table)


def report_polls(polls: Mapping[str, Poll]) -> int:
    """Print what one poll of each feed gave; returns the exit status: 1 if one failed."""
    for name, poll in polls.items():
        wrong = poll.error or poll.flaw
        said = f"{poll.sent} accepted" + (f"; {wrong}" if wrong else "")
        click.echo(f"{name}: {'polled by another process' if poll.elsewhere else said}")
    return 1 if any(poll.error for poll in polls.values()) else 0


def _time(posix: float | None) -> str | None:
    return None if posix is None else datetime.fromtimestamp(posix, UTC).isoformat(timespec="seconds")


def _log() -> None:
    from streams.logs import configure_logging

    configure_logging("feed", settings().log_level, settings().log_format)
    if settings().log_level != "DEBUG":  # a broker that is away is said once by us, not by each try to connect
        logging.getLogger("kafka").setLevel(logging.CRITICAL)


async def _until_stopped(work: Callable[[], Awaitable[int]]) -> int:
    """Run a coroutine until it ends, or until Ctrl-C or SIGTERM; returns the exit status."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None

    def stop(number: int) -> None:
        loop.remove_signal_handler(number)  # a second one ends the process at once
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    try:
        return await work()
    except asyncio.CancelledError:
        return 0


def run_async(work: Callable[[Feeder, FeedState], Awaitable[int]], config: Settings | None = None) -> int:
    """Run a feed's coroutine until it ends, or until Ctrl-C or SIGTERM; returns the exit status."""
    _log()
    config = config or settings()
    with state_errors(), FeedState.of(config) as state, Feeder(config) as feeder:
        return asyncio.run(_until_stopped(lambda: work(feeder, state)))


def run_polled(
    sources: Sequence[S],
    poller_of: Callable[[Feeder, FeedState], AbstractAsyncContextManager[Poller[S]]],
    *,
    once: bool,
) -> int:
    """Follow polled sources, each in one process at a time, or poll each once; returns the exit status."""
    _log()
    config = settings()
    check_names(sources)

    async def work() -> int:
        async with poller_of(feeder, state) as poller:
            if not once:
                await follow_all(poller, sources)
                return 0
            polls = await poll_all(poller, sources)
        return report_polls(polls)

    with ExitStack() as stack:
        stack.enter_context(state_errors())
        feeder = stack.enter_context(Feeder(config))  # the first, since it creates the topics
        state = stack.enter_context(shared_state(config, [source.id for source in sources]))
        return asyncio.run(_until_stopped(work))


@contextmanager
def running() -> Iterator[Stop]:
    """What a feed that keeps running needs: a log, and an event for Ctrl-C and SIGTERM."""
    _log()
    with state_errors(), stop_on_signals() as stop:
        yield stop


@contextmanager
def state_errors() -> Iterator[None]:
    """Say a broken or full state file as one of our errors."""
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable(f"feed state in {settings().data / FILE}: {error}") from error
