"""Two read stages, each with its own copy of the profiles, on a real Kafka: one is killed, and the file changes."""

import json
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.integration.pipeline import Pipeline
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]

PROFILE = """
[source.acme]
folders = ["{folder}"]
source = "Acme"
usage_terms = "{terms}"
"""


class Machine:
    """One machine: a folder, a copy of the profiles, a read stage."""

    def __init__(self, kafka: str, prefix: str, folder: Path, incoming: Path) -> None:
        folder.mkdir()
        self.file, self.incoming = folder / "sources.toml", incoming
        self.configure("first")
        extra = {"NEWSWIRE_SOURCES": str(self.file), "NEWSWIRE_DATA": str(folder / "data")}
        self.pipeline = Pipeline(kafka, "sqlite:///unused.db", prefix, folder, extra)

    def configure(self, terms: str) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(PROFILE.format(folder=self.incoming, terms=terms))
        new.replace(self.file)

    def feed(self, batch: str, number: int) -> None:
        for n in range(number):
            story = {"guid": f"{batch}-{n}", "headline": f"Ferry {n}", "body": "It sails.", "source": "Reuters"}
            (self.incoming / f"{batch}-{n}.json").write_text(json.dumps(story))
        done = self.pipeline.run("feed", "watch", str(self.incoming), "--once", "--settle", "0s")
        assert done.returncode == 0, done.stderr


def articles(machine: Machine) -> dict[str, dict[str, Any]]:
    """The articles made so far by guid, of several copies the first."""
    made = [json.loads(record.value) for record in machine.pipeline.records("articles")]
    return {one["guid"]: one for one in reversed(made)}


def test_two_read_stages_use_their_copies_one_is_killed_and_the_file_changes(
    kafka: str, prefix: str, tmp_path: Path
) -> None:
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    first, second = (Machine(kafka, prefix, tmp_path / name, incoming) for name in ("one", "two"))
    assert first.pipeline.run("topics", "create").returncode == 0
    with first.pipeline.worker("read") as killed, second.pipeline.worker("read"):
        first.feed("early", 40)
        wait_for(lambda: len(articles(second)) == 40, "the first stories")
        for machine in (first, second):
            machine.configure("second")
        child = first.pipeline.child("read")
        killed.kill()
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        killed.wait()
        second.file.write_text("[source.acme\n")  # broken for a moment: the last good profiles stay
        first.feed("between", 20)
        wait_for(lambda: len(articles(second)) == 60, "the stories sent meanwhile")
        wait_for(lambda: _sees_it_broken(first, second), "the broken file is told")
        second.configure("third")
        wait_for(lambda: _reads_third(first), "the last profile in use")
    found = articles(second)
    assert {one["source"] for one in found.values()} == {"Acme"}  # not Reuters, which every item states
    early = {one["usage_terms"] for guid, one in found.items() if guid.startswith("early")}
    assert early == {"first"}
    assert {one["usage_terms"] for guid, one in found.items() if guid.startswith("between")} <= {"first", "second"}


def _sees_it_broken(feeding: Machine, reading: Machine) -> bool:
    """Feed one story more, since files are looked at as stories come, and see what the log says."""
    feeding.feed("between", 1)
    return "stay as they were" in reading.pipeline.log()


def _reads_third(feeding: Machine) -> bool:
    """Feed one story more, and see what the late ones were read by."""
    feeding.feed(f"late-{len(articles(feeding))}", 1)
    return "third" in {one["usage_terms"] for guid, one in articles(feeding).items() if guid.startswith("late")}
