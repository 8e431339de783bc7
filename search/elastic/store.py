"""The store in Elasticsearch: monthly indices, an alias that shows what readers may see, one that shows everything.

Takes and gives what `search.store.Store` says. Templates and aliases are made by `ElasticsearchStore.set_up`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from search.documents import OPEN, Document
from search.elastic.access import NO_ACCESS, Access
from search.elastic.bulk import BulkWriter
from search.elastic.generations import Generations
from search.elastic.placement import LOOK_UP, PlacementCache
from search.elastic.query import counting, is_seen_by_alias, request
from search.elastic.server import ElasticServer
from search.elastic.templates import DEFAULT_SIZES, IndexSizes
from search.mapping import SEARCH_ONLY
from search.query.checking import ParsedQuery, after_token
from search.query.deadline import deadline
from search.query.ranking import Weights, weights
from search.query.request import DEFAULT_LIMITS, Limits
from search.store import Hit, Outcome, SearchResults, StoreUnavailable
from search.versions.lineage import StoryState, kept_in
from search.visibility import elastic_filter, seen_by


class ElasticsearchStore:
    """Documents in the indices ``<prefix>-v<generation>-<year>.<month>`` of one cluster."""

    def __init__(
        self,
        url: str,
        prefix: str = "news",
        access: Access = NO_ACCESS,
        sizes: IndexSizes = DEFAULT_SIZES,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.server = ElasticServer(url, prefix, access)
        self.generations = Generations(self.server, sizes)
        self._prefix = prefix
        self.limits = limits
        self._homes = PlacementCache(self.server, self.generations.start)
        self._writer = BulkWriter(self.server, self._homes)

    async def set_up(self) -> None:
        """Put the templates, give existing indices what is new in them, and make this month's index."""
        number = await self.generations.current() or 1
        if await self.generations.is_closed(number):
            return  # a migration is about to give the alias to the next one
        if await self.generations.put_templates(number, is_open=True):
            await self.generations.upgrade(number)
        # So that the aliases are there for readers before the first story is.
        name = f"{self.generations.names.start(number)}{datetime.now(UTC):%Y.%m}"
        await self.server.call(self.server.client.indices.create(index=name), unless="resource_already_exists")

    async def write(self, documents: Sequence[Document]) -> list[Outcome]:
        """Keep the newest version of each document: one outcome each, in order."""
        return await self._writer.write(documents)

    def forget(self) -> None:
        """Trust nothing remembered of earlier writes; they are looked up again."""
        self._homes.forget()

    async def get(self, document_id: str) -> dict[str, Any] | None:
        """One document by its id, hidden or not. One written in the last second may not be found yet."""
        answer = await self.server.call(
            self.server.client.search(
                index=self.server.everything,
                query={"ids": {"values": [document_id]}},
                source_excludes=list(SEARCH_ONLY),
            )
        )
        hits = answer["hits"]["hits"] if answer else []
        return dict(hits[0]["_source"]) if hits else None

    async def fates(self, ids: Sequence[str]) -> dict[str, StoryState]:
        """What is kept of each story that is there, by id, hidden or not, as of the last `refresh`."""
        found: dict[str, StoryState] = {}
        for start in range(0, len(ids), LOOK_UP):
            for hit in await self.server.stories(list(ids[start : start + LOOK_UP])):
                kept, other = kept_in(hit["_source"]), found.get(hit["_id"])
                if other is None or other.version < kept.version:
                    found[hit["_id"]] = kept
        return found

    async def versions(self, ids: Sequence[str], *, hidden: bool = False) -> dict[str, int]:
        """The version that stands of each story that a reader may see or whose kill they may know of, by id.

        As of the last `refresh`.
        """
        seen = elastic_filter(*seen_by(hidden=hidden, kills=True))
        found: dict[str, int] = {}
        for start in range(0, len(ids), LOOK_UP):
            some = list(ids[start : start + LOOK_UP])
            answer = await self.server.call(
                self.server.client.search(
                    index=self.server.everything,
                    query={"bool": {"filter": [{"ids": {"values": some}}, seen]}},
                    size=len(some) * 2,
                    source_includes=["version"],
                )
            )
            for hit in answer["hits"]["hits"] if answer else ():
                found[hit["_id"]] = hit["_source"]["version"]
        return found

    async def open_notices(self, since: datetime, size: int) -> list[dict[str, Any]]:
        """Notices received since then whose story was not found, as stored, the last one first."""
        answer = await self.server.call(
            self.server.client.search(
                index=self.server.everything,
                query={
                    "bool": {"filter": [{"term": {"kills.state": OPEN}}, {"range": {"received_at": {"gte": since}}}]}
                },
                sort=[{"received_at": "desc"}, {"id": "asc"}],
                size=size,
            )
        )
        return [dict(hit["_source"]) for hit in answer["hits"]["hits"]] if answer else []

    async def count(self, *, hidden: bool = False) -> int:
        """How many documents a reader can find, or with ``hidden`` how many there are."""
        index = self.server.everything if hidden else self._prefix
        answer = await self.server.call(self.server.client.count(index=index))
        return int(answer["count"]) if answer else 0

    async def refresh(self) -> None:
        """Make everything written so far findable now."""
        await self.server.refresh()

    async def close(self) -> None:
        """Give connections back."""
        await self.server.client.close()

    async def find(self, query: ParsedQuery) -> SearchResults:
        """The documents that match, visible ones only unless ``query.hidden``."""
        answer = await self._search(query, request(query, await self._weights(query)))
        if answer is None:
            return SearchResults(0, ())
        found = answer["hits"]["hits"]
        hits = tuple(
            Hit(
                hit["_id"],
                hit["_score"] or 0.0,
                hit["_source"],
                {field: tuple(passages) for field, passages in hit.get("highlight", {}).items()},
            )
            for hit in found
        )
        after = after_token(query.sort, found[-1]["sort"]) if len(found) == query.limit else ""
        return SearchResults(answer["hits"]["total"]["value"], hits, after)

    async def _weights(self, query: ParsedQuery) -> Weights:
        """What each of a query's words counts, where there are several."""
        leaves, body = counting(query)
        answer = await self._search(query, body) if leaves else None
        if answer is None:
            return {}
        found = answer["aggregations"]["having"]["buckets"]
        having = [found[str(number)]["doc_count"] for number in range(len(leaves))]
        return weights(leaves, answer["hits"]["total"]["value"], having)

    async def _search(self, query: ParsedQuery, body: dict[str, Any]) -> Any:
        """What Elasticsearch answers, from the reader's alias unless more is asked for."""
        seconds = min(self.limits.seconds, deadline().seconds)
        answer = await self.server.call(
            self.server.client.search(
                index=self._prefix if is_seen_by_alias(query) else self.server.everything,
                **body,
                timeout=f"{1000 * seconds:.0f}ms",
                allow_partial_search_results=False,
            )
        )
        if answer is not None and answer["timed_out"]:
            raise StoreUnavailable(f"The search took more than {seconds:.0f} s. Narrow it down.")
        return answer
