"""Reads files, folders and standard input as items: one for each line of JSON Lines, one for each other file.

Nothing is parsed here. Gzip is recognized by its first bytes and decompressed up to a limit.
"""

import gzip
import io
import json
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from streams.errors import Rejected
from streams.feeds.producer import FeedItem

PEEK = 256 * 1024
GZIP = b"\x1f\x8b"
LINES = "application/x-ndjson"
LINE_SUFFIXES = {".jsonl", ".ndjson"}


@dataclass(frozen=True)
class Refusal:
    """An input that could not be cut into items."""

    name: str
    reason: str


def find_files(paths: tuple[str, ...]) -> list[str]:
    """The files that ``paths`` name, folders walked in order of name, hidden files left out; ``-`` stays.

    Raises ``Rejected`` for a path that is not there.
    """
    paths_found: list[str] = []
    for path in map(Path, paths):
        if str(path) == "-":
            paths_found.append("-")
        elif path.is_dir():
            files = (p for p in path.rglob("*") if p.is_file())
            paths_found += sorted(
                str(p) for p in files if not any(part.startswith(".") for part in p.relative_to(path).parts)
            )
        elif path.exists():
            paths_found.append(str(path))
        else:
            raise Rejected(f"{path}: no such file or folder")
    return paths_found


def read_items(path: str, source: str, max_bytes: int) -> Iterator[FeedItem | Refusal]:
    """The items of one file, or of standard input for ``-``. Oversized items are rejected, the rest is read."""
    name = "standard input" if path == "-" else path
    try:
        with ExitStack() as opened:
            stream = sys.stdin.buffer if path == "-" else opened.enter_context(Path(path).open("rb"))
            yield from cut_items(stream, path, source, max_bytes)
    except OSError as error:
        yield Refusal(name, f"cannot be read: {error}")


def cut_items(
    stream: BinaryIO, path: str, source: str, max_bytes: int, *, lines: bool | None = None
) -> Iterator[FeedItem | Refusal]:
    """The items of an opened file called ``path``. Raises ``OSError`` where the stream cannot be read.

    ``lines`` says whether it is JSON Lines; None looks at the name and the content.
    """
    name = "standard input" if path == "-" else path
    with ExitStack() as opened:
        reader: io.BufferedReader[Any] = io.BufferedReader(cast("io.RawIOBase", stream), PEEK)
        opened.callback(reader.detach)  # the stream stays its owner's to close
        if reader.peek(2)[:2] == GZIP:
            unzipped = opened.enter_context(gzip.GzipFile(fileobj=cast("BinaryIO", reader)))
            reader = io.BufferedReader(cast("io.RawIOBase", unzipped), PEEK)
        try:
            if _is_lines(path, reader) if lines is None else lines:
                yield from _lines(reader, name, source, max_bytes)
            else:
                yield _whole(reader, name, source, max_bytes)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            yield Refusal(name, f"cannot be read: {error}")


def _is_lines(path: str, stream: "io.BufferedReader[Any]") -> bool:
    """JSON Lines by name, or by content: some line near the start is a whole JSON object."""
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    if LINE_SUFFIXES & set(suffixes[-2:]):
        return True
    head = stream.peek(PEEK).removeprefix(b"\xef\xbb\xbf")
    if head.lstrip()[:1] == b"[":  # a list of articles, however it is broken into lines
        return False
    lines = head.split(b"\n")[:20]
    return any(line.startswith(b"{") and _is_object(line) for line in lines)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _lines(stream: "io.BufferedReader[Any]", name: str, source: str, max_bytes: int) -> Iterator[FeedItem | Refusal]:
    number = 0
    while line := stream.readline(max_bytes + 2):
        number += 1
        where = f"{name}:{number}"
        if len(line) > max_bytes + 1 and not line.endswith(b"\n"):
            _skip_line(stream)
            yield Refusal(where, f"larger than NEWSWIRE_MAX_ARTICLE_BYTES ({max_bytes} bytes)")
        elif value := line.strip().removeprefix(b"\xef\xbb\xbf"):
            yield FeedItem(value, where, source, LINES)


def _skip_line(stream: "io.BufferedReader[Any]") -> None:
    while (rest := stream.readline(PEEK)) and not rest.endswith(b"\n"):
        pass


def _whole(stream: "io.BufferedReader[Any]", name: str, source: str, max_bytes: int) -> FeedItem | Refusal:
    value = stream.read(max_bytes + 1)
    if len(value) > max_bytes:
        return Refusal(name, f"larger than NEWSWIRE_MAX_ARTICLE_BYTES ({max_bytes} bytes)")
    if not value.strip():
        return Refusal(name, "empty")
    return FeedItem(value, name, source)
