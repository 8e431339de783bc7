"""Programs in processes of their own, without importing everything again for each.

One process has imported what Newswire imports and loaded the models, and done nothing else (``python -m tests.forks``).
It is forked for each program that a test starts: a command, a worker and each of its stages. Importing and loading is
nearly all that a short command costs, and most of what a worker does for a few stories; the tests start hundreds. That
all of it works when Python starts with it is shown in ``tests/system`` and by the demo.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ADDRESS = "NEWSWIRE_TEST_FORKS"  # the socket of the process that is forked
PATIENCE = 60.0  # seconds for that process to listen
ROOT = Path(__file__).parents[2]
STREAMS = "streams"

_begun: list[subprocess.Popen[bytes]] = []


@dataclass
class Fork:
    """A running program; what `subprocess.Popen` gives of one that its caller need not know more of."""

    args: tuple[str, ...]
    pid: int
    _connection: socket.socket
    returncode: int | None = None
    _said: bytes = field(default=b"", repr=False)

    def poll(self) -> int | None:
        """Its exit status if it has ended, negative for a signal."""
        return self._ended(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and give its exit status. Raises ``TimeoutExpired``."""
        status = self._ended(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        return status

    def _ended(self, timeout: float | None) -> int | None:
        end = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            self._connection.settimeout(None if end is None else max(0.0, end - time.monotonic()))
            try:
                some = self._connection.recv(64)
            except (TimeoutError, BlockingIOError):
                return None
            if not some:
                raise RuntimeError("the process that is forked has ended before its fork")
            self._said += some
            if self._said.endswith(b"\n"):
                self.returncode = int(self._said)
                self._connection.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has ended, and we have not been told yet
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a crash would."""
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wait()


def start(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    *,
    program: str = STREAMS,
    stdin: int = subprocess.DEVNULL,
    stdout: int = 1,
    stderr: int = 2,
    address: str = "",
    new_session: bool = False,
) -> Fork:
    """Start ``newswire …`` or another module that can be run, in a folder and with an environment.

    The streams are descriptors. ``address`` is of the process that is forked, where it is not this one's.
    """
    asked = {"program": program, "arguments": arguments, "environment": dict(environment), "folder": str(folder)}
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(address or _address())
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a device, for its descriptor
            streams = [nothing.fileno() if stdin == subprocess.DEVNULL else stdin, stdout, stderr]
            message = json.dumps(asked | {"new_session": new_session}).encode() + b"\n"
            connection.sendall(message[socket.send_fds(connection, [message], streams) :])
        pid = b""
        while not pid.endswith(b"\n"):
            some = connection.recv(1)  # not more: an early end comes right behind
            assert some, "the process that is forked has ended"
            pid += some
    except BaseException:
        connection.close()
        raise
    return Fork(tuple(arguments), int(pid), connection)


def run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    stdin: bytes | None = None,
    seconds: float = 120.0,
    *,
    program: str = STREAMS,
) -> subprocess.CompletedProcess[bytes]:
    """Run one program to its end. Raises ``TimeoutExpired`` as `subprocess.run` does."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin or b"")
        given.seek(0)
        streams: dict[str, Any] = {"stdin": given.fileno(), "stdout": out.fileno(), "stderr": err.fileno()}
        process = start(arguments, environment, folder, program=program, **streams)
        try:
            status = process.wait(seconds)
        except BaseException:
            process.kill()
            process.wait()
            raise
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read())
    return subprocess.CompletedProcess(process.args, status, *said)


def begin() -> None:
    """Start the process that is forked, for this one and those that it starts. It imports at the first request."""
    if ADDRESS in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="newswire-forks-")
    os.environ[ADDRESS] = f"{folder}/socket"
    line = [sys.executable, "-m", "tests.forks", os.environ[ADDRESS]]
    _begun.append(subprocess.Popen(line, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE))


@atexit.register
def end() -> None:
    """End it, where it was started."""
    while _begun:
        os.environ.pop(ADDRESS)
        process = _begun.pop()
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def _address() -> str:
    begin()
    path, patience = Path(os.environ[ADDRESS]), time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < patience, "the process that is forked does not listen"
        time.sleep(0.02)
    return str(path)
