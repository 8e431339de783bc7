"""Walks through the pages of a listing: takes the saved position and each page, gives the next request. Pure.

The position advances only past pages whose items are all taken. So a poll that resumes from it, after a crash or on
another machine, misses nothing.
"""

import time
from datetime import UTC, datetime

import msgspec

from streams.errors import Rejected
from streams.feeds.apis.client import Page, PageRequest
from streams.feeds.apis.description import Api, Position
from streams.wire.times import read_time

UNITS = {"seconds": 1.0, "milliseconds": 1000.0}


class ListingPosition(msgspec.Struct, frozen=True):
    """The position in an API's listing that is saved between polls.

    ``next`` is an address or cursor; ``since`` a time in POSIX seconds, or a number. ``polls`` counts complete
    polls: items of an incomplete poll do not show that the pages behind them are known.
    """

    next: str = ""
    since: float = 0.0
    polls: int = 0


class ListingWalk:
    """A running poll. ``request`` is for the next page, None at the end; ``position`` may be saved at any time."""

    def __init__(self, api: Api, position: ListingPosition, now: float | None = None) -> None:
        self._api, self.position, self._before = api, position, position
        self._now = time.time() if now is None else now
        self._pages = self._known_pages = self._new_items = 0
        self._top = position.since
        self._token = ""  # the address or cursor of the last request
        self._frozen = False
        self._asked: set[str] = set()
        self.more = False
        self.request: PageRequest | None = None
        self._request_page(self._first())

    @property
    def number(self) -> int:
        """This poll's number."""
        return self._before.polls + 1

    def is_old(self, poll: str | None) -> bool:
        """Whether an item was taken by a complete poll; ``poll`` is that poll's number, None for a new item."""
        return poll is not None and poll.isdigit() and int(poll) <= self._before.polls

    def freeze_position(self) -> None:
        """Keep the position as it is until the end of the poll, since an item of this page could not be taken."""
        self._frozen = True

    def advance(self, page: Page, new_items: int) -> None:
        """Advance past a page whose items are taken; ``new_items`` of them were not known before this poll."""
        self._pages += 1
        self._new_items += new_items
        self._known_pages = 0 if new_items else self._known_pages + 1
        if page.values:
            self._top = max(self._top, *map(self._number, page.values))
        {"known": self._after_known, "next": self._after_next, "since": self._after_since}[self._options.kind](page)

    @property
    def _options(self) -> Position:
        return self._api.about.position

    def _first(self) -> PageRequest:
        if self._options.kind == "next" and self.position.next:
            self._token = self.position.next
            return self._page_at(self.position.next)
        return PageRequest(parameters={**self._since(), **self._page_parameter(0)})

    def _since(self) -> dict[str, str]:
        position = self._options
        if position.kind != "since":
            return {}
        start = self._api.first if position.form == "number" else self._now - self._api.first
        value = max(0.0, self.position.since - self._api.overlap) if self.position.since else start
        return {position.parameter: self._written(value)}

    def _written(self, value: float) -> str:
        form = self._options.form
        if form == "iso":
            return datetime.fromtimestamp(int(value), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return str(int(value * UNITS.get(form, 1.0)))

    def _number(self, text: str) -> float:
        """An item's time or number; 0 for one that cannot be read. A future time counts as now: clocks can be wrong."""
        form = self._options.form
        if form == "iso":
            moment, _ = read_time(text)
            return min(moment.timestamp(), self._now) if moment else 0.0
        try:
            value = float(text) / UNITS.get(form, 1.0)
        except ValueError:
            return 0.0
        return value if form == "number" else min(value, self._now)

    def _page_parameter(self, page: int) -> dict[str, str]:
        paging = self._api.about.paging
        if paging.kind == "page":
            return {paging.parameter: str(paging.first + page)}
        return {paging.parameter: str(paging.step * page)} if paging.kind == "offset" else {}

    def _page_at(self, token: str) -> PageRequest:
        paging = self._api.about.paging
        if paging.kind == "cursor":
            return PageRequest(parameters={**self._since(), paging.parameter: token})
        return PageRequest(link=token)

    def _next(self, page: Page) -> PageRequest | None:
        """The page after this one, None after the last."""
        paging = self._api.about.paging
        if not page.items or page.more is False or paging.kind == "none":
            return None
        if paging.kind in ("next", "cursor"):
            return self._page_at(page.next) if page.next else None
        if page.more is None and len(page.items) < paging.step:
            return None
        return PageRequest(parameters={**self._since(), **self._page_parameter(self._pages)})

    def _request_page(self, request: PageRequest | None) -> None:
        if request and request.key in self._asked:
            raise Rejected("the next page is one that was read before: the pages go round in a circle")
        if request:
            self._asked.add(request.key)
        self.request = request

    def _update_position(self, **changes: object) -> None:
        if not self._frozen:
            self.position = msgspec.structs.replace(self.position, **changes)

    def _end(self) -> None:
        if self._new_items:
            self._update_position(polls=self.number)
        self.request = None

    def _after_known(self, page: Page) -> None:
        position, limit = self._options, self._api.about.limits.pages
        is_first = self._before.polls == 0
        following = self._next(page)
        known = self._known_pages >= position.known_pages and not is_first
        if following is None or known or (is_first and self._pages >= min(position.first_pages, limit)):
            self._end()
        elif self._pages >= limit:
            raise self._too_many()
        else:
            self._request_page(following)

    def _after_next(self, page: Page) -> None:
        if not page.next or page.next == self._token:  # nothing new: the next poll makes the same request
            self._end()
            return
        self._token = page.next
        self._update_position(next=page.next)
        full = self._pages >= self._api.about.limits.pages
        if page.items and page.more is not False and not full:
            self._request_page(self._page_at(page.next))
            return
        self.more = full
        self._end()

    def _after_since(self, page: Page) -> None:
        following = self._next(page)
        full = self._pages >= self._api.about.limits.pages
        if following and full and not (self._options.order == "oldest-first" and self._top > self._before.since):
            raise self._too_many()
        if following and not full:
            self._request_page(following)
            return
        self._update_position(since=self._top)
        self.more = bool(following)
        self._end()

    def _too_many(self) -> Rejected:
        limit = self._api.about.limits.pages
        return Rejected(f"more than limits.pages ({limit}) with new items: their items are sent, what is behind is not")
