"""An archive read again: each message once, damaged files by name, and nothing of what was forgotten."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

import msgspec
import pytest
from click.testing import CliRunner

from streams.archive.messages import ARCHIVED_HEADER, NOTICES, ArchivedMessage, SourceDay
from streams.archive.reading import forgotten_ids, messages_of, source_days
from streams.archive.segments import encode_segment
from streams.archive.stores import Folder
from streams.cli.main import newswire
from streams.errors import SettingsError
from streams.operations import archive_replay
from streams.operations.archive_check import check_archive
from streams.operations.archive_forget import ArchiveForgetter
from streams.operations.archive_replay import ArchiveReplay, headers_from
from streams.operations.replay import ReplayRange
from streams.raw_messages import raw_of
from streams.settings import read_settings, settings
from streams.wire import parse_all
from streams.wire.article_ids import article_id
from streams.wire.formats.forgotten import CONTENT_TYPE, Forgotten, encode_notice
from tests.streams.messages import STAMP, Message

DAY = datetime.fromtimestamp(STAMP, UTC).date().isoformat()
JANE, RAIN = article_id("AP", "jane"), article_id("AP", "rain")


def story(guid: str, text: str) -> dict[str, str]:
    return {"guid": guid, "source": "AP", "headline": text, "body": text, "version_created": "2026-11-26T10:00:00Z"}


def message(offset: int, value: Any, **headers: bytes) -> ArchivedMessage:
    pairs = [(name.replace("_", "-"), text) for name, text in ({"source": b"AP"} | headers).items()]
    data = value if isinstance(value, bytes) else msgspec.json.encode(value)
    return ArchivedMessage.of(Message(offset=offset, value=data, headers=pairs))


def put(store: Folder, *messages: ArchivedMessage) -> str:
    segment = encode_segment(messages[0].source_day, messages, messages[0].offset, messages[-1].offset)
    store.put(segment.name, segment.data)
    return segment.name


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def values(store: Folder, told: list[str]) -> list[bytes]:
    found = [list(messages_of(store, source_day, told.append)) for source_day in source_days(store, told.append)]
    return [one.value or b"" for those in found for _, one in those]


def test_what_was_written_twice_is_given_once(store: Folder) -> None:
    one, two, three = (message(n, b"%d" % n) for n in range(3))
    put(store, one, two)
    put(store, one, two, three)
    copy = message(9, b"0", replayed_from=b"news.raw:0:0", received_at=one.received.isoformat().encode())
    put(store, copy)
    told: list[str] = []
    assert sorted(values(store, told)) == [b"0", b"1", b"2"]
    assert not told


def test_damaged_and_foreign_files_are_named_and_cost_only_themselves(store: Folder) -> None:
    put(store, message(0, b"a"))
    cut = put(store, message(1, b"b"), message(2, b"c" * 100))
    with store.reading(cut) as stream:
        data = stream.read()
    store.put(cut, data[:-30])
    empty = put(store, message(3, b"d"))
    store.put(empty, b"")
    store.put(f"AP/{DAY}/notes.txt", b"")
    store.put("AP/2026-13-45/x", b"")
    (Path(store.where) / "README").write_text("mine")
    told: list[str] = []
    assert b"a" in values(store, told)
    assert sorted(line.split(": ")[0] for line in told) == sorted(
        ["README", "AP/2026-13-45", f"AP/{DAY}/notes.txt", cut, empty]
    )
    rows, damaged = check_archive(store, None, told.append, started=lambda _: None, seen=lambda: None)
    assert (damaged, [(row.source, row.messages, row.first) for row in rows]) == (5, [("AP", 1, DAY)])


def test_source_days_are_those_of_the_period_by_day(store: Folder) -> None:
    for source in ("B", "A"):
        for day in ("2026-11-25", "2026-11-24", "2026-11-26"):
            put(store, message(0, b"x", source=source.encode(), received_at=f"{day}T12:00:00Z".encode()))
    found = source_days(store, pytest.fail, date(2026, 11, 25), date(2026, 11, 25))
    assert found == [SourceDay("A", "2026-11-25"), SourceDay("B", "2026-11-25")]
    assert [one.day for one in source_days(store, pytest.fail)] == sorted(
        2 * ["2026-11-24", "2026-11-25", "2026-11-26"]
    )


class Sent:
    """In place of `MessageSender`."""

    messages: list[tuple[Any, ...]]

    def __init__(self, _: Any) -> None:
        Sent.messages = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, *message: Any) -> None:
        self.messages.append(message)


def test_a_message_sent_again_gives_the_article_that_it_gave(store: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a producer that said neither time nor trace, and of one whose time cannot be."""
    originals = [
        Message(offset=5, value=msgspec.json.encode({"headline": "Vote", "body": "x"}), headers=[("source", b"AP")]),
        Message(offset=6, value=b'{"headline": "Rain", "body": "y"}', headers=[("received-at", b"tomorrow")]),
    ]
    for one in originals:
        put(store, ArchivedMessage.of(one))
    monkeypatch.setattr(archive_replay, "MessageSender", Sent)
    counts = ArchiveReplay(read_settings(), store, ReplayRange(), pytest.fail).run()
    assert (counts.looked_at, counts.sent) == (2, 2)
    again = [
        Message("other.raw", 77, key, value, headers, 2, STAMP + 86400 * 400)
        for _, key, value, headers in sorted(Sent.messages, key=lambda sent: sent[2])
    ]
    before, after = ([parse_all(raw_of(one)).articles[0] for one in those] for those in (originals, again))
    nowhere = [[msgspec.structs.replace(one, raw=None) for one in those] for those in (before, after)]
    assert sorted(nowhere[0], key=lambda one: one.id) == sorted(nowhere[1], key=lambda one: one.id)


def test_a_replay_takes_its_period_and_its_source(store: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_replay, "MessageSender", Sent)
    for hour in range(4):
        put(store, message(hour, b"%d" % hour, received_at=f"2026-11-25T0{hour}:00:00Z".encode()))
    put(store, message(9, b"other", source=b"BP", received_at=b"2026-11-25T02:00:00Z"))
    span = ReplayRange("raw", datetime(2026, 11, 25, 1, tzinfo=UTC), datetime(2026, 11, 25, 3, tzinfo=UTC), "AP")
    counts = ArchiveReplay(read_settings(), store, span, pytest.fail).run()
    assert (counts.looked_at, counts.sent, counts.of_others) == (3, 2, 1)
    assert [sent[2] for sent in Sent.messages] == [b"1", b"2"]
    assert {sent[0] for sent in Sent.messages} == {"news.raw"}


def test_notices_of_forgetting_are_sent_whatever_the_period(store: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that came after `newswire forget` lies in the archive until the next `newswire archive forget`."""
    monkeypatch.setattr(archive_replay, "MessageSender", Sent)
    notice = encode_notice(Forgotten(JANE, "BP", datetime(2026, 11, 20, tzinfo=UTC)))
    put(store, message(0, notice, content_type=CONTENT_TYPE.encode(), received_at=b"2026-11-20T09:00:00Z"))
    put(store, message(1, b"x", received_at=b"2026-11-25T01:00:00Z"))
    span = ReplayRange("raw", datetime(2026, 11, 25, tzinfo=UTC), None, "AP")
    ArchiveReplay(read_settings(), store, span, pytest.fail).run()
    assert [sent[2] for sent in Sent.messages] == [notice, b"x"]


def test_copies_say_where_they_come_from_and_no_more(store: Folder) -> None:
    one = message(0, b"x", replayed_from=b"news.raw:0:7", replay_of=b"y", attempts=b"3", trace_id=b"t", name=b"n")
    assert dict(headers_from("a/b/c", one)) == {
        "source": b"AP", "name": b"n", "trace-id": b"t", ARCHIVED_HEADER: b"a/b/c",
        "received-at": one.received.isoformat().encode(),
    }  # fmt: skip


def forget(store: Folder, *ids: str, dry_run: bool = False) -> Any:
    return ArchiveForgetter(read_settings(), store, ids, pytest.fail).run(dry_run=dry_run)


def everything(store: Folder) -> list[bytes]:
    return sorted(values(store, []))


def test_forgotten_stories_leave_the_archive_and_their_notices_stay(store: Folder) -> None:
    jane, later, rain = story("jane", "Jane Roe spoke"), story("jane", "Jane Roe was heard"), story("rain", "Rain")
    kept = put(store, message(0, jane), message(1, rain))
    gone = put(store, message(2, later))
    notice = encode_notice(Forgotten(JANE, "AP", datetime(2026, 11, 26, tzinfo=UTC)))
    put(store, message(3, notice, content_type=CONTENT_TYPE.encode()))
    put(store, message(4, b"\0\0\0"))
    assert forgotten_ids(store, pytest.fail) == {JANE}
    assert forget(store, JANE, dry_run=True).found == 2
    assert len(everything(store)) == 5, "only counted"
    counts = forget(store, JANE)
    assert (counts.looked_at, counts.found, counts.unreadable, counts.others) == (4, 2, 1, [])
    assert everything(store) == sorted([msgspec.json.encode(rain), notice, b"\0\0\0"])
    assert (store.has(kept), store.has(gone)) == (True, False)
    assert forgotten_ids(store, pytest.fail) == {JANE}
    assert [source_day.source for source_day in source_days(store, pytest.fail)] == [NOTICES, "AP"]
    assert forget(store, JANE).found == 0


def test_what_lies_in_the_same_message_goes_with_it_and_is_named(store: Folder) -> None:
    put(store, message(0, [story("jane", "Jane Roe"), story("rain", "Rain")]))
    counts = forget(store, JANE)
    assert (counts.found, counts.others) == (1, [RAIN])
    assert not everything(store)


def test_what_a_writer_that_died_left_unfinished_is_forgotten_too(store: Folder) -> None:
    name = put(store, message(0, story("rain", "Rain")))
    folder = Path(store.where) / name.rpartition("/")[0]
    left, under_way = folder / ".a.segment.gz.1.part", folder / ".b.segment.gz.2.part"
    for path in (left, under_way):
        path.write_bytes(b"Jane Roe")
    os.utime(left, (0, 0))
    forget(store, JANE, dry_run=True)
    assert left.exists()
    forget(store, JANE)
    assert (left.exists(), under_way.exists(), store.has(name)) == (False, True, True)


def test_an_archive_that_does_not_exist_is_no_empty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSWIRE_ARCHIVE", str(tmp_path / "nowhere"))
    settings.cache_clear()
    try:
        for command in (("check",), ("forget",)):
            done = CliRunner().invoke(newswire, ["archive", *command])
            assert isinstance(done.exception, SettingsError), done.output
            assert "does not exist" in str(done.exception)
        (tmp_path / "nowhere").mkdir()
        assert CliRunner().invoke(newswire, ["archive", "check"]).stdout == "the archive is empty\n"
    finally:
        settings.cache_clear()
