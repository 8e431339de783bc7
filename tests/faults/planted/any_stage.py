"""Troubles of any stage: none is a bug of ours."""

import asyncio
import os
import signal
import time
from typing import Any

from streams.agents.stage import Stage


def clock_that_jumps() -> None:
    """The wall clock is an hour ahead in every other second, and right in the others. No bug of ours."""
    now = time.time

    def jumping() -> float:
        return now() + 3600 * (int(now()) % 2)

    time.time = jumping


def stands_still_once() -> None:
    """The first process of each stage never acks, as one whose client waits for an answer that it missed."""
    done = Stage.done

    async def done_by_successors(self: Stage, events: Any) -> None:
        try:
            (self.settings.data / f"{self.name} stood still").touch(exist_ok=False)
        except FileExistsError:
            await done(self, events)
        else:
            await asyncio.Event().wait()

    Stage.done = done_by_successors  # type: ignore[method-assign]  # planting is the purpose


def dies_when_it_sends_a_word() -> None:
    """A process that is killed whenever it sends or buries one of three words, as for want of memory."""
    send, send_dead_letters = Stage.send, Stage.send_dead_letters

    async def send_or_die(self: Stage, outgoing: Any) -> None:
        messages = list(outgoing)
        word = {"read": b"DIE-READ", "enrich": b"DIE-ENRICH"}.get(self.name, b"DIE-NOWHERE")
        if any(word in message.value for message in messages if message.topic.endswith(("articles", "enriched"))):
            os.kill(os.getpid(), signal.SIGKILL)
        await send(self, messages)

    async def bury_or_die(self: Stage, letters: Any, events: Any, *senders: Any) -> None:
        if any(b"DIE-BURY" in letter.value and letter.error != "Hung" for letter in letters):
            os.kill(os.getpid(), signal.SIGKILL)
        await send_dead_letters(self, letters, events, *senders)

    Stage.send, Stage.send_dead_letters = send_or_die, bury_or_die  # type: ignore[method-assign, assignment]  # planting is the purpose
