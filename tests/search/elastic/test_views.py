"""Courses over time, where Elasticsearch refuses slots of the length that was guessed; a list stands in for it."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from search.elastic.store import ElasticsearchStore
from search.elastic.views import ElasticViews
from search.store import StoreError
from tests.search.samples import question

FIRST, LAST = (1000 * datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (1850, 2026))
ENDS = {"0:first": {"value": FIRST}, "0:last": {"value": LAST}}
SLOTS = {"0:slots": {"buckets": [{"key": FIRST, "doc_count": 1}, {"key": LAST, "doc_count": 2}]}}


class Refusing:
    """A server that takes slots of years only."""

    prefix, everything = "news", "news-all"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.client = SimpleNamespace(search=self._answer)

    async def call(self, answer: Any) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _answer(self, aggs: Any, **_: Any) -> Any:
        step = aggs["0:slots"]["date_histogram"]["calendar_interval"] if "0:slots" in aggs else ""
        self.asked.append(step)
        if step == "day":
            return StoreError("Trying to create too many buckets.")
        return {"timed_out": False, "aggregations": {**ENDS, **(SLOTS if step else {})}}


async def test_where_there_would_be_too_many_slots_the_first_and_last_time_are_asked_for_alone() -> None:
    server = Refusing()
    views = ElasticViews(cast("ElasticsearchStore", SimpleNamespace(server=server)))
    for _ in range(2):
        course = await views.timeline(question(), {})
        assert (course.step, [slot.stories for slot in course.slots]) == ("year", [1, 2])
    assert server.asked == ["day", "", "year", "year"]
