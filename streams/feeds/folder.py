"""A drop folder: finds files in it, opens and moves them, and never follows a link out of it.

All access is through file descriptors that start at the folder's own, one name at a time and without following links.
So a name that is replaced by a link in between cannot lead elsewhere.
"""

import contextlib
import errno
import logging
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from search.characters import on_one_line
from search.private_files import private_file, private_folder

DEPTH = 16  # folders below the drop folder
TEMPORARY = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".swp", ".lock", "~")
DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a named pipe must not hang us
MOVES = 10_000  # names that are tried if the name of a moved file is taken

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DropFile:
    """A listed file: its path below the drop folder, and a fingerprint that changes when it is written to."""

    path: str
    fingerprint: str
    size: int

    @property
    def name(self) -> str:
        """The path in a form for logs, headers and the state file."""
        return on_one_line(self.path)


class DropFolder:
    """One drop folder. ``excluded`` are folders inside it that do not belong to it (done, failed)."""

    def __init__(self, root: Path, excluded: tuple[Path, ...] = (), depth: int = DEPTH) -> None:
        self.root = root.resolve()
        self._excluded = {path.resolve() for path in excluded}
        self._depth = depth
        self._told: set[str] = set()

    def files(self) -> Iterator[DropFile]:
        """Every regular file that may be a delivery. Raises ``OSError`` if the folder is not there."""
        top = os.open(self.root, DIRECTORY)
        try:
            yield from self._below(top, "", self._depth)
        finally:
            os.close(top)

    def _below(self, folder: int, path: str, depth: int) -> Iterator[DropFile]:
        with os.scandir(folder) as entries:
            for entry in entries:
                inner = f"{path}{entry.name}"
                if is_temporary(entry.name):
                    continue
                try:
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        yield DropFile(inner, fingerprint(status), status.st_size)
                    elif stat.S_ISDIR(status.st_mode):
                        yield from self._enter(folder, entry.name, inner, depth)
                    else:
                        self._log_once(inner, "is neither a file nor a folder; links are not followed")
                except OSError as error:  # gone meanwhile, or not ours to read
                    if not isinstance(error, FileNotFoundError):
                        self._log_once(inner, f"cannot be examined: {error}")

    def _enter(self, folder: int, name: str, path: str, depth: int) -> Iterator[DropFile]:
        if self.root / path in self._excluded:
            return
        if depth == 0:
            self._log_once(path, f"skipped: more than {self._depth} folders deep")
            return
        inner = os.open(name, DIRECTORY, dir_fd=folder)
        try:
            yield from self._below(inner, f"{path}/", depth - 1)
        finally:
            os.close(inner)

    def _log_once(self, path: str, what: str) -> None:
        if path not in self._told and len(self._told) < MOVES:
            self._told.add(path)
            log.warning("%s/%s %s", self.root, on_one_line(path), what)

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        """A file of the folder, opened for reading. Raises ``OSError`` if it is gone or no longer a file."""
        with self._parent(path) as (folder, name):
            descriptor = os.open(name, FILE, dir_fd=folder)
            with os.fdopen(descriptor, "rb") as stream:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise OSError(f"{self.root}/{path} is not a regular file")
                yield stream

    def move(self, file: DropFile, to: Path) -> Path:
        """Move a file below ``to``, keeping its folders and overwriting nothing; returns its new path.

        Raises ``OSError`` if that fails, or if the file has changed since it was listed: it then stays, so that a file
        that was not read is not moved to the finished ones.
        """
        target = to / file.path
        private_folder(target.parent)
        goal = _free(target)
        with self._parent(file.path) as (folder, name):
            try:
                os.rename(name, goal, src_dir_fd=folder)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                _copy(name, folder, goal)
                _check(file, os.stat(name, dir_fd=folder, follow_symlinks=False))
                os.unlink(name, dir_fd=folder)
                return goal
            try:
                _check(file, goal.lstat())
            except OSError:
                here = _free(self.root / file.path)
                goal.rename(here)
                raise
        return goal

    @contextmanager
    def _parent(self, path: str) -> Iterator[tuple[int, str]]:
        *folders, name = path.split("/")
        if {"", ".", ".."} & {*folders, name}:
            raise OSError(f"{path} is not inside {self.root}")
        descriptor = os.open(self.root, DIRECTORY)
        try:
            for part in folders:
                inner = os.open(part, DIRECTORY, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = inner
            yield descriptor, name
        finally:
            os.close(descriptor)


def is_temporary(name: str) -> bool:
    """Whether the name is one that receivers use for unfinished files: hidden, or ending in ``.part`` and the like."""
    return name.startswith(".") or name.lower().endswith(TEMPORARY)


def fingerprint(status: os.stat_result) -> str:
    """Size and time of change. Not the inode, which changes with each listing on some network mounts."""
    return f"{status.st_size}:{status.st_mtime_ns}"


def _check(file: DropFile, status: os.stat_result) -> None:
    if fingerprint(status) != file.fingerprint:
        raise OSError(f"{file.path} was replaced after it was read")


def _free(target: Path) -> Path:
    """``target``, or ``target.1`` and so on if it exists."""
    for number in range(MOVES):
        goal = target if not number else target.with_name(f"{target.name}.{number}")
        if not os.path.lexists(goal):
            return goal
    raise OSError(f"{target}: {MOVES} files with that name")


def _copy(name: str, folder: int, goal: Path) -> None:
    """Copy a file to another file system so that ``goal`` is there whole or not at all."""
    half = goal.with_name(f".{goal.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(name, FILE, dir_fd=folder), "rb") as source, private_file(half).open("wb") as copy:
            shutil.copyfileobj(source, copy, 1024 * 1024)
            os.fchmod(copy.fileno(), stat.S_IMODE(os.fstat(source.fileno()).st_mode))  # as a move would leave it
            copy.flush()
            os.fsync(copy.fileno())
        half.rename(goal)
    finally:
        with contextlib.suppress(FileNotFoundError):
            half.unlink()
