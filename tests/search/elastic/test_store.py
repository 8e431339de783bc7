"""What only Elasticsearch has: monthly indices, templates and aliases, analyzers, and ways to be away or full."""

import json
import logging
import urllib.request
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from search.checkup import checkup
from search.elastic.store import ElasticsearchStore
from search.elastic.templates import IndexSizes
from search.mapping import FIELDS, properties
from search.store import StoreError, StoreUnavailable
from search.words.stemming import STEMMINGS
from tests.search.conftest import ask, remove
from tests.search.samples import document, question

pytestmark = pytest.mark.integration


@pytest.fixture
async def store(elasticsearch_url: str, prefix: str) -> AsyncIterator[ElasticsearchStore]:
    opened = ElasticsearchStore(elasticsearch_url, prefix=prefix)
    await opened.set_up()
    yield opened
    await opened.close()
    remove(elasticsearch_url, prefix)


def send(url: str, body: Any, method: str = "PUT") -> Any:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"content-type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


async def test_a_story_lies_in_the_month_it_was_first_made(
    store: ElasticsearchStore, elasticsearch_url: str, prefix: str
) -> None:
    await store.write(
        [
            document("dated", first_created=datetime(1987, 3, 9, tzinfo=UTC)),
            document("undated", first_created=None),
            document("ancient", first_created=datetime(33, 4, 3, tzinfo=UTC)),
            document("future", first_created=datetime(2999, 1, 1, tzinfo=UTC)),
        ]
    )
    await store.refresh()
    hits = ask(f"{elasticsearch_url}/{prefix}-all/_search?_source=false")["hits"]["hits"]
    assert {hit["_id"]: hit["_index"].removeprefix(f"{prefix}-v1-") for hit in hits} == {
        "dated": "1987.03", "undated": "2026.11", "ancient": "1900.01", "future": "2026.11",
    }  # fmt: skip


async def test_indices_take_mapping_settings_and_aliases_from_the_template(elasticsearch_url: str, prefix: str) -> None:
    store = ElasticsearchStore(elasticsearch_url, prefix=prefix, sizes=IndexSizes(shards=2, replicas=1))
    try:
        await store.set_up()
        await store.write([document(first_created=datetime(1999, 1, 1, tzinfo=UTC))])
        (made,) = ask(f"{elasticsearch_url}/{prefix}-v1-1999.01").values()
        assert set(made["aliases"]) == {prefix, f"{prefix}-all"}
        assert "filter" in made["aliases"][prefix]
        assert made["mappings"]["dynamic"] == "strict"
        assert set(made["mappings"]["properties"]) == set(FIELDS)
        index = made["settings"]["index"]
        assert (index["number_of_shards"], index["number_of_replicas"]) == ("2", "1")
    finally:
        await store.close()
        remove(elasticsearch_url, prefix)


async def test_an_index_has_a_replica_wherever_there_is_a_node_for_it(elasticsearch_url: str, prefix: str) -> None:
    once = ElasticsearchStore(elasticsearch_url, prefix=prefix, sizes=IndexSizes(replicas=0))
    store = ElasticsearchStore(elasticsearch_url, prefix=prefix)
    try:
        await once.set_up()
        await once.write([document(first_created=datetime(1999, 1, 1, tzinfo=UTC))])
        await store.set_up()
        await store.write([document("new", first_created=datetime(1999, 2, 1, tzinfo=UTC))])
        for month in ("01", "02"):  # one from before this was the default, and one made now
            (made,) = ask(f"{elasticsearch_url}/{prefix}-v1-1999.{month}").values()
            assert made["settings"]["index"]["auto_expand_replicas"] == "0-1"
        (finding,) = [one for one in await checkup(store, elasticsearch_url) if one.about == "copies"]
        assert finding.level == "look"
        assert "3 of 3 indices" in finding.said  # with that of this month
        assert "second node" in finding.do
        assert finding.remedy == "second copies"
    finally:
        await once.close()
        await store.close()
        remove(elasticsearch_url, prefix)


async def test_nothing_is_written_before_the_index_is_set_up(elasticsearch_url: str, prefix: str) -> None:
    store = ElasticsearchStore(elasticsearch_url, prefix=prefix)
    try:
        with pytest.raises(StoreUnavailable, match="no index template") as caught:
            await store.write([document()])
        assert caught.value.remedy == "set up"
        assert ask(f"{elasticsearch_url}/_cat/indices/{prefix}-v*?format=json") == []
        await store.set_up()
        assert [outcome.state for outcome in await store.write([document()])] == ["written"]
    finally:
        await store.close()
        remove(elasticsearch_url, prefix)


async def test_the_flat_fields_are_counted_as_kibana_counts(
    store: ElasticsearchStore, elasticsearch_url: str, prefix: str
) -> None:
    await store.write([document(), document("second")])
    await store.refresh()
    fields = [
        "people",
        "locations",
        "stance.statement",
        "stance.holder",
        "sentiment.toward",
        "source",
        "models.entities.name",
    ]
    body = {"size": 0, "aggs": {name: {"terms": {"field": name}} for name in fields}}
    counted = send(f"{elasticsearch_url}/{prefix}/_search", body, "POST")["aggregations"]
    buckets = {name: {row["key"]: row["doc_count"] for row in counted[name]["buckets"]} for name in fields}
    assert buckets["people"] == {"Xi Jinping": 2, "Vladimir Putin": 2}
    assert buckets["stance.statement"]["Vladimir Putin → against → United States"] == 2
    assert buckets["sentiment.toward"] == {"United States: negative": 2}
    assert buckets["models.entities.name"] == {"spacy": 2}
    near = {"query": {"geo_distance": {"distance": "10km", "coordinates": {"lat": 39.8, "lon": -98.6}}}}
    assert send(f"{elasticsearch_url}/{prefix}/_search", near, "POST")["hits"]["total"]["value"] == 2


async def test_a_document_that_the_index_refuses_says_why(
    store: ElasticsearchStore, elasticsearch_url: str, prefix: str
) -> None:
    month = f"{elasticsearch_url}/{prefix}-v1-2026.11"
    send(f"{month}/_settings", {"index.mapping.nested_objects.limit": 4})
    bare = msgspec.structs.replace(document().annotations, entities=(), stance=(), sentiment=None)
    outcomes = await store.write([document(), document("bare", annotations=bare)])
    assert [outcome.state for outcome in outcomes] == ["refused", "written"]
    assert "nested" in outcomes[0].reason


async def test_a_blocked_index_is_waited_for(store: ElasticsearchStore, elasticsearch_url: str, prefix: str) -> None:
    month = f"{elasticsearch_url}/{prefix}-v1-2026.11"
    send(f"{month}/_settings", {"index.blocks.write": True})
    with pytest.raises(StoreUnavailable, match="blocked"):
        await store.write([document()])
    outcomes = await store.write([document(), document("old", first_created=datetime(2001, 1, 1, tzinfo=UTC))])
    assert [outcome.state for outcome in outcomes] == ["busy", "written"]
    send(f"{month}/_settings", {"index.blocks.write": None})
    assert [outcome.state for outcome in await store.write([document()])] == ["written"]


async def test_setting_up_adds_new_fields_to_indices_that_are_there(elasticsearch_url: str, prefix: str) -> None:
    new = ("failed", "latency", "stemming", *STEMMINGS)
    old = {name: field for name, field in properties().items() if name not in new}
    analysis = {"analysis": {"analyzer": {"news_text": {"type": "standard"}}}}
    month = f"{elasticsearch_url}/{prefix}-v1-2026.11"
    send(month, {"settings": analysis, "mappings": {"dynamic": "strict", "properties": old}})
    store = ElasticsearchStore(elasticsearch_url, prefix=prefix)
    try:
        with pytest.raises(StoreUnavailable, match="no index template") as caught:
            await store.write([document("early")])
        assert caught.value.remedy == "set up"
        await store.set_up()
        assert [outcome.state for outcome in await store.write([document()])] == ["written"]
        await store.refresh()
        assert await store.count() == 1
    finally:
        await store.close()
        remove(elasticsearch_url, prefix)


async def test_the_order_is_that_of_receipt_until_every_story_has_its_time_of_arrival(
    store: ElasticsearchStore, elasticsearch_url: str, prefix: str
) -> None:
    now = datetime.now(UTC)
    early: dict[str, Any] = {"received_at": now - timedelta(hours=9), "embargo_until": now - timedelta(minutes=1)}
    freed = document("freed", first_created=now, **early)
    old = document("old", first_created=now, received_at=now - timedelta(hours=2))
    others = [document(name, first_created=now, received_at=now - timedelta(hours=1)) for name in ("a", "b", "c")]
    await store.write([freed, old, *others])
    await store.refresh()
    index = f"{elasticsearch_url}/{prefix}-v1-{now:%Y.%m}"
    source = ask(f"{index}/_doc/old")["_source"]
    for arrived, order in (({}, ["a", "b", "c", "old", "freed"]), ({"arrived_at": 0}, ["freed", "a", "b", "c", "old"])):
        kept = {name: value for name, value in source.items() if name != "arrived_at" or arrived}
        send(f"{index}/_doc/old?refresh=true", kept)
        opened = ElasticsearchStore(elasticsearch_url, prefix=prefix)  # as another program
        page = await opened.find(question(sort="arrived", limit=4))
        rest = await opened.find(question(sort="arrived").following(page.after))
        assert [hit.id for hit in (*page.hits, *rest.hits)] == order
        fresh = await opened.find(question(arrived_since=now - timedelta(minutes=5)))
        assert [hit.id for hit in fresh.hits] == ["freed"], "whatever the order"
        (finding,) = [one for one in await checkup(opened, elasticsearch_url) if one.about == "mapping"]
        assert (finding.level, finding.remedy) == (("fine", "") if arrived else ("look", "migrate"))
        await opened.close()


async def test_setting_up_over_another_mapping_says_so(elasticsearch_url: str, prefix: str) -> None:
    analysis = {"analysis": {"analyzer": {"news_text": {"type": "standard"}}}}
    mapped = {"settings": analysis, "mappings": {"properties": {"urgency": {"type": "date"}}}}
    send(f"{elasticsearch_url}/{prefix}-v1-2026.11", mapped)
    store = ElasticsearchStore(elasticsearch_url, prefix=prefix)
    try:
        with pytest.raises(StoreError, match=r"another mapping.*urgency"):
            await store.set_up()
    finally:
        await store.close()
        remove(elasticsearch_url, prefix)


async def test_without_the_english_analyzer_words_are_exact_and_it_says_so(
    elasticsearch_url: str, prefix: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The server has it here; asked for a name that it does not know, it answers as one without the module."""
    store = ElasticsearchStore(elasticsearch_url, prefix=prefix)
    analyze = store.server.client.indices.analyze
    monkeypatch.setattr(store.server.client.indices, "analyze", lambda **_: analyze(analyzer="klingon", text="x"))
    try:
        with caplog.at_level(logging.WARNING):
            await store.set_up()
        assert "lacks the english analyzer" in caplog.text
        await store.write([document()])
        await store.refresh()
        assert (await store.find(question("policies"))).total == 1
        assert (await store.find(question("policy"))).total == 0
    finally:
        await store.close()
        remove(elasticsearch_url, prefix)


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    store = ElasticsearchStore("http://127.0.0.1:9", prefix="none")
    for request in (
        store.set_up(), store.write([document()]), store.find(question("x")), store.count(), store.get("x"), store.refresh(),
    ):  # fmt: skip
        with pytest.raises(StoreUnavailable, match=r"http://127\.0\.0\.1:9"):
            await request
    await store.close()


async def test_an_index_that_was_not_set_up_is_not_an_empty_one(elasticsearch_url: str, prefix: str) -> None:
    store = ElasticsearchStore(elasticsearch_url, prefix=prefix)
    for request in (store.find(question("x")), store.find(question("x y")), store.count(hidden=True), store.get("x")):
        with pytest.raises(StoreUnavailable, match=f"has no index {prefix} yet") as caught:
            await request
        assert caught.value.remedy == "set up"
    await store.close()


async def test_a_story_in_two_indices_keeps_to_its_newest(
    store: ElasticsearchStore, elasticsearch_url: str, prefix: str
) -> None:
    """It cannot come about while each story has one writer; where it has, no third place is added."""
    await store.write([document(version=5, first_created=datetime(2001, 1, 1, tzinfo=UTC))])
    await store.refresh()
    source = ask(f"{elasticsearch_url}/{prefix}-v1-2001.01/_doc/call")["_source"] | {"version": 7, "headline": "Seven"}
    strayed = f"{elasticsearch_url}/{prefix}-v1-2002.02/_doc/call"
    send(f"{strayed}?version=7&version_type=external&refresh=true", source)
    store.forget()
    await store.write([document(version=9, headline="Nine")])
    await store.refresh()
    hits = ask(f"{elasticsearch_url}/{prefix}-all/_search")["hits"]["hits"]
    assert {hit["_index"][-7:]: hit["_source"]["version"] for hit in hits} == {"2001.01": 5, "2002.02": 9}
    assert {"headline": "Seven", "version": 7} in hits[-1]["_source"]["previous_headlines"] + hits[0]["_source"][
        "previous_headlines"
    ]
