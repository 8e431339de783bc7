"""The common part of all servers that files are pulled from: the `Remote` protocol, listings and limits.

Servers are not trusted: names that would lead out of the folder are refused, and everything is limited in number, size
and time. Each protocol implements `Remote`; all its calls come from one thread, except ``abort``.
"""

import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, BinaryIO, Literal, Protocol

from search.characters import on_one_line
from streams.errors import Rejected, Unavailable
from streams.feeds.files import Refusal
from streams.feeds.folder import is_temporary
from streams.feeds.producer import FeedItem
from streams.settings import Settings

LONGEST_NAME = 500  # characters
CHUNK = 64 * 1024
CONTROL = re.compile(r"[\x00-\x1f\x7f]")

ReportProblem = Callable[[str, str], None]  # takes a file's name and what is wrong with it


@dataclass(frozen=True)
class PullLimits:
    """How much a server may give and how long it may take; see ``NEWSWIRE_PULL_…``."""

    file_bytes: int
    listed: int
    depth: int
    parts: int
    answer: float
    listing: float
    fetching: float

    @classmethod
    def of(cls, settings: Settings) -> "PullLimits":
        """The limits of these settings."""
        return cls(
            file_bytes=settings.pull_file_bytes,
            listed=settings.pull_listed,
            depth=settings.pull_depth,
            parts=settings.pull_parts,
            answer=settings.pull_answer_seconds,
            listing=settings.pull_list_seconds,
            fetching=settings.pull_file_seconds,
        )

    def check_size(self, size: int) -> None:
        """Raise ``Rejected`` for a size that is too large."""
        if size > self.file_bytes:
            raise Rejected(f"larger than NEWSWIRE_PULL_FILE_BYTES ({self.file_bytes} bytes)")


@dataclass(frozen=True)
class RemoteFile:
    """A listed file, message or object. ``path`` is below the feed's folder; ``order`` is for sorting."""

    path: str
    fingerprint: str
    size: int
    order: float = 0.0

    @property
    def name(self) -> str:
        """The path in a form for logs, headers and the state."""
        return on_one_line(self.path)


class TemporaryError(Exception):
    """A file cannot be read now: it has changed since it was listed, or is not readable. The message says why."""


CHANGED = "changed while it was read"


class Remote(Protocol):
    """A server that files are pulled from. Each call may raise the ``errors``, which end the poll."""

    errors: tuple[type[Exception], ...]
    settles: bool  # whether its files may still be written to when they are listed
    by_content: bool  # whether files may be renamed, so that their content identifies them

    def connect(self) -> None:
        """Connect and log in. Raises ``Unavailable`` if that is refused."""

    def listing(self, report: ReportProblem) -> Iterator[RemoteFile]:
        """Every file that may be a delivery. Raises ``TooMany`` after the last one that may be read."""

    def fetch(self, file: RemoteFile, into: IO[bytes]) -> None:
        """Write a file's bytes. Raises ``Rejected`` if it is too large, ``TemporaryError`` if it has changed."""

    def unpack(self, content: BinaryIO, file: RemoteFile, max_bytes: int) -> Iterable[FeedItem | Refusal]:
        """The items in a file's bytes."""

    def move(self, file: RemoteFile, to: str) -> None:
        """Move a file that has been taken. Raises ``TemporaryError`` if that fails."""

    def abort(self) -> None:
        """Interrupt the current call, from another thread."""

    def close(self) -> None:
        """Close the connection."""


class TooMany(Rejected):
    """A listing with more names than are read."""

    def __init__(self, bound: int) -> None:
        super().__init__(f"more than NEWSWIRE_PULL_LISTED ({bound}) names: those after them are not looked at")


@dataclass(frozen=True)
class Entry:
    """One name in a folder of a server."""

    name: str
    kind: Literal["file", "folder", "other"]
    size: int = 0
    changed: str = ""


def walk(
    entries: Callable[[str], Iterable[Entry]], limits: PullLimits, excluded: frozenset[str], report: ReportProblem
) -> Iterator[tuple[str, Entry]]:
    """Every file below a folder with its path, folder by folder. ``excluded`` folders are skipped."""
    folders = deque([("", 0)])
    seen = 0
    while folders:
        folder, depth = folders.popleft()
        for entry in entries(folder):
            seen += 1
            if seen > limits.listed:
                raise TooMany(limits.listed)
            path = f"{folder}{entry.name}"
            if wrong := wrong_name(entry.name):
                report(path, wrong)
            elif is_temporary(entry.name):
                continue
            elif entry.kind == "file":
                yield path, entry
            elif entry.kind == "other":
                report(path, "is neither a file nor a folder; links are not followed")
            elif path in excluded:
                continue
            elif depth == limits.depth:
                report(path, f"skipped: more than NEWSWIRE_PULL_DEPTH ({limits.depth}) folders deep")
            else:
                folders.append((f"{path}/", depth + 1))


def wrong_name(name: str) -> str:
    """Why a file of this name is not asked for; "" if it may be."""
    if name in ("", ".", "..") or "/" in name:
        return "refused: the name leads elsewhere"
    if CONTROL.search(name):
        return "refused: control characters in the name"
    if len(name) > LONGEST_NAME:
        return f"refused: the name has more than {LONGEST_NAME} characters"
    return ""


@contextmanager
def within(seconds: float, abort: Callable[[], None], what: str) -> Iterator[None]:
    """Call ``abort`` if the block takes longer: a server that sends a byte a minute never runs into a timeout."""
    over = threading.Event()

    def end() -> None:
        over.set()
        with suppress(Exception):
            abort()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception as error:
        if over.is_set():
            raise Unavailable(f"{what}: not done within {seconds:g} s") from error
        raise
    finally:
        timer.cancel()
    if over.is_set():
        raise Unavailable(f"{what}: not done within {seconds:g} s")


def copy(read: Callable[[int], bytes], into: IO[bytes], limits: PullLimits, expected: int) -> None:
    """Copy what ``read`` gives. Raises ``Rejected`` if it is too large, ``TemporaryError`` if its size has changed."""
    size = 0
    while chunk := read(CHUNK):
        size += len(chunk)
        limits.check_size(size)
        into.write(chunk)
    if size != expected:
        raise TemporaryError(CHANGED)
