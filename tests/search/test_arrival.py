"""A story arrives when readers can first see it: when it is received, or when its embargo ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from search.documents import Document, source_of
from search.query.checking import parsed
from search.query.request import Query, QueryError
from search.store import Store
from search.versions.history import arrive
from search.versions.lineage import stored, story_in
from search.visibility import arrival, came_at
from tests.search.samples import START, document, question

LATER, LATEST = START + timedelta(hours=1), START + timedelta(hours=2)
NOW = datetime.now(UTC)
ENDED = NOW - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("received", "until", "arrives"),
    [(START, None, START), (START, LATER, LATER), (LATER, START, LATER), (LATER, LATER, LATER)],
)
def test_when_a_story_reaches_readers(received: datetime, until: datetime | None, arrives: datetime) -> None:
    assert arrival(received, until) == arrives
    source = source_of(document(received_at=received, embargo_until=until))
    assert datetime.fromisoformat(source["arrived_at"]) == arrives


@pytest.mark.parametrize(
    ("versions", "arrives"),
    [
        pytest.param([{"embargo_until": LATEST}], LATEST, id="under an embargo"),
        pytest.param([{"embargo_until": LATEST}, {}], LATER, id="its embargo is lifted early"),
        pytest.param([{"status": "withheld"}, {}], LATER, id="released by the agency"),
        pytest.param([{"embargo_until": LATEST}, {"embargo_until": LATEST}], LATEST, id="updated under its embargo"),
        pytest.param([{"embargo_until": START}, {"embargo_until": START}], LATER, id="corrected after its embargo"),
    ],
)
def test_the_version_that_stands_says_when_its_story_arrived(versions: list[dict[str, Any]], arrives: datetime) -> None:
    story = None
    for number, fields in enumerate(versions, 1):
        received = START if number == 1 else LATER
        story = arrive(story, document(version=number, received_at=received, **fields))
    assert story is not None
    source = stored(story)
    assert datetime.fromisoformat(source["arrived_at"]) == arrives
    assert stored(story_in(source)) == source
    older = {name: value for name, value in source.items() if name != "arrived_at"}
    assert stored(story_in(older)) == source, "a story of an older program has it once it is written again"


def test_a_row_under_an_embargo_stands_where_it_was_received() -> None:
    freed, waits = (
        msgspec.to_builtins({"received_at": START, "embargo_until": until})
        for until in (LATER, NOW + timedelta(days=1))
    )
    assert [came_at(freed, NOW, by_receipt=which) for which in (False, True)] == [LATER, START]
    assert came_at(waits, NOW, by_receipt=False) == START


def test_where_a_page_by_arrival_ended_says_both_orders() -> None:
    by_arrival, by_receipt = (parsed(Query(sort="arrived", hidden=hidden)) for hidden in (False, True))
    token = by_arrival.end([3, 2, 1, "id"])
    assert by_arrival.following(token).start == (3, 2, 1, "id")
    assert by_receipt.following(token).start == (2, 1, "id")
    assert by_receipt.following(by_receipt.end([2, 1, "id"])).start == (2, 1, "id")
    assert (by_arrival.order, by_receipt.order) == ("arrived", "received")
    with pytest.raises(QueryError):
        by_arrival.following(parsed(Query(sort="newest")).end([1, "id"]))


def arriving() -> list[Document]:
    """A story whose embargo has ended a second ago, one whose embargo has not, and others received after both."""
    early = NOW - timedelta(hours=2)
    others = [document(f"o{n}", received_at=NOW - timedelta(minutes=60 - n)) for n in range(6)]
    waits = document("waits", received_at=early + timedelta(hours=1), embargo_until=NOW + timedelta(days=1))
    again = document("again", received_at=early - timedelta(hours=1), embargo_until=ENDED)
    return [document("freed", received_at=early, embargo_until=ENDED), waits, again, *others]


async def test_a_story_comes_first_when_its_embargo_ends(store: Store) -> None:
    await store.write(arriving())
    await store.refresh()
    others = [f"o{n}" for n in reversed(range(6))]
    query = question(sort="arrived", limit=3)
    first = await store.find(query)
    assert [hit.id for hit in first.hits] == ["freed", "again", "o5"], "of one moment the last received first"
    seen, page = [hit.id for hit in first.hits], first
    while page.after:  # the page that ended with o5 before the embargo has the same end
        page = await store.find(query.following(page.after))
        seen += [hit.id for hit in page.hits]
    assert seen == ["freed", "again", *others]
    back = await store.find(msgspec.structs.replace(query.following(first.after), backward=True))
    assert [hit.id for hit in back.hits] == ["again", "freed"]
    uncounted = await store.find(msgspec.structs.replace(query, counted=False))
    assert [hit.id for hit in uncounted.hits] == ["freed", "again", "o5"]
    whole = await store.find(question(sort="arrived", hidden=True, limit=4))
    rest = await store.find(question(sort="arrived", hidden=True).following(whole.after))
    assert [hit.id for hit in (*whole.hits, *rest.hits)] == [*others, "waits", "freed", "again"], "all as received"


async def test_what_has_arrived_since_a_time(store: Store) -> None:
    await store.write(arriving())
    await store.refresh()
    for hidden, since, ids in (
        (False, ENDED, {"freed", "again"}),
        (False, NOW - timedelta(minutes=56), {"freed", "again", "o4", "o5"}),
        (False, NOW + timedelta(hours=1), set()),
        (True, NOW - timedelta(minutes=56), {"o4", "o5"}),
    ):
        found = await store.find(question(arrived_since=since, hidden=hidden))
        assert (found.total, {hit.id for hit in found.hits}) == (len(ids), ids)
