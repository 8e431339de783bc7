"""What every page is made with: the library, the template engine, the options. Pages get it from the application."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from copy import copy
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from processors.annotations import Record
from search.desk import Desk
from search.http.shared_counts import SharedCounts
from search.http.slots import ClientSlots
from search.query.addresses import SearchParameters, asked
from search.stories.described import Describer
from search.visibility import EVERY_SOURCE
from search.web.desk.forms import COOKIE, secret_of, token_for
from search.web.desk.watching import DeskWatch
from search.web.display import Display
from search.web.happening.trends import TrendWatch
from search.web.library import Library
from search.web.live import LiveUpdates, always
from search.web.live_events import JsonRenderer
from search.web.login.access import Permission, Reader
from search.web.pipeline import PipelineSource
from search.web.reading.marking import MOST, MarkingLimits
from search.web.rendering import RenderingCache
from search.web.sources import SourceLooks, plain_looks

ZONE_COOKIE = "newswire-zone"
DOING: dict[Permission, str] = {
    "correct": "correct stories",
    "merge": "merge names",
    "claim": "claim stories",
    "export": "export stories",
}


class Options(Record, frozen=True):
    """How the page serves. Times in seconds; ``hosts`` are the host names it answers to, none for any."""

    title: str = "Newswire"
    zone: str = "UTC"
    page: int = 40  # stories
    at_once: int = 16  # readings of the store
    seconds: float = 10.0  # longest wait for the store
    remember: float = 5.0  # how long counts are remembered
    live_every: float = 2.0
    most_live: int = 200  # open pages that are kept up to date
    each_live: int = 20  # of one reader
    live_seconds: float = 900.0  # after which such a page has to log in again
    desk_every: float = 1.0  # how soon a page shows what was done at another process
    signs_out: bool = False  # whether readers have sessions, which they can end
    export: int = 10_000  # stories of one export
    push_key: str = ""  # the public key of our notifications, for the browsers' push services; none are offered without
    hosts: frozenset[str] = frozenset()
    tells_count: bool = True  # at /health, which needs no login: not where readers have rights to some sources only
    most: MarkingLimits = MOST  # of a story


class Site:
    """One running page."""

    def __init__(
        self,
        library: Library,
        options: Options,
        pipeline: PipelineSource | None,
        looks: SourceLooks = plain_looks,
        items: Library | None = None,
        desk: Desk | None = None,
        shared: SharedCounts | None = None,
    ) -> None:
        self.library = library
        self.items = items
        self.desk = desk
        self.options = options
        self.pipeline = pipeline
        self.display = Display(options.title, options.zone, looks)
        self.describer = Describer()
        self.renderings = RenderingCache()
        self.trends = TrendWatch()
        watch = DeskWatch(desk, library, self.display, self.renderings, every=options.desk_every) if desk else None
        self.live = LiveUpdates(
            library, self.display, options.live_every, options.most_live, options.each_live,
            longest=options.live_seconds, renderings=self.renderings, desk=watch,
            slots=ClientSlots(options.most_live, shared),
        )  # fmt: skip
        self.live_json = LiveUpdates(
            library, self.display, options.live_every, options.most_live, options.each_live,
            longest=options.live_seconds, renderings=self.renderings, telling=JsonRenderer(), slots=self.live.slots,
        )  # fmt: skip

    def of(self, reader: Reader) -> "Site":
        """The same site as far as it is there for a reader: nothing that it reads is of other sources than theirs."""
        if reader.sources == EVERY_SOURCE:
            return self
        narrowed = copy(self)
        narrowed.library = self.library.within(reader.sources)
        narrowed.items = self.items.within(reader.sources) if self.items else None
        return narrowed

    def asked(self, request: Request, parameters: Iterable[tuple[str, str]] | None = None) -> SearchParameters:
        """What a request to a page asks for, the last to arrive first unless it says otherwise; or what others do.

        Times that name no zone are of the reader's.
        """
        given = request.query_params.multi_items() if parameters is None else parameters
        reader, limits = reader_of(request), self.library.limits
        sort: Literal["", "arrived"] = "arrived" if parameters is None else ""
        zone = ZoneInfo(zone_of(request))
        return asked(given, limit=self.options.page, hidden=reader.hidden, limits=limits, sort=sort, zone=zone)

    async def page(
        self,
        request: Request,
        template: str,
        context: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
        status: int = 200,
    ) -> HTMLResponse:
        """A page of the site, its context and itself made beside the event loop."""
        secret, is_new = secret_of(request)
        common = {
            "signs_out": self.options.signs_out,
            "has_desk": self.desk is not None and reader_of(request).owner != "",
            "form_token": token_for(secret, reader_of(request)),
            "path": request.url.path, "reader": reader_of(request), "has_pipeline": self.pipeline is not None,
            "longest": self.library.limits.characters,
            "push_key": self.options.push_key,
        }  # fmt: skip

        def made() -> str:
            shown = context() if callable(context) else context
            return self.display.html(template, {**common, **shown})

        page = HTMLResponse(await self.renderings.beside(made), status)
        if is_new and reader_of(request).owner:
            secure = request.url.scheme == "https"
            page.set_cookie(COOKIE, secret, httponly=True, samesite="lax", secure=secure, path="/")
        return page


def site_of(request: Request) -> Site:
    """The site that a request is to, as far as it is there for who sent it."""
    site: Site = request.app.state.site
    return site.of(reader_of(request))


def reader_of(request: Request) -> Reader:
    """Who sent a request."""
    return getattr(request.state, "reader", None) or Reader()


def still_reads(request: Request) -> Callable[[], Awaitable[bool]]:
    """Whether who sent a request may still read, to be asked while the answer goes on."""
    still: Callable[[], Awaitable[bool]] = getattr(request.state, "still", always)
    return still


def zone_of(request: Request) -> str:
    """The reader's time zone, from a cookie of their browser (`page.js`); otherwise that of the page."""
    said = request.cookies.get(ZONE_COOKIE, "")
    site: Site = request.app.state.site
    return said if said in _zones() else site.options.zone


@cache
def _zones() -> frozenset[str]:
    """Zones of places, which both stores know."""
    return frozenset(one for one in available_timezones() if "/" in one) | {"UTC"}


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def require(request: Request, permission: Permission) -> None:
    """Refuse who may not do this; `Reader.may` says the same for a page that only shows what can be done."""
    if not reader_of(request).may(permission):
        raise HTTPException(403, f"Your role does not allow you to {DOING[permission]}. Ask an administrator.")
