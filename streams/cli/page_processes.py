"""Several processes of the page behind one port: a listening socket and what they count together, handed on to each.

All of them listen at the same socket, and an idle one takes the next connection: the system would share connections
out by their addresses (SO_REUSEPORT), also to a process that is busy, and would lose those that wait for one that dies.
"""

import asyncio
import socket
from typing import Any

NAME = "page"


def run_processes(listening: socket.socket, processes: int, host: str) -> int:
    """Keep so many processes of the page running until asked to stop; gives the exit status."""
    from search.http.shared_counts import counts_file
    from streams.operations.supervisor import Supervisor

    with counts_file(processes) as counts:
        files = listening.fileno(), counts.fileno()
        options = ("--processes", str(processes), "--shared", *map(str, files), "--end-with-parent")
        arguments = ("serve", "--host", host, *options)
        return asyncio.run(Supervisor({NAME: processes}, arguments=arguments, files=files).run())


class SharedListener(socket.socket):
    """A listening socket of several processes, by its number: of the connections that wait it gives one at a time.

    An event loop would otherwise take all of them at once, and one process would have every live page.
    """

    def __init__(self, file: int) -> None:
        super().__init__(fileno=file)
        self._gave = False

    def accept(self) -> tuple[socket.socket, Any]:
        """A connection; every second time none, until the loop asks again."""
        self._gave = not self._gave
        if not self._gave:
            raise BlockingIOError
        try:
            return super().accept()
        except OSError:
            self._gave = False
            raise
