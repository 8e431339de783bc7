"""The page in a real Chromium: a server on a free port, and tabs that note whatever they should not do."""

import asyncio
import shutil
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from processors.events.summary import EventSummary
from search.desk import Desk
from search.documents import Document
from search.open import open_store
from search.store import Store
from search.web import Options, create_app
from search.web.login.access import Login, Reader
from tests.search.web.listening import listening
from tests.waiting import wait_for

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 20_000  # milliseconds


class Served:
    """A running page, and the file that it reads."""

    def __init__(self, path: Path) -> None:
        self.index = f"sqlite:///{path}"
        self.url = ""

    def write(self, *documents: Document) -> None:
        """Put documents into its store, as another process would."""
        self._change(lambda store: store.write(documents))

    def group(self, event: EventSummary, *stories: str) -> None:
        """Say in its store of stories that they report an event."""
        self._change(lambda store: store.set_events(dict.fromkeys(stories, event)))

    def _change(self, act: Callable[[Store], Awaitable[object]]) -> None:
        async def put() -> None:
            store = open_store(self.index)
            await store.set_up()
            await act(store)
            await store.close()

        # In a thread of its own: the browser's driver has a loop running in this one.
        writing = threading.Thread(target=lambda: asyncio.run(put()))
        writing.start()
        writing.join()


class Anybody:
    """A login that lets everybody in, with or without the right to hidden stories."""

    def __init__(self, *, hidden: bool) -> None:
        self._hidden = hidden

    async def admit(self, headers: Mapping[str, str], address: str) -> Reader:
        """Anybody."""
        return Reader(hidden=self._hidden)

    known = admit


@contextmanager
def serving(
    served: Served,
    *,
    hidden: bool = False,
    login: Login | None = None,
    desk: Desk | None = None,
    push_key: str = "",
    zone: str = "UTC",
) -> Iterator[None]:
    """Serve as long as the block lasts; ``hidden`` gives readers the right to hidden stories."""
    options = Options(remember=0.0, live_every=0.2, desk_every=0.2, push_key=push_key, zone=zone)
    app = create_app(open_store(served.index), login=login or Anybody(hidden=hidden), options=options, desk=desk)
    with listening(app, log_level="error") as (host, port):
        served.url = f"http://{host}:{port}"
        yield


@contextmanager
def chromium() -> Iterator[Browser]:
    """This machine's Chromium; skips where there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no browser here: none of {', '.join(NAMES)} is installed")
    with sync_playwright() as driver:
        expect.set_options(timeout=PATIENCE)
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def tab(browser: Browser, served: Served, *, expects: int = 200, **options: object) -> Iterator[Page]:
    """A tab of its own; afterwards, nothing may have gone wrong in it, nor been asked of anybody else."""
    context = browser.new_context(base_url=served.url, **{"viewport": {"width": 1280, "height": 900}, **options})  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))  # left open, it also stops the test
    page.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(served.url) else None)
    yield page
    context.close()
    expected = f"the server responded with a status of {expects}" if expects != 200 else "nothing"
    assert [one for one in wrong if expected not in one] == []


def scroll(page: Page, by: int, past: int) -> None:
    """Turn the mouse's wheel, and wait until the page stands further down than ``past`` pixels.

    Not by ``wait_for_function``: what is not yet true it asks again with ``eval``, which the page's policy forbids.
    """
    page.mouse.wheel(0, by)
    wait_for(lambda: page.evaluate("scrollY") > past, f"scrolled past {past}")
