"""``newswire sources`` and ``newswire parse --source``: what a profile changes, and how each source is doing."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from search.documents import Document
from search.open import open_store, views_of
from search.web import create_app
from streams.cli.main import newswire
from streams.errors import Unavailable
from streams.operations.source_report import LOOKED_AT, SourceStatus, pace, silence_of, source_report
from streams.settings import settings
from streams.sources.book import ProfileBook
from streams.stores import open_index
from tests.search.samples import document
from tests.search.web.conftest import asking

NOW = datetime(2026, 11, 26, 20, tzinfo=UTC)
FILE = """
[source.acme]
display_name = "Acme Wire"
names = ["ACME", "acme.example"]
silence = "1h"
zone = "Europe/Paris"
[source.acme.kinds]
correction = ["Bedre tekst"]
[source.asleep]
silence = "2h"
"""
KEPT = """
[source.harbour-desk]
source = "Harbour Desk"
display_name = "Harbour"
folders = ["/srv/incoming/harbour"]
[source.harbour-night]
source = "harbour desk"
folders = ["/srv/incoming/night"]
"""


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "sources.toml"
    path.write_text(FILE)
    monkeypatch.setenv("NEWSWIRE_SOURCES", str(path))
    monkeypatch.setenv("NEWSWIRE_INDEX", f"sqlite:///{tmp_path / 'index.db'}")
    settings.cache_clear()
    yield path
    settings.cache_clear()


def stories(now: datetime) -> list[Document]:
    """Two sources of one profile, one of which has just sent; and one without a profile that has been quiet."""
    told = {"acme-1": ("ACME", 200), "acme-2": ("acme.example", 90), "other": ("Other", 3000)}
    return [
        document(name, source=source, received_at=now - timedelta(minutes=minutes))
        for name, (source, minutes) in told.items()
    ]


def filled(path: Path, documents: list[Document]) -> None:
    async def fill() -> None:
        store = open_store(settings().index)
        await store.set_up()
        await store.write(documents)
        await store.close()

    asyncio.run(fill())


def report(path: Path, refused: Counter[str] | None) -> dict[str, SourceStatus]:
    async def ask() -> list[SourceStatus]:
        store = open_store(settings().index)
        views = views_of(store)
        found = await source_report(store, views, ProfileBook(path).current(), refused, NOW)
        await views.close()
        await store.close()
        return found

    return {one.name: one for one in asyncio.run(ask())}


def test_a_source_is_told_by_its_stories_and_dead_letters(sources: Path) -> None:
    filled(sources, stories(NOW))
    found = report(sources, Counter({"ACME": 2, "acme.example": 1, "broken": 4}))
    assert found.keys() == {"acme", "asleep", "Other", "broken"}
    acme = found["acme"]
    assert (acme.display_name, acme.sources) == ("Acme Wire", ("ACME", "acme.example"))
    assert (acme.stories, acme.refused, acme.last_story) == (2, 3, NOW - timedelta(minutes=90))
    assert acme.per_hour == pytest.approx(2 / 24)
    assert acme.silent  # an hour is what its profile expects
    assert (found["Other"].silent, found["Other"].has_profile, found["Other"].per_hour) == (False, False, 0.0)
    assert (found["broken"].stories, found["broken"].refused) == (0, 4)
    assert (found["asleep"].last_story, found["asleep"].silent) == (None, False)
    assert report(sources, None)["acme"].refused is None


def test_a_quick_source_is_paced_by_its_newest_stories() -> None:
    arrivals = [NOW - timedelta(seconds=n) for n in range(LOOKED_AT, 0, -1)]
    assert pace(arrivals, NOW) == pytest.approx(3600)
    assert pace([], NOW) == 0.0
    assert silence_of(arrivals, NOW, 0.0).usual is not None


def test_the_command_prints_a_table_json_and_a_status_for_monitoring(
    sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise Unavailable("Kafka is away")

    monkeypatch.setattr("streams.kafka.reader.TopicReader.__init__", away)
    filled(sources, stories(datetime.now(UTC)))
    shown = CliRunner().invoke(newswire, ["sources", "--json", "--check"])
    lines = [json.loads(line) for line in shown.stdout.splitlines() if line.startswith("{")]
    assert {line["name"]: line["silent"] for line in lines} == {"acme": True, "asleep": False, "Other": False}
    assert "refusals are not known" in shown.output
    assert shown.exit_code == 1
    monkeypatch.setenv("COLUMNS", "160")
    table = CliRunner().invoke(newswire, ["sources"])
    assert table.exit_code == 0
    assert "Acme Wire" in table.stdout
    assert "SILENT" in table.stdout


def parsed(*arguments: str, story: dict[str, Any]) -> list[dict[str, Any]]:
    shown = CliRunner().invoke(newswire, ["parse", *arguments, "-"], input=json.dumps(story))
    return [json.loads(line) for line in shown.stdout.splitlines()]


STORY = {"guid": "1", "headline": "Bedre tekst: Ferry", "body": "It sails.", "version_created": "2024-05-01T10:00:00"}


def test_parse_shows_what_a_profile_changes(sources: Path) -> None:
    (line,) = parsed("--source", "ACME", story=STORY)
    changes = line["profile"]["changes"]
    assert line["profile"]["name"] == "acme"
    assert changes["kind"] == ["new", "correction"]
    assert changes["version_created"] == ["2024-05-01T10:00:00Z", "2024-05-01T08:00:00Z"]
    assert line["kind"] == "correction"
    assert "profile" not in parsed("--source", "nobody", story=STORY)[0]
    assert "profile" not in parsed(story=STORY)[0]


def test_parse_says_what_is_only_read_with_the_profile(sources: Path) -> None:
    sources.write_text('[source.mail]\nformat = "text"\n')
    shown = CliRunner().invoke(newswire, ["parse", "--source", "mail", "-"], input="Ferry resumes\n\nIt sails.\n")
    (line,) = (json.loads(one) for one in shown.stdout.splitlines())
    assert (line["headline"], line["body"]) == ("Ferry resumes", "It sails.")
    assert line["profile"]["without"].startswith("refused: unknown format")


def test_a_broken_file_ends_the_command_with_file_line_and_key(sources: Path) -> None:
    sources.write_text('[source.acme]\nzone = "Mars"\n')
    shown = CliRunner().invoke(newswire, ["sources"])
    assert str(shown.exception).startswith(f"{sources}, line 2: source.acme.zone: 'Mars' is no time zone")


def test_parse_shows_the_profile_of_each_item_that_states_its_source(sources: Path) -> None:
    ours, other = parsed(story=[STORY | {"source": "acme"}, STORY | {"source": "Nobody", "guid": "2"}])  # type: ignore[arg-type]
    assert ours["profile"]["name"] == "acme"
    assert ours["profile"]["changes"]["version_created"] == ["2024-05-01T10:00:00Z", "2024-05-01T08:00:00Z"]
    assert "profile" not in other


def test_a_profile_and_the_source_that_it_keeps_stories_under_are_one(sources: Path) -> None:
    sources.write_text(KEPT)
    filled(sources, [document("x", source="Harbour Desk")])
    found = report(sources, Counter({"harbour-desk": 2, "Harbour Desk": 1}))
    assert list(found) == ["harbour-desk"]
    assert (found["harbour-desk"].stories, found["harbour-desk"].refused) == (1, 3)
    assert found["harbour-desk"].display_name == "Harbour"
    for name in ("harbour-desk", "HARBOUR-DESK", "Harbour Desk", "harbour-night"):
        shown = CliRunner().invoke(newswire, ["search", "--source", name, "--json"])
        assert [json.loads(line)["id"] for line in shown.stdout.splitlines()] == ["x"], name


def test_no_item_gets_a_profile_by_the_source_that_its_stories_are_kept_under(sources: Path) -> None:
    sources.write_text(KEPT)
    profiles = ProfileBook(sources).current()
    assert profiles.of_source("Harbour Desk").name == "harbour-desk"
    assert profiles.stated("Harbour Desk").name == ""
    assert profiles.of_feed("rss:x", "Harbour Desk").name == ""


@pytest.mark.parametrize(
    "name", ["ap", "AP", "Associated Press", "api.ap.org", "acme-desk", "Acme Wire", "acme photos"]
)
def test_every_name_of_a_profile_finds_its_stories(sources: Path, name: str) -> None:
    sources.write_text('[source.acme-desk]\nsource = "Acme Photos"\ndisplay_name = "Acme Wire"\nfeeds = ["rss:acme"]\n')
    kept = {"one": "Associated Press", "two": "AP.org", "three": "Acme Photos", "four": "Other"}
    filled(sources.parent / "index.db", [document(story, source=source) for story, source in kept.items()])
    wanted = {"three"} if "acme" in name.casefold() else {"one", "two"}

    def found(*arguments: str) -> set[str]:
        lines = CliRunner().invoke(newswire, ["search", "--json", *arguments]).stdout.splitlines()
        return {json.loads(line)["id"] for line in lines}

    assert found("--source", name) == found(f'source:"{name}"') == wanted
    assert found(f'NOT source:"{name}"') == kept.keys() - wanted

    async def on_the_page() -> set[str]:
        store = open_index(settings())
        async with asking(create_app(store)) as client:
            answer = await client.get("/api/stories", params={"source": name})
        await store.close()
        assert answer.status_code == 200, answer.text
        return {one["story"]["id"] for one in answer.json()["stories"]}

    assert asyncio.run(on_the_page()) == wanted
