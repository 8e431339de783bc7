"""The protocol of an alert sender, and its errors: permanent and temporary failure."""

from typing import Protocol

from search.alerts.saved import Channel
from search.alerts.wording import Message


class PermanentFailure(Exception):
    """The server refused the message for good: no retry helps. The text says why, and holds no secret."""


class TemporaryFailure(Exception):
    """A later try may succeed. ``maybe_delivered``: the server may have taken it, as when it did not answer."""

    def __init__(self, message: str, *, maybe_delivered: bool = False) -> None:
        super().__init__(message)
        self.maybe_delivered = maybe_delivered


class AlertSender(Protocol):
    """Sends messages over one kind of channel."""

    async def send(self, message: Message, channel: Channel) -> None:
        """Return once the server has accepted it; else raise `PermanentFailure` or `TemporaryFailure`."""

    async def close(self) -> None:
        """Close connections."""
