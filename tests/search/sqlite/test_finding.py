"""However many stories match, the embedded store finds the same ones in the same order."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from search.query.checking import ParsedQuery
from search.sqlite import facets, finding
from search.sqlite.store import SqliteStore
from search.sqlite.views import SqliteViews
from tests.search.samples import START, document, question

STORIES = 30
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"text": ""},
    {"text": "putin"},
    {"text": "putin OR bank"},
    {"text": "putin -number7"},
    {"text": "", "since": START + timedelta(minutes=4), "until": START + timedelta(minutes=20)},
    {"text": "nothing like it"},
)


@pytest.mark.parametrize("sort", ["newest", "oldest", "arrived", "relevance"])
async def test_many_are_found_in_the_order_in_which_few_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sort: Any
) -> None:
    store = SqliteStore(tmp_path / "index.db")
    await store.set_up()
    await store.write([
        document(
            str(n), version_created=START + timedelta(minutes=n // 3), received_at=START + timedelta(minutes=40 - n),
            headline=f"Putin number{n}", status="withheld" if n % 10 == 5 else "usable",
            embargo_until=START + timedelta(minutes=45 - n // 2) if n % 4 == 3 else None,
        )
        for n in range(STORIES)
    ])  # fmt: skip
    views = SqliteViews(store)
    for asked in QUESTIONS:
        query = question(**asked, sort=sort, limit=4)
        found, counts = [], []
        for few in (finding.FEW, 1):
            monkeypatch.setattr(finding, "FEW", few)
            monkeypatch.setattr(facets, "COUNTED", few * STORIES)
            found.append([await pages(store, msgspec.structs.replace(query, backward=back)) for back in (False, True)])
            counts.append(await views.facets(query, ("source", "person"), size=5))
        assert found[0] == found[1]
        assert counts[0] == counts[1]
        assert found[0][0] == found[0][1][::-1]
        whole = await store.find(query)
        assert whole.total == len(found[0][0])
        uncounted = await store.find(msgspec.structs.replace(query, counted=False))
        assert uncounted.hits == whole.hits
    await store.close()


async def pages(store: SqliteStore, query: ParsedQuery) -> list[str]:
    """The ids of all that is found, page by page."""
    found = await store.find(query)
    ids = [hit.id for hit in found.hits]
    while found.after:
        found = await store.find(query.following(found.after))
        ids += [hit.id for hit in found.hits]
    return ids
