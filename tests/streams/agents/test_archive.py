"""The archive stage: what is acked is durable, what is written again is the same, and nothing is archived twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.agents.archive.archiving import ArchiveWriter
from streams.archive.buffers import PartitionBuffers
from streams.archive.messages import ARCHIVED_HEADER, ArchivedMessage
from streams.archive.segments import SegmentReader
from streams.archive.stores import Folder
from streams.errors import Unavailable
from tests.streams.agents.stages import event, given_generation, stage_of
from tests.streams.messages import Event, Message


class Kept(Folder):
    """A folder that is away for as many calls as it is told."""

    away = 0
    calls = 0

    def put(self, name: str, data: bytes) -> None:
        self.calls += 1
        if self.away:
            self.away -= 1
            raise Unavailable("disk full")
        super().put(name, data)

    def files(self) -> list[str]:
        root = Path(self.where)
        return sorted(str(path.relative_to(root)) for path in root.rglob("*.gz"))

    def messages(self) -> list[ArchivedMessage]:
        found: list[ArchivedMessage] = []
        for name in self.files():
            with self.reading(name) as stream:
                found += SegmentReader(name, stream)
        return found


class Run:
    """A stage with its archive, a clock of its own, and what it has acked."""

    def __init__(self, stage: Any, folder: Path) -> None:
        self.stage, self.store, self.now = stage, Kept(folder), 0.0
        self.archiving = ArchiveWriter(stage, self.store, lambda: self.now)

    async def feed(self, *offsets: int, **headers: bytes) -> None:
        events = [event(self.stage, "raw", offset, b"%d" % offset, generation=self.generation) for offset in offsets]
        for one in events:
            one.message.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        await self.archiving.take(events)

    @property
    def generation(self) -> int:
        return int(self.stage.app.consumer_generation_id)

    @property
    def acked(self) -> list[int]:
        return list(self.stage.intake.in_flight.acked_to().values())


@contextmanager
def running(folder: Path, **options: Any) -> Iterator[Run]:
    with stage_of("archive", **({"archive_seconds": 60} | options), data=folder / "data") as stage:
        yield Run(stage, folder / "archive")


async def test_nothing_is_acked_before_it_is_durable(tmp_path: Path) -> None:
    with running(tmp_path) as run:
        await run.feed(0, 1, source=b"AP")
        await run.feed(2, source=b"BP")
        run.now = 59
        await run.archiving.tick()
        assert (run.acked, run.store.files()) == ([], [])
        run.now, run.store.away = 60, 3
        await run.archiving.tick()
        assert run.acked == [3]
        assert run.store.calls == 3 + 2, "it was tried until both were written"
        assert [one.value for one in run.store.messages()] == [b"0", b"1", b"2"]
        assert [name.split("/")[0] for name in run.store.files()] == ["AP", "BP"]


@pytest.mark.parametrize(
    "limit", [{"archive_segment_messages": 3}, {"archive_segment_mb": 0.005}, {"archive_memory_mb": 0.005}]
)
async def test_enough_of_a_partition_is_written_at_once(tmp_path: Path, limit: dict[str, Any]) -> None:
    with running(tmp_path, **limit) as run:
        await run.feed(*range(7), source=b"AP")
        assert run.acked == [6]
        assert len(run.store.files()) == 2


async def test_a_successor_writes_the_same_files_again(tmp_path: Path) -> None:
    """The process died after it had written, and before Kafka knew."""
    for _ in range(2):
        with running(tmp_path) as run:
            await run.feed(0, 1, source=b"AP")
            await run.feed(2, source=b"BP")
            run.now = 60
            await run.archiving.tick()
            assert len(run.store.files()) == 2


async def test_what_was_held_before_a_rebalance_is_neither_written_nor_acked(tmp_path: Path) -> None:
    with running(tmp_path) as run:
        await run.feed(0, 1, source=b"AP")
        given_generation(run.stage, 2)
        run.now = 60
        await run.archiving.tick()
        assert (run.acked, run.store.files()) == ([], [])
        await run.feed(0, 1, source=b"AP")
        await run.archiving.tick()
        assert not run.store.files(), "it is as old as its second coming"
        run.now = 120
        await run.archiving.tick()
        assert run.acked == [2]


async def test_what_came_out_of_this_archive_is_not_put_into_it_again(tmp_path: Path) -> None:
    with running(tmp_path, archive_segment_messages=1) as run:
        await run.feed(0, source=b"AP")
        (name,) = run.store.files()
        await run.feed(1, source=b"AP", **{ARCHIVED_HEADER: name.encode()})
        assert (run.acked, run.store.files()) == ([2], [name])
        other = name.replace("AP", "BP")
        longer = name.replace("AP", "\u65e5" * 100)  # than a file system takes, which would be asked for it for ever
        for number, said in enumerate([other, "../../etc/passwd", name.replace("AP", ".."), longer, ""], 2):
            await run.feed(number, source=b"AP", **{ARCHIVED_HEADER: said.encode()})
        assert len(run.store.files()) == 6, "what names no segment of this archive is kept"


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from([b"AP", b"BP"])), min_size=1, max_size=30),
    st.lists(st.integers(0, 30), max_size=4),
)
def test_however_it_is_cut_everything_is_in_one_segment(
    given_messages: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    buffers = PartitionBuffers(1e9, 10**6, 1e9, 1e9, lambda: 0.0)
    written: list[ArchivedMessage] = []

    def write() -> None:
        for buffer in list(buffers._held.values()):
            found = [ArchivedMessage.of(one.message) for one in buffer.events]
            for segment in buffer.segments(found):
                written.extend(SegmentReader(segment.name, BytesIO(segment.data)))
            buffers.drop(buffer)

    for offset, (partition, source) in enumerate(given_messages):
        buffers.add(Event(Message(offset=offset, partition=partition, headers=[("source", source)])))
        if offset in cuts:
            write()
    write()
    assert sorted(one.offset for one in written) == list(range(len(given_messages)))
