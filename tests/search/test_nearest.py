"""The nearest stories by meaning: the same from every store, and nothing hidden among them or in their way."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from processors.events.summary import EventSummary
from search.documents import Document
from search.field_types import DIMENSIONS
from search.query import ranking
from search.query.checking import ParsedQuery
from search.query.language import AnyOf, Leaf
from search.store import Hit, SearchResults, Store
from search.stories import alike
from search.stories.alike import stories_about, stories_like
from search.versions.corrections import Correction
from search.visibility import sources_named
from tests.search.samples import START, annotated, document, question

LATER = datetime(2190, 1, 1, tzinfo=UTC)


def pointing(*numbers: int) -> bytes:
    """A vector with these first numbers."""
    return bytes(number % 256 for number in numbers) + bytes(DIMENSIONS - len(numbers))


def meant(name: str, *numbers: int, **fields: Any) -> Document:
    """A story with a meaning."""
    notes = msgspec.structs.replace(annotated(), meaning=pointing(*numbers))
    return document(name, annotations=notes, **fields)


async def put(store: Store, *documents: Document) -> None:
    await store.write(documents)
    await store.refresh()


async def near(store: Store, *numbers: int, **fields: Any) -> list[str]:
    """The ids of the nearest stories, in order."""
    return [hit.id for hit in (await store.nearest(pointing(*numbers), question(**fields))).hits]


async def test_the_nearest_come_first_by_direction_not_length(store: Store) -> None:
    await put(store, meant("far", -90, 5), meant("near", 9, 1), meant("beside", 40, 100), document("none"))
    assert await near(store, 120, 10) == ["near", "beside", "far"]
    assert await near(store, 120, 10, limit=2) == ["near", "beside"]
    first, *_ = (await store.nearest(pointing(9, 1), question())).hits
    assert first.score == 1
    assert first.document["headline"] == "Putin and Xi discuss policies"


async def test_only_what_a_reader_may_see_is_near(store: Store) -> None:
    hidden = [
        meant("held", 9, 1, status="withheld"), meant("sealed", 9, 1, embargo_until=LATER),
        meant("killed", 9, 1, status="canceled", kind="kill"),
    ]  # fmt: skip
    shown = [meant(f"shown{number}", 9, number, source="AP" if number % 2 else "dpa") for number in range(4)]
    await put(store, *shown)
    before = await store.nearest(pointing(9, 1), question(limit=3))
    await put(store, *hidden)
    after = await store.nearest(pointing(9, 1), question(limit=3))
    assert [(hit.id, hit.score) for hit in after.hits] == [(hit.id, hit.score) for hit in before.hits]
    assert after.total == before.total
    assert set(await near(store, 9, 1, hidden=True)) == {*(one.id for one in shown), "held", "sealed"}
    assert await near(store, 9, 1, sources=sources_named(["AP"], only=True)) == ["shown1", "shown3"]
    assert await near(store, 9, 1, source="dpa") == ["shown2", "shown0"]


async def test_a_story_keeps_its_meaning_when_it_is_written_again(store: Store) -> None:
    await put(store, meant("a", 9, 1), meant("b", -9, 1))
    await store.set_events({"a": EventSummary("a", "It", 2, ("AP", "dpa"), START, START)})
    fields: dict[str, Any] = {"holder": "Xi Jinping", "target": "United States", "label": "against", "sentence": "0f"}
    assert await store.correct("a", Correction("stance", "wrong", "ann", START, **fields))
    await store.refresh()
    assert await near(store, 9, 1) == ["a", "b"]
    kept = await store.get("a")
    assert kept is not None
    assert kept["event"]["size"] == 2
    assert kept["meaning"]
    assert "meaning_vector" not in kept
    await put(store, meant("a", -9, 1, version=2), meant("b", 9, 1, version=2))
    assert await near(store, 9, 1) == ["b", "a"]
    await put(store, document("b", version=3, status="canceled", kind="kill"))
    assert await near(store, 9, 1) == ["a"]


async def test_stories_are_alike_in_words_or_in_meaning(store: Store) -> None:
    nothing = {"entities": (), "stance": ()}

    def said(name: str, headline: str, *numbers: int) -> Document:
        notes = msgspec.structs.replace(annotated(), meaning=pointing(*numbers), **nothing)
        return document(name, headline=headline, body="", annotations=notes)

    await put(
        store,
        said("strike", "Miners walk out in Zambia", 90, 10),
        said("same", "Pit workers down tools", 88, 12),
        said("words", "Zambia miners remembered", -5, 90),
        said("both", "Zambia miners stop work", 80, 20),
        said("other", "Prize awarded", -90, -90),
    )
    asked = await store.get("strike")
    assert asked is not None
    found = [hit.id for hit in await stories_like(store, asked, 3, brief=True)]
    assert found[0] == "both"
    assert set(found[1:]) == {"same", "words"}
    described = await stories_about(store, "miners (on strike", pointing(90, 10), question(limit=2, source="ap"))
    assert {hit.id for hit in described} == {"strike", "both"}


def weighed(*words: tuple[str, int], **fields: Any) -> ParsedQuery:
    """A question for words with weights."""
    leaves = tuple((Leaf(word, exact=True), weight) for word, weight in words)
    node = AnyOf(tuple(leaf for leaf, _ in leaves))
    return msgspec.structs.replace(question(**fields), node=node, weighed=leaves, counted=False, only_ids=True)


async def scored(store: Store, query: ParsedQuery) -> list[tuple[str, float]]:
    return [(hit.id, hit.score) for hit in (await store.find(query)).hits]


async def test_stories_are_found_by_what_their_words_weigh(store: Store) -> None:
    await put(
        store,
        document("both", headline="Zambia", body="miners miners", version=1),
        document("older", headline="Zambia", body="", version=2),
        document("newer", headline="", body="About Zambia", version=3),
        document("stem", headline="A miner", body="", version=4),
        document("dpa", headline="Miners", body="", source="dpa", version=5),
    )
    asked = ("zambia", 700), ("miners", 301), ("absent", 9)
    assert await scored(store, weighed(*asked)) == [("both", 1001), ("newer", 700), ("older", 700), ("dpa", 301)]
    assert await scored(store, weighed(*asked, limit=2)) == [("both", 1001), ("newer", 700)]
    assert await scored(store, weighed(*asked, source="dpa")) == [("dpa", 301)]
    assert await scored(store, weighed(("absent", 5))) == []


async def test_words_that_too_many_stories_have_do_not_count(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "LIKEST", 3)
    await put(
        store,
        *(document(f"common{number}", headline="Bank of Zambia", body="") for number in range(2)),
        document("rare", headline="Bank miners", body=""),
        document("rarer", headline="Bank", body="copper"),
        *(document(f"held{number}", headline="Miners, copper", body="", status="withheld") for number in range(4)),
    )
    asked = weighed(("bank", 900), ("miners", 500), ("zambia", 400), ("copper", 300))
    found = [("rare", 500), ("common0", 400), ("common1", 400)]
    assert await scored(store, asked) == found
    assert await scored(store, asked) == found  # also where it is known by now which are common


async def test_where_all_words_are_common_that_counts_which_the_fewest_stories_have(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "LIKEST", 2)
    await put(
        store,
        document("own", headline="Tokyo dollar at 154.32", body=""),
        *(document(f"yen{number}", headline="Tokyo dollar yen", body="", version=9 - number) for number in range(3)),
        *(document(f"held{number}", headline="Yen", body="", status="withheld") for number in range(4)),
    )
    common = ("dollar", 900), ("yen", 500), ("tokyo", 400)
    for _ in range(2):  # also where it is known by now how common they are
        assert await scored(store, weighed(*common, limit=2)) == [("yen0", 500), ("yen1", 500)]
    found = [("own", 1600), ("yen0", 900)]
    assert await scored(store, weighed(("154.32", 700), ("dollar", 900), ("absent", 5), limit=2)) == found
    asked = await store.get("own")
    assert asked is not None
    assert [hit.id for hit in await stories_like(store, asked, 1, brief=True)] == ["yen0"]


async def test_few_stories_are_compared_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await put(store, document("a", headline="Zambia miners", body=""))
    asked = await store.get("a")
    assert asked is not None
    under_way, most = [], []

    def slow(_: object, others: Sequence[Hit]) -> tuple[Hit, ...]:
        under_way.append(1)
        most.append(len(under_way))
        time.sleep(0.005)
        under_way.pop()
        return tuple(others)

    monkeypatch.setattr(alike, "_likest_first", slow)
    await asyncio.gather(*(stories_like(store, asked, 1, brief=True) for _ in range(6)))
    assert len(most) == 6
    assert max(most) <= 2


class Asked:
    """A store that notes how often it was asked for the nearest."""

    def __init__(self, store: Store) -> None:
        self.limits, self.find, self._store = store.limits, store.find, store
        self.compared = 0

    async def nearest(self, meaning: bytes, query: ParsedQuery) -> SearchResults:
        self.compared += 1
        return await self._store.nearest(meaning, query)


async def test_vectors_are_not_looked_through_where_words_find_enough(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike, "RANKED", 3)
    await put(store, *(meant(f"a{number}", 9, number, headline="Zambia miners", body="") for number in range(4)))
    await put(store, meant("lonely", 9, 1, headline="Ballet", body=""))
    for name, compared in (("a0", 0), ("lonely", 1)):
        asked = Asked(store)
        document = await store.get(name)
        assert document is not None
        assert len(await stories_like(asked, document, 2, brief=True)) == 2
        assert asked.compared == compared


async def test_stories_in_other_languages_are_alike_in_names_and_headline(store: Store) -> None:
    await put(
        store,
        document("streik", headline="Bergleute streiken in Sambia", body="", language="de"),
        document("ende", headline="Streiken Bergleute weiter?", body="", language="de"),
        document("ballett", headline="Ballettpreis vergeben", body="", language="de"),
    )
    asked = await store.get("streik")
    assert asked is not None
    first, *_ = await stories_like(store, asked, 3, brief=True)
    assert first.id == "ende"
