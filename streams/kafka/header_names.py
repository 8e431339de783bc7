r"""Header names that are not UTF-8: both Kafka clients raise on them, so one record would end each reader of its topic.

Takes nothing; gives nothing: importing it mends both clients. A broker takes any bytes as a header's name, and the Java
client shows what it can of them. Here, too: what is not UTF-8 is written as ``\xff``. Records with proper names are
decoded by the clients' own code, aiokafka's in C.
"""

from collections.abc import Iterator
from typing import Any

import aiokafka.consumer.fetcher
import kafka.record.memory_records
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy
from kafka.record.default_records import DefaultRecordBatch

FIRST_WITH_HEADERS = 2  # the format of batches ("magic") from which on records have headers


class _Piece(bytes):
    """Bytes that any text can be made of."""

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        return bytes(self).decode(encoding, errors)


class _Buffer(bytearray):
    """A batch's bytes whose slices decode as `_Piece` does."""

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return _Piece(found) if isinstance(at, slice) else found


class _KafkaPythonBatch(DefaultRecordBatch):  # type: ignore[misc]  # kafka-python has no types
    """A batch of kafka-python that reads a record again, leniently, when its names are not UTF-8."""

    _buffer: bytearray
    _pos: int

    def _read_msg(self, *args: Any, **options: Any) -> Any:
        before: int = self._pos
        try:
            return super()._read_msg(*args, **options)
        except UnicodeDecodeError:
            self._buffer, self._pos = _Buffer(self._buffer), before
            return super()._read_msg(*args, **options)


class _AioBatch:
    """A batch of aiokafka, decoded in C for as long as its names are UTF-8, then leniently in Python."""

    def __init__(self, batch: Any, data: memoryview) -> None:
        self._batch, self._data = batch, data
        self._records: Iterator[Any] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        given = 0
        try:
            for record in self._batch:
                given += 1
                yield record
        except UnicodeDecodeError:
            again = iter(_DefaultRecordBatchPy(self._data))
            again._buffer = _Buffer(again._buffer)  # noqa: SLF001 - as it is after decompression
            for number, record in enumerate(again):
                if number >= given:
                    yield record

    def __next__(self) -> Any:
        self._records = self._records or iter(self)
        return next(self._records)


class _AioRecords:
    """aiokafka's answer to a fetch, cut into batches."""

    def __init__(self, data: bytes) -> None:
        self._records = _MemoryRecordsPy(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def next_batch(self) -> Any:
        data = self._records._next_slice  # noqa: SLF001 - there is no other way to it
        batch: Any = self._records.next_batch()
        return _AioBatch(batch, data) if data is not None and _magic(data) >= FIRST_WITH_HEADERS else batch


def _magic(data: memoryview) -> int:
    return int(data[_MemoryRecordsPy.MAGIC_OFFSET])


kafka.record.memory_records.DefaultRecordBatch = _KafkaPythonBatch
aiokafka.consumer.fetcher.MemoryRecords = _AioRecords
