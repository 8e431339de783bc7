"""Merged names in Elasticsearch: all merges in one document, and the stories that they concern.

The document is read by its id, which needs no refresh, before each bulk of stories is written and again afterwards. So
a story that was being written when two names were merged is rewritten by its writer, and all others by the process
that merged the names.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec

from search.elastic.server import ElasticServer, LastWrite
from search.elastic.words import any_of
from search.store import StoreUnavailable
from search.versions.joining import NO_MERGES, Merge, Merges
from search.versions.lineage import stored, story_in

ALL = "merges"  # the document's id
TRIES = 5
PAGE = 500  # stories looked up at a time
AT_ONCE = 8  # stories written at a time
SETTINGS = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}


class KeptMerges:
    """The merges of one prefix."""

    def __init__(self, server: ElasticServer) -> None:
        self._server = server
        self._index = f"{server.prefix}-merges"

    async def current(self) -> Merges:
        """All merges as they are this moment."""
        return (await self._read())[0]

    async def keep(self, merge: Merge, *, withdraw: bool) -> None:
        """Keep one more, or no longer."""
        create = self._server.client.indices.create(
            index=self._index, settings=SETTINGS, mappings={"dynamic": False, "properties": {}}
        )
        await self._server.call(create, unless="resource_already_exists")
        for _ in range(TRIES):
            known, written = await self._read()
            changed = known.within(merge, withdraw=withdraw)
            if await self._server.put(self._index, ALL, {ALL: msgspec.to_builtins(changed.all)}, written):
                return
        raise StoreUnavailable("other processes are merging names at the moment")

    async def write_again(self, entity: str) -> list[str]:
        """Rewrite all stories that name an entity, or did before it was merged; gives their ids."""
        await self._server.refresh()
        done: list[str] = []
        async for page in self._stories_of(entity):
            for start in range(0, len(page), AT_ONCE):
                await asyncio.gather(*(self._again(*place) for place in page[start : start + AT_ONCE]))
            done += [document_id for _, document_id in page]
        return done

    async def catch_up(self, before: Merges, ids: list[str]) -> list[str]:
        """Rewrite stories if names were merged since ``before``; gives the ids of those that may have changed."""
        if not ids or await self.current() == before:
            return []
        await self._server.refresh()
        for hit in await self._server.stories(ids):
            await self._again(hit["_index"], hit["_id"])
        return ids

    async def _read(self) -> tuple[Merges, LastWrite | None]:
        found = await self._server.fetch(self._index, ALL)
        if found is None:
            return NO_MERGES, None
        return Merges(msgspec.convert(found[0][ALL], list[Merge])), found[1]

    async def _stories_of(self, entity: str) -> AsyncIterator[list[tuple[str, str]]]:
        """Index and id of stories that name an entity, or did."""
        after: dict[str, Any] = {}
        while True:
            answer = await self._server.call(
                self._server.client.search(
                    index=self._server.everything,
                    query=_of(entity),
                    sort=[{"id": "asc"}],
                    size=PAGE,
                    source=False,
                    allow_partial_search_results=False,
                    **after,
                )
            )
            hits = answer["hits"]["hits"] if answer else []
            if not hits:
                return
            yield [(hit["_index"], hit["_id"]) for hit in hits]
            after = {"search_after": hits[-1]["sort"]}

    async def _again(self, index: str, document_id: str) -> None:
        for _ in range(TRIES):
            found = await self._server.fetch(index, document_id)
            if found is None:
                return  # it was moved by a migration, which merges names too
            made = stored(story_in(found[0]), await self.current())
            if made == found[0] or await self._server.put(index, document_id, made, found[1]):
                return
        raise StoreUnavailable(f"other processes keep writing {document_id}")


def _of(entity: str) -> Mapping[str, Any]:
    """The query for stories that name an entity (`search.versions.joining.is_of`)."""
    ends = ("holder_id", "target_id", "about")
    paths = [*(f"{part}.{end}" for part in ("stance", "stance_claims") for end in ends), "joined.entity"]
    named = {"nested": {"path": "entities", "query": {"term": {"entities.id": entity}}}}
    return any_of([named, *({"term": {path: entity}} for path in paths)])
