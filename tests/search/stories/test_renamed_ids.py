"""A story indexed under the id of an earlier release stays one document, and its kill reaches it."""

from datetime import UTC, datetime
from itertools import permutations

import msgspec
import pytest

from search.documents import Document
from search.store import Store
from search.stories.renamed_ids import placed
from tests.search.conftest import StoreMaker
from tests.search.samples import document

OLD = document("old", 1, guid="urn:x:1;v1", headline="Talks begin")
UPDATE = document("new", 2, guid="urn:x:1", headline="Talks go on")
KILL = document(
    "new", 3, guid="urn:x:1", headline="KILL", status="canceled", kind="kill", first_created=OLD.first_created
)


async def index(store: Store, one: Document, former: tuple[str, ...] = ("old",)) -> None:
    """As the index stage does."""
    (documents,) = await placed(store, [msgspec.structs.replace(one, former_ids=former)])
    await store.write(documents)
    await store.refresh()


async def test_an_update_and_a_kill_under_the_new_id_reach_the_old_document(store: Store) -> None:
    await index(store, OLD, ())
    await index(store, UPDATE)
    stands = await store.get("old")
    assert stands is not None
    assert (stands["headline"], stands["guid"], await store.get("new")) == ("Talks go on", "urn:x:1", None)
    await index(store, KILL)
    await index(store, UPDATE)  # fed again
    killed = await store.get("old")
    assert killed is not None
    assert (killed["status"], killed["body"], await store.get("new")) == ("canceled", "", None)
    assert (await store.count(), await store.count(hidden=True)) == (0, 1)


@pytest.mark.parametrize("order", permutations(range(3)))
async def test_whatever_comes_first_nothing_of_a_killed_story_is_seen(
    new_store: StoreMaker, store: Store, order: tuple[int, ...]
) -> None:
    """The old version may still be on its way from an earlier release, in another partition, to another process."""
    other = new_store()
    for number, writer in zip(order, (store, other, store), strict=True):
        await index(writer, (OLD, UPDATE, KILL)[number], () if number == 0 else ("old",))
    await index(other, KILL)  # redelivered, fed again, or audited and replayed
    assert await store.count() == 0
    await other.close()


async def test_a_story_without_an_old_document_has_its_own_id(store: Store) -> None:
    await index(store, UPDATE)
    assert await store.get("old") is None
    assert (await store.get("new") or {})["headline"] == "Talks go on"


async def test_a_former_id_that_other_stories_shared_takes_nothing(store: Store) -> None:
    """A service whose items all had one id: what stood last under it is another story."""
    await index(store, OLD, ())
    moment = datetime(2026, 12, 1, tzinfo=UTC)  # a day alone, which they may share
    await store.write([msgspec.structs.replace(OLD, version=2, first_created=moment)])
    await store.refresh()
    for name in ("first", "second"):
        one = msgspec.structs.replace(UPDATE, id=name, guid=name, headline=f"Of {name}", first_created=moment)
        await index(store, one)
    assert await store.count() == 3
    assert (await store.get("old") or {})["headline"] == "Talks begin"
