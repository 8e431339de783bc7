"""The views of the store in Elasticsearch. Takes an `ElasticsearchStore` and queries, gives counts; only reads."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from search.documents import OPEN
from search.elastic.query import condition, is_seen_by_alias, term
from search.elastic.store import ElasticsearchStore
from search.mapping import LONG_PARTS, SEARCH_ONLY
from search.query.checking import ParsedQuery
from search.query.fields import QUERY_FIELDS
from search.store import StoreUnavailable
from search.views import MOST_VALUES, PERCENTS, Count, Facets, StoriesOverTime, Throughput, TimeInterval, step_for
from search.visibility import KILLED, PUBLIC_KILL, WAITING, elastic_filter

LATENCIES = ("wire", "read", "enrich", "index", "total")
MOST_FLOW = 10_000
MINUTES = 120  # shown of the flow


class ElasticViews:
    """Views of a store's indices, by its connection. ``timeout`` is how many seconds one may take."""

    def __init__(self, store: ElasticsearchStore, *, timeout: float = 10.0) -> None:
        self._server = store.server
        self._timeout = timeout

    async def facets(self, query: ParsedQuery, fields: Sequence[str], *, size: int, about: str = "") -> Facets:
        """The most frequent values of each field among all stories that match."""
        aggregations = {field: _terms(field, min(size, MOST_VALUES), about) for field in fields}
        answer = await self._search(query, aggregations)
        counts = {field: _counts(answer["aggregations"].get(field, {})) for field in fields}
        return Facets(counts, answer["hits"]["total"]["value"])

    async def timeline(self, query: ParsedQuery, split: Mapping[str, tuple[str, str]]) -> StoriesOverTime:
        """How many stories match over time, and of these how many have the field and value of each name."""
        time = {"field": "version_created"}
        ends = (await self._search(query, {"first": {"min": time}, "last": {"max": time}}))["aggregations"]
        if not ends or ends["first"]["value"] is None:
            return StoriesOverTime("hour", ())
        step = step_for(*(_moment(ends[name]["value"]) for name in ("first", "last")))
        slots: dict[str, Any] = {"date_histogram": {**time, "calendar_interval": step, "min_doc_count": 1}}
        if split:
            filters = {name: term(field, value) for name, (field, value) in split.items()}
            slots["aggs"] = {"split": {"filters": {"filters": filters}}}
        found = (await self._search(query, {"slots": slots}))["aggregations"]
        return StoriesOverTime(step, tuple(_slot(bucket) for bucket in found["slots"]["buckets"]))

    async def notices(self, size: int, *, hidden: bool = False) -> list[dict[str, Any]]:
        """The newest kills, newest first; with ``hidden`` also stories under embargo."""
        either = [elastic_filter(PUBLIC_KILL)]
        if hidden:
            either = [elastic_filter(KILLED), elastic_filter(WAITING), {"term": {"kills.state": OPEN}}]
        answer = await self._ask(
            self._server.everything,
            query={"bool": {"should": either, "minimum_should_match": 1}},
            sort=[{"version_created": "desc"}, {"id": "asc"}],
            size=size,
            source_excludes=[*SEARCH_ONLY, *LONG_PARTS],
        )
        return [dict(hit["_source"]) for hit in answer["hits"]["hits"]]

    async def flow(self, size: int) -> Throughput:
        """How the newest stories came in: those indexed since the last ``size`` began to be, at most `MOST_FLOW`."""
        everything = self._server.everything
        newest = await self._ask(
            everything,
            sort=[{"indexed_at": "desc"}],
            size=1,
            from_=min(size, MOST_FLOW) - 1,
            source_includes=["indexed_at"],
        )
        since = [hit["_source"]["indexed_at"] for hit in newest["hits"]["hits"]]
        parts = {
            part: {"percentiles": {"field": f"latency.{part}", "percents": list(PERCENTS), "keyed": False}}
            for part in LATENCIES
        }
        minutes = {"date_histogram": {"field": "indexed_at", "fixed_interval": "1m", "min_doc_count": 1}}
        answer = await self._ask(
            everything,
            query={"range": {"indexed_at": {"gte": since[0]}}} if since else {"match_all": {}},
            size=0,
            track_total_hits=True,
            aggs={**parts, "minutes": minutes, "newest": {"max": {"field": "indexed_at"}}},
        )
        return _flow(answer)

    async def close(self) -> None:
        """Nothing to do: the connection is the store's."""

    async def _search(self, query: ParsedQuery, aggregations: Mapping[str, Any]) -> Any:
        index = self._server.prefix if is_seen_by_alias(query) else self._server.everything
        return await self._ask(index, query=condition(query), size=0, aggs=aggregations, track_total_hits=True)

    async def _ask(self, index: str, **body: Any) -> Any:
        answer = await self._server.call(
            self._server.client.search(
                index=index,
                **body,
                timeout=f"{self._timeout:.0f}s",
                ignore_unavailable=True,
                allow_partial_search_results=False,
            )
        )
        if answer is None:
            return {"hits": {"hits": [], "total": {"value": 0}}, "aggregations": {}}
        if answer["timed_out"]:
            raise StoreUnavailable(f"The search took more than {self._timeout:.0f} s. Narrow it down.")
        return answer


def _terms(field: str, size: int, about: str) -> dict[str, Any]:
    """Values of a field to count; of stances, with ``about``, those of one name, each row by itself."""
    order = [{"_count": "desc"}, {"_key": "asc"}]
    if field != "stance" or not about:
        return {"terms": {"field": QUERY_FIELDS[field].paths[0], "size": size, "order": order}}
    either = [{"term": {f"stance_rows.{side}": about}} for side in ("holder", "target")]
    return {
        "nested": {"path": "stance_rows"},
        "aggs": {
            "about": {
                "filter": {"bool": {"should": either, "minimum_should_match": 1}},
                "aggs": {"values": {"terms": {"field": "stance_rows.statement", "size": size, "order": order}}},
            }
        },
    }


def _counts(found: Mapping[str, Any]) -> tuple[Count, ...]:
    values = found["about"]["values"] if "about" in found else found
    return tuple(Count(bucket["key"], bucket["doc_count"]) for bucket in values.get("buckets", ()))


def _slot(bucket: Mapping[str, Any]) -> TimeInterval:
    split = bucket.get("split", {}).get("buckets", {})
    counts = {name: one["doc_count"] for name, one in split.items()}
    return TimeInterval(_moment(bucket["key"]), bucket["doc_count"], counts)


def _flow(answer: Mapping[str, Any]) -> Throughput:
    found = answer["aggregations"]
    if not answer["hits"]["total"]["value"]:
        return Throughput(0, (), {}, None)
    seconds = {
        part: tuple(row["value"] for row in found[part]["values"])
        for part in LATENCIES
        if found[part]["values"][0]["value"] is not None
    }
    minutes = tuple((int(row["key"] // 60_000), row["doc_count"]) for row in found["minutes"]["buckets"])
    return Throughput(answer["hits"]["total"]["value"], minutes[-MINUTES:], seconds, _moment(found["newest"]["value"]))


def _moment(milliseconds: float) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
