"""Names that people join are one in both stores, for all that is written before and after, until they are split."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from processors.annotations import Annotations, Entity
from processors.text.repetitions import sentence_id
from search.documents import document_from, source_of
from search.open import views_of
from search.query.fields import NAMED
from search.store import Store
from search.versions.corrections import Correction, as_annotated, corrected
from search.versions.joining import Meant, Merge, Merges, with_joined
from search.versions.lineage import remade
from tests.search.conftest import StoreMaker
from tests.search.samples import CALL, annotated, document, question, spans, stance

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
WITH_US = Merge("us", "United States", Meant("xi", "Xi Jinping", "PERSON"), "ann", AT)
PUTIN = Merge("putin", "Vladimir Putin", Meant("president", "President Putin", "PERSON"), "ann", AT)
FURTHER = Merge("president", "President Putin", Meant("vp", "V. Putin", "PERSON"), "ben", AT)
SPELT = Merge("putin", "Vladimir Putin", Meant("putin", "V. Putin", "PERSON", "RU"), "ann", AT)  # the same id
AGAINST = "Vladimir Putin → against → United States"


def other() -> Annotations:
    """What another story says of the same man under another name."""
    putin = Entity("president", "President Putin", "PERSON", spans(CALL, "Putin"), 1, 0.5)
    states = Entity("us", "United States", "GPE", spans(CALL, "United States"), 1, 0.7, "US", 39.8, -98.6)
    said = stance(CALL, "Putin", "against", "United States", holder_id="president", target_id="us")
    return Annotations((putin, states), None, (msgspec.structs.replace(said, holder="President Putin"),))


def statements(source: dict[str, Any]) -> list[str]:
    rows = [row["statement"] for row in source["stance"]]
    assert [row["statement"] for row in source["stance_rows"]] == rows
    return rows


def test_a_joined_name_is_the_other_wherever_it_stands() -> None:
    made = with_joined(source_of(document()), Merges([PUTIN]))
    assert made["people"] == ["Xi Jinping", "President Putin"]
    assert statements(made)[1] == "President Putin → against → United States"
    assert made["stance"][1]["holder_id"] == "president"
    assert "Vladimir Putin" in made["stance_rows"][1]["holder_names"]
    assert [(one["name"], one["into"], one["by"]) for one in made["joined"]] == [("Vladimir Putin", "president", "ann")]


def test_two_names_of_one_story_become_one_with_all_mentions_and_nobody_stands_against_himself() -> None:
    made = with_joined(source_of(document()), Merges([WITH_US]))
    assert [row["id"] for row in made["entities"]] == ["xi", "putin"]
    first = made["entities"][0]
    assert (first["count"], len(first["mentions"]), first["salience"]) == (4, 4, 0.9)
    assert made["sentiment"]["toward"] == ["Xi Jinping: negative"]
    assert made["countries"] == made["locations"] == []
    assert statements(made) == ["Vladimir Putin → against → Xi Jinping", "Xi Jinping → favor → Taiwan"]


def test_two_spellings_with_one_id_are_shown_as_one_and_nothing_else_of_the_entity_changes() -> None:
    source = source_of(document())
    made = with_joined(source, Merges([SPELT]))
    assert made["people"] == ["Xi Jinping", "V. Putin"]
    assert statements(made)[1] == "V. Putin → against → United States"
    assert [(one["name"], one["into"]) for one in made["joined"]] == [("Vladimir Putin", "putin")]
    before, after = [next(row for row in of["entities"] if row["id"] == "putin") for of in (source, made)]
    assert {**after, "name": before["name"]} == before
    shown = Merge("putin", "Volodya", Meant("putin", "Vladimir Putin", "PERSON"), "ann", AT)
    same = with_joined(source, Merges([shown]))
    assert same["entities"] == source["entities"]
    assert [one["name"] for one in same["joined"]] == ["Volodya"], "so that searches for either find it"
    third = {**source, "entities": [{**row, "name": f"{row['name']} Jr"} for row in source["entities"]]}
    assert [one["name"] for one in with_joined(third, Merges([shown]))["joined"]] == ["Volodya", "Vladimir Putin Jr"]


def test_merges_follow_each_other_and_end_where_they_turn_back() -> None:
    merges = Merges([PUTIN, FURTHER])
    assert [one.into.name for one in merges.chain("putin")] == ["President Putin", "V. Putin"]
    back = Merge("vp", "V. Putin", Meant("putin", "Vladimir Putin", "PERSON"), "ann", AT)
    assert len(merges.within(back).chain("putin")) == 3
    assert [one.into.name for one in Merges([SPELT]).chain("putin")] == ["V. Putin"]
    assert not merges.within(PUTIN, withdraw=True).chain("putin")


@pytest.mark.parametrize(
    "merges", [Merges([PUTIN]), Merges([WITH_US]), Merges([SPELT]), Merges([PUTIN, FURTHER, WITH_US])]
)
def test_joined_names_are_split_without_a_trace(merges: Merges) -> None:
    source = source_of(document())
    said = Correction("stance", "favor", "ann", AT, "Vladimir Putin", "United States", "against", sentence_id(CALL))
    for corrections in ((), (said,)):
        made = with_joined(corrected(source, corrections), merges)
        assert as_annotated(made) == source
        assert with_joined(corrected(made, corrections), merges) == made
        again = remade(made, document_from(made), merges)
        assert {name: again[name] for name in made} == made


async def counted(store: Store, field: str) -> dict[str, int]:
    views = views_of(store)
    counts = (await views.facets(question(), [field], size=20)).counts[field]
    await views.close()
    return {one.value: one.stories for one in counts}


async def test_joined_names_are_one_in_searches_and_counts_until_they_are_split(store: Store) -> None:
    await store.write([document(), document("other", 2, annotations=other())])
    await store.refresh()
    await store.join(PUTIN)
    await store.write([document("late", 3), document(version=4, headline="Update")])  # as a replay would, too
    await store.refresh()
    assert await counted(store, "person") == {"President Putin": 3, "Xi Jinping": 2}
    assert (await counted(store, "stance"))["President Putin → against → United States"] == 3
    for name in ("President Putin", "Vladimir Putin"):
        assert (await store.find(question().having(NAMED, name))).total == (3 if name == "President Putin" else 2)
    assert (await store.find(question('person:"Vladimir Putin"'))).total == 2
    assert (await store.find(question(holder="Vladimir Putin", target="United States"))).total == 2
    assert [one.by for one in (await store.merges()).all] == ["ann"]
    await store.join(PUTIN, withdraw=True)
    assert await counted(store, "person") == {"Vladimir Putin": 2, "Xi Jinping": 2, "President Putin": 1}
    assert not await store.merges()
    source = await store.get("late")
    assert source is not None
    assert "joined" not in source
    assert AGAINST in [row["statement"] for row in source["stance"]]


async def test_a_correction_of_a_joined_name_outlives_the_split(store: Store) -> None:
    await store.write([document()])
    await store.refresh()
    await store.join(PUTIN)
    seen = Correction("stance", "wrong", "ann", AT, "President Putin", "United States", "against", sentence_id(CALL))
    assert await store.correct("call", seen)
    for withdraw in (False, True):
        await store.join(PUTIN, withdraw=withdraw)
        source = await store.get("call")
        assert source is not None
        assert not [row for row in source["stance"] if row["holder_id"] in ("putin", "president")]
        assert source["corrections"][0]["holder"] == "Vladimir Putin"


async def test_another_process_writes_joined_names_at_once(new_store: StoreMaker) -> None:
    indexing, page = new_store(), new_store()
    await indexing.set_up()
    await indexing.write([document()])
    await page.join(PUTIN)
    await indexing.write([document("late", 3), document(version=2, annotations=annotated())])
    await indexing.refresh()
    assert (await counted(page, "person"))["President Putin"] == 2
    for store in (indexing, page):
        await store.close()
