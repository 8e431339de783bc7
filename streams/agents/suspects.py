"""Finds poison messages: articles that hang a model, kill the process or exhaust its memory; and rejects them.

Before work on a batch begins, its positions are written to a small file, which the process keeps locked until the
results are sent and confirmed. A file without a lock shows what a process was working on when it died. Those articles
are suspects: each is then processed alone. An article that two processes died in while it was alone is poison, and is
rejected.
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
from streams.agents.batches import split_by_size
from streams.errors import SettingsError, TooManyRejected

log = logging.getLogger(__name__)

HUNG = "Hung"  # the error class of poison messages
CRASHES_TO_REJECT = 2  # of a process with this article alone: a single one could be an operator's kill
EVIDENCE_SECONDS = 24 * 3600.0  # how long the file of a dead process is kept


class Suspects:
    """The positions that processes of one stage on this machine died in, for one kind of work, ``name``."""

    def __init__(self, folder: Path, name: str) -> None:
        private_folder(folder)
        self._folder, self._name = folder, name
        self._own_file = folder / f"{name}-{uuid.uuid4().hex}.work"
        self._file = private_file(self._own_file).open("wb", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._seen: set[Path] = {self._own_file}
        self._suspected: set[Position] = set()
        self._marked: list[Position] = []
        self._crashes_alone: Counter[Position] = Counter()
        self.read_crash_records()

    def read_crash_records(self) -> None:
        """Read the files of processes that have died since the last call. Call it after each rebalance."""
        for path in set(self._folder.glob(f"{self._name}-*.work")) - self._seen:
            positions = _crashed_in(path)
            if positions is not None:
                self._seen.add(path)
                self._suspected.update(positions)
                self._crashes_alone.update(positions if len(positions) == 1 else ())

    def is_poison(self, event: Any) -> bool:
        """Whether an article has killed its process too often."""
        return self._crashes_alone[position_of(event)] >= CRASHES_TO_REJECT

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

        Errors of configuration, and `TooManyRejected`, make no suspects.
        """
        self._write([position_of(event) for event in events])
        try:
            yield
        except (SettingsError, TooManyRejected):
            self._write([])
            raise
        self._write([])

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Clear the marks while the stage waits for Kafka or the index: no article is to blame if it is killed then."""
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
        """Remove the file on a clean exit: what was in progress is not suspect."""
        self._own_file.unlink(missing_ok=True)
        self._file.close()


def _crashed_in(path: Path) -> list[Position] | None:
    """What the process that wrote this file was working on when it died; ``None`` while it lives."""
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
    """The suspects of one stage, for each kind of its work, in files in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._all: list[Suspects] = []
        self._handling: Suspects | None = None  # those that mark the batch in progress

    def of(self, name: str) -> Suspects:
        """The suspects for one kind of work, ``name``."""
        self._all.append(Suspects(self._folder, name))
        return self._all[-1]

    @contextmanager
    def handling(self, suspects: Suspects, events: Sequence[Any]) -> Iterator[None]:
        """Mark a batch as in progress, from the start of work on it until its results are sent."""
        self._handling = suspects
        with suspects.working(events):
            yield

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Clear the marks while the stage waits."""
        with self._handling.paused() if self._handling else nullcontext():
            yield

    def read_crash_records(self) -> None:
        """Read the files of processes that have died since the last call."""
        for suspects in self._all:
            suspects.read_crash_records()

    def close(self) -> None:
        """Remove the files on a clean exit."""
        for suspects in self._all:
            suspects.close()


def batches_of(suspects: Suspects, events: Sequence[Any]) -> Iterator[list[Any]]:
    """The events in order, in batches to process: suspects alone, and not too many bytes in a batch."""
    for batch in suspects.batches(events):
        yield from split_by_size(batch)
