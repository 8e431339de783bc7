"""Old months go, kills stay."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner

from search.elastic.migration import Migration
from search.elastic.retention import first_kept
from search.elastic.store import ElasticsearchStore
from streams.cli.main import newswire
from streams.errors import NewswireError
from streams.settings import settings
from tests.search.conftest import ask, remove
from tests.search.samples import document

NEW, OLD = datetime.now(UTC), datetime(2001, 3, 1, tzinfo=UTC)


@pytest.fixture
async def store(
    elasticsearch_url: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ElasticsearchStore]:
    """A store that the command uses too."""
    monkeypatch.setenv("NEWSWIRE_INDEX", elasticsearch_url)
    monkeypatch.setenv("NEWSWIRE_INDEX_PREFIX", prefix)
    settings.cache_clear()
    opened = ElasticsearchStore(elasticsearch_url, prefix)
    await opened.set_up()
    yield opened
    await opened.close()
    settings.cache_clear()
    remove(elasticsearch_url, prefix)


def run(*arguments: str) -> str:
    done = CliRunner().invoke(newswire, ["index", *arguments])
    if done.exception:
        raise done.exception
    return done.output


@pytest.mark.parametrize(
    ("months", "first"), [(1, "2026.11"), (2, "2026.10"), (11, "2026.01"), (12, "2025.12"), (24, "2024.12")]
)
def test_the_present_month_counts_as_one(months: int, first: str) -> None:
    assert first_kept(date(2026, 11, 30), months) == first


@pytest.mark.integration
async def test_old_months_go_and_killed_stories_stay_killed(
    store: ElasticsearchStore, elasticsearch_url: str, prefix: str
) -> None:
    killed = document("killed", 2, status="canceled", kind="kill", first_created=OLD)
    await store.write([document("new", first_created=NEW), document("old", first_created=OLD), killed])
    await store.refresh()
    said = await asyncio.to_thread(run, "retain", "--months", "3", "--dry-run")
    assert said == f"would delete {prefix}-v1-2001.03: 2 stories, of which 1 tombstones are kept\n"
    assert await store.count(hidden=True) == 3
    assert "deleting" in await asyncio.to_thread(run, "retain", "--months", "3")
    assert await asyncio.to_thread(run, "retain", "--months", "3") == "no month is old enough\n"
    await store.refresh()
    hits = ask(f"{elasticsearch_url}/{prefix}-all/_search")["hits"]["hits"]
    assert {hit["_id"]: hit["_index"].removeprefix(f"{prefix}-v1-") for hit in hits} == {
        "new": f"{NEW:%Y.%m}", "killed": "killed",
    }  # fmt: skip
    again = ElasticsearchStore(elasticsearch_url, prefix)  # another process replays
    outcomes = await again.write([document("killed", first_created=OLD), document("old", first_created=OLD)])
    assert [outcome.state for outcome in outcomes] == ["superseded", "written"]
    await Migration(again.generations).run()
    outcomes = await again.write([document("killed", first_created=OLD)])
    assert [outcome.state for outcome in outcomes] == ["superseded"]
    await again.close()


@pytest.mark.integration
async def test_nothing_is_deleted_while_a_migration_is_under_way(store: ElasticsearchStore) -> None:
    await store.write([document(first_created=OLD)])
    await store.refresh()
    await store.generations.put_templates(2, is_open=False)
    with pytest.raises(NewswireError, match="--abort"):
        await asyncio.to_thread(run, "retain", "--months", "3")
    assert "everything is as it was" in await asyncio.to_thread(run, "migrate", "--abort")
    assert "deleting" in await asyncio.to_thread(run, "retain", "--months", "3")


@pytest.mark.integration
async def test_the_migrate_command_says_what_it_does(store: ElasticsearchStore, prefix: str) -> None:
    await store.write([document()])
    said = await asyncio.to_thread(run, "migrate")
    assert f"{prefix} is now {prefix}-v2\n1 documents copied" in said
    assert f"deleted {prefix}-v1-2026.11" in await asyncio.to_thread(run, "migrate", "--drop-old")


def test_kafka_must_not_remember_longer_than_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.cache_clear()
    with pytest.raises(NewswireError, match="at least 2 months"):
        run("retain", "--months", "1")


def test_the_embedded_store_says_what_to_do_instead(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("NEWSWIRE_INDEX", f"sqlite:///{tmp_path / 'index.db'}")
    settings.cache_clear()
    for command in (["migrate"], ["retain", "--months", "12"]):
        with pytest.raises(NewswireError, match="newswire replay"):
            run(*command)
    settings.cache_clear()
