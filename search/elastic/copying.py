"""Every document of one generation's indices into the next one's, again and again until hardly any is left.

Elasticsearch numbers the writes of each shard (``_seq_no``). A document bears the number of its last write, so reading
a shard in the order of these numbers, from where the last round ended, gives exactly what was written since. A round
reads up to the number below which every copy of the shard has all writes, after a refresh that makes them findable.
How far each shard was read is kept in the mapping of the index that it was copied to, so a copy that was cut off goes
on there.

Documents are written at their version, and only where nothing newer is: to copy one twice changes nothing.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import elastic_transport
import msgspec
from elasticsearch import ApiError, helpers

from processors.annotations import Record
from search.documents import document_from
from search.elastic.generations import Generations
from search.elastic.merging import KeptMerges
from search.elastic.server import CONFLICT, ElasticServer
from search.mapping import mapping
from search.store import StoreError, StoreUnavailable
from search.versions.joining import Merges
from search.versions.lineage import remade

PAGE = 200  # documents read at a time
SAVE_EVERY = 25  # pages after which how far a shard was read is saved
MOST_BYTES = 8 * 1024 * 1024
MOMENT = 0.2
TRIES, FIRST_PAUSE, LONGEST_PAUSE = 8, 1.0, 30.0  # for items that the server is too busy to take


class ShardRange(Record, frozen=True):
    """Writes of one shard to be copied: numbers above ``after``, up to ``until``."""

    index: str
    target: str
    uuid: str
    shard: str
    after: int
    until: int


class GenerationCopier:
    """Copies the generation ``source`` into the next one. ``seen`` is told how many documents each page had."""

    def __init__(
        self, generations: Generations, source: int, *, page: int = PAGE, seen: Callable[[int], None] = lambda _: None
    ) -> None:
        self._generations = generations
        self._server = generations.server
        self._client = generations.server.client
        self._source = source
        self._page = page
        self._seen = seen
        self._joined = KeptMerges(generations.server)
        self.unlike: list[str] = []  # documents that are not of our making, copied as they are

    def target_of(self, index: str) -> str:
        """The index that an index is copied to: the same month of the next generation."""
        names = self._generations.names
        return names.start(self._source + 1) + index.removeprefix(names.start(self._source))

    async def round(self) -> int:
        """Copy what was written since the last round; gives how many documents."""
        count = 0
        for part in await self._parts():
            count += await self._copy(part)
        return count

    async def finish(self) -> int:
        """The last round, for a generation that is closed: until nothing at all is left. Gives how many documents."""
        count = await self.round()
        while any(shard["max_seq_no"] > shard["global_checkpoint"] for *_, shard in await self._shards()):
            await asyncio.sleep(MOMENT)
            count += await self.round()
        return count

    async def check(self) -> None:
        """``StoreError`` unless each month has as many documents in both generations."""
        sources = await self._generations.indices(self._source)
        await self._refresh([*sources, *map(self.target_of, sources)])
        for index in sources:
            counts = [await self._count(name) for name in (index, self.target_of(index))]
            if counts[0] != counts[1]:
                raise StoreError(
                    f"{index} has {counts[0]} documents and {self.target_of(index)} {counts[1]}: something else wrote "
                    "to one of them: take the new ones away, then begin again",
                    "abort migration",
                )

    async def _parts(self) -> list[ShardRange]:
        """What is to be copied now, with the indices to copy to."""
        shards = await self._shards()
        done = await self._done(f"{self._generations.names.start(self._source + 1)}*")
        for target in {self.target_of(index) for index, *_ in shards} - done.keys():
            await self._server.call(self._client.indices.create(index=target), unless="resource_already_exists")
        parts = []
        for index, uuid, shard, state in shards:
            target = self.target_of(index)
            after = _shards_of(done.get(target, {}), uuid).get(shard, -1)
            if state["global_checkpoint"] > after:
                parts.append(ShardRange(index, target, uuid, shard, after, state["global_checkpoint"]))
        await self._refresh(sorted({part.index for part in parts}))
        return parts

    async def _shards(self) -> list[tuple[str, str, str, dict[str, int]]]:
        """Index, its uuid, shard and numbers of the last writes of each primary shard of the source."""
        names = await self._generations.indices(self._source)
        stats = await self._server.call(self._client.indices.stats(index=names, level="shards"))
        return [
            (index, of["uuid"], shard, copy["seq_no"])
            for index, of in stats["indices"].items()
            for shard, copies in of["shards"].items()
            for copy in copies
            if copy["routing"]["primary"]
        ]

    async def _done(self, targets: str) -> dict[str, Any]:
        """What was noted by `_save` in each index of a name or pattern."""
        there = await self._server.call(self._client.indices.get_mapping(index=targets), missing={})
        return {name: body["mappings"].get("_meta", {}).get("copied", {}) for name, body in there.items()}

    async def _copy(self, part: ShardRange) -> int:
        after, count, pages = part.after, 0, 0
        while hits := await self._read(part, after):
            merges = await self._joined.current()
            await put_copies(self._server, part.target, [(hit, self._regenerated(hit, merges)) for hit in hits])
            after, count, pages = hits[-1]["sort"][0], count + len(hits), pages + 1
            self._seen(len(hits))
            if pages % SAVE_EVERY == 0:
                await self._save(part, after)
        await self._save(part, part.until)
        return count

    async def _read(self, part: ShardRange, after: int) -> list[dict[str, Any]]:
        answer = await self._server.call(
            self._client.search(
                index=part.index,
                preference=f"_shards:{part.shard}",
                query={"range": {"_seq_no": {"gt": after, "lte": part.until}}},
                sort=[{"_seq_no": "asc"}],
                size=self._page,
                version=True,
                track_total_hits=False,
                allow_partial_search_results=False,
            )
        )
        if answer is None:
            raise StoreError(f"{part.index} is no longer there; begin again")
        hits: list[dict[str, Any]] = answer["hits"]["hits"]
        return hits

    def _regenerated(self, hit: Mapping[str, Any], merges: Merges) -> dict[str, Any]:
        """The document as this program would store it, with the past that it has."""
        source: dict[str, Any] = hit["_source"]
        try:
            return remade(source, document_from(source), merges)
        except msgspec.ValidationError:
            self.unlike.append(hit["_id"])
            return source

    async def _save(self, part: ShardRange, until: int) -> None:
        """Note how far a shard was copied."""
        shards = _shards_of((await self._done(part.target))[part.target], part.uuid) | {part.shard: until}
        meta = mapping()["_meta"] | {"copied": {"uuid": part.uuid, "shards": shards}}
        await self._server.call(self._client.indices.put_mapping(index=part.target, meta=meta))

    async def _refresh(self, names: list[str]) -> None:
        if names:
            await self._server.call(self._client.indices.refresh(index=names))

    async def _count(self, index: str) -> int:
        return int((await self._server.call(self._client.count(index=index)))["count"])


def _shards_of(copied: Mapping[str, Any], uuid: str) -> dict[str, int]:
    """How far each shard was copied; nothing where that was noted of another index of the same name."""
    return dict(copied["shards"]) if copied.get("uuid") == uuid else {}


async def put_copies(
    server: ElasticServer, target: str, copies: Sequence[tuple[Mapping[str, Any], dict[str, Any]]]
) -> None:
    """Write hits (with ``_id`` and ``_version``) to the index ``target``, each with the source to store of it."""
    actions = [
        {
            "_op_type": "index",
            "_index": target,
            "_id": hit["_id"],
            "version": hit["_version"],
            "version_type": "external_gte",
            "_source": source,
        }
        for hit, source in copies
    ]
    try:
        async for done, item in helpers.async_streaming_bulk(
            server.client, actions, max_chunk_bytes=MOST_BYTES, raise_on_error=False,
            max_retries=TRIES, initial_backoff=FIRST_PAUSE, max_backoff=LONGEST_PAUSE,
        ):  # fmt: skip
            result = item["index"]
            if not done and result["status"] != CONFLICT:
                raise StoreError(f"{result['_id']} cannot be moved to {target}: {result.get('error')}"[:1000])
    except (elastic_transport.TransportError, ApiError) as error:
        raise StoreUnavailable(f"Elasticsearch at {server.url}: {error}"[:500]) from error
