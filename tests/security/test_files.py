"""What we write is for its owner alone: state, index, evidence, logs, acts, copies. Whatever the umask, and also when it
was there before, as an earlier version left it.
"""

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search.open import open_store
from search.private_files import private_file
from streams.agents.health import Health
from streams.agents.health_server import serve_health
from streams.agents.scrape_targets import folder_of
from streams.agents.suspects import Suspects
from streams.demo.page import running_page
from streams.feeds.folder import DropFolder
from streams.feeds.state import FeedState
from streams.operations.admin_log import logged_action
from streams.settings import Settings, read_settings
from tests.search.samples import document


@pytest.fixture(autouse=True)
def careless() -> Iterator[None]:
    """A umask that forbids nothing."""
    before = os.umask(0)
    yield
    os.umask(before)


def readable_by_others(folder: Path) -> set[str]:
    """What others than the owner may read, write, or list."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if stat.S_IMODE(path.lstat().st_mode) & 0o066 and not path.is_symlink()
    }


async def index(folder: Path, _: Settings) -> None:
    store = open_store(f"sqlite:///{folder / 'deep' / 'index.db'}")
    await store.set_up()
    await store.write([document()])
    await store.count()  # beside the file lie SQLite's own
    assert len([*(folder / "deep").iterdir()]) == 3
    assert readable_by_others(folder) == set()
    await store.close()


async def state(folder: Path, settings: Settings) -> None:
    with FeedState.of(settings) as opened:
        opened.open_feed("x", "rss")
        assert len([*(folder / "data").iterdir()]) == 3
        assert readable_by_others(folder) == set()


async def evidence(folder: Path, _: Settings) -> None:
    suspects = Suspects(folder / "data" / "suspects", "entities")
    assert len([*(folder / "data" / "suspects").iterdir()]) == 1
    assert readable_by_others(folder) == set()
    suspects.close()


async def acts(folder: Path, settings: Settings) -> None:
    with logged_action(settings, "forget", ids=["x"]):
        pass
    assert (folder / "acts.jsonl").exists()


async def copies(folder: Path, _: Settings) -> None:
    (folder / "drop").mkdir(0o700)
    file = folder / "drop" / "story.xml"
    file.write_text("<a/>")
    file.chmod(0o600)
    drop = DropFolder(folder / "drop")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streams.feeds.folder.os.rename", other_file_system)
        drop.move(next(drop.files()), folder / "done" / "deep")
    assert (folder / "done" / "deep" / "story.xml").read_text() == "<a/>"


def other_file_system(one: str, other: str, **between: int) -> None:
    if between:
        raise OSError(errno.EXDEV, "another file system")
    Path(one).replace(other)


WRITERS = (index, state, evidence, acts, copies)


@pytest.mark.parametrize("write", WRITERS)
async def test_what_we_write_is_for_its_owner(tmp_path: Path, write: Callable[[Path, Settings], object]) -> None:
    settings = read_settings(data=tmp_path / "data", acts=tmp_path / "acts.jsonl")
    await write(tmp_path, settings)  # type: ignore[misc]
    assert readable_by_others(tmp_path) == set()


@pytest.mark.parametrize(
    ("before", "after"),
    [(0o644, 0o600), (0o666, 0o660), (0o660, 0o660), (0o640, 0o600), (0o600, 0o600), (0o400, 0o400)],
)
def test_a_file_of_an_earlier_version_is_closed_to_others(tmp_path: Path, before: int, after: int) -> None:
    """A group that may write was given the file by somebody: it keeps it."""
    file = tmp_path / "feeds.sqlite3"
    file.touch()
    file.chmod(before)
    assert stat.S_IMODE(private_file(file).stat().st_mode) == after


def test_the_feeds_state_of_an_earlier_version_is_closed_to_others(tmp_path: Path) -> None:
    settings = read_settings(data=tmp_path)
    with FeedState.of(settings):
        pass
    for file in tmp_path.iterdir():
        file.chmod(0o644)
    with FeedState.of(settings):
        pass
    assert readable_by_others(tmp_path) == set()


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_prometheus_finds_the_processes_and_sees_nothing_else(tmp_path: Path, umask: int) -> None:
    os.umask(umask)
    settings = read_settings(data=tmp_path / "data")
    with serve_health("read", Health(60.0), settings):
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o711
        (target,) = folder_of(settings).iterdir()
        assert stat.S_IMODE(target.parent.stat().st_mode) == 0o755
        assert stat.S_IMODE(target.stat().st_mode) == 0o644


def test_the_command_writes_for_its_owner_whatever_the_umask(tmp_path: Path) -> None:
    seen = "import importlib, os\nm = importlib.import_module('streams.cli.main')\nm.with_examples, m.newswire = print, lambda **_: print(oct(os.umask(0)))\nm.main()"
    done = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.endswith("\n0o77\n")


def test_a_log_of_the_demo_is_for_its_owner(tmp_path: Path) -> None:
    settings = read_settings(index=f"sqlite:///{tmp_path / 'none' / 'index.db'}", data=tmp_path / "data")
    with running_page(settings, tmp_path) as address:
        assert address.startswith("http://")
    assert (tmp_path / "page.log").exists()
    assert readable_by_others(tmp_path) == set()
