"""What several processes that serve one port count together: places that are held, and requests of late.

Memory that all of them map, and a lock that the system takes back from a process that dies. A record is found by the
hash of its name, with a secret, so that nobody can choose a name that shares another's record. Nothing has to be
cleared away: the file has no name, and ends with the last process.
"""

import fcntl
import hashlib
import mmap
import os
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

RECORDS = 1 << 16  # of each process's places, and of all rates
SECRET = 16  # bytes at the beginning of the file
WAYS = 8  # records that a rate may be in: the one that was used longest ago is taken for a new one
_PLACES = struct.Struct("=I")
_RATE = struct.Struct("=Qdd")  # whose it is, what is left, and since when


class SharedCounts:
    """The counts, as one of ``processes`` has them; ``process`` is its number, from 0. Belongs to one event loop."""

    def __init__(self, file: int, process: int, processes: int) -> None:
        self.file, self._process, self._processes = file, process, processes
        self._memory = mmap.mmap(file, _size(processes))
        self._secret = self._memory[:SECRET]
        with self.alone():  # an earlier process of this number holds nothing any more
            start = self._places_at(process, 0)
            self._memory[start : start + RECORDS * _PLACES.size] = bytes(RECORDS * _PLACES.size)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other process counts while the block lasts."""
        fcntl.lockf(self.file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self.file, fcntl.LOCK_UN)

    def elsewhere(self, who: str) -> int:
        """How many places the other processes hold for somebody, and for whose record chances to be the same."""
        record = self._hash(who) % RECORDS
        others = (number for number in range(self._processes) if number != self._process)
        return sum(_PLACES.unpack_from(self._memory, self._places_at(one, record))[0] for one in others)

    def add(self, who: str, change: int) -> None:
        """Say that this process holds more places for somebody, or fewer."""
        at = self._places_at(self._process, self._hash(who) % RECORDS)
        _PLACES.pack_into(self._memory, at, max(0, _PLACES.unpack_from(self._memory, at)[0] + change))

    def rate(self, who: str) -> tuple[float, float] | None:
        """What was kept of somebody's requests; ``None`` if nothing was, or so many others have come since."""
        owner, left, since = _RATE.unpack_from(self._memory, self._rate_at(who))
        return (left, since) if owner == self._hash(who) else None

    def keep_rate(self, who: str, left: float, since: float) -> None:
        """Keep something of somebody's requests."""
        _RATE.pack_into(self._memory, self._rate_at(who), self._hash(who), left, since)

    def _places_at(self, process: int, record: int) -> int:
        return SECRET + (process * RECORDS + record) * _PLACES.size

    def _rate_at(self, who: str) -> int:
        """Where somebody's rate is, or what was used longest ago of the records that it may be in."""
        owner = self._hash(who)
        first = self._places_at(self._processes, 0) + owner % (RECORDS // WAYS) * WAYS * _RATE.size
        known = {at: _RATE.unpack_from(self._memory, at) for at in range(first, first + WAYS * _RATE.size, _RATE.size)}
        return min(known, key=lambda at: (known[at][0] != owner, known[at][2]))

    def _hash(self, who: str) -> int:
        return int.from_bytes(hashlib.blake2b(who.encode("utf-8", "replace"), digest_size=8, key=self._secret).digest())


@contextmanager
def counts_file(processes: int) -> Iterator[IO[bytes]]:
    """A file for the counts of so many processes, to be handed on to them. Raises ``OSError`` if the disk is full."""
    with tempfile.TemporaryFile() as file:
        os.posix_fallocate(file.fileno(), 0, _size(processes))  # a hole that cannot be filled later ends who writes it
        file.write(os.urandom(SECRET))
        file.flush()
        yield file


def _size(processes: int) -> int:
    return SECRET + RECORDS * (processes * _PLACES.size + _RATE.size)
