"""The views of the store in Elasticsearch. Takes an `ElasticsearchStore` and queries, gives counts; only reads."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from search.documents import OPEN
from search.elastic.facets import counting, facets_of
from search.elastic.query import SORTS, condition, is_seen_by_alias, term
from search.elastic.store import ElasticsearchStore
from search.elastic.together import SharedSearches
from search.mapping import LONG_PARTS, SEARCH_ONLY
from search.query.checking import ParsedQuery
from search.store import StoreError, StoreUnavailable
from search.views import (
    CIVIL,
    EVERY_VALUE,
    FIRST_FIELDS,
    PERCENTS,
    BesideList,
    EventReport,
    FacetOptions,
    Facets,
    Period,
    Step,
    StoriesOverTime,
    Throughput,
    TimeInterval,
    by_event,
    step_for,
)
from search.visibility import (
    EVERY_SOURCE,
    EVERYTHING,
    KILLED,
    PUBLIC_KILL,
    VISIBLE,
    WAITING,
    Sources,
    elastic_filter,
    within,
)

LATENCIES = ("wire", "read", "enrich", "index", "total")
MOST_FLOW = 10_000
MINUTES = 120  # shown of the flow
EVEN: dict[Step, str] = {"minute": "1m", "10 minutes": "10m", "6 hours": "6h"}  # other steps are the calendar's
TIME = {"field": "version_created"}
REPORTED_FIELDS = ("id", "source", "headline", "version_created", "event")
COLUMNS = ("id", "source", "headline.keyword", "version_created", "event.id", "event.copy_of")
REPORTED: dict[str, Any] = {"source": False, "stored_fields": "_none_", "docvalue_fields": COLUMNS}
ENDS: dict[str, Any] = {"first": {"min": TIME}, "last": {"max": TIME}}


class ElasticViews:
    """Views of a store's indices, by its connection. ``timeout`` is how many seconds one may take."""

    def __init__(self, store: ElasticsearchStore, *, timeout: float = 10.0) -> None:
        self._server = store.server
        self._timeout = timeout
        self._together = SharedSearches(lambda index, body: self._ask(index, **body))
        self._step: Step = "day"  # of the last course over time

    async def facets(
        self, query: ParsedQuery, fields: Sequence[str], *, size: int, options: FacetOptions = EVERY_VALUE
    ) -> Facets:
        """The most frequent values of each field among all stories that match."""
        return facets_of(await self._search(query, counting(fields, size, options)), fields)

    async def overview(self, query: ParsedQuery, fields: Sequence[str], *, size: int, zone: str = "UTC") -> BesideList:
        """The most frequent values among all stories that match, and how many match over time.

        Their first and last times are found with the values.
        """
        values = counting(fields, size, FacetOptions(sentences=False))
        answer, course = await self._course(query, values, {}, fine=True, zone=zone)
        return BesideList(facets_of(answer, fields), course)

    async def timeline(
        self, query: ParsedQuery, split: Mapping[str, tuple[str, str]], *, fine: bool = False, zone: str = "UTC"
    ) -> StoriesOverTime:
        """How many stories match over time, and of these how many have the field and value of each name."""
        return (await self._course(query, {}, split, fine=fine, zone=zone))[1]

    async def _course(
        self,
        query: ParsedQuery,
        beside: Mapping[str, Any],
        split: Mapping[str, tuple[str, str]],
        *,
        fine: bool,
        zone: str,
    ) -> tuple[Any, StoriesOverTime]:
        """How many stories match over time, and the answer to other aggregations ``beside``.

        How long slots are depends on the first and the last story. They are asked for as long as they were the last
        time, with these two, and once more if that was wrong, or would have been too many slots.
        """
        guess: Step | None = self._step
        try:
            answer = await self._search(query, {**beside, **ENDS, "slots": _slots(self._step, split, zone)})
        except StoreError:
            guess, answer = None, await self._search(query, {**beside, **ENDS})
        found = answer["aggregations"]
        if not found or found["first"]["value"] is None:
            return answer, StoriesOverTime("hour", ())
        step = step_for(*(_moment(found[name]["value"]) for name in ("first", "last")), fine=fine)
        if step != guess:
            found = (await self._search(query, {"slots": _slots(step, split, zone)}))["aggregations"]
            self._step = step if step in CIVIL else self._step  # of short ones there may be too many in another search
        return answer, StoriesOverTime(step, tuple(_slot(bucket) for bucket in found["slots"]["buckets"]))

    async def counted_between(self, query: ParsedQuery, periods: Sequence[Period]) -> tuple[int, ...]:
        """How many of the stories that match were made in each period."""
        ranges = [
            {name: moment.isoformat() for name, moment in (("gte", since), ("lt", until)) if moment}
            for since, until in periods
        ]
        filters = {str(number): {"range": {TIME["field"]: limits}} for number, limits in enumerate(ranges)}
        found = (await self._search(query, {"periods": {"filters": {"filters": filters}}}))["aggregations"]
        buckets = found["periods"]["buckets"] if found else {}
        return tuple(int(buckets.get(number, {}).get("doc_count", 0)) for number in filters)

    async def total(self, query: ParsedQuery) -> int:
        """How many stories match."""
        return int((await self._search(query, {}))["hits"]["total"]["value"])

    async def reports(
        self, events: Sequence[str], size: int, *, sources: Sources = EVERY_SOURCE, firsts: bool = False
    ) -> dict[str, tuple[EventReport, ...]]:
        """The newest visible stories that report any of these events, by event, oldest first.

        What says when a story's first version was made is in documents only.
        """
        these = [{"terms": {"event.id": list(events)}}, elastic_filter(within(sources, VISIBLE))]
        asked = {"query": {"bool": {"filter": these}}, "sort": SORTS["newest"], "size": size}
        found: list[dict[str, Any] | None] = [None]
        if not firsts:
            answer = await self._ask(self._server.everything, **asked, **REPORTED)
            found = [reported(hit["fields"]) for hit in answer["hits"]["hits"]]
        if None in found:
            fields = [*REPORTED_FIELDS, *(FIRST_FIELDS if firsts else ())]
            answer = await self._ask(self._server.everything, **asked, source_includes=fields)
            found = [hit["_source"] for hit in answer["hits"]["hits"]]
        return by_event(filter(None, found))

    async def notices(
        self, size: int, *, hidden: bool = False, sources: Sources = EVERY_SOURCE
    ) -> list[dict[str, Any]]:
        """The newest kills, newest first; with ``hidden`` also stories under embargo."""
        either = [elastic_filter(PUBLIC_KILL)]
        if hidden:
            either = [elastic_filter(KILLED), elastic_filter(WAITING), {"term": {"kills.state": OPEN}}]
        answer = await self._ask(
            self._server.everything,
            query={
                "bool": {
                    "should": either,
                    "minimum_should_match": 1,
                    "filter": [elastic_filter(within(sources, EVERYTHING))],
                }
            },
            sort=SORTS["newest"],
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
        """End what is being asked; the connection is the store's."""
        await self._together.close()

    async def _search(self, query: ParsedQuery, aggregations: Mapping[str, Any]) -> Any:
        index = self._server.prefix if is_seen_by_alias(query) else self._server.everything
        return await self._together.counted(index, condition(query), aggregations)

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


def reported(fields: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """A report by the values that are stored in columns; ``None`` where it lacks one, as of a headline that is long.

    Whole documents would be read for a few of their fields.
    """
    values = {name: each[0] for name, each in fields.items()}
    if not values.keys() >= {*COLUMNS} - {"event.copy_of"}:
        return None
    event = {"id": values["event.id"], "copy_of": values.get("event.copy_of", "")}
    made = {name: values[name] for name in ("id", "source", "version_created")}
    return {**made, "headline": values["headline.keyword"], "event": event}


def _slots(step: Step, split: Mapping[str, tuple[str, str]], zone: str) -> dict[str, Any]:
    """Slots over time, and of each how many have the field and value of each name."""
    every: dict[str, str] = {"fixed_interval": EVEN[step]} if step in EVEN else {"calendar_interval": step}
    if step in CIVIL:
        every["time_zone"] = zone
    slots: dict[str, Any] = {"date_histogram": {**TIME, **every, "min_doc_count": 1}}
    if split:
        filters = {name: term(field, value) for name, (field, value) in split.items()}
        slots["aggs"] = {"split": {"filters": {"filters": filters}}}
    return slots


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
