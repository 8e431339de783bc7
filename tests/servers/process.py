"""One server process: takes a command, gives something that can be awaited, stopped, killed and started again.

Whatever ends this Python process (return, Ctrl-C, a crash, SIGKILL) ends the server too: an exit hook stops it,
and on Linux the kernel kills it at the death of its parent.
"""

import atexit
import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.servers.errors import CannotStart

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LOG_TAIL = 3000
# Below the range that Linux gives to outgoing connections: a stopped server's port stays free for its restart.
PORTS = range(20_000, 32_000)
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def free_ports(count: int) -> list[int]:
    """Different ports on the loopback address that nothing listens on now."""
    found: list[int] = []
    held: list[socket.socket] = []
    while len(found) < count:
        port = random.choice(PORTS)
        probe = socket.socket()
        held.append(probe)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        found.append(port)
    for probe in held:
        probe.close()
    return found


class Process:
    """A child process in a group of its own, its output appended to a log file."""

    def __init__(
        self, command: Sequence[str], *, log: Path, environment: Mapping[str, str], user: str | None = None
    ) -> None:
        self._command = list(command)
        self._log = log
        self._environment = dict(environment)
        self._user = user
        self._child: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """The process id, None while it is not running."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    def start(self) -> None:
        """Start it; returns at once."""
        assert self.pid is None, "already running"
        with self._log.open("ab") as output:
            self._log_start = output.tell()
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                cwd="/",
                user=self._user,
                group=self._user and _group_of(self._user),
                extra_groups=[] if self._user else None,
                start_new_session=True,  # Ctrl-C on the terminal is ours to pass on, in order
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one foreign call that takes no lock
            )
        _running.add(self)

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Return when ``ready()``; ``CannotStart`` with the log's end if the process ends first or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.pid is None:
                raise CannotStart(f"{self._command[0]} ended at its start:\n{self.said()[-LOG_TAIL:]}")
            if time.monotonic() > deadline:
                raise CannotStart(f"{self._command[0]} not ready in {seconds} s:\n{self.said()[-LOG_TAIL:]}")
            time.sleep(0.05)

    def said(self) -> str:
        """What it has logged since its last start."""
        with self._log.open("rb") as file:
            file.seek(self._log_start)
            return file.read().decode("utf-8", "replace")

    def stop(self, seconds: float = 30.0) -> None:
        """SIGTERM and wait; SIGKILL to the whole group if that takes longer than ``seconds``."""
        if self._child is not None and self.pid is not None:
            self._child.terminate()
            with suppress(subprocess.TimeoutExpired):  # kill() below is the answer to that
                self._child.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to the whole group, as a crash would end it."""
        if self._child is None:
            return
        with suppress(ProcessLookupError):  # the whole group has ended already
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        _running.discard(self)


def _group_of(user: str) -> int:
    import pwd  # noqa: PLC0415 - absent on Windows, where no user is ever given

    return pwd.getpwnam(user).pw_gid


def _die_with_parent() -> None:
    """In the child, before it becomes the server: ask the kernel to kill it when our process dies."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


_running: "weakref.WeakSet[Process]" = weakref.WeakSet()


@atexit.register
def _kill_what_runs() -> None:
    for process in list(_running):
        process.kill()
