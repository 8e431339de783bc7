"""A story whose embargo ends comes to the wire, to open pages, feeds and saved searches at that moment."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from search.open import open_store, views_of
from search.visibility import Sources
from search.web.display import Display
from search.web.library import Library
from search.web.live import LiveUpdates
from search.web.live_events import EventRenderer, JsonRenderer
from search.web.login.access import Reader
from tests.search.samples import document, question
from tests.search.web.conftest import page_over

OTHERS = 55  # more than a page of the wire, a feed, or what is watched for open pages


def others(now: datetime) -> list[Any]:
    """Received after the story, and before its embargo ends."""
    return [document(f"o{n}", headline="Other", received_at=now - timedelta(seconds=n + 1)) for n in range(OTHERS)]


async def test_a_story_is_on_top_everywhere_once_its_embargo_has_ended(index: str) -> None:
    ended = datetime.now(UTC) - timedelta(milliseconds=1)
    early = ended - timedelta(hours=3)
    freed = document("freed", headline="Free at last", received_at=early, version_created=early, embargo_until=ended)
    async with page_over(index, freed, *others(ended)) as page:
        wire = (await page.get("/")).text
        assert re.findall(r'data-id="([^"]*)"', wire)[:2] == ["freed", "o0"]
        row = wire.partition('data-id="freed"')[2].partition("</li>")[0]
        assert f'data-arrived="{int(ended.timestamp() * 1000)}"' in row
        assert "Agency time" in row
        feed = (await page.get("/api/stories.atom")).text
        assert feed.partition("<updated>")[2].startswith(ended.isoformat()[:19])
        assert re.findall(r"<title>([^<]*)</title>", feed)[1] == "Free at last"
        api = (await page.get("/api/stories?sort=arrived&limit=2")).json()
        assert [found["story"]["id"] for found in api["stories"]] == ["freed", "o0"]
        for way, story, beside in (("previous", "o0", "freed"), ("next", "freed", "o0")):
            leads = (await page.get(f"/beside/{way}/{story}?sort=arrived")).headers["location"]
            assert beside in leads.partition("?")[0]


async def test_open_pages_hear_of_a_story_when_its_embargo_ends(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    now = datetime.now(UTC)
    ends = now + timedelta(seconds=1)
    freed = document("freed", headline="Free at last", received_at=now - timedelta(hours=3), embargo_until=ends)
    await store.write([freed, *others(now)])
    reading = Library(store, views_of(store), at_once=4, seconds=5, remember=0)
    display = Display("T", "UTC")
    for telling in (EventRenderer(display), JsonRenderer()):
        live = LiveUpdates(reading, display, 0.05, 9, 9, telling=telling)
        events = live.events(question(), Reader())
        heard = ""
        while "Free at last" not in heard:
            heard = await anext(events)
        assert ends <= datetime.now(UTC)
        if heard.startswith("event: stories"):
            data = json.loads(heard.partition("data: ")[2])
            assert data["gone"] == []
            assert f'data-arrived=\\"{int(ends.timestamp() * 1000)}\\"' in heard
        await events.aclose()
    everything = LiveUpdates(reading, display, 0.05, 9, 9)
    events = everything.events(question(hidden=True), Reader(hidden=True, sources=Sources()))
    told = [await anext(events), await anext(events)]
    assert not any("Free at last" in one for one in told if one.startswith("event: stories")), "it stands as received"
    await events.aclose()
    await reading.close()
