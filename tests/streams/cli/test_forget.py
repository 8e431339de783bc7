"""What ``newswire forget`` makes of ids that the index has, and of those that it does not."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from search.open import open_store
from streams.cli.forget import forget
from streams.errors import NewswireError
from streams.settings import settings
from tests.search.samples import document

Run = Callable[..., Result]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of which notices were sent."""
    ids: list[str] = []

    def send(_: Any, found: Any) -> int:
        ids.extend(story.notice.id for story in found)
        return len(ids)

    monkeypatch.setattr("streams.operations.forget.send", send)
    return ids


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs the command on an index with one story."""
    monkeypatch.setenv("NEWSWIRE_INDEX", f"sqlite:///{tmp_path / 'index.db'}")
    settings.cache_clear()

    async def fill() -> None:
        store = open_store(settings().index)
        await store.set_up()
        await store.write([document("there", 1)])
        await store.close()

    asyncio.run(fill())
    yield lambda *arguments: CliRunner().invoke(forget, arguments)
    settings.cache_clear()


def test_an_id_that_the_index_lacks_is_no_success_and_not_counted(run: Run, sent: list[str]) -> None:
    tried = run("--id", "nope", "--id", "there")
    assert "1 story would be forgotten; add --apply" in tried.stdout
    assert isinstance(tried.exception, NewswireError)
    assert "not in the index: nope" in str(tried.exception)
    assert "--not-indexed" in str(tried.exception)
    assert "0 stories would be forgotten" in run("--id", "nope").stdout
    refused = run("--id", "nope", "--id", "there", "--apply")
    assert "nothing was forgotten: not in the index: nope." in str(refused.exception)
    assert sent == []


def test_it_is_forgotten_all_the_same_if_that_is_said(run: Run, sent: list[str]) -> None:
    tried = run("--id", "nope", "--not-indexed")
    assert (tried.exit_code, "1 story would be forgotten" in tried.stdout) == (0, True)
    assert "1 story is being forgotten" in run("--id", "nope", "--not-indexed", "--apply").stdout
    assert sent == ["nope"]


def test_what_the_index_has_is_forgotten(run: Run, sent: list[str]) -> None:
    assert run("--id", "there").exit_code == 0
    done = run("--id", "there", "--apply")
    assert (done.exit_code, "1 story is being forgotten" in done.stdout) == (0, True), done.exception
    assert sent == ["there"]
