"""What every page is made with: the library, the template engine, the options. Pages get it from the application."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import Request
from starlette.responses import HTMLResponse

from processors.annotations import Record
from search.web.access import Reader
from search.web.addresses import SearchParameters, asked
from search.web.display import Display
from search.web.library import Library
from search.web.live import LiveUpdates
from search.web.marking import MOST, MarkingLimits
from search.web.pipeline import PipelineSource
from search.web.rendering import RenderingCache


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
    hosts: frozenset[str] = frozenset()
    most: MarkingLimits = MOST  # of a story


class Site:
    """One running page."""

    def __init__(self, library: Library, options: Options, pipeline: PipelineSource | None) -> None:
        self.library = library
        self.options = options
        self.pipeline = pipeline
        self.display = Display(options.title, options.zone)
        self.renderings = RenderingCache()
        self.live = LiveUpdates(
            library, self.display, options.live_every, options.most_live, options.each_live,
            longest=options.live_seconds, renderings=self.renderings,
        )  # fmt: skip

    def asked(self, request: Request, parameters: Iterable[tuple[str, str]] | None = None) -> SearchParameters:
        """What a request to a page asks for, the last to arrive first unless it says otherwise; or what others do."""
        given = request.query_params.multi_items() if parameters is None else parameters
        reader, limits = reader_of(request), self.library.limits
        sort: Literal["", "arrived"] = "arrived" if parameters is None else ""
        return asked(given, limit=self.options.page, hidden=reader.hidden, limits=limits, sort=sort)

    async def page(
        self,
        request: Request,
        template: str,
        context: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
        status: int = 200,
    ) -> HTMLResponse:
        """A page of the site, its context and itself made beside the event loop."""
        common = {
            "path": request.url.path, "reader": reader_of(request), "has_pipeline": self.pipeline is not None,
            "longest": self.library.limits.characters,
        }  # fmt: skip

        def made() -> str:
            shown = context() if callable(context) else context
            return self.display.html(template, {**common, **shown})

        return HTMLResponse(await self.renderings.beside(made), status)


def site_of(request: Request) -> Site:
    """The site that a request is to."""
    site: Site = request.app.state.site
    return site


def reader_of(request: Request) -> Reader:
    """Who sent a request."""
    return getattr(request.state, "reader", None) or Reader()


def still_reads(request: Request) -> Callable[[], bool]:
    """Whether who sent a request may still read, to be asked while the answer goes on."""
    still: Callable[[], bool] = getattr(request.state, "still", lambda: True)
    return still


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)
