"""Where a page does not count or list everything it says so, and leads on; where nothing is found it says what next."""

import html as escapes
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from processors.annotations import Annotations, Entity
from search.documents import Document
from search.open import open_store
from search.sqlite import facets
from search.web import Options, create_app
from search.web.happening import reports
from search.web.happening.reports import with_events
from search.web.summaries import row_of
from tests.search.web.conftest import asking
from tests.search.web.names.test_days import LATE, hit, report
from tests.search.web.samples import NOW, call, span, stance, story

TEXT = "Xi backs it\n\n" + " ".join(f"Xi Jinping backs plan {n:02}." for n in range(13))


def many_names() -> Document:
    """A story of more names of each kind, and more positions, than a page lists."""
    entities = tuple(
        Entity(f"{kind}{n}", f"{kind} {n:02}", kind, (span(TEXT, "Xi"),), 1, 0.5, code)
        for kind, count in (("PERSON", 34), ("ORG", 4), ("GPE", 14))
        for n, code in zip(range(count), CODES * 4, strict=False)
    )
    xi = Entity("xi", "Xi Jinping", "PERSON", (span(TEXT, "Xi Jinping"),), 13, 0.9)
    stances = tuple(
        stance(TEXT, "Xi Jinping", "favor", f"plan {n:02}", f"Xi Jinping backs plan {n:02}.", "backs")
        for n in range(13)
    )
    headline, _, body = TEXT.partition("\n\n")
    return story("names", headline, body, Annotations((xi, *entities), None, stances), version_created=NOW)


CODES = ["US", "FR", "DE", "GB", "IT", "ES", "CN", "JP", "IN", "BR", "CA", "MX", "RU", "AU"]


@pytest.fixture
async def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """The page over five stories, of which values are counted in the newest three."""
    monkeypatch.setattr(facets, "COUNTED", 3)
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    older = [
        story(
            f"s{n}",
            "Talks",
            TEXT.partition("\n\n")[2],
            call().annotations,
            version_created=NOW - timedelta(hours=n + 2),
        )
        for n in range(3)
    ]
    await store.write([many_names(), call(), *older])
    app = create_app(store, options=Options(remember=0.0))
    async with asking(app) as client:
        yield client
    await app.state.site.library.close()


async def text(page: httpx.AsyncClient, path: str, status: int = 200) -> str:
    answer = await page.get(path)
    assert answer.status_code == status, answer.text
    return " ".join(escapes.unescape(re.sub(r"<[^>]*>", "", answer.text)).split())


async def test_names_say_over_which_stories_they_count_and_lead_to_the_rest(page: httpx.AsyncClient) -> None:
    shown = await text(page, "/names")
    assert "in the newest 3 of 5 stories (older ones are not counted: choose a period)" in shown
    assert "People the 30 most frequent" in shown
    assert "More of People" in shown
    assert "More of Organizations" not in shown
    assert re.search(r"and \d more", shown)
    assert "France" in await text(page, "/values?field=country")
    assert "No people, organizations or places found. Show all time" in await text(page, "/names?until=1999-01-01")


async def test_a_name_says_what_it_counts_and_lists_in_part(page: httpx.AsyncClient) -> None:
    shown = await text(page, "/entity?name=Xi Jinping")
    assert "Mentioned with in the newest 3 of 5 stories" in shown
    assert "In the newest 3 of 5 stories." in shown  # countries
    assert "and 3 more" in shown  # of 13 plans that he backs, ten are listed
    assert "More of People" in shown


async def test_positions_say_what_they_leave_out(page: httpx.AsyncClient) -> None:
    shown = await text(page, "/stances")
    assert "in the newest 3 of 5 stories" in shown
    assert "Shown are the 10 targets with the most holders" in shown
    row = "Vladimir Putin → against → United States"
    opened = await page.get("/stances", params={"row": row})
    assert "Sentences of the newest" not in opened.text  # all of them are shown
    assert "Show all positions" in await text(page, "/stances?about=Nobody")
    pair = await text(page, "/stances/pair?holder=United States&target=Vladimir Putin")
    assert "Vladimir Putin toward United States: against in 4 stories" in pair  # of all, not of the newest
    assert "No stories. All positions of United States" in pair


async def test_programs_are_told_that_more_stories_match_than_were_counted(page: httpx.AsyncClient) -> None:
    for path in ("/api/facets?field=person", "/api/stances"):
        found = (await page.get(path)).json()
        assert (found["counted"], found["more"]) == (3, True)
    assert not (await page.get("/api/stances", params={"since": NOW.isoformat()})).json()["more"]


def test_where_not_all_reports_were_read_their_number_is_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST_REPORTS", 2)
    found = hit("a", LATE, "e")
    document = {**found.document, "received_at": found.document["version_created"], "slugline": "", "urgency": None,
                "body": "", "language": "en", "kind": "new", "version": 1, "editorial_note": "", "embargo_until": None}  # fmt: skip
    told = type(found)("a", 0.0, document)
    (row,) = with_events([row_of(told, LATE)], [told], {"e": (report("a"), report("b"))}, fold=False)
    assert row.event
    assert row.event.least
