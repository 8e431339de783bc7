"""A limit on how long the head of an HTTP request may take: what the protocols of all our servers share."""

import asyncio
from typing import Any


class HeadTimer(asyncio.Protocol):
    """Closes a connection on which a head was begun, or awaited from the start, and is not whole in time.

    Mixed in before a server's protocol. Bytes that trickle in do not extend the time. How long a connection may be
    idle between two requests is the server's own business.
    """

    head_seconds: float
    _client: asyncio.BaseTransport
    _head_due: asyncio.TimerHandle | None = None

    def awaits_head(self) -> bool:
        """Whether no request is at work: what arrives next belongs to a head."""
        raise NotImplementedError

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Expect the first head."""
        self._client = transport
        super().connection_made(transport)
        self._time_head()

    def data_received(self, data: bytes) -> None:
        """Let the server read; what has not become a request by then is a part of a head."""
        super().data_received(data)
        self._time_head()

    def connection_lost(self, exc: Any) -> None:
        """Expect nothing more."""
        self._stop_timing()
        super().connection_lost(exc)

    def _time_head(self) -> None:
        if not self.awaits_head():
            self._stop_timing()
        elif self._head_due is None:
            self._head_due = asyncio.get_running_loop().call_later(self.head_seconds, self._give_up)

    def _stop_timing(self) -> None:
        if self._head_due:
            self._head_due.cancel()
            self._head_due = None

    def _give_up(self) -> None:
        self._head_due = None
        if self.awaits_head():
            self._client.close()
