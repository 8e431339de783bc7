"""The page in front of either store, asked without a server."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from search.web import Options, create_app
from tests.search.conftest import StoreMaker, fill, shared_store
from tests.search.web.samples import library

__all__ = ["shared_store"]

Asker = Callable[..., Any]


@pytest.fixture(scope="module")
def filled(shared_store: StoreMaker) -> StoreMaker:
    """A store with the sample stories, which no test changes."""
    return fill(shared_store, library())


def asking(app: FastAPI) -> httpx.AsyncClient:
    """A client of an application."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://page.test")


@pytest.fixture
async def page(filled: StoreMaker) -> AsyncIterator[httpx.AsyncClient]:
    """The page over the sample stories."""
    app = create_app(filled(), options=Options(remember=0.0))
    async with asking(app) as client:
        yield client
    await app.state.site.library.close()
