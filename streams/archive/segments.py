"""Segments, the files of the archive: messages to bytes and back. Pure, but for the stream that is read.

A segment is a gzip file of frames. Each frame is a length in four bytes, then MessagePack: first the `SegmentHead`,
then one `ArchivedMessage` after the other. Its name has the partition, the first and last offset, and a digest of the
content. So a segment that is written again after a crash overwrites itself, and never a different one.
"""

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

import msgspec

from processors.annotations import Record
from streams.archive.messages import ArchivedMessage, SourceDay
from streams.errors import Rejected

FORMAT = "newswire-archive"
VERSION = 1
LENGTH = 4  # bytes that say how long a frame is
LONGEST_FRAME = 128 * 1024 * 1024  # bytes; Kafka's own limit on a message is far below
LEVEL = 6  # of gzip
DIGEST = 8  # bytes of a digest in a name
DAY = re.compile(r"\d{4}-\d\d-\d\d")
FILE = re.compile(rf"(\d{{5,9}})-(\d{{20}})-(\d{{20}})-([0-9a-f]{{{2 * DIGEST}}})\.segment\.gz")
FOLDER = r"\+?[A-Za-z0-9_%~-][A-Za-z0-9_%~.-]{0,119}"  # as `streams.archive.messages.folder_of` makes them
NAME = re.compile(rf"{FOLDER}/{DAY.pattern}/{FILE.pattern}", re.ASCII)

_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(ArchivedMessage)


class SegmentHead(Record, frozen=True):
    """What a segment holds: ``count`` messages of a partition, from the offsets ``first`` to ``last``."""

    topic: str
    partition: int
    first: int
    last: int
    count: int
    format: str = FORMAT
    version: int = VERSION


class PackedSegment(NamedTuple):
    """A segment's name in the archive, and its bytes."""

    name: str
    data: bytes


class DamagedSegment(Rejected):
    """A file of the archive that cannot be read to its end. The message names it and says why."""


def encode_segment(source_day: SourceDay, messages: Sequence[ArchivedMessage], first: int, last: int) -> PackedSegment:
    """A segment of messages of one partition, which were among those from ``first`` to ``last``."""
    one = messages[0]
    frames = _frames(SegmentHead(one.topic, one.partition, first, last, len(messages)), messages)
    digest = hashlib.blake2b(frames, digest_size=DIGEST).hexdigest()
    name = f"{source_day.source}/{source_day.day}/{one.partition:05d}-{first:020d}-{last:020d}-{digest}.segment.gz"
    return PackedSegment(name, gzip.compress(frames, LEVEL, mtime=0))


def without(head: SegmentHead, kept: Sequence[ArchivedMessage]) -> bytes:
    """A segment's bytes with only these of its messages; it keeps its name."""
    return gzip.compress(_frames(msgspec.structs.replace(head, count=len(kept)), kept), LEVEL, mtime=0)


def _frames(head: SegmentHead, messages: Sequence[ArchivedMessage]) -> bytes:
    parts = [_encoder.encode(one) for one in (head, *messages)]
    return b"".join(piece for part in parts for piece in (len(part).to_bytes(LENGTH), part))


class SegmentReader:
    """Reads one segment from a stream of its bytes. Iterate once: it gives the messages, in their order.

    Raises ``DamagedSegment``, at once or after the messages before the damage, if the file is cut, empty or no segment.
    """

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self._name = name
        self._unpacked = gzip.GzipFile(fileobj=stream, mode="rb")
        self.head = self._read_head()

    def __iter__(self) -> Iterator[ArchivedMessage]:
        """The messages."""
        for number in range(1, self.head.count + 1):
            frame = self._frame()
            if frame is None:
                raise self._damaged(f"truncated after {number - 1} of {self.head.count} messages")
            try:
                yield _decoder.decode(frame)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise self._damaged(f"message {number} cannot be decoded: {error}") from None
        if self._frame() is not None:
            raise self._damaged(f"unexpected data after its {self.head.count} messages")

    def _read_head(self) -> SegmentHead:
        frame = self._frame()
        if frame is None:
            raise self._damaged("empty")
        try:
            head = msgspec.msgpack.decode(frame, type=SegmentHead)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise self._damaged("not a segment") from None
        if head.format != FORMAT:
            raise self._damaged("not a segment")
        if head.version > VERSION:
            raise self._damaged(
                f"its format has version {head.version}, and this release reads up to {VERSION}: upgrade"
            )
        return head

    def _frame(self) -> bytes | None:
        """The next frame; ``None`` at the end, where gzip has checked the sum over everything."""
        length = self._read(LENGTH)
        if not length:
            return None
        size = int.from_bytes(length)
        if len(length) < LENGTH or size > LONGEST_FRAME:
            raise self._damaged("not a segment, or damaged")
        frame = self._read(size)
        if len(frame) < size:
            raise self._damaged("truncated")
        return frame

    def _read(self, size: int) -> bytes:
        try:
            return self._unpacked.read(size)
        except EOFError:
            raise self._damaged("truncated") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise self._damaged(f"not a gzip file, or damaged: {error}") from None

    def _damaged(self, why: str) -> DamagedSegment:
        return DamagedSegment(f"{self._name}: {why}")
