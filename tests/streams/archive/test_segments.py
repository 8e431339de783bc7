"""Segments: what is archived comes back whole, and a file that is damaged or foreign is named, and costs only itself."""

import gzip
from datetime import UTC, datetime
from io import BytesIO

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.archive.messages import NOTICES, ArchivedMessage, SourceDay, folder_of
from streams.archive.segments import (
    LONGEST_FRAME,
    NAME,
    DamagedSegment,
    SegmentHead,
    SegmentReader,
    encode_segment,
    without,
)
from streams.wire.formats.forgotten import CONTENT_TYPE
from tests.streams.messages import STAMP, Message

SOURCE_DAY = SourceDay("reuters", "2026-11-26")

messages = st.builds(
    ArchivedMessage,
    topic=st.just("news.raw"),
    partition=st.just(3),
    offset=st.integers(0, 2**62),
    timestamp=st.integers(-1, 2**45),
    key=st.none() | st.binary(max_size=40),
    value=st.none() | st.binary(max_size=400),
    headers=st.lists(st.tuples(st.text(max_size=20), st.none() | st.binary(max_size=40)), max_size=5).map(tuple),
)


def archived(offset: int = 0, value: bytes = b"{}", **headers: bytes) -> ArchivedMessage:
    pairs = [(name.replace("_", "-"), text) for name, text in headers.items()]
    return ArchivedMessage.of(Message(offset=offset, value=value, headers=pairs))


def read(data: bytes) -> list[ArchivedMessage]:
    return list(SegmentReader("ap/2026-11-26/x", BytesIO(data)))


@settings(max_examples=30)
@given(st.lists(messages, min_size=1, max_size=6))
def test_messages_come_back_as_they_were(those: list[ArchivedMessage]) -> None:
    segment = encode_segment(SOURCE_DAY, those, 0, 9)
    assert read(segment.data) == those
    assert NAME.fullmatch(segment.name)
    assert encode_segment(SOURCE_DAY, those, 0, 9) == segment, "the same again, name and bytes"


@settings(max_examples=30)
@given(st.lists(messages, min_size=1, max_size=3), st.data())
def test_a_cut_segment_is_named_and_gives_only_what_was_in_it(
    those: list[ArchivedMessage], data: st.DataObject
) -> None:
    whole = encode_segment(SOURCE_DAY, those, 0, 9).data
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    found: list[ArchivedMessage] = []
    with pytest.raises(DamagedSegment, match=r"^ap/2026-11-26/x: "):
        found.extend(SegmentReader("ap/2026-11-26/x", BytesIO(cut)))
    assert found == those[: len(found)]


@settings(max_examples=30)
@given(st.binary(max_size=200))
def test_foreign_bytes_are_no_segment_packed_or_not(data: bytes) -> None:
    for foreign in (data, gzip.compress(data)):
        with pytest.raises(DamagedSegment):
            read(foreign)


def packed(*parts: bytes) -> bytes:
    return gzip.compress(b"".join(len(part).to_bytes(4) + part for part in parts))


HEAD = SegmentHead("news.raw", 0, 0, 1, 1)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (packed(msgspec.msgpack.encode({"format": "cookbook"})), "not a segment"),
        (packed(msgspec.msgpack.encode(msgspec.structs.replace(HEAD, version=2))), "upgrade"),
        (packed(msgspec.msgpack.encode(HEAD)), "truncated after 0 of 1 messages"),
        (packed(msgspec.msgpack.encode(HEAD), b"\xc1"), "message 1 cannot be decoded"),
        (without(HEAD, [archived()]) + packed(b"x"), "unexpected data"),
        (gzip.compress((LONGEST_FRAME + 1).to_bytes(4) + b"x"), "not a segment"),
    ],
    ids=["empty", "foreign", "newer", "short", "no message", "long", "huge"],
)
def test_each_damage_is_said(data: bytes, why: str) -> None:
    with pytest.raises(DamagedSegment, match=why):
        read(data)


def test_a_bit_that_has_turned_is_noticed() -> None:
    data = bytearray(encode_segment(SOURCE_DAY, [archived(value=b"a" * 500)], 0, 0).data)
    data[-6] ^= 1  # of gzip's checksum
    with pytest.raises(DamagedSegment, match="damaged"):
        read(bytes(data))


def test_other_messages_at_the_same_offsets_get_another_name() -> None:
    """As after Kafka was set up again: nothing overwrites what came from the one before."""
    one, other = (encode_segment(SOURCE_DAY, [archived(value=text)], 0, 0) for text in (b"one", b"other"))
    assert one.name != other.name


def test_a_message_lies_with_its_source_on_the_day_of_its_receipt() -> None:
    stamp = datetime.fromtimestamp(STAMP, UTC)
    assert archived(source=b"AP").source_day == SourceDay("AP", stamp.date().isoformat())
    assert archived(feed=b"desk", received_at=b"2026-11-20T23:30:00-02:00").source_day == SourceDay(
        "desk", "2026-11-21"
    )
    assert archived().source_day.source == "unknown"
    assert archived(source=b"AP", content_type=CONTENT_TYPE.encode()).source_day.source == NOTICES


@given(st.text(max_size=300))
def test_whatever_a_source_is_called_its_folder_leads_nowhere_else(source: str) -> None:
    folder = folder_of(source)
    assert folder not in ("", ".", "..", NOTICES)
    assert folder.isascii()
    assert not set(folder) & set('/\\\0 +:*?"<>|')
    assert len(folder) <= 100
    assert not folder.startswith(".")


def test_copies_have_the_content_of_their_original() -> None:
    original = archived(value=b"x", source=b"AP")
    said = original.received.isoformat().encode()
    copy = archived(
        7, b"x", source=b"AP", received_at=said, replayed_from=b"news.raw:0:0", attempts=b"2", trace_id=b"t"
    )
    assert copy.content == original.content
    others = [archived(value=b"y", source=b"AP"), archived(value=b"x", source=b"BP")]
    others.append(archived(value=b"x", source=b"AP", received_at=b"2026-11-25T00:00:00Z"))
    assert original.content not in {one.content for one in others}
