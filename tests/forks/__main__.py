"""The process that is forked: ``python -m tests.forks SOCKET``, until its stdin ends.

Each connection asks for one program, with its three streams as descriptors. It is told the process id, and at its end
the exit status. Nothing runs here but this loop, and no thread, so that what is forked begins clean.
"""

import asyncio
import atexit
import json
import os
import runpy
import selectors
import shutil
import signal
import socket
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from tests import forks
from tests.forks.warming import warm


class Forker:
    """Listens, forks, and tells who asked how it ended."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._asked: dict[int, socket.socket] = {}
        self._told, self._wakes = socket.socketpair()
        self._listener = socket.socket(socket.AF_UNIX)
        self._selector = selectors.DefaultSelector()
        self._warm = False

    def run(self) -> dict[str, Any] | None:
        """Serve until stdin ends. In a fork, it gives what is to be run there."""
        for one in (self._told, self._wakes):
            one.setblocking(False)  # noqa: FBT003 - socket's own
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started this
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakes.fileno(), warn_on_full_buffer=False)
        new = f"{self.address}.new"
        self._listener.bind(new)
        self._listener.listen(64)
        Path(new).rename(self.address)
        for number in (self._listener.fileno(), self._told.fileno(), sys.stdin.fileno()):
            self._selector.register(number, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in self._selector.select()}
            if self._told.fileno() in ready:
                with suppress(BlockingIOError):
                    while self._told.recv(1024):
                        pass
                self._tell_ends()
            if sys.stdin.fileno() in ready:
                return None
            if self._listener.fileno() in ready and (asked := self._fork()) is not None:
                return asked

    def _tell_ends(self) -> None:
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                with self._asked.pop(ended[0]) as connection, suppress(OSError):  # nobody may wait any more
                    connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(ended[1]))

    def _fork(self) -> dict[str, Any] | None:
        connection, _ = self._listener.accept()
        message, streams, _, _ = socket.recv_fds(connection, 2**16, 3)
        while message and not message.endswith(b"\n"):
            message += connection.recv(2**16)
        if not self._warm:
            warm()
            self._warm = True
        if (pid := os.fork()) == 0:
            asked: dict[str, Any] = json.loads(message)
            if asked["new_session"]:
                os.setsid()
            connection.sendall(b"%d\n" % os.getpid())
            self._leave(connection, streams)
            return asked
        for stream in streams:
            os.close(stream)
        self._asked[pid] = connection
        return None

    def _leave(self, connection: socket.socket, streams: list[int]) -> None:
        """In the fork: let go of all that is the loop's, and take the streams."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._selector.close()
        for one in (self._listener, self._told, self._wakes, connection, *self._asked.values()):
            one.close()
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        sys.stdin = sys.__stdin__ = os.fdopen(0)  # type: ignore[misc]  # in a fork it is another
        sys.stdout = sys.__stdout__ = os.fdopen(1, "w")  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = os.fdopen(2, "w", 1, errors="backslashreplace")  # type: ignore[misc]


def forked_stages(address: str) -> None:
    """Have the supervisor of this process fork its stages, too, where it would start Python for each."""

    from streams.operations.supervisor import COMMAND  # noqa: PLC0415 - imported already

    class Child:
        """What the supervisor needs of its child."""

        def __init__(self, process: forks.Fork, stdin: int) -> None:
            self.pid, self._process, self._stdin = process.pid, process, stdin

        async def wait(self) -> int:
            return await asyncio.to_thread(self._process.wait)

    async def fork(*command: str, env: dict[str, str], **_: Any) -> Child:
        assert command[:3] == COMMAND, "it would start something else"
        ours, theirs = os.pipe()
        folder = Path.cwd()
        process = forks.start(command[3:], env, folder, stdin=ours, address=address, new_session=True)
        os.close(ours)
        return Child(process, theirs)

    asyncio.create_subprocess_exec = fork  # type: ignore[assignment]  # of it, the supervisor needs no more


def run(asked: dict[str, Any], address: str) -> None:
    """In the fork: be the program that was asked for."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    sys.argv = ["newswire", *asked["arguments"]]
    sys.modules["__main__"].__package__ = ""  # or messages name this module
    if asked["program"] != forks.STREAMS:
        runpy.run_module(asked["program"], run_name="__main__", alter_sys=True)
        return
    from streams.cli import main  # noqa: PLC0415 - imported already

    if asked["arguments"][:1] == ["worker"] and "--single" not in asked["arguments"]:
        forked_stages(address)
    main()


def end(asked: dict[str, Any], address: str) -> NoReturn:
    """Run, and end as Python ends."""
    status: Any = 0
    try:
        run(asked, address)
    except SystemExit as stop:
        status = stop.code or 0
        if not isinstance(status, int):
            print(status, file=sys.stderr)  # noqa: T201 - as Python does
            status = 1
    except KeyboardInterrupt:
        status = -signal.SIGINT
    except BaseException:  # noqa: BLE001 - as Python does
        traceback.print_exc()
        status = 1
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    if status == -signal.SIGINT:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    os._exit(status)


if __name__ == "__main__":
    forker = Forker(sys.argv[1])
    forked = None
    try:
        forked = forker.run()
    finally:
        if forked is None:  # or those who come later would wait for it
            shutil.rmtree(Path(forker.address).parent, ignore_errors=True)
    if forked is not None:
        end(forked, forker.address)
