"""Sends the items of files with bounded memory. Takes items with their file's `Delivery`, which gets the receipts."""

from collections import deque
from concurrent.futures import Future

from streams.feeds.delivery import Delivery
from streams.feeds.producer import Feeder, FeedItem, Receipt
from streams.feeds.pulls.remote import RemoteFile

IN_FLIGHT = 1000  # items sent and not yet confirmed, of one feed
IN_FLIGHT_BYTES = 8 * 1024 * 1024


class Sending:
    """The unconfirmed items of one feed."""

    def __init__(self, feeder: Feeder) -> None:
        self._feeder = feeder
        self._pending: deque[tuple[Future[Receipt], Delivery[RemoteFile], int]] = deque()
        self._bytes = 0

    def send(self, item: FeedItem, delivery: Delivery[RemoteFile]) -> None:
        """Send one item; may wait for earlier ones."""
        self._pending.append((self._feeder.send(item), delivery, len(item.value)))
        self._bytes += len(item.value)
        while self._pending and (self._over() or self._pending[0][0].done()):
            self._settle()

    def _over(self) -> bool:
        return len(self._pending) > IN_FLIGHT or self._bytes > IN_FLIGHT_BYTES

    def _settle(self) -> None:
        receipt, delivery, size = self._pending.popleft()
        self._bytes -= size
        delivery.take(receipt.result())

    def flush(self) -> None:
        """Wait until Kafka has confirmed everything, or cannot."""
        while self._pending:
            self._settle()
