"""Polls agencies' APIs: takes descriptions, puts every new item of their listings on ``news.raw``.

An item is remembered after Kafka has confirmed it, by its id and version; the position in the listing (an address, a
cursor, a time) advances after that. So a crash repeats at most the items that were not yet remembered.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from streams.errors import NewswireError, SettingsError
from streams.feeds.apis.client import ApiClient, ApiItem, Page
from streams.feeds.apis.credentials import TOKENS
from streams.feeds.apis.description import Api
from streams.feeds.apis.walk import ListingPosition, ListingWalk
from streams.feeds.fetch import Fetcher
from streams.feeds.polling import OutgoingItem, Poll, Poller, UnexpectedStatus, failed_poll
from streams.feeds.producer import Feeder, FeedItem
from streams.feeds.state import FeedState

POSITION = "(position)"  # the name in the state of the saved `ListingPosition`
BATCH = 16  # items whose content is fetched before they are sent
FORGET_AFTER = 35 * 86_400.0
GONE = frozenset([404, 410])
REFUSALS = frozenset([401, 403, 429, 503])  # that concern all items, not only one
CONTENT_TYPES = {"json": "application/json", "xml": "application/xml", "bytes": ""}

log = logging.getLogger(__name__)


class ApiPoller(Poller[Api]):
    """Polls APIs with one feeder and one state; each has a fetcher with its own limits."""

    kind = "api"

    def __init__(
        self, apis: Sequence[Api], secrets: Path, feeder: Feeder, state: FeedState, *, allow_private: bool = False
    ) -> None:
        super().__init__(feeder, state)
        self._fetchers: list[Fetcher] = []
        self._clients: dict[str, ApiClient] = {}
        self._failing: dict[tuple[str, str], float] = {}  # since when an item's content cannot be fetched
        self._last_success: dict[str, float] = {}  # the last time that any item's content was fetched, by API
        for api in apis:
            limits = api.about.limits
            fetcher = Fetcher(allow_private=allow_private, max_bytes=limits.bytes, timeout=limits.seconds)
            self._fetchers.append(fetcher)
            self._clients[api.id] = ApiClient(api, fetcher, secrets)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for fetcher in self._fetchers:
            await fetcher.__aexit__(kind, error, trace)

    async def _poll(self, source: Api) -> Poll:
        walk = ListingWalk(source, self._saved_position(source))
        sent, problem = 0, ""
        try:
            while walk.request and self.is_ours(source):
                page = await self._clients[source.id].page(walk.request)
                new_items = sum(not walk.is_old(self._state.taken(source.id, _name(item))) for item in page.items)
                taken, problem_on_page = await self._send_new_items(source, page, walk)
                sent += taken
                if problem_on_page:
                    walk.freeze_position()
                    problem = problem or problem_on_page
                walk.advance(page, new_items)
                self._save_position(source, walk.position)
        except UnexpectedStatus as refusal:
            if refusal.response.status in source.about.position.restart and walk.position.next:
                log.warning("%s: its saved position has expired (%s); it starts over", source.name, refusal)
                self._save_position(source, msgspec.structs.replace(walk.position, next=""))
                return Poll(sent, more=True)
            return failed_poll(refusal.response, sent, str(refusal))
        finally:
            if sent:
                log.info("%s: %d new or changed", source.name, sent)
        self._state.forget(source.id, self._state.items(source.id, before=time.time() - FORGET_AFTER))
        return Poll(sent, error=problem, more=walk.more and not problem)

    def _saved_position(self, source: Api) -> ListingPosition:
        known = self._state.taken(source.id, POSITION)
        return msgspec.json.decode(known, type=ListingPosition) if known else ListingPosition()

    def _save_position(self, source: Api, position: ListingPosition) -> None:
        if position == self._saved_position(source):
            return
        self._state.take(source.id, [(POSITION, msgspec.json.encode(position).decode())])

    async def _send_new_items(self, source: Api, page: Page, walk: ListingWalk) -> tuple[int, str]:
        """Send the new items of a page; returns the count, and why others could not be fetched, "" if all could."""
        sent, problem = 0, ""
        items = {_name(item): item for item in page.items}
        self._state.touch(source.id, items)
        new = [item for name, item in items.items() if self._state.taken(source.id, name) is None]
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            fetched = await asyncio.gather(*(self._fetch_item(source, item, walk) for item in batch))
            sent += await self._send(source, [outcome for outcome in fetched if isinstance(outcome, OutgoingItem)])
            if stop := next(
                (outcome for outcome in fetched if isinstance(outcome, NewswireError) and _ends_poll(outcome)), None
            ):
                raise stop
            for item, error in zip(batch, fetched, strict=True):
                if isinstance(error, NewswireError) and not self._reject_if_lost(source, item, error, walk):
                    problem = problem or f"{item.id[:200]}: {error}"
        return sent, problem

    async def _fetch_item(self, source: Api, item: ApiItem, walk: ListingWalk) -> OutgoingItem | NewswireError:
        """An item ready to send, or why its content cannot be fetched."""
        try:
            value = await self._clients[source.id].content(item)
        except NewswireError as error:
            return error
        self._last_success[source.id] = time.monotonic()
        self._failing.pop((source.id, _name(item)), None)
        about = source.about
        answer_type = about.fetch.answer if about.fetch and not about.fetch.into else about.answer
        kind = about.items.content_type or CONTENT_TYPES[answer_type]
        fed = FeedItem(value, f"{source.name}/{item.id}", about.items.source, kind, feed=source.id)
        return OutgoingItem(fed, _name(item), str(walk.number))

    def _reject_if_lost(self, source: Api, item: ApiItem, error: NewswireError, walk: ListingWalk) -> bool:
        """Reject an item if its content is gone, or has failed for long while others succeeded; says whether it did."""
        name, now = _name(item), time.monotonic()
        since = self._failing.setdefault((source.id, name), now)
        by_address = (
            source.about.fetch is not None and source.about.fetch.method == "GET"
        )  # otherwise all items share one address
        gone = by_address and isinstance(error, UnexpectedStatus) and error.response.status in GONE
        if not gone and (now - since < source.give_up or self._last_success.get(source.id, 0.0) <= since):
            return False
        del self._failing[source.id, name]
        reason = f"its content cannot be fetched: {error}"
        log.error("%s: item %s rejected: %s", source.name, item.id[:200], reason)
        self._state.take(source.id, [(name, str(walk.number))], reason)
        return True


def _ends_poll(error: NewswireError) -> bool:
    """Whether an error concerns all items, so that the poll ends."""
    if isinstance(error, UnexpectedStatus):
        return error.server == TOKENS or error.response.status in REFUSALS
    return isinstance(error, SettingsError)


def _name(item: ApiItem) -> str:
    """An item's name in the state: each version is remembered, since two may stand on one page."""
    return f"{item.id}#{item.digest}"
