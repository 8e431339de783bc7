"""The page in front of either store, asked without a server."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser

from search.documents import Document
from search.open import open_store
from search.web import Options, create_app
from search.web.login.access import OpenAccess
from tests.search.conftest import StoreMaker, fill, shared_store
from tests.search.web.browser import chromium
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


@pytest.fixture
def index(tmp_path: Path) -> str:
    """Where a store of this test's own is."""
    return f"sqlite:///{tmp_path / 'index.db'}"


@asynccontextmanager
async def page_over(index: str, *documents: Document, alone: bool = True) -> AsyncIterator[httpx.AsyncClient]:
    """The page over these documents. Its reader is ``alone`` on the machine and may do everything, or is anybody."""
    store = open_store(index)
    await store.set_up()
    await store.write(documents)
    app = create_app(store, login=OpenAccess(alone=alone), options=Options(remember=0.0))
    async with asking(app) as client:
        yield client
    await app.state.site.library.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module."""
    with chromium() as opened:
        yield opened
