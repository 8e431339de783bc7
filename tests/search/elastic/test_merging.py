"""A story that is on its way to Elasticsearch while names are joined is written once more by whoever wrote it."""

import pytest

from search.elastic.merging import KeptMerges
from search.open import open_store
from search.versions.joining import NO_MERGES, Merges
from tests.search.conftest import remove
from tests.search.samples import document
from tests.search.test_joining import PUTIN

pytestmark = pytest.mark.integration


async def test_a_story_that_was_on_its_way_has_the_joined_name_too(
    elasticsearch_url: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexing, page = open_store(elasticsearch_url, prefix=prefix), open_store(elasticsearch_url, prefix=prefix)
    await indexing.set_up()
    await page.join(PUTIN)
    answers, current = [NO_MERGES], KeptMerges.current  # as it was before, when the stage began with these stories

    async def late(self: KeptMerges) -> Merges:
        return answers.pop() if answers else await current(self)

    monkeypatch.setattr(KeptMerges, "current", late)
    (outcome,) = await indexing.write([document()])
    assert outcome.state == "written"
    await indexing.refresh()
    source = await indexing.get("call")
    assert source is not None
    assert source["people"] == ["Xi Jinping", "President Putin"]
    await indexing.write([document(version=2)])  # what the stage remembers of its own write is not trusted any more
    await indexing.refresh()
    assert (await indexing.get("call") or {})["version"] == (document(version=2).version)
    for store in (indexing, page):
        await store.close()
    remove(elasticsearch_url, prefix)
