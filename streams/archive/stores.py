"""Where the archive is stored: a folder or an S3 bucket. Takes names and bytes; gives them back.

Names are paths with slashes. Once `put` returns, the file is durable. Every failure of the storage raises
`Unavailable`, which says where and why.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from search.private_files import private_folder
from streams.errors import Unavailable
from streams.settings import Settings

ABANDONED = 3600.0  # seconds after which nobody writes an unfinished file any more
UNFINISHED = ".part"  # ends the name of what is being written, which begins with a dot


class Listing(NamedTuple):
    """The contents of a folder, sorted: names of its folders and files."""

    folders: list[str]
    files: list[str]


class ArchiveStore(Protocol):
    """A place for segments."""

    where: str

    def put(self, name: str, data: bytes) -> None:
        """Write a file, in place of one of this name; durable when it returns."""

    def reading(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """The bytes of a file as a stream, while the block runs."""

    def listing(self, folder: str = "") -> Listing:
        """The contents of a folder; empty if it does not exist."""

    def is_there(self) -> bool:
        """Whether there is a place to list: an empty archive is one, a folder that nobody has made is none."""

    def has(self, name: str) -> bool:
        """Whether there is a file of this name."""

    def remove(self, name: str) -> None:
        """Remove a file."""

    def clear_unfinished(self, folder: str) -> None:
        """Remove from a folder what writers that died left behind: nobody reads it, and it holds stories."""


def open_archive(settings: Settings) -> ArchiveStore:
    """The archive of these settings. Raises ``ModuleNotFoundError`` where a bucket's library is not installed."""
    if settings.archive.startswith("s3://"):
        from streams.archive.bucket import Bucket  # noqa: PLC0415 - its library is an extra's

        return Bucket(settings)
    return Folder(Path(settings.archive))


class Folder:
    """An archive in a folder, perhaps one that several machines share. Files are their owner's."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.where = str(root)

    def put(self, name: str, data: bytes) -> None:
        """Write beside, sync, rename, and sync the folder: a crash leaves the old file or the new one."""
        path = self._root / name
        with self._telling("cannot write", name):
            private_folder(path.parent)
            with tempfile.NamedTemporaryFile(
                dir=path.parent, prefix=f".{path.name}.", suffix=UNFINISHED, delete=False
            ) as file:
                try:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                    Path(file.name).replace(path)
                except BaseException:
                    Path(file.name).unlink(missing_ok=True)
                    raise
            for folder in (path.parent, path.parent.parent, self._root):
                _sync(folder)

    @contextmanager
    def reading(self, name: str) -> Iterator[IO[bytes]]:
        """The file, open."""
        with self._telling("cannot read", name), (self._root / name).open("rb") as file:
            yield file

    def listing(self, folder: str = "") -> Listing:
        """The contents of a folder, without unfinished files."""
        with self._telling("cannot list", folder or "."):
            try:
                entries = [one for one in os.scandir(self._root / folder) if not one.name.startswith(".")]
            except FileNotFoundError:
                return Listing([], [])
            folders = sorted(one.name for one in entries if one.is_dir())
            return Listing(folders, sorted(one.name for one in entries if not one.is_dir()))

    def is_there(self) -> bool:
        """Whether the folder exists."""
        with self._telling("cannot look for", "."):
            return self._root.exists()

    def has(self, name: str) -> bool:
        """Whether it is there."""
        with self._telling("cannot look for", name):
            return (self._root / name).is_file()

    def remove(self, name: str) -> None:
        """Remove it, durably."""
        path = self._root / name
        with self._telling("cannot remove", name):
            path.unlink(missing_ok=True)
            _sync(path.parent)

    def clear_unfinished(self, folder: str) -> None:
        """Remove unfinished files, but for those that may still be written."""
        with self._telling("cannot clear", folder):
            for path in (self._root / folder).glob(f".*{UNFINISHED}"):
                with suppress(FileNotFoundError):  # its writer has finished it
                    if time.time() - path.stat().st_mtime > ABANDONED:
                        path.unlink()

    @contextmanager
    def _telling(self, what: str, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise Unavailable(f"the archive at {self.where}: {what} {name}: {reason}") from error


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
