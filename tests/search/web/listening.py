"""An application served by uvicorn on a free port of this machine while a block lasts."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from search.open import open_store
from search.web import Options, create_app
from tests.search.web.samples import library
from tests.waiting import wait_for

Address = tuple[str, int]


@contextmanager
def listening(app: Any, **options: Any) -> Iterator[Address]:
    """Where ``app`` listens; ``options`` are uvicorn's."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1, **options)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        wait_for(lambda: server.started, "the page is served")
        try:
            yield bound.getsockname()
        finally:
            server.should_exit = True
            thread.join(20)


@contextmanager
def library_page(folder: Path, page: Options, **options: Any) -> Iterator[Address]:
    """Where the page with the sample library listens."""
    store = open_store(f"sqlite:///{folder / 'index.db'}")

    async def fill() -> None:
        await store.set_up()
        await store.write(library())

    asyncio.run(fill())
    with listening(create_app(store, options=page), log_level="warning", **options) as address:
        yield address
