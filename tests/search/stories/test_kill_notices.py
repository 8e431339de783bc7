"""A kill in words that names another story kills that one, in both stores, whatever comes first and however often."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from search.checkup import open_kills
from search.documents import Document, KillNotice, source_of
from search.open import views_of
from search.store import Store
from search.stories.kill_notices import addressed, kill_own, settle
from search.web.display import Display
from search.web.live_events import UNMATCHED, EventRenderer, notice
from tests.search.conftest import StoreMaker
from tests.search.samples import START, document, question

WINDOW = timedelta(days=3)
SECOND = timedelta(seconds=1)
RANK = 3 << 18  # of a kill, in a version's number


def version(seconds: float) -> int:
    return int((START.timestamp() + seconds) * 1000) << 20


def story(name: str = "story", seconds: float = 0, **fields: Any) -> Document:
    moment = START + seconds * SECOND
    values = {
        "slugline": "BC-Acme", "headline": "Acme posts a loss", "version_created": moment, "received_at": moment,
        "ordered_by": "provider",
    }  # fmt: skip
    return document(name, version(seconds), **(values | fields))


def notice_of(name: str = "notice", **kills: str) -> Document:
    named = KillNotice(**(kills or {"slugline": "BC-ACME"}))  # type: ignore[arg-type]  # all of them texts
    one = story(name, 60, headline="Kill notice", slugline="", kind="advisory", body="Please kill it.")
    return msgspec.structs.replace(one, version=one.version | RANK, kills=named)


async def index(store: Store, *documents: Document) -> None:
    """As the index stage does with a batch."""
    written = await addressed(store, documents)
    await store.write(written)
    await settle(store, [source_of(one) for one in written if one.kills], WINDOW)
    await store.refresh()


async def look_again(store: Store) -> int:
    count = await settle(store, await store.open_notices(START - WINDOW, 100), WINDOW)
    await store.refresh()
    return count


async def fates(store: Store, *names: str) -> list[str]:
    kept = await store.fates(names)
    return [kept[name].status for name in names]


@pytest.mark.parametrize(
    "kills",
    [
        {"slugline": "bc-acme"}, {"headline": "ACME posts  a loss"}, {"guid": "urn:test:story"},
        {"slugline": "BC-Acme", "headline": "Acme posts a loss"}, {"slugline": "BC-Acme", "sent": "09:00"},
    ],
)  # fmt: skip
async def test_the_story_is_killed_and_the_notice_is_not(store: Store, kills: dict[str, str]) -> None:
    await index(store, story())
    await index(store, notice_of("notice", **kills))
    assert await fates(store, "story", "notice") == ["canceled", "usable"]
    kept = await store.get("story")
    assert kept is not None
    assert (kept["body"], kept["headline"], kept["editorial_note"]) == ("", "", "Kill notice")
    assert {"rel": "killedBy", "guid": "urn:test:notice"} in kept["links"]
    assert await store.open_notices(START - WINDOW, 10) == []
    assert [hit.id for hit in (await store.find(question("kill"))).hits] == ["notice"]


@pytest.mark.parametrize(
    ("stories", "kills"),
    [
        ([], {"slugline": "BC-Acme"}),
        ([story(slugline="BC-Acme-Results")], {"slugline": "BC-Acme"}),
        ([story(source="Reuters")], {"slugline": "BC-Acme"}),
        ([story("one"), story("two")], {"slugline": "BC-Acme"}),
        ([story()], {"slugline": "BC-Acme", "headline": "Another"}),
        ([story()], {"slugline": "BC-Acme", "sent": "14:05"}),
        ([story()], {"slugline": "BC-Acme | BC-Bolt"}),
        ([story()], {"slugline": '"'}),
        ([story(seconds=-4 * 86_400)], {"slugline": "BC-Acme"}),
        ([story(seconds=120)], {"slugline": "BC-Acme"}),
        ([story(kind="advisory")], {"slugline": "BC-Acme"}),
    ],
)
async def test_in_doubt_nothing_is_killed_and_the_notice_stays_open(
    store: Store, stories: list[Document], kills: dict[str, str]
) -> None:
    await index(store, *stories)
    await index(store, notice_of("notice", **kills))
    assert set(await fates(store, *(one.id for one in stories), "notice")) == {"usable"}
    assert [one["id"] for one in await store.open_notices(START - WINDOW, 10)] == ["notice"]


async def test_a_story_that_comes_after_its_notice_is_killed(store: Store) -> None:
    await index(store, notice_of())
    assert await look_again(store) == 0
    await index(store, story(received_at=START + 90 * SECOND))  # late on its way, but made before
    assert await look_again(store) == 1
    assert await fates(store, "story", "notice") == ["canceled", "usable"]
    assert await look_again(store) == 0


async def test_a_notice_fed_again_kills_no_later_story_of_that_slug(new_store: StoreMaker, store: Store) -> None:
    await index(store, story())
    await index(store, notice_of())
    await index(store, story("later", 3600), story("early", 30, received_at=START + 7200 * SECOND))
    other = new_store()
    for writer in (store, other, store):
        await index(writer, notice_of())
        await look_again(writer)
    await index(other, story())  # nor does the killed one come back
    assert await fates(store, "story", "later", "early", "notice") == ["canceled", "usable", "usable", "usable"]
    assert await store.open_notices(START - WINDOW, 10) == []
    await other.close()


async def test_only_a_notice_above_a_story_costs_a_replay_a_refresh(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index is refreshed neither for stories that are superseded by stories, nor for those that were killed."""
    refreshes: list[int] = []
    refresh = store.refresh

    async def counted() -> None:
        refreshes.append(1)
        await refresh()

    async def replay(*documents: Document) -> int:
        outcomes = await store.write(documents)
        return await kill_own(
            store, [pair for pair in zip(documents, outcomes, strict=True) if pair[1].state == "superseded"]
        )

    monkeypatch.setattr(store, "refresh", counted)
    kill = msgspec.structs.replace(notice_of("killed"), status="canceled", kind="kill", kills=None)
    earlier = [story("story"), story("killed"), story("noticed")]
    await store.write([story("story", 10), kill, notice_of("noticed")])
    assert await replay(*earlier[:2]) == 0
    assert refreshes == []
    assert await replay(*earlier) == 1
    assert refreshes == [1]
    await refresh()
    assert await fates(store, "story", "killed", "noticed") == ["usable", "canceled", "canceled"]


async def test_a_process_that_ends_between_notice_and_kill_loses_nothing(store: Store) -> None:
    await index(store, story())
    await store.write([notice_of()])
    await store.refresh()
    assert await look_again(store) == 1
    assert await fates(store, "story") == ["canceled"]


async def test_a_story_told_again_later_stands_and_the_notice_keeps_to_it(store: Store) -> None:
    await index(store, story())
    await index(store, notice_of())
    await index(store, story(seconds=3600))
    await index(store, notice_of())
    assert await fates(store, "story", "notice") == ["usable", "usable"]
    assert await store.open_notices(START - WINDOW, 10) == []


@pytest.mark.parametrize("together", [True, False])
async def test_a_notice_under_the_id_of_a_story_kills_that_story(store: Store, together: bool) -> None:
    one, kill = story("own"), notice_of("own")
    await index(store, story("other", slugline="BC-Acme"))
    await index(store, *([one, kill] if together else [one]))
    await index(store, kill)
    assert await fates(store, "own", "other") == ["canceled", "usable"]


async def test_a_hidden_story_is_killed_without_a_word_to_readers(store: Store) -> None:
    await index(store, story(status="withheld"))
    await index(store, notice_of())
    assert await fates(store, "story") == ["canceled"]
    assert await views_of(store).notices(10) == []
    assert "kills" not in ((await store.get("notice")) or {})


async def test_the_panel_shows_an_open_notice_to_those_who_may_see_hidden_stories(store: Store) -> None:
    await index(store, notice_of())
    views = views_of(store)
    assert await views.notices(10) == []
    (shown,) = await views.notices(10, hidden=True)
    assert notice(shown, hidden=True)["mark"].text == UNMATCHED
    told = EventRenderer(Display("Newswire", "UTC")).notices([shown], hidden=True).text
    assert UNMATCHED in told
    assert "Please kill it." in told
    assert "<del>" not in told
    await index(store, story())
    await look_again(store)
    assert [one["id"] for one in await views.notices(10, hidden=True)] == ["story"]


async def test_doctor_lists_open_notices_with_what_to_do(store: Store) -> None:
    (fine,) = await open_kills(store, 365_000 / 100)
    assert fine.level == "fine"
    await index(store, notice_of(slugline="BC-Bolt"))
    (finding,) = await open_kills(store, 365_000 / 100)
    assert finding.level == "look"
    assert "BC-Bolt" in finding.said
    assert "notice" in finding.said
    assert finding.remedy == "match the kill"
    assert [one.level for one in await open_kills(store, 0)] == ["fine"]
