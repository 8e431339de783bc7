"""The stores that the contract is put to: SQLite always, Elasticsearch where one can be had."""

import asyncio
import json
import urllib.request
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from search.documents import Document
from search.open import open_store
from search.store import Store

StoreMaker = Callable[[], Store]

KINDS = ["sqlite", pytest.param("elasticsearch", marks=pytest.mark.integration)]


def ask(url: str, method: str = "GET") -> Any:
    """One request to Elasticsearch, without our own client."""
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=60) as answer:
        return json.load(answer)


def empty(url: str, prefix: str) -> None:
    """Take away the indices of one prefix, and leave its templates."""
    if names := ask(f"{url}/{prefix}-*/_alias"):
        ask(f"{url}/{','.join(names)}", "DELETE")


def remove(url: str, prefix: str) -> None:
    """Take away the indices and templates of one prefix: servers are shared, and each index costs them."""
    empty(url, prefix)
    for kind in ("index_template", "component_template"):  # the first are made of the second
        names = [template["name"] for template in ask(f"{url}/_{kind}/{prefix}-*")[f"{kind}s"]]
        if names:
            ask(f"{url}/_{kind}/{','.join(names)}", "DELETE")


@pytest.fixture(params=KINDS)
def unprepared_store(request: pytest.FixtureRequest, tmp_path: Path, prefix: str) -> Iterator[StoreMaker]:
    """Opens one index of which nothing is there yet."""
    if request.param == "sqlite":
        yield lambda: open_store(f"sqlite:///{tmp_path / 'index.db'}")
        return
    url = request.getfixturevalue("elasticsearch_url")
    yield lambda: open_store(url, prefix=prefix)
    remove(url, prefix)


@pytest.fixture(scope="session")
def prepared_prefix(elasticsearch_url: str) -> Iterator[str]:
    """A prefix that keeps its templates from test to test: making and removing them takes most of the time."""
    prefix = f"t{uuid.uuid4().hex[:12]}"
    yield prefix
    remove(elasticsearch_url, prefix)


@pytest.fixture(params=KINDS)
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreMaker]:
    """Opens the same index once more, as another process would; templates may be there, but no index."""
    if request.param == "sqlite":
        yield lambda: open_store(f"sqlite:///{tmp_path / 'index.db'}")
        return
    url, prefix = request.getfixturevalue("elasticsearch_url"), request.getfixturevalue("prepared_prefix")
    yield lambda: open_store(url, prefix=prefix)
    empty(url, prefix)


@pytest.fixture
async def store(new_store: StoreMaker) -> AsyncIterator[Store]:
    """An empty index of its own."""
    opened = new_store()
    await opened.set_up()
    yield opened
    await opened.close()


@pytest.fixture(scope="module", params=KINDS)
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreMaker]:
    """Opens an index that all tests of a module read and none changes."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("library")
        yield lambda: open_store(f"sqlite:///{folder / 'index.db'}")
        return
    url, prefix = request.getfixturevalue("elasticsearch_url"), f"t{uuid.uuid4().hex[:12]}"
    yield lambda: open_store(url, prefix=prefix)
    remove(url, prefix)


def fill(new_store: StoreMaker, documents: Iterable[Document]) -> StoreMaker:
    """Put documents into an index, and give what opens it."""

    async def write() -> None:
        opened = new_store()
        await opened.set_up()
        await opened.write(list(documents))
        await opened.refresh()
        await opened.close()

    asyncio.run(write())
    return new_store
