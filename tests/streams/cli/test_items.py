"""``newswire items`` before any item has come, and without an index."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from search.open import open_store
from streams.cli.main import newswire
from streams.settings import settings


@pytest.mark.parametrize(("is_set_up", "said"), [(True, "0 items"), (False, "does not exist yet")])
def test_before_the_first_item_there_are_none(
    is_set_up: bool, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = f"sqlite:///{tmp_path / 'news.sqlite'}"
    if is_set_up:
        asyncio.run(open_store(index).set_up())
    monkeypatch.setenv("NEWSWIRE_INDEX", index)
    settings.cache_clear()
    result = CliRunner().invoke(newswire, ["items"])
    settings.cache_clear()
    assert said in (result.output + str(result.exception or ""))


def test_what_was_left_out_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSWIRE_INDEX", f"sqlite:///{tmp_path / 'news.sqlite'}")
    settings.cache_clear()
    asyncio.run(open_store(settings().index).set_up())
    flood, pictures = (CliRunner().invoke(newswire, ["items", "--all", *words]) for words in (["flood"], ["kind:kill"]))
    settings.cache_clear()
    assert "killed is listed only without words" in flood.stderr
    assert "NEWSWIRE_MAY_SEE_EMBARGOED=true\n" in pictures.stderr
