"""A stand-in for the feeder: keeps what it is fed, and plays a Kafka that is away."""

from concurrent.futures import Future

from streams.errors import Unavailable
from streams.feeds.producer import Feeder, FeedItem, Receipt
from streams.settings import Settings


class Sink(Feeder):
    """Confirms everything while ``up``; otherwise nothing, as Kafka does when a delivery times out."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.items: list[FeedItem] = []
        self.up = True
        self.blocked = False

    def feed(self, item: FeedItem, on_settled=None) -> None:
        if self.blocked:
            raise Unavailable("Kafka is away")
        on_settled(self._receipt(item))

    def send(self, item: FeedItem) -> Future[Receipt]:
        settled: Future[Receipt] = Future()
        settled.set_result(self._receipt(item))
        return settled

    def _receipt(self, item: FeedItem) -> Receipt:
        if refused := self.refusal(item):
            return Receipt(item, refused=refused)
        if not self.up:
            return Receipt(item, unconfirmed="Kafka did not confirm it")
        self.items.append(item)
        return Receipt(item, 0, len(self.items) - 1)

    def flush(self):
        return None

    @property
    def names(self) -> list[str]:
        return [item.name for item in self.items]
