"""The file of profiles is read again when it changes; a broken one changes nothing while a process runs."""

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from streams.sources.book import ProfileBook
from streams.sources.tables import BadSourcesError
from tests.waiting import wait_for


def colour(book: ProfileBook) -> str:
    return book.current().of_source("acme").colour


def write(path: Path, text: str) -> None:
    """As an operator should: a new file put in the old one's place."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)


def broken() -> float | None:
    return REGISTRY.get_sample_value("newswire_sources_broken")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write(tmp_path / "sources.toml", '[source.acme]\ncolour = "#000001"\n')
    return tmp_path / "sources.toml"


def test_without_a_file_there_are_the_shipped_profiles() -> None:
    assert ProfileBook().current().version


def test_a_changed_file_is_read_at_the_second_look_that_finds_it_the_same(path: Path) -> None:
    book = ProfileBook(path, look_every=0)
    version = book.current().version
    write(path, '[source.acme]\ncolour = "#000002"\n')
    assert colour(book) == "#000001"  # it may still be written to
    assert colour(book) == "#000002"
    assert book.current().version != version


def test_a_file_that_changed_a_while_ago_is_read_at_the_first_look(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = ProfileBook(path, look_every=0)
    write(path, '[source.acme]\ncolour = "#000002"\n')
    monkeypatch.setattr("streams.sources.book.SETTLED", 0.0)
    assert colour(book) == "#000002"


@pytest.mark.parametrize("text", ["[source.acme\n", '[source.acme]\ncolour = "red"\n', "\xff"])
def test_a_file_that_becomes_broken_keeps_the_last_good_profiles_and_says_so(
    path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    book = ProfileBook(path, look_every=0)
    path.write_bytes(text.encode("latin-1"))
    with caplog.at_level(logging.ERROR):
        assert [colour(book) for _ in range(5)] == ["#000001"] * 5
    assert len(caplog.records) == 1  # once, not at every look
    assert str(path) in caplog.text
    assert str(path) in book.trouble
    assert broken() == 1
    write(path, '[source.acme]\ncolour = "#000003"\n')
    assert [colour(book) for _ in range(2)][-1] == "#000003"
    assert not book.trouble
    assert broken() == 0


def test_a_file_that_goes_away_keeps_the_last_good_profiles(path: Path) -> None:
    book = ProfileBook(path, look_every=0)
    path.unlink()
    assert [colour(book) for _ in range(3)] == ["#000001"] * 3
    assert "No such file" in book.trouble


def test_a_process_does_not_start_with_a_broken_or_missing_file(tmp_path: Path) -> None:
    with pytest.raises(BadSourcesError, match="No such file"):
        ProfileBook(tmp_path / "none.toml")
    (tmp_path / "large.toml").write_bytes(b"#" * (1024 * 1024 + 1))
    with pytest.raises(BadSourcesError, match="larger than"):
        ProfileBook(tmp_path / "large.toml")
    (tmp_path / "latin.toml").write_bytes(b"# one\n# \xff\n")
    with pytest.raises(BadSourcesError, match="line 2: not UTF-8"):
        ProfileBook(tmp_path / "latin.toml")


READER = """
import sys, time
from pathlib import Path
from streams.sources.book import ProfileBook
book = ProfileBook(Path(sys.argv[1]), look_every=0.05)
while True:
    print(book.current().of_source("acme").colour, flush=True)
    time.sleep(0.02)
"""


class Reader:
    """A process that reads a copy of the file, as each machine has its own."""

    def __init__(self, path: Path) -> None:
        self.out = path.with_suffix(".out")
        with self.out.open("wb") as out:
            self.process = subprocess.Popen([sys.executable, "-c", READER, str(path)], stdout=out)

    def seen(self) -> list[str]:
        return self.out.read_text().split()

    def waits_for(self, wanted: str) -> None:
        wait_for(lambda: self.seen()[-1:] == [wanted], f"{wanted} in {self.out}", 60)

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


def test_two_processes_read_their_own_copies_one_is_killed_and_the_file_changes_meanwhile(tmp_path: Path) -> None:
    paths = [tmp_path / "one.toml", tmp_path / "two.toml"]
    for path in paths:
        write(path, '[source.acme]\ncolour = "#000001"\n')
    readers = [Reader(path) for path in paths]
    try:
        for reader in readers:
            reader.waits_for("#000001")
        write(paths[0], '[source.acme]\ncolour = "#000002"\n')
        readers[0].waits_for("#000002")
        assert set(readers[1].seen()) == {"#000001"}  # its copy has not changed
        readers[0].kill()
        write(paths[0], '[source.acme]\ncolour = "#000003"\n')
        write(paths[1], '[source.acme]\ncolour = "#000003"\n')
        readers[0] = Reader(paths[0])  # as its supervisor does
        for reader in readers:
            reader.waits_for("#000003")
        assert list(dict.fromkeys(readers[1].seen())) == ["#000001", "#000003"]
    finally:
        for reader in readers:
            reader.kill()
