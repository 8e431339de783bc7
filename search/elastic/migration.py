"""From one generation of indices to the next, while the feed goes on.

1. The next generation gets its templates, and indices that no alias shows.
2. Everything is copied to it, then what was written meanwhile, until a round finds little (`search.elastic.copying`).
3. The old generation is closed: no index of it takes a write or can be made. Writers are told so by the server, keep
   what they have, and try again.
4. What was written last is copied, and the documents of each month are counted in both.
5. One request moves both aliases. Readers and writers find the new generation; a writer's next try goes there.

Between 3 and 5 writes wait, for as long as the last round takes. Nothing can be lost by a crash: before 5 the old
generation is complete, from 5 on the new one is. A run that was cut off is taken up by the next one; one that fails
while the old generation is closed opens it again.
"""

from collections.abc import Callable
from typing import Any

from processors.annotations import Record
from search.elastic.copying import PAGE, GenerationCopier
from search.elastic.generations import Generations
from search.elastic.templates import aliases, closed_template
from search.store import StoreError, StoreUnavailable

FEW = 200  # documents in a round after which the old generation is closed
MOST_ROUNDS = 50  # and it is closed after as many, however much is written meanwhile

Say = Callable[[str], None]


class MigrationResult(Record, frozen=True):
    """What a migration did. ``unlike``: documents that are not of our making and were copied as they were."""

    source: int
    target: int
    copied: int
    rounds: int
    unlike: tuple[str, ...] = ()


class Migration:
    """A move from the current generation to the next. ``say`` is told each step in a line."""

    def __init__(self, generations: Generations, *, page: int = PAGE, say: Say = lambda _: None) -> None:
        self._generations = generations
        self._server = generations.server
        self._indices = generations.server.client.indices
        self._names = generations.names
        self._page = page
        self._say = say

    async def run(self, seen: Callable[[int], None] = lambda _: None) -> MigrationResult:
        """Move everything; ``seen`` is told of each page copied."""
        source = await self._source()
        await self._generations.start()  # refuses where this program is older than what stands
        target = source + 1
        if not await self._generations.put_templates(target, is_open=False):
            raise StoreError(f"{self._names.generation(target)} was begun by a newer program: finish with that one")
        copier = GenerationCopier(self._generations, source, page=self._page, seen=seen)
        total, rounds, copied = 0, 0, FEW + 1
        while copied > FEW and rounds < MOST_ROUNDS:
            copied = await copier.round()
            total, rounds = total + copied, rounds + 1
            self._say(f"round {rounds}: {copied} documents copied")
        try:
            await self._close(source)
            self._say("writes wait")
            total += await copier.finish()
            await copier.check()
            await self._switch(source, target)
        except BaseException:
            if await self._generations.current() == source:
                await self._reopen(source)
                self._say("writes go on as before")
            raise
        self._say(f"{self._names.prefix} is now {self._names.generation(target)}")
        return MigrationResult(source, target, total, rounds + 1, tuple(copier.unlike))

    async def abort(self) -> None:
        """Take back a migration that was begun: writes go on as before, what was copied goes."""
        source = await self._source()
        await self._reopen(source)
        await self._remove(source + 1)

    async def drop_old(self) -> list[str]:
        """Delete the generations before the current one; gives the indices deleted."""
        current = await self._source()
        dropped = []
        for number in range(1, current):
            dropped += await self._remove(number)
        await self._server.call(self._indices.delete_index_template(name=self._names.closed))
        return dropped

    async def _source(self) -> int:
        current = await self._generations.current()
        if not current:
            raise StoreError(f"there is no index {self._names.prefix}", "set up")
        return current

    async def _close(self, number: int) -> None:
        """No more writes to a generation; when this returns, those under way are done."""
        await self._generations.put_template(self._names.closed, closed_template(self._names, range(1, number + 1)))
        names = await self._generations.indices(number)
        answer = await self._server.call(self._indices.add_block(index=names, block="write"))
        open_still = [row["name"] for row in answer["indices"] if not row["blocked"]]  # it lists those newly closed
        if not answer["acknowledged"] or open_still:
            raise StoreUnavailable(f"Elasticsearch at {self._server.url} did not close {', '.join(open_still)} in time")

    async def _reopen(self, number: int) -> None:
        """Let a generation be written again."""
        if number > 1:
            await self._generations.put_template(self._names.closed, closed_template(self._names, range(1, number)))
        else:
            await self._server.call(self._indices.delete_index_template(name=self._names.closed))
        ours = await self._generations.indices(number)
        for name in await self._all(number):
            if name not in ours:  # made while it was closed: empty, and without mapping and alias
                await self._server.call(self._indices.delete(index=name))
        await self._server.call(self._indices.put_settings(index=ours, settings={"index.blocks.write": None}))

    async def _switch(self, source: int, target: int) -> None:
        """Move both aliases at once."""
        await self._generations.put_templates(target, is_open=True)
        old, new = await self._generations.indices(source), await self._all(target)
        shown = aliases(self._names)
        actions: list[dict[str, Any]] = [{"remove": {"indices": old, "aliases": list(shown)}}]
        actions += [{"add": {"indices": new, "alias": name, **body}} for name, body in shown.items()]
        await self._server.call(self._indices.update_aliases(actions=actions))

    async def _all(self, number: int) -> list[str]:
        """Every index of a generation, with aliases or without."""
        found = await self._server.call(self._indices.get_alias(index=f"{self._names.start(number)}*"), missing={})
        return sorted(found)

    async def _remove(self, number: int) -> list[str]:
        """Delete a generation's indices and templates; gives the indices."""
        names = await self._all(number)
        if set(names) & set(await self._generations.indices()):
            raise StoreError(f"{self._names.generation(number)} is in use: it stands behind {self._names.everything}")
        for name in names:
            await self._server.call(self._indices.delete(index=name))
        generation = self._names.generation(number)
        await self._server.call(self._indices.delete_index_template(name=generation))
        mapped = self._server.client.cluster.delete_component_template(name=f"{generation}-mapping")
        await self._server.call(mapped)
        return names
