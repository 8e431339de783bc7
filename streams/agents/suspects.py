"""Finds the article that hangs a model, kills the process or eats its memory, and keeps it from doing so again.

Before work on a batch begins its positions are written to a small file, which its process keeps locked, and they stay
there until what was made of it is sent and confirmed. A file that nobody locks tells what a process died in: each of
those articles is then worked on alone, by whoever has it now, and one that two processes died in while alone is
convicted: refused, and costs only itself.
"""

import fcntl
import logging
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import msgspec

from search.private_files import private_file, private_folder
from streams.agents.acks import Position, position_of
from streams.agents.batches import sized
from streams.errors import SettingsError, TooManyRejected

log = logging.getLogger(__name__)

HUNG = "Hung"  # the error class of what is convicted
STRIKES = 2  # deaths alone that convict: one could be an operator's kill
EVIDENCE_SECONDS = 24 * 3600.0  # how long a dead process's file is kept


class Suspects:
    """The positions that processes of one stage on this machine died in, at the work called ``name``."""

    def __init__(self, folder: Path, name: str) -> None:
        private_folder(folder)
        self._folder, self._name = folder, name
        self._own = folder / f"{name}-{uuid.uuid4().hex}.work"
        self._file = private_file(self._own).open("wb", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._seen: set[Path] = {self._own}
        self._suspected: set[Position] = set()
        self._marked: list[Position] = []
        self._deaths_alone: Counter[Position] = Counter()
        self.look()

    def look(self) -> None:
        """Learn what has died since the last look. A death brings a rebalance, so that is when to call it."""
        for path in set(self._folder.glob(f"{self._name}-*.work")) - self._seen:
            positions = _left_behind(path)
            if positions is not None:
                self._seen.add(path)
                self._suspected.update(positions)
                self._deaths_alone.update(positions if len(positions) == 1 else ())

    def convicted(self, event: Any) -> bool:
        """Whether an article has ended its process too often."""
        return self._deaths_alone[position_of(event)] >= STRIKES

    def batches(self, events: Sequence[Any]) -> Iterator[Sequence[Any]]:
        """The events as batches, in order: each suspect alone, the events between them together."""
        together: list[Any] = []
        for event in events:
            if position_of(event) not in self._suspected:
                together.append(event)
                continue
            if together:
                yield together
            yield [event]
            together = []
        if together:
            yield together

    @contextmanager
    def working(self, events: Sequence[Any]) -> Iterator[None]:
        """Mark these as being processed, so that a successor knows them if the process dies or fails inside.

        An error that says that the fault is ours marks nobody.
        """
        self._write([position_of(event) for event in events])
        try:
            yield
        except (SettingsError, TooManyRejected):
            self._write([])
            raise
        self._write([])

    @contextmanager
    def resting(self) -> Iterator[None]:
        """While the stage waits for Kafka or the index, nothing is worked on: who ends it then has other reasons."""
        marked = self._marked
        self._write([])
        try:
            yield
        finally:
            self._write(marked)

    def _write(self, positions: list[Position]) -> None:
        self._marked = positions
        self._file.seek(0)
        self._file.truncate()
        self._file.write(msgspec.json.encode(positions))

    def close(self) -> None:
        """This process ends in order: what it was working on has done nothing wrong."""
        self._own.unlink(missing_ok=True)
        self._file.close()


def _left_behind(path: Path) -> list[Position] | None:
    """What the process that wrote this file died in; ``None`` while that process lives."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            if time.time() - path.stat().st_mtime > EVIDENCE_SECONDS:
                path.unlink(missing_ok=True)
                return []
            return msgspec.json.decode(file.read() or b"[]", type=list[Position])
    except BlockingIOError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("%s cannot be read: %s", path, error)
        return []


class StageSuspects:
    """The suspects of all the kinds of work that one stage does, in files in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._all: list[Suspects] = []
        self._handling: Suspects | None = None  # who marks what is being made and sent

    def of(self, name: str) -> Suspects:
        """What processes of this stage have died in on this machine, at the work called ``name``."""
        self._all.append(Suspects(self._folder, name))
        return self._all[-1]

    @contextmanager
    def handling(self, suspects: Suspects, events: Sequence[Any]) -> Iterator[None]:
        """Make something of a batch and send it: all of it is marked for the case of a death."""
        self._handling = suspects
        with suspects.working(events):
            yield

    @contextmanager
    def resting(self) -> Iterator[None]:
        """While the stage waits, what is being handled is not marked."""
        with self._handling.resting() if self._handling else nullcontext():
            yield

    def look(self) -> None:
        """Learn what has died since the last look."""
        for suspects in self._all:
            suspects.look()

    def close(self) -> None:
        """The process ends in order."""
        for suspects in self._all:
            suspects.close()


def batches_of(suspects: Suspects, events: Sequence[Any]) -> Iterator[list[Any]]:
    """The events in their order, to be worked on together: suspects alone, and not too many bytes at a time."""
    for some in suspects.batches(events):
        yield from sized(some)
