"""The web application: a store, a way to log in and options in, an ASGI application out."""

import asyncio
import mimetypes
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from search.desk import Desk
from search.http.shared_counts import SharedCounts
from search.open import views_of
from search.store import Store
from search.web import (
    api,
    api_live,
    downloads,
    pages_corrections,
    pages_entity,
    pages_pane,
    pages_pipeline,
    pages_similar,
    pages_stances,
    pages_story,
    pages_wire,
)
from search.web.desk import actions, pages
from search.web.display import STATIC
from search.web.happening import page as event_page
from search.web.library import Library
from search.web.login.access import Login, OpenAccess
from search.web.login.middleware import AccessMiddleware
from search.web.login.reviewing import tend_for_ever
from search.web.login.rights import RightsLogin
from search.web.names import same
from search.web.pipeline import PipelineSource
from search.web.problems import answer_errors, refuse
from search.web.site import Options, Site
from search.web.sources import SourceLooks, plain_looks
from search.web.story_schema import describe_stories

YEAR = 31_536_000
# Added as they are: what FastAPI includes it makes again, for each application, and searches twice for each page.
ROUTES = [
    route
    for some in (
        api.router,
        downloads.router,
        api_live.router,
        pages_wire.router,
        pages_pane.router,
        pages_story.router,
        pages_similar.router,
        pages_stances.router,
        event_page.router,
        pages_entity.router,
        same.router,
        pages_pipeline.router,
        pages.router,
        actions.router,
        pages_corrections.router,
        api.page,
    )
    for route in some.routes
]
THREADS = 32  # so that what is done soon does not wait for threads in which long searches run
GZIP = 4  # a third of the time of the default, for a few bytes more


def create_app(
    store: Store,
    *,
    login: Login | None = None,
    options: Options | None = None,
    pipeline: PipelineSource | None = None,
    looks: SourceLooks = plain_looks,
    items: Store | None = None,
    desk: Desk | None = None,
    sign_in: APIRouter | None = None,
    shared: SharedCounts | None = None,
) -> FastAPI:
    """The application over ``store``, which it closes when it ends. Without ``login`` everybody may read.

    ``looks`` gives the display name and colour of each source; ``items`` is the store of pictures and other items,
    which stories are shown with; ``desk`` is where readers keep things;
    ``sign_in`` has the pages of a login at another server; ``shared`` is what processes of one port count together.
    """
    options = options or Options()
    shown_with = _library(items, options) if items else None
    site = Site(_library(store, options), options, pipeline, looks, shown_with, desk, shared)

    app = _bare(site, login or OpenAccess())
    app.state.site = site
    answer_errors(app, site.display)
    app.router.routes.extend(ROUTES)
    if sign_in:
        app.include_router(sign_in, include_in_schema=False)
    mimetypes.add_type("font/woff2", ".woff2")
    app.mount("/static", _Static(directory=STATIC))
    return app


def _library(store: Store, options: Options) -> Library:
    return Library(
        store,
        views_of(store, timeout=options.seconds),
        at_once=options.at_once,
        seconds=options.seconds,
        remember=options.remember,
    )


def _bare(site: Site, login: Login) -> FastAPI:
    """The application without its pages: its description, what stands before every page, and how it ends."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "page"))
        file = login.file if isinstance(login, RightsLogin) else None
        tending = asyncio.create_task(tend_for_ever(site.desk, file)) if site.desk else None
        yield
        if tending:
            tending.cancel()
            await asyncio.gather(tending, return_exceptions=True)  # it writes to the desk, which is closed below
        site.live.close()
        site.live_json.close()
        await site.library.close()
        if site.items:
            await site.items.close()
        if site.desk:
            await site.desk.close()

    return _Page(
        title="Newswire",
        version=api.VERSION,
        description=api.DESCRIPTION,
        docs_url=None,  # both would load scripts from elsewhere
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
        middleware=[
            Middleware(AccessMiddleware, login=login, hosts=site.options.hosts, refuse=partial(refuse, site.display)),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=GZIP),
        ],
    )


class _Page(FastAPI):
    """The application, whose description of itself says which fields a story has."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = describe_stories(super().openapi())
        return self.openapi_schema


class _Static(StaticFiles):
    """Files whose addresses change with their content: browsers may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if scope.get("query_string"):
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response
