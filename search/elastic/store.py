"""The store in Elasticsearch: monthly indices, an alias that shows what readers may see, one that shows everything.

Takes and gives what `search.store.Store` says. Templates and aliases are made by `ElasticsearchStore.set_up`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from processors.events.summary import EventSummary
from search.documents import OPEN, Document
from search.elastic.access import NO_ACCESS, Access
from search.elastic.arrivals import Arrivals
from search.elastic.bulk import TRIES, BulkWriter
from search.elastic.events import set_events
from search.elastic.generations import Generations
from search.elastic.merging import KeptMerges
from search.elastic.placement import LOOK_UP, PlacementCache
from search.elastic.query import having, is_seen_by_alias, lately, nearest, request, sight
from search.elastic.server import ElasticServer
from search.elastic.templates import DEFAULT_SIZES, IndexSizes
from search.elastic.together import SharedSearches
from search.elastic.words import passages
from search.field_types import DIMENSIONS
from search.mapping import SEARCH_ONLY
from search.query.checking import ParsedQuery
from search.query.deadline import deadline
from search.query.language import Leaf
from search.query.ranking import few_have, of_rarest, ranked_by, weights
from search.query.request import DEFAULT_LIMITS, Limits
from search.query.word_counts import WordCounts, sight_of
from search.store import Hit, Outcome, SearchResults, StoreUnavailable, with_or_without
from search.versions.corrections import Correction
from search.versions.joining import Merge, Merges
from search.versions.lineage import StoryState, kept_in, stored, story_in
from search.visibility import EVERY_SOURCE, EVERYTHING, Sources, elastic_filter, seen_by, within


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
        self._joined = KeptMerges(self.server)
        self._writer = BulkWriter(self.server, self._homes, self._joined)
        self._counts = WordCounts()
        self.arrivals = Arrivals(self.server)
        self._together = SharedSearches(self._ask)

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
        self._counts.forget()
        return await self._writer.write(documents)

    async def set_events(self, events: Mapping[str, EventSummary]) -> None:
        """Say of stories, by id, which event they report."""
        await set_events(self.server, events)

    async def correct(self, document_id: str, correction: Correction, *, withdraw: bool = False) -> bool:
        """Keep what somebody corrected in a story, or take it back; whether there is such a story.

        Findable when this returns. Who writes the story at the same time sees the other's write, as ever.
        """
        await self.refresh()  # so that it is found however new it is
        for _ in range(TRIES):
            found = await self.server.stories([document_id])
            kept = await self.server.fetch(found[0]["_index"], document_id) if found else None
            merges = await self._joined.current()
            story = with_or_without(story_in(kept[0]), correction, merges, withdraw=withdraw) if kept else None
            if kept is None or story is None:
                return False
            if await self.server.put(found[0]["_index"], document_id, stored(story, merges), kept[1]):
                self._homes.doubt([document_id])
                await self.refresh()
                return True
        raise StoreUnavailable(f"{document_id} is being written by others")

    async def merges(self) -> Merges:
        """All merged names."""
        return await self._joined.current()

    async def join(self, merge: Merge, *, withdraw: bool = False) -> None:
        """Keep that two names are one, or two, and write the stories that have them. Findable when this returns."""
        await self._joined.keep(merge, withdraw=withdraw)
        self._homes.doubt(await self._joined.write_again(merge.entity))
        await self.refresh()

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
        hits = self._there(answer)["hits"]["hits"]
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

    async def versions(
        self, ids: Sequence[str], *, hidden: bool = False, sources: Sources = EVERY_SOURCE
    ) -> dict[str, int]:
        """The version that stands of each story that a reader may see or whose kill they may know of, by id.

        As of the last `refresh`.
        """
        seen = elastic_filter(*seen_by(hidden=hidden, kills=True, sources=sources))
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
            for hit in self._there(answer)["hits"]["hits"]:
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
        return [dict(hit["_source"]) for hit in self._there(answer)["hits"]["hits"]]

    async def count(self, *, hidden: bool = False, sources: Sources = EVERY_SOURCE) -> int:
        """How many documents a reader can find, or with ``hidden`` how many there are."""
        index = self.server.everything if hidden else self._prefix
        seen = elastic_filter(within(sources, EVERYTHING))
        answer = await self.server.call(self.server.client.count(index=index, query=seen))
        return int(self._there(answer)["count"])

    async def refresh(self) -> None:
        """Make everything written so far findable now."""
        await self.server.refresh()
        self._counts.forget()

    async def close(self) -> None:
        """Give connections back."""
        await self._together.close()
        await self.server.client.close()

    async def find(self, query: ParsedQuery) -> SearchResults:
        """The documents that match, visible ones only unless ``query.hidden``."""
        if query.order == "arrived" and not await self.arrivals.are_known():
            query = msgspec.structs.replace(query, by_receipt=True)
        counts, every = await self._having(query)
        if query.likest:
            query = of_rarest(query, counts)
        elif query.weighed:
            kept = tuple(few_have(query.weighed, lambda leaf, _: counts.get(leaf, 0)))
            query = msgspec.structs.replace(query, weighed=kept)
            if not kept:
                return SearchResults(0, ())
        body = request(query, weights(tuple(counts), every, tuple(counts.values())))
        answer, first = None, lately(query)
        if first:
            narrowed = {"bool": {"filter": [*body["query"]["bool"]["filter"], first]}}
            answer = await self._search(query, {**body, "query": narrowed})
        if answer is None or len(answer["hits"]["hits"]) < query.limit:
            answer = await self._search(query, body)
        found = answer["hits"]["hits"]
        hits = tuple(
            Hit(
                _id_of(hit),
                hit["_score"] or 0.0,
                hit.get("_source", {}),
                passages(hit.get("highlight", {})),
            )
            for hit in found
        )
        after = query.end(found[-1]["sort"]) if len(found) == query.limit and not query.weighed else ""
        return SearchResults(answer["hits"]["total"]["value"] if query.counted else 0, hits, after)

    async def nearest(self, meaning: bytes, query: ParsedQuery) -> SearchResults:
        """Of the documents that match, those whose vectors of meaning are the most like ``meaning``."""
        if len(meaning) != DIMENSIONS:
            return SearchResults(0, ())
        answer = await self._search(query, nearest(meaning, query))
        hits = tuple(Hit(_id_of(hit), hit["_score"], hit.get("_source", {})) for hit in answer["hits"]["hits"])
        return SearchResults(len(hits), hits)

    async def _having(self, query: ParsedQuery) -> tuple[dict[Leaf, int], int]:
        """How many of the stories that the reader may see have each of a query's words, and how many there are.

        Nothing where there is at most one word: its rarity changes no order.
        """
        leaves, seen = ranked_by(query), sight_of(query)
        if not (leaves[1:] or query.weighed):
            return {}, 0
        known = self._counts.known(seen, (None, *leaves))
        lacking = [leaf for leaf in leaves if leaf not in known]
        if lacking or None not in known:
            answer = await self._together.counted(self._index(query), sight(query), having(lacking))
            found = answer["aggregations"]["having"]["buckets"] if lacking else {}
            made: dict[Leaf | None, int] = {None: int(answer["hits"]["total"]["value"])}
            made |= {leaf: int(found[str(number)]["doc_count"]) for number, leaf in enumerate(lacking)}
            self._counts.keep(seen, made)
            known |= made
        return {leaf: known[leaf] for leaf in leaves}, known[None]

    async def _search(self, query: ParsedQuery, body: dict[str, Any]) -> Any:
        """What Elasticsearch answers, from the reader's alias unless more is asked for."""
        return await self._ask(self._index(query), body)

    def _index(self, query: ParsedQuery) -> str:
        return self._prefix if is_seen_by_alias(query) else self.server.everything

    async def _ask(self, index: str, body: dict[str, Any]) -> Any:
        seconds = min(self.limits.seconds, deadline().seconds)
        answer = await self.server.call(
            self.server.client.search(
                index=index,
                **body,
                timeout=f"{1000 * seconds:.0f}ms",
                allow_partial_search_results=False,
            )
        )
        if self._there(answer)["timed_out"]:
            raise StoreUnavailable(f"The search took more than {seconds:.0f} s. Narrow it down.")
        return answer

    def _there(self, answer: Any) -> Any:
        """An answer. Where it is ``None`` there is no index, which nobody should take for an empty archive."""
        if answer is None:
            raise StoreUnavailable(f"{self.server.url} has no index {self._prefix} yet", "set up")
        return answer


def _id_of(hit: Mapping[str, Any]) -> str:
    """The id of a hit, by which all are sorted in the end."""
    return str(hit.get("_id") or hit["sort"][-1])
