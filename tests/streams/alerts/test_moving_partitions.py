"""What readers get when partitions move while a server has not answered yet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from streams.alerts.channels.outcome import PermanentFailure, TemporaryFailure
from tests.streams.alerts.processes import Log, Process, Server, SlowServer, saved, until, version


def processes(monkeypatch: pytest.MonkeyPatch, first: Server, second: Server, **settings: Any) -> tuple[Process, ...]:
    """A process that owns all partitions, and another that owns none yet, whose clock is a second later."""
    log, search = Log(), saved()
    after, before = (Process(log, [search], {"mail": one}, monkeypatch, **settings) for one in (second, first))
    after.now = before.now.replace(second=1)
    after.journal.moves()
    return before, after


def moves(before: Process, after: Process) -> None:
    """Partition 0 goes from one process to another."""
    before.journal.moves()
    after.journal.moves(0)


@asynccontextmanager
async def answer_comes_late(before: Process, after: Process, slow: SlowServer, waiting: int = 0) -> AsyncIterator[None]:
    """A process asks a server, and loses its partition to another, which sends; the answer comes after the block.

    So many messages ``waiting`` for their turn are lost with it.
    """
    async with before.sending():
        await until(lambda: bool(slow.asked) and before.waiting("mail") == waiting)
        moves(before, after)
        await after.sends()
        yield
        slow.answers.set()


def told(server: Server) -> list[tuple[str, str]]:
    """Story and kind of each message that a server took."""
    return [(one.items[0].notice.story, one.kind) for one in server.taken]


@pytest.mark.parametrize(
    "answer", [TemporaryFailure("answers 503"), PermanentFailure("answers 404"), AttributeError("a fault")]
)
async def test_a_late_answer_changes_nothing_that_the_next_owner_recorded(
    answer: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, server = SlowServer(), Server()
    slow.says = [answer]
    before, after = processes(monkeypatch, slow, server)
    await before.decides(version())
    async with answer_comes_late(before, after, slow):
        pass
    await after.comes(version(2, status="canceled", kind="kill"))
    assert told(server) == [("flood", "alert"), ("flood", "kill")]


@pytest.mark.parametrize("answer", [TemporaryFailure("answers 503"), PermanentFailure("answers 404")])
async def test_a_late_answer_changes_nothing_either_when_the_partition_is_back(
    answer: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, server = SlowServer(), Server()
    slow.says = [answer]
    before, after = processes(monkeypatch, slow, server)
    await before.decides(version())
    async with answer_comes_late(before, after, slow):
        moves(after, before)
    await before.comes(version(2, status="canceled", kind="kill"))
    assert told(server) + told(slow) == [("flood", "alert"), ("flood", "kill")]


async def test_what_waited_while_its_partition_was_away_is_not_sent_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    slow, server = SlowServer(), Server()
    before, after = processes(monkeypatch, slow, server, alert_at_once=1)
    await before.decides(version(story="first"), version(story="waits"))
    async with answer_comes_late(before, after, slow, waiting=1):
        moves(after, before)
    assert told(slow) == [("first", "alert")]
    assert told(server) == [("first", "alert"), ("waits", "alert")]


async def test_what_was_corrected_while_it_waited_is_taken_back_from_who_got_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow, server = SlowServer(), Server()
    before, after = processes(monkeypatch, slow, server, alert_at_once=1)
    await before.decides(version(story="first"), version(story="waits"))
    async with answer_comes_late(before, after, slow, waiting=1):
        moves(after, before)
        await before.decides(version(2, story="waits", status="canceled", kind="kill"))
    await before.sends()
    assert told(slow) == [("first", "alert"), ("waits", "kill")]


async def test_what_came_back_as_it_was_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    slow, server = SlowServer(), Server()
    before, _ = processes(monkeypatch, slow, server, alert_at_once=1)
    await before.decides(version(story="first"), version(story="waits"))
    async with before.sending():
        await until(lambda: bool(slow.asked) and before.waiting("mail") == 1)
        before.journal.moves()
        before.journal.moves(0)
        slow.answers.set()
    assert told(slow) == [("first", "alert"), ("waits", "alert")]


async def test_what_is_about_to_be_sent_is_not_recorded_over_the_next_owners_records(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, other = Server(), Server()
    before, after = processes(monkeypatch, server, other)
    await before.decides(version())
    writing = asyncio.Lock()
    monkeypatch.setattr(
        before.outbox._attempt_recorder, "_writing", writing
    )  # Kafka is slow with what was recorded before
    async with before.sending():
        async with writing:
            await until(lambda: bool(before.outbox._attempt_recorder._pending))
            moves(before, after)
            await after.sends()
            recorded = len(before.journal.log.records)
        await asyncio.sleep(0.01)
    assert len(before.journal.log.records) == recorded
    assert told(server) + told(other) == [("flood", "alert")]
