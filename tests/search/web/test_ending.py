"""A page that ends leaves nothing behind it: no search goes on over connections that were given back."""

import asyncio
from pathlib import Path

from search.open import open_store, views_of
from search.query.checking import ParsedQuery
from search.web.display import Display
from search.web.library import Library
from search.web.live import LiveUpdates
from search.web.login.access import Reader
from tests.search.samples import question
from tests.waiting import eventually


class Endless:
    """A store that notes what befalls a search which does not end by itself."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    async def find(self, _: ParsedQuery) -> None:
        self.notes.append("search")
        try:
            await asyncio.Event().wait()
        finally:
            self.notes.append("ended")

    async def close(self) -> None:
        self.notes.append("closed")


async def test_a_search_whose_reader_has_left_ends_before_its_connections_do(tmp_path: Path) -> None:
    store, views = Endless(), views_of(open_store(f"sqlite:///{tmp_path / 'index.db'}"))
    reading = Library(store, views, at_once=4, seconds=5, remember=9)  # type: ignore[arg-type]
    live = LiveUpdates(reading, Display("T", "UTC"), 0.02, 9, 9)
    events = live.events(question(), Reader())
    first = asyncio.create_task(anext(events))
    await eventually(lambda: store.notes == ["search"], "the store is asked")
    first.cancel()
    await asyncio.wait([first])
    await reading.close()
    assert store.notes == ["search", "ended", "closed"]
