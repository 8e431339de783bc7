"""Saved searches on ``news.searches``: publishes them, and keeps those of all owners ready for matching.

The topic is compacted: the newest record of each search counts, and one without a value removes it. Every alert process
reads all of it, so a search saved in one process works in every process from then on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from search.alerts.matching import Matcher
from search.alerts.saved import SavedSearch, checked, parsed_query_of, read_search
from search.query.checking import ParsedQuery
from search.query.moments import AGO
from search.query.request import Limits, QueryError
from streams import metrics
from streams.alerts.following import follow
from streams.alerts.journal import RetryDelays
from streams.kafka.reader import TopicReader
from streams.kafka.sender import MessageSender
from streams.kafka.stages import SEARCHES
from streams.settings import Settings
from streams.stores import limits_of

PAGE_TIMEOUT = 3.0  # seconds that the page waits for Kafka while a reader saves a search
REFRESH_AFTER = timedelta(minutes=1)  # how often relative times such as "since 24 hours ago" are parsed again

log = logging.getLogger(__name__)


def publish(settings: Settings, searches: Iterable[SavedSearch]) -> None:
    """Save searches, or change those of the same ids; returns once Kafka has confirmed them."""
    limits = limits_of(settings)
    with MessageSender(settings) as sender:
        for search in searches:
            value = msgspec.json.encode(checked(search, limits))
            sender.send(settings.topic(SEARCHES), search.id.encode(), value, ())
        sender.flush()


def withdraw(settings: Settings, search: str) -> None:
    """Remove a search. Corrections of what it has sent still follow."""
    with MessageSender(settings) as sender:
        sender.send(settings.topic(SEARCHES), search.encode(), None, ())
        sender.flush()


def search_publisher(settings: Settings) -> Callable[[str, SavedSearch | None], Awaitable[None]]:
    """A function for the page's desk to call with each search that was saved, changed, or removed (``None``).

    It raises ``Unavailable`` quickly if Kafka is down: the desk then keeps the change, and the reader gets the page.
    """
    impatient = settings.model_copy(update={"delivery_timeout": PAGE_TIMEOUT})

    async def publish_change(search_id: str, search: SavedSearch | None) -> None:
        if search is None:
            await asyncio.to_thread(withdraw, impatient, search_id)
        else:
            await asyncio.to_thread(publish, impatient, [search])

    return publish_change


def saved_searches(settings: Settings) -> list[SavedSearch]:
    """All saved searches, by owner and name."""
    searches: dict[bytes, SavedSearch | None] = {}
    with TopicReader(settings) as reader:
        for message in reader.read(reader.bounds(settings.topic(SEARCHES))):
            searches[message.key or b""] = _read(message.value)
    return sorted(
        (search for search in searches.values() if search), key=lambda search: (search.owner, search.name, search.id)
    )


def _read(value: bytes | None) -> SavedSearch | None:
    try:
        return read_search(value) if value else None
    except ValueError as error:
        log.warning("a saved search cannot be used: %s", error)
        return None


class SearchTable:
    """A table of the saved searches of all owners."""

    def __init__(self, settings: Settings, backoff: Callable[[], RetryDelays]) -> None:
        self._settings = settings
        self._limits: Limits = limits_of(settings)
        self._backoff = backoff
        self._searches: dict[str, SavedSearch] = {}
        self._by_key: dict[bytes, str] = {}
        self._relative: set[str] = set()  # ids of searches with relative times
        self._refreshed_at: datetime | None = None
        self.matcher = Matcher()
        self.loaded = asyncio.Event()

    def __len__(self) -> int:
        """How many searches alert on stories."""
        return len(self.matcher)

    def search(self, search_id: str) -> SavedSearch | None:
        """The search with this id, whether it alerts or not."""
        return self._searches.get(search_id)

    def by_ids(self, ids: Iterable[str]) -> list[SavedSearch]:
        """The searches with these ids, ordered by id."""
        return [self._searches[search_id] for search_id in sorted(ids) if search_id in self._searches]

    def rising_searches(self) -> list[SavedSearch]:
        """The searches that alert when more stories than usual match."""
        return [search for search in self._searches.values() if search.alerts_on_rise]

    def match(self, stories: list[Any], now: datetime) -> list[set[str]]:
        """For each story the searches that match it."""
        if self._relative and (self._refreshed_at is None or now - self._refreshed_at > REFRESH_AFTER):
            self._refreshed_at = now
            self.matcher.put(dict(self._parsed(self._searches[name] for name in self._relative)))
        return self.matcher.match(stories, now)

    def take(self, records: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Apply records of the topic."""
        changed: dict[str, SavedSearch] = {}
        for key, value in records:
            if (old := self._by_key.pop(key, None)) is not None:
                self._drop(old)
                changed.pop(old, None)
            if search := _read(value):
                self._by_key[key] = search.id
                changed[search.id] = search
        self._searches |= changed
        alerting = [search for search in changed.values() if search.alerts]
        self._relative |= {search.id for search in alerting if _is_relative(search)}
        self.matcher.put(dict(self._parsed(alerting)))
        metrics.SEARCHES.set(len(self.matcher) + len(self.rising_searches()))

    def _drop(self, search_id: str) -> None:
        self._searches.pop(search_id, None)
        self._relative.discard(search_id)
        self.matcher.remove(search_id)

    def _parsed(self, searches: Iterable[SavedSearch]) -> Iterator[tuple[str, ParsedQuery]]:
        for search in searches:
            try:
                yield search.id, parsed_query_of(search, self._limits)
            except QueryError as error:  # saved when the limits were wider
                log.warning("saved search %s cannot be run: %s", search.id, error)

    async def run(self) -> None:
        """Read the topic from its beginning and follow it, until cancelled."""
        await follow(self._settings, self._settings.topic(SEARCHES), self._backoff, self.take, self._ready)

    def _ready(self) -> None:
        self.loaded.set()
        log.info("%d saved searches alert", len(self))


def _is_relative(search: SavedSearch) -> bool:
    return any(AGO.fullmatch(value.strip()) for name, value in search.parameters if name in ("since", "until"))
