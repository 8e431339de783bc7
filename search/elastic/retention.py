"""Old months away, without bringing killed stories back.

A month's indices are deleted once it lies as far back as asked. Its tombstones are kept, moved to the index
``<prefix>-v<generation>-killed``: a kill must hold against every later replay and late copy of the story, so it
outlives the month. They hold no text. Every other story of the month is forgotten; should one come again, it is new.
"""

from datetime import date
from typing import Any

from processors.annotations import Record
from search.elastic.copying import PAGE, put_copies
from search.elastic.generations import Generations
from search.elastic.server import ElasticServer
from search.store import StoreError

KILLED = "killed"
TOMBSTONES = {"term": {"status": "canceled"}}


class MonthlyIndex(Record, frozen=True):
    """An index to be deleted, with how many documents it has, and how many of them are tombstones to be kept."""

    index: str
    documents: int
    tombstones: int


def first_kept(today: date, months: int) -> str:
    """The oldest month, as in ``2026.11``, that is kept when ``months`` are, the present one among them."""
    number = today.year * 12 + today.month - months
    return f"{number // 12:04}.{number % 12 + 1:02}"


async def outdated(generations: Generations, today: date, months: int) -> list[MonthlyIndex]:
    """The months that go, oldest first."""
    current = await generations.current()
    start, kept = generations.names.start(current), first_kept(today, months)
    names = [name for name in await generations.indices(current) if name.removeprefix(start) < kept]
    call, client = generations.server.call, generations.server.client
    found = []
    for name in names:
        count = await call(client.count(index=name))
        dead = await call(client.count(index=name, query=TOMBSTONES))
        found.append(MonthlyIndex(name, int(count["count"]), int(dead["count"])))
    return found


async def delete(generations: Generations, month: MonthlyIndex) -> None:
    """Close a month, keep its tombstones, and delete it. Safe to repeat after a crash."""
    current = await generations.current()
    if await generations.template(current + 1):
        raise StoreError("a migration was begun: finish it, or take it back", "abort migration")
    call, indices = generations.server.call, generations.server.client.indices
    await call(indices.add_block(index=month.index, block="write"))
    try:
        await call(indices.refresh(index=month.index))
        await _keep_tombstones(generations.server, month.index, f"{generations.names.start(current)}{KILLED}")
    except BaseException:
        await call(indices.put_settings(index=month.index, settings={"index.blocks.write": None}))
        raise
    await call(indices.delete(index=month.index))


async def _keep_tombstones(server: ElasticServer, index: str, kept: str) -> None:
    after: list[Any] | None = None
    while True:
        answer = await server.call(
            server.client.search(
                index=index,
                query=TOMBSTONES,
                sort=[{"id": "asc"}],
                search_after=after,
                size=PAGE,
                version=True,
                allow_partial_search_results=False,
            )
        )
        hits = answer["hits"]["hits"]
        if not hits:
            break
        await server.call(server.client.indices.create(index=kept), unless="resource_already_exists")
        await put_copies(server, kept, [(hit, hit["_source"]) for hit in hits])
        after = hits[-1]["sort"]
    await server.call(server.client.indices.refresh(index=kept, ignore_unavailable=True))
