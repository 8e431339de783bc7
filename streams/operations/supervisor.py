"""Starts worker processes, or those of the page, restarts those that die, forwards signals, and stops them cleanly.

Takes which stages to run and how many processes of each; gives 0 when it was asked to stop, 3 when a stage
stopped by itself because it refused too much.
"""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from streams.errors import STOPPED_BY_REFUSALS

log = logging.getLogger(__name__)

COMMAND: tuple[str, ...] = (sys.executable, "-m", "streams")
# One process is one core: its libraries must not start a thread for every core of the machine.
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")} | {"TOKENIZERS_PARALLELISM": "false"}
STOP_WITHIN = 10.0  # seconds between SIGTERM and SIGKILL
LONGEST_PAUSE = 30.0  # seconds before a process that keeps dying is started again
STEADY_AFTER = 60.0  # seconds of running after which a death counts as a first one


@dataclass
class Supervisor:
    """The worker processes of one machine. ``processes`` maps a stage to how many of it to run.

    With ``arguments`` they are processes of that command instead, with the open ``files`` that it is given by number.
    """

    processes: Mapping[str, int]
    arguments: Sequence[str] = ()
    files: Sequence[int] = ()
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> int:
        """Run until stopped by a signal, or until every stage has stopped by itself."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stopping.set)
        stages = [stage for stage, count in self.processes.items() for _ in range(count)]
        statuses = await asyncio.gather(*(self._keep(stage, number) for number, stage in enumerate(stages)))
        return max(statuses, default=0)

    async def _keep(self, stage: str, number: int) -> int:
        """Keep one process of a stage running; returns its last exit status. ``number`` counts all processes from 0."""
        deaths = restarts = 0
        while not self.stopping.is_set():
            began = time.monotonic()
            status = await self._run_once(stage, "--number", str(number), "--restarts", str(restarts))
            if status == STOPPED_BY_REFUSALS or self.stopping.is_set():
                return status if status == STOPPED_BY_REFUSALS else 0
            deaths = 1 if time.monotonic() - began > STEADY_AFTER else deaths + 1
            pause = min(0.5 * 2 ** (deaths - 1), LONGEST_PAUSE)
            log.error("%s died with status %s; restarting it in %.1f s", stage, status, pause)
            restarts += 1
            await _sleep_unless(self.stopping, pause)
        return 0

    async def _run_once(self, stage: str, *options: str) -> int:
        # The child keeps an eye on its stdin: should this process be killed, the pipe ends and so does the child.
        child = await asyncio.create_subprocess_exec(
            *(*COMMAND, *(self.arguments or ("worker", stage, "--single")), *options),
            stdin=asyncio.subprocess.PIPE,
            start_new_session=True,
            pass_fds=self.files,
            env=ONE_THREAD | os.environ,
        )
        log.info("%s is process %d", stage, child.pid)
        ended = asyncio.create_task(child.wait())
        asked = asyncio.create_task(self.stopping.wait())
        await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if not ended.done():
            await _stop(child, ended, stage)
        return await ended


async def _stop(child: asyncio.subprocess.Process, ended: asyncio.Task[int], stage: str) -> None:
    _signal(child, signal.SIGTERM)
    done, _ = await asyncio.wait({ended}, timeout=STOP_WITHIN)
    if not done:
        log.error(
            "%s did not stop within %.0f s and was killed; what a stage has in flight is read again",
            stage,
            STOP_WITHIN,
        )
        _signal(child, signal.SIGKILL)


def _signal(child: asyncio.subprocess.Process, number: signal.Signals) -> None:
    try:
        os.killpg(child.pid, number)  # its whole group: it was started as leader of one
    except ProcessLookupError:
        log.debug("process %d had already ended before signal %s", child.pid, number.name)


async def _sleep_unless(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


def stop_with_parent() -> None:
    """Stop this process when its parent has gone: the pipe that the parent holds on our stdin then ends."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()
