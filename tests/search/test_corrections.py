"""What people corrected in a story stays corrected: in both stores, whatever is written of the story afterwards."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from processors.text.repetitions import sentence_id
from search.documents import document_from, source_of
from search.open import views_of
from search.store import Store
from search.versions.corrections import Correction, as_annotated, corrected, with_correction
from search.versions.lineage import remade
from tests.search.conftest import StoreMaker
from tests.search.samples import CALL, annotated, document, question

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
SENTENCE = sentence_id(CALL)
WRONG = Correction(
    "stance", "wrong", "ann", AT, "Xi Jinping", "United States", "against", SENTENCE, CALL, row={"score": 0.9}
)
OTHER_WAY = msgspec.structs.replace(WRONG, verdict="favor")
NO_NAME = Correction("name", "wrong", "ann", AT, name="Vladimir Putin", entity="putin", type="PERSON")
NO_LINK = Correction("link", "wrong", "ann", AT, name="United States", entity="us", type="GPE")
STATEMENTS = [
    "Xi Jinping → against → United States", "Vladimir Putin → against → United States", "Xi Jinping → favor → Taiwan",
]  # fmt: skip


def statements(source: dict[str, Any]) -> list[str]:
    rows = [row["statement"] for row in source["stance"]]
    assert [row["statement"] for row in source.get("stance_rows", source["stance"])] == rows
    return rows


def test_a_wrong_stance_is_gone_and_one_the_other_way_round_is_turned() -> None:
    source = source_of(document())
    assert statements(source) == STATEMENTS
    assert statements(corrected(source, [WRONG])) == STATEMENTS[1:]
    assert statements(corrected(source, [OTHER_WAY]))[0] == "Xi Jinping → favor → United States"


def test_a_wrong_name_is_nowhere_and_a_wrong_link_leads_nowhere() -> None:
    source = corrected(source_of(document()), [NO_NAME, NO_LINK])
    assert source["people"] == ["Xi Jinping"]
    assert [row["id"] for row in source["entities"]] == ["xi", "name:united-states"]
    assert source["countries"] == source["coordinates"] == []
    assert source["locations"] == ["United States"]
    assert source["stance"][0]["target_id"] == "name:united-states"
    assert source["sentiment"]["entities"][0]["entity"] == "name:united-states"


@pytest.mark.parametrize("corrections", [[WRONG], [OTHER_WAY, NO_NAME], [NO_LINK, NO_NAME, WRONG]])
def test_corrections_are_applied_once_and_can_be_taken_back(corrections: list[Correction]) -> None:
    source = source_of(document())
    made = corrected(source, corrections)
    assert corrected(made, corrections) == made
    assert as_annotated(made) == source
    assert corrected(made, ()) == source
    again = remade(made, document_from(made))
    assert {name: again[name] for name in made} == made


def test_a_later_correction_of_the_same_takes_the_place_of_the_first() -> None:
    assert with_correction(with_correction((), WRONG), OTHER_WAY) == (OTHER_WAY,)


def test_a_correction_of_what_is_no_longer_there_changes_nothing_but_is_kept() -> None:
    other = corrected(
        source_of(document(body="Another text.", annotations=msgspec.structs.replace(annotated(), stance=()))), [WRONG]
    )
    assert other["stance"] == []
    assert "annotated" not in other
    assert [one["by"] for one in other["corrections"]] == ["ann"]


async def test_a_correction_survives_what_is_written_afterwards(store: Store) -> None:
    await store.write([document()])
    assert await store.correct("call", WRONG)
    assert await store.correct("call", NO_NAME)
    later = [
        document(),  # the same once more, as a replay writes it
        document(annotations=msgspec.structs.replace(annotated(), models={})),  # annotated by other models
        document(version=2, kind="update", headline="Another headline"),
        document(version=1),  # an old version, late
    ]
    for number, one in enumerate(later):
        await store.write([one])
        await store.refresh()
        source = await store.get("call")
        assert source is not None
        assert statements(source) == STATEMENTS[1:]
        assert "Vladimir Putin" not in source["people"]
        assert "annotated" not in source
        assert (source["headline"] == "Another headline") is (number >= 2)
    found = await store.find(question("corrected:stance"))
    assert [hit.id for hit in found.hits] == ["call"]
    assert (await store.find(question(holder="Xi Jinping", label="against"))).total == 0
    views = views_of(store)
    counts = (await views.facets(question(), ["stance"], size=9)).counts["stance"]
    assert STATEMENTS[0] not in {one.value for one in counts}
    await views.close()


async def test_a_correction_is_taken_back(store: Store) -> None:
    await store.write([document()])
    for withdraw in (False, True):
        assert await store.correct("call", WRONG, withdraw=withdraw)
        source = await store.get("call")
        assert source is not None
        assert statements(source) == STATEMENTS[0 if withdraw else 1 :]
        assert ("corrections" in source) is not withdraw


async def test_a_killed_story_keeps_no_corrections_and_takes_none(store: Store) -> None:
    await store.write([document()])
    assert await store.correct("call", WRONG)
    await store.write([document(version=2, status="canceled", kind="kill")])
    await store.refresh()
    source = await store.get("call")
    assert source is not None
    assert "corrections" not in source
    assert not await store.correct("call", WRONG)
    assert not await store.correct("nothing", WRONG)


async def test_another_process_that_knows_the_story_from_before_keeps_the_correction(new_store: StoreMaker) -> None:
    indexing, page = new_store(), new_store()
    await indexing.set_up()
    await indexing.write([document()])
    await indexing.refresh()
    assert await page.correct("call", WRONG)
    await indexing.write([document(version=2, headline="Update")])
    await indexing.refresh()
    source = await page.get("call")
    assert source is not None
    assert source["headline"] == "Update"
    assert statements(source) == STATEMENTS[1:]
    for store in (indexing, page):
        await store.close()
