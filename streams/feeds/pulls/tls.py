"""Connections to untrusted servers: TLS with certificate checks, and sockets that another thread can abort."""

import socket
import ssl
from contextlib import suppress

from streams.errors import SettingsError
from streams.feeds.pulls.sources import PullSource


def context_of(source: PullSource) -> ssl.SSLContext:
    """TLS with the check of certificate and host name: by the authority of ``ca``, else the system's authorities."""
    try:
        context = ssl.create_default_context(cafile=source.options.ca or None)
    except OSError as error:
        raise SettingsError(f"{source.name}: ca {source.options.ca}: {error.strerror or error}") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class AbortableSockets:
    """The open connections by purpose, so that another thread can abort whatever waits on them.

    A second descriptor of each is kept: TLS takes over the first one.
    """

    def __init__(self) -> None:
        self._ends: dict[str, socket.socket] = {}

    def connect(self, host: str, port: int, timeout: float, use: str = "control") -> socket.socket:
        """A new connection."""
        return self.keep(socket.create_connection((host, port), timeout), use)

    def keep(self, made: socket.socket, use: str) -> socket.socket:
        """Register a connection, in place of an earlier one for the same purpose."""
        before = self._ends.get(use)
        self._ends[use] = made.dup()
        if before:
            before.close()
        return made

    def drop(self, use: str) -> None:
        """Close our descriptor of a connection: it ends for the other side only when both are closed."""
        if end := self._ends.pop(use, None):
            end.close()

    def abort(self) -> None:
        """Abort all connections: whatever waits on them gets an error."""
        for end in list(self._ends.values()):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close our descriptors."""
        for end in self._ends.values():
            end.close()
        self._ends.clear()
