"""Which event a story reports, in both stores: said, kept by later versions, and never of what is hidden."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from processors.events.summary import EventSummary
from search.articles import LOW_BITS
from search.documents import Document
from search.open import views_of
from search.store import Store
from search.views import Views
from search.visibility import Sources
from tests.search.samples import START, document, question

TOGETHER = EventSummary("a", "Three told of it", 3, ("AFP", "Reuters"), START, START + timedelta(hours=1))
LATER = datetime.now(UTC) + timedelta(days=400)


@pytest.fixture
async def views(store: Store) -> AsyncIterator[Views]:
    opened = views_of(store)
    yield opened
    await opened.close()


async def put(store: Store, *documents: Document) -> None:
    await store.write(documents)
    await store.refresh()


async def told(store: Store, *stories: str, event: EventSummary = TOGETHER) -> None:
    await store.set_events(dict.fromkeys(stories, event))
    await store.refresh()


async def event_of(store: Store, story: str) -> Any:
    return (await store.get(story) or {})["event"]


async def found(store: Store, text: str) -> set[str]:
    return {hit.id for hit in (await store.find(question(text))).hits}


async def test_a_story_is_its_own_event_until_others_report_it_and_then_found_by_theirs(
    store: Store, views: Views
) -> None:
    await put(store, document("a"), document("b", 2, source="Reuters"), document("c", 3))
    assert (await event_of(store, "b"))["id"] == "b"
    assert (await event_of(store, "b"))["size"] == 1
    await told(store, "a", "b", "nothing")
    assert (await event_of(store, "b"))["headline"] == "Three told of it"
    assert await found(store, "event:a") == {"a", "b"}
    assert await found(store, "event:b") == set()
    reports = await views.reports(["a", "c"], 10)
    assert [(one.id, one.source) for one in reports["a"]] == [("a", "AP"), ("b", "Reuters")]
    assert [one.id for one in reports["c"]] == ["c"]
    only = await views.reports(["a", "c"], 10, sources=Sources(("reuters",), only=True))
    assert {event: [one.id for one in found] for event, found in only.items()} == {"a": ["b"]}


async def test_a_later_version_keeps_its_event_and_a_kill_leaves_it(store: Store, views: Views) -> None:
    await put(store, document("a"), document("b", 2))
    await told(store, "a", "b")
    await put(store, document("b", 3, headline="Corrected"))
    assert (await event_of(store, "b"))["id"] == "a"
    assert await found(store, "event:a") == {"a", "b"}
    await put(store, document("a", 4, status="canceled", kind="kill"))
    assert await event_of(store, "a") is None
    assert [one.id for one in (await views.reports(["a"], 10))["a"]] == ["b"]
    await told(store, "a", "b")
    assert await event_of(store, "a") is None


def version(story: str, minute: int, **fields: Any) -> Document:
    """A version of a story that its agency made in that minute, numbered as those of articles are."""
    made = START + timedelta(minutes=minute)
    number = int(made.timestamp() * 1000) << LOW_BITS
    return document(story, number, version_created=made, received_at=made + timedelta(seconds=5), **fields)


async def test_who_has_an_event_and_since_when_is_said_by_first_versions(store: Store, views: Views) -> None:
    await put(store, version("a", 0), version("b", 5, source="Reuters"))
    await told(store, "a", "b")
    await put(store, *(version("a", minute, headline=f"Version {minute}", kind="correction") for minute in (10, 20)))
    by_first = (await views.reports(["a"], 10, firsts=True))["a"]
    assert [(one.id, one.made - START) for one in by_first] == [("a", timedelta(0)), ("b", timedelta(minutes=5))]
    assert [one.id for one in (await views.reports(["a"], 10))["a"]] == ["b", "a"]
    await put(store, *(version("a", minute, kind="correction") for minute in range(21, 50)))  # more than are kept apart
    first = (await views.reports(["a"], 10, firsts=True))["a"][0]
    assert (first.id, first.made - START) == ("a", timedelta(seconds=5))


async def test_what_was_killed_or_sealed_before_is_no_first_version(store: Store, views: Views) -> None:
    sealed = START + timedelta(minutes=8)
    await put(store, version("a", 0), version("b", 1, embargo_until=sealed), version("c", 6))
    await put(store, version("a", 7, status="canceled", kind="kill"), version("a", 9, headline="Told again"))
    await told(store, "a", "b", "c")
    reports = (await views.reports(["a"], 10, firsts=True))["a"]
    assert [(one.id, one.made - START) for one in reports] == [
        ("c", timedelta(minutes=6)), ("b", timedelta(minutes=8)), ("a", timedelta(minutes=9)),
    ]  # fmt: skip


async def test_what_is_hidden_has_no_event_and_none_is_said_of_it(store: Store, views: Views) -> None:
    await put(store, document("sealed", embargo_until=LATER), document("held", status="withheld"), document("a"))
    await told(store, "sealed", "held", "a")
    assert [await event_of(store, one) for one in ("sealed", "held")] == [None, None]
    assert [one.id for one in (await views.reports(["a"], 10))["a"]] == ["a"]
    await put(store, document("a", 2, embargo_until=LATER))
    assert await event_of(store, "a") is None
    assert await views.reports(["a"], 10) == {}


async def test_an_event_that_ended_its_embargo_can_be_told(store: Store) -> None:
    await put(store, document("a", embargo_until=datetime.now(UTC) - timedelta(seconds=1)))
    assert await event_of(store, "a") is None
    await told(store, "a")
    assert (await event_of(store, "a"))["size"] == 3
