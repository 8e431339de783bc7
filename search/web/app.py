"""The web application: a store, a way to log in and options in, an ASGI application out."""

import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from search.open import views_of
from search.store import Store
from search.web import api, pages_entity, pages_pipeline, pages_stances, pages_story, pages_wire
from search.web.access import Login, OpenAccess
from search.web.display import STATIC
from search.web.library import Library
from search.web.middleware import AccessMiddleware
from search.web.pipeline import PipelineSource
from search.web.problems import answer_errors, refuse
from search.web.site import Options, Site

YEAR = 31_536_000
GZIP = 4  # a third of the time of the default, for a few bytes more


def create_app(
    store: Store,
    *,
    login: Login | None = None,
    options: Options | None = None,
    pipeline: PipelineSource | None = None,
) -> FastAPI:
    """The application over ``store``, which it closes when it ends. Without ``login`` everybody may read."""
    options = options or Options()
    library = Library(
        store,
        views_of(store, timeout=options.seconds),
        at_once=options.at_once,
        seconds=options.seconds,
        remember=options.remember,
    )
    site = Site(library, options, pipeline)

    app = _bare(site, login or OpenAccess())
    app.state.site = site
    answer_errors(app, site.display)
    app.include_router(api.router)
    for pages in (pages_wire, pages_story, pages_stances, pages_entity, pages_pipeline):
        app.include_router(pages.router, include_in_schema=False)
    app.include_router(api.page, include_in_schema=False)
    mimetypes.add_type("font/woff2", ".woff2")
    app.mount("/static", _Static(directory=STATIC))
    return app


def _bare(site: Site, login: Login) -> FastAPI:
    """The application without its pages: its description, what stands before every page, and how it ends."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        site.live.close()
        await site.library.close()

    return FastAPI(
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


class _Static(StaticFiles):
    """Files whose addresses change with their content: browsers may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if scope.get("query_string"):
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response
