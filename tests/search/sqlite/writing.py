"""What a process does that writes into a SQLite file beside others. A module of its own: each process loads it."""

import asyncio
from pathlib import Path

from search.sqlite.store import SqliteStore
from tests.search.samples import document

STORIES, WRITERS = 60, 3


def write_in_process(path: Path, number: int) -> None:
    """Write this process's own stories, and its versions of one that all write."""
    asyncio.run(_write(path, number))


async def _write(path: Path, number: int) -> None:
    store = SqliteStore(path)
    await store.set_up()
    for n in range(STORIES):
        await store.write([document(f"{number}-{n}"), document("shared", version=n * WRITERS + number)])
    await store.close()
