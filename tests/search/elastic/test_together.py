"""Aggregations of one moment become one search; asked of a list instead of Elasticsearch."""

import asyncio
import gc
from typing import Any

import pytest

from search.elastic.together import MOMENT, SharedSearches
from search.store import StoreError
from tests.waiting import eventually

SAID = {"term": {"body": "said"}}


class Asked:
    """Answers each aggregation with its own request; what is ``refused`` spoils the whole search."""

    def __init__(self, error: Exception | None = None, refused: str = "?") -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self._error = error
        self._refused = refused

    async def __call__(self, index: str, body: dict[str, Any]) -> Any:
        self.requests.append((index, body))
        if self._error:
            raise self._error
        if any(self._refused in one for one in body.get("aggs", {}).values()):
            raise StoreError(self._refused)
        return {"hits": {"total": {"value": 7}}, **({"aggregations": body["aggs"]} if "aggs" in body else {})}


async def test_what_is_asked_at_once_over_the_same_stories_is_one_search() -> None:
    asked = Asked()
    searches = SharedSearches(asked)
    one, two, number = await asyncio.gather(
        searches.counted("news", SAID, {"a": {"min": 1}}),
        searches.counted("news", SAID, {"a": {"max": 2}, "b": {"max": 3}}),
        searches.counted("news", SAID, {}),
    )
    assert one["aggregations"] == {"a": {"min": 1}}
    assert two["aggregations"] == {"a": {"max": 2}, "b": {"max": 3}}
    assert (number["aggregations"], number["hits"]["total"]["value"]) == ({}, 7)
    ((index, body),) = asked.requests
    assert (index, body["query"], body["size"], body["track_total_hits"], len(body["aggs"])) == (
        "news",
        SAID,
        0,
        True,
        3,
    )


async def test_other_stories_and_what_is_asked_later_are_searches_of_their_own() -> None:
    asked = Asked()
    searches = SharedSearches(asked)
    await asyncio.gather(
        searches.counted("news", SAID, {}),
        searches.counted("news-all", SAID, {}),
        searches.counted("news", {"match_all": {}}, {}),
    )
    await searches.counted("news", SAID, {})
    assert [(index, body["query"]) for index, body in asked.requests] == [
        ("news", SAID),
        ("news-all", SAID),
        ("news", {"match_all": {}}),
        ("news", SAID),
    ]
    assert all("aggs" not in body for _, body in asked.requests)


async def test_who_leaves_takes_nothing_from_the_others_and_all_hear_an_error() -> None:
    searches = SharedSearches(Asked())
    leaving, staying = (asyncio.ensure_future(searches.counted("news", SAID, {})) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert (await staying)["hits"]["total"]["value"] == 7
    failing = SharedSearches(Asked(ValueError("no")))
    for one in [asyncio.ensure_future(failing.counted("news", SAID, {})) for _ in range(2)]:
        with pytest.raises(ValueError, match="no"):
            await one


async def test_who_asks_for_what_is_refused_keeps_no_answer_from_the_others() -> None:
    asked = Asked(refused="bad")
    searches = SharedSearches(asked)
    answers: Any = await asyncio.gather(
        searches.counted("news", SAID, {"a": {"min": 1}}),
        searches.counted("news", SAID, {"b": {"bad": 2}}),
        searches.counted("news", SAID, {}),
        return_exceptions=True,
    )
    good, bad, number = answers
    assert good["aggregations"] == {"a": {"min": 1}}
    assert isinstance(bad, StoreError)
    assert number["hits"]["total"]["value"] == 7
    assert len(asked.requests) == 4
    with pytest.raises(StoreError):
        await searches.counted("news", SAID, {"b": {"bad": 2}})
    assert len(asked.requests) == 5


async def test_an_error_that_nobody_waits_for_is_not_complained_of() -> None:
    complaints: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, said: complaints.append(said))
    asked = Asked(ValueError("no"))
    leaving = asyncio.ensure_future(SharedSearches(asked).counted("news", SAID, {}))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.sleep(2 * MOMENT)
    requests = asked.requests
    del asked, leaving  # the last that know of the search
    gc.collect()
    assert len(requests) == 1
    assert complaints == []


async def test_what_nobody_waits_for_any_more_ends_with_the_searches() -> None:
    notes: list[str] = []

    async def endless(*_: Any) -> None:
        notes.append("asked")
        try:
            await asyncio.Event().wait()
        finally:
            notes.append("ended")

    searches = SharedSearches(endless)
    asker = asyncio.create_task(searches.counted("news", SAID, {}))
    await eventually(lambda: notes == ["asked"], "the search is under way")
    asker.cancel()
    await asyncio.wait([asker])
    await searches.close()
    assert notes == ["asked", "ended"]
