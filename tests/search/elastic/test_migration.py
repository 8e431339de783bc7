"""A new generation of indices while writers go on: nothing is lost, nothing is there twice, whatever ends the move."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from search.documents import Document, document_from, source_of
from search.elastic.migration import Migration
from search.elastic.store import ElasticsearchStore
from search.elastic.templates import IndexSizes
from search.mapping import SEARCH_ONLY
from search.store import StoreError, StoreUnavailable
from streams.wire.article_ids import article_version
from tests.search.conftest import ask, remove
from tests.search.elastic.test_store import send
from tests.search.samples import document, question
from tests.search.test_store_contract import as_stored
from tests.search.versions.test_precedence import FAR, at, told

pytestmark = pytest.mark.integration

Opener = Callable[[], ElasticsearchStore]


@pytest.fixture
async def opened(elasticsearch_url: str, prefix: str) -> AsyncIterator[Opener]:
    """Opens stores on one prefix, as several processes would; two shards, so that each is followed by itself."""
    stores: list[ElasticsearchStore] = []

    def opener() -> ElasticsearchStore:
        stores.append(ElasticsearchStore(elasticsearch_url, prefix, sizes=IndexSizes(shards=2)))
        return stores[-1]

    yield opener
    for store in stores:
        await store.close()
    remove(elasticsearch_url, prefix)


def versions_of(story: str, number: int) -> list[Document]:
    """A story's versions: new, update, then a correction, a kill or a withdrawal; made in one of three months."""
    born = datetime(2026, 9 + number % 3, 2, tzinfo=UTC)
    last = [{"kind": "correction"}, {"status": "canceled", "kind": "kill"}, {"status": "withheld"}][number % 3]
    return [
        document(story, version, headline=f"{story} told {version}", first_created=born, **fields)
        for version, fields in ((1, {}), (2, {"kind": "update"}), (3, last))
    ]  # fmt: skip


async def write_all(store: ElasticsearchStore, waiting: list[Document]) -> None:
    """As the index stage does: what is busy is tried again, for as long as it takes."""
    while waiting:
        try:
            outcomes = await store.write(waiting)
        except StoreUnavailable:
            await asyncio.sleep(0.05)
            continue
        assert not [outcome for outcome in outcomes if outcome.state == "refused"]
        waiting = [one for one, outcome in zip(waiting, outcomes, strict=True) if outcome.state == "busy"]
        if waiting:
            await asyncio.sleep(0.05)


async def feed(store: ElasticsearchStore, name: str, stories: int, seed: int) -> list[Document]:
    """Every version of this writer's own stories, in an order of arrival that mixes them, in small bulks."""
    order = [one for n in range(stories) for one in versions_of(f"{name}-{n}", n)]
    random.Random(seed).shuffle(order)
    for start in range(0, len(order), 5):
        await write_all(store, order[start : start + 5])
        await asyncio.sleep(0)
    return order


async def stands_as_arrived(store: ElasticsearchStore, url: str, prefix: str, arrived: list[Document]) -> None:
    """Each story is one document, as its versions say, whatever lies behind the aliases."""
    await store.refresh()
    ours = ",".join(SEARCH_ONLY)  # not given to readers
    hits = ask(f"{url}/{prefix}-all/_search?size=1000&_source_excludes={ours}")["hits"]["hits"]
    stories: dict[str, list[Document]] = {}
    for one in arrived:
        stories.setdefault(one.id, []).append(one)
    assert sorted(hit["_id"] for hit in hits) == sorted(stories), "lost, or there twice"
    for hit in hits:
        assert hit["_source"] == as_stored(stories[hit["_id"]]), hit["_id"]
    visible = [one for one in stories.values() if max(one, key=lambda each: each.version).status == "usable"]
    assert await store.count() == len(visible)


async def test_a_migration_under_a_running_feed_loses_and_doubles_nothing(
    opened: Opener, elasticsearch_url: str, prefix: str
) -> None:
    first, second, mover = opened(), opened(), opened()
    await first.set_up()
    before = await feed(first, "old", 12, 1)
    feeds = asyncio.gather(feed(first, "a", 12, 2), feed(second, "b", 12, 3), feed(first, "old", 12, 4))
    moved = await Migration(mover.generations, page=7).run()
    during = [one for part in await feeds for one in part]
    after = await feed(second, "after", 3, 5)
    assert (moved.source, moved.target, moved.unlike) == (1, 2, ())
    assert {name.split("-")[1] for name in await mover.generations.indices()} == {"v2"}
    await stands_as_arrived(mover, elasticsearch_url, prefix, before + during + after)
    again = await Migration(mover.generations).run()
    assert (again.source, again.target) == (2, 3)
    await stands_as_arrived(mover, elasticsearch_url, prefix, before + during + after)
    dropped = await Migration(mover.generations).drop_old()
    assert {name.split("-")[1] for name in dropped} == {"v1", "v2"}
    late = document("old-0", 9, headline="Long after")
    await write_all(first, [late])  # it remembers places of generation 2, which are gone
    await stands_as_arrived(mover, elasticsearch_url, prefix, [*before, *during, *after, late])


class Killed(Exception):
    """Stands for the end of the migrating process."""


def dying(store: ElasticsearchStore, after: int, *, hard: bool) -> None:
    """Let the store's requests fail from the ``after``-th on; ``hard``: the clean-up's fail too, as after kill -9."""
    call, count = store.server.call, 0

    async def counted(request: Awaitable[Any], **options: Any) -> Any:
        nonlocal count
        count += 1
        if count == after or (hard and count > after):
            if asyncio.iscoroutine(request):
                request.close()
            raise Killed
        return await call(request, **options)

    store.server.call = counted  # type: ignore[method-assign]  # stands in


@pytest.mark.parametrize("hard", [True, pytest.param(False, marks=pytest.mark.servers)])
async def test_a_migration_that_dies_anywhere_is_taken_up_again(
    opened: Opener, elasticsearch_url: str, prefix: str, *, hard: bool
) -> None:
    writer = opened()
    await writer.set_up()
    arrived = await feed(writer, "old", 6, 1)
    feeding = asyncio.create_task(feed(writer, "new", 6, 2))
    died = 0
    for after in (20, 36, 40, 44, 48, 10_000):
        mover = opened()
        dying(mover, after, hard=hard)
        try:
            await Migration(mover.generations, page=9).run()
        except Killed:
            died += 1
    assert died >= 3
    arrived += await feeding
    arrived += await feed(writer, "after", 2, 3)
    await stands_as_arrived(writer, elasticsearch_url, prefix, arrived)


async def test_a_migration_given_up_leaves_all_as_it_was(opened: Opener, elasticsearch_url: str, prefix: str) -> None:
    writer, mover = opened(), opened()
    await writer.set_up()
    arrived = await feed(writer, "old", 4, 1)
    migration = Migration(mover.generations)
    await mover.generations.put_templates(2, is_open=False)
    await migration._close(1)
    with pytest.raises(StoreUnavailable):
        await writer.write([document("blocked")])
    with pytest.raises(StoreUnavailable):  # of a month that has no index yet
        await writer.write([document("blocked", first_created=datetime(2001, 1, 1, tzinfo=UTC))])
    await opened().set_up()  # a worker that starts just then
    await migration.abort()
    arrived += await feed(writer, "after", 4, 2)
    await write_all(writer, [document("blocked", first_created=datetime(2001, 1, 1, tzinfo=UTC))])
    arrived.append(document("blocked", first_created=datetime(2001, 1, 1, tzinfo=UTC)))
    await stands_as_arrived(writer, elasticsearch_url, prefix, arrived)
    assert {name.split("-")[1] for name in ask(f"{elasticsearch_url}/{prefix}-*/_alias")} == {"v1"}


async def test_a_changed_mapping_is_made_anew_from_what_is_stored(
    opened: Opener, elasticsearch_url: str, prefix: str
) -> None:
    """Documents of an older program, whose mapping this one cannot add to: urgency was a date there."""
    store = opened()
    await store.set_up()
    source = msgspec.json.decode(msgspec.json.encode(source_of(document())))
    for name in ("model_versions", "previous_headlines", "previous_texts", "killed_version", "urgency"):
        source.pop(name, None)
    old = f"{elasticsearch_url}/{prefix}-v1-2001.01"
    send(
        old,
        {
            "mappings": {"dynamic": "true", "properties": {"urgency": {"type": "date"}}},
            "aliases": {f"{prefix}-all": {}},
        },
    )
    send(f"{old}/_doc/call?version=1&version_type=external", source)
    send(f"{old}/_doc/strange?version=1&version_type=external", {"id": "strange", "headline": "Not of our making"})
    with pytest.raises(StoreError, match="another mapping") as raised:
        await store.set_up()
    assert raised.value.remedy == "migrate"
    moved = await Migration(store.generations).run()
    assert moved.unlike == ("strange",)
    await store.set_up()
    kept = await store.get("call")
    assert kept == as_stored([document()])
    assert (await store.find(question("putin"))).total == 1


@pytest.mark.parametrize("moved", [False, True], ids=["under the feed", "by a migration"])
async def test_a_story_stored_with_a_time_far_ahead_is_killed_and_corrected_like_any_other(
    opened: Opener, elasticsearch_url: str, prefix: str, *, moved: bool
) -> None:
    """As an older program stored it: its version made of the year 2199. What is read of it is held to its receipt."""
    store = opened()
    await store.set_up()
    version = article_version(FAR, "usable", "new", "", "Libel")
    old = told("new", FAR, at(1), "Libel", first_created=datetime(2001, 1, 1, tzinfo=UTC))
    await store.write([msgspec.structs.replace(old, id="other")])  # makes the month
    for name in ("corrected", "killed"):
        source = source_of(msgspec.structs.replace(old, id=name)) | {"version": version}
        del source["ordered_by"]
        url = f"{elasticsearch_url}/{prefix}-v1-2001.01/_doc/{name}?version={version}&version_type=external"
        send(url, msgspec.json.decode(msgspec.json.encode(source)))
    if moved:
        await Migration(opened().generations).run()
        assert ask(f"{elasticsearch_url}/{prefix}-v2-2001.01/_doc/killed")["_source"]["version"] == old.version
    await store.refresh()
    assert (await store.fates(["killed"]))["killed"].version == old.version
    acts = {"corrected": told("correction", at(2), at(3), "Right"), "killed": told("kill", at(2), at(3))}
    await write_all(store, [msgspec.structs.replace(act, id=name) for name, act in acts.items()])
    await write_all(store, [msgspec.structs.replace(told("new", FAR, at(9), "Libel"), id="killed")])  # fed again
    await store.refresh()
    stands = [await store.get(name) for name in acts]
    assert [one and (one["headline"], one["status"]) for one in stands] == [("Right", "usable"), ("", "canceled")]


async def test_a_document_that_cannot_be_moved_stops_it_and_says_which(
    opened: Opener, elasticsearch_url: str, prefix: str
) -> None:
    store = opened()
    await store.set_up()
    old = f"{elasticsearch_url}/{prefix}-v1-2001.01"
    send(old, {"mappings": {"dynamic": "true"}, "aliases": {f"{prefix}-all": {}}})
    send(f"{old}/_doc/strange?version=1&version_type=external", {"unheard_of": 1})
    with pytest.raises(StoreError, match=r"strange cannot be moved.*unheard_of"):
        await Migration(store.generations).run()
    assert await store.generations.current() == 1
    await write_all(store, [document()])


async def test_an_older_program_waits_after_a_migration_to_a_newer_mapping(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = opened()
    await old.set_up()
    await old.write([document()])
    with monkeypatch.context() as newer:
        for module in ("search.elastic.templates", "search.elastic.generations"):
            newer.setattr(f"{module}.MAPPING", 99)
        await Migration(opened().generations).run()
    with pytest.raises(StoreUnavailable):  # its index is closed
        await old.write([document(version=2)])
    with pytest.raises(StoreUnavailable, match="upgrade"):
        await old.write([document(version=2)])
    with pytest.raises(StoreUnavailable, match="upgrade"):
        await Migration(opened().generations).run()


def test_a_document_is_made_of_what_is_stored() -> None:
    for one in (document(), document(status="canceled"), document(first_created=None, embargo_until=datetime.now(UTC))):
        stored = msgspec.json.decode(msgspec.json.encode(source_of(one)))
        assert msgspec.json.decode(msgspec.json.encode(source_of(document_from(stored)))) == stored
