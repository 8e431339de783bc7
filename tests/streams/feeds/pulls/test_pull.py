"""One poll of a server that does what the test wants, with a Kafka that does so too."""

from collections.abc import Iterator
from typing import IO

import pytest

from streams.errors import Rejected, Unavailable
from streams.feeds.files import cut_items
from streams.feeds.polling import Poll, poll_all
from streams.feeds.pulls import puller as puller_module
from streams.feeds.pulls.pull import Pull
from streams.feeds.pulls.puller import Puller
from streams.feeds.pulls.remote import CHANGED, RemoteFile, ReportProblem, TemporaryError, TooMany
from streams.feeds.pulls.sources import PullOptions, source_at
from streams.feeds.state import FeedState
from streams.settings import read_settings
from tests.streams.feeds.sink import Sink

ADDRESS = "sftp://me@wire.example.com/out"


class Server:
    """Files by path; ``trouble`` is raised when a file is fetched, ``down`` when the server is connected to."""

    errors: tuple[type[Exception], ...] = (OSError,)
    by_content = False

    def __init__(self, *, settles: bool = False) -> None:
        self.files: dict[str, bytes] = {}
        self.trouble: dict[str, Exception] = {}
        self.settles = settles
        self.down = False
        self.endless = False
        self.fetched: list[str] = []
        self.moved: list[tuple[str, str]] = []
        self.on_listing: list[object] = []

    def connect(self) -> None:
        if self.down:
            raise ConnectionRefusedError("no")

    def listing(self, tell: ReportProblem) -> Iterator[RemoteFile]:
        for change in self.on_listing[:1]:
            self.files["a.xml"] += self.on_listing.pop(0)  # type: ignore[operator]
            del change
        for number, (path, data) in enumerate(sorted(self.files.items())):
            yield RemoteFile(path, f"{len(data)}:{hash(data)}", len(data), float(number))
        if self.endless:
            raise TooMany(3)

    def fetch(self, file: RemoteFile, into: IO[bytes]) -> None:
        self.fetched.append(file.path)
        if file.path in self.trouble:
            raise self.trouble[file.path]
        into.write(self.files[file.path])

    def unpack(self, content, file: RemoteFile, max_bytes: int):
        return cut_items(content, f"h/{file.name}", "", max_bytes)

    def move(self, file: RemoteFile, to: str) -> None:
        self.moved.append((file.path, to))
        del self.files[file.path]

    def abort(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def sink(tmp_path) -> Sink:
    return Sink(read_settings(data=tmp_path / "data", max_article_bytes=2048, pull_files=5))


@pytest.fixture
def server() -> Server:
    return Server()


def poll_once(server: Server, sink: Sink, **options: str) -> Poll:
    """One poll by a process that knows nothing but the state file."""
    source = source_at(ADDRESS, PullOptions(settle="0.05s", **options))
    with FeedState.of(sink.settings) as state:
        return Pull(source, server, state, sink).poll()


def test_a_restart_repeats_nothing_and_takes_what_is_new_or_written_again(server, sink) -> None:
    server.files = {"a.xml": b"<a/>", "sub/b.jsonl": b'{"headline": "b"}\n{"headline": "c"}'}
    assert poll_once(server, sink) == Poll(3)
    assert poll_once(server, sink) == Poll(0)
    server.files["a.xml"] = b"<a>2</a>"
    assert poll_once(server, sink) == Poll(1)
    assert sink.names == ["h/a.xml", "h/sub/b.jsonl:1", "h/sub/b.jsonl:2", "h/a.xml"]
    assert {item.feed for item in sink.items} == {"pull:sftp://wire.example.com/out"}
    assert server.fetched == ["a.xml", "sub/b.jsonl", "a.xml"]


def test_a_file_that_is_being_written_waits_for_a_later_poll(sink) -> None:
    server = Server(settles=True)
    server.files = {"a.xml": b"<a>"}
    server.on_listing = [b"", b"</a>"]  # grows between the two listings of one poll
    source = source_at(ADDRESS, PullOptions(settle="0.05s"))
    with FeedState.of(sink.settings) as state:
        pull = Pull(source, server, state, sink)
        assert pull.poll() == Poll(0)
        assert sink.items == []
        assert pull.poll() == Poll(1)
    assert sink.items[0].value == b"<a></a>"


def test_a_bad_file_costs_only_itself_and_is_remembered_with_its_reason(server, sink) -> None:
    server.files = {"a.xml": b"x" * 3000, "b.xml": b"", "c.jsonl": b"\n", "d.xml": b"<d/>", "e.xml": b"huge"}
    server.trouble["e.xml"] = Rejected("larger than allowed")
    assert poll_once(server, sink) == Poll(1)
    with FeedState.of(sink.settings) as state:
        reasons = [state.refused("pull:sftp://wire.example.com/out", name) for name in sorted(server.files)]
    assert [reason.partition(": ")[2][:12] for reason in reasons] == [
        "larger than ", "empty", "no items in ", "", "larger than "
    ]  # fmt: skip
    assert poll_once(server, sink) == Poll(0)
    assert len(server.fetched) == 5


def test_what_cannot_be_had_now_comes_later_and_is_told(server, sink) -> None:
    server.files = {"a.xml": b"<a/>", "b.xml": b"<b/>", "c.xml": b"<c/>"}
    server.trouble = {"a.xml": TemporaryError("cannot be read: permission denied"), "b.xml": TemporaryError(CHANGED)}
    assert poll_once(server, sink) == Poll(1, flaw="1 not taken; first a.xml: cannot be read: permission denied")
    server.trouble.clear()
    assert poll_once(server, sink) == Poll(2)


def test_a_connection_that_breaks_keeps_what_was_sent_and_loses_nothing(server, sink) -> None:
    server.files = {"a.xml": b"<a/>", "b.xml": b"<b/>", "c.xml": b"<c/>"}
    server.trouble["b.xml"] = ConnectionResetError("gone")
    with pytest.raises(ConnectionResetError):
        poll_once(server, sink)
    server.trouble.clear()
    assert poll_once(server, sink) == Poll(2)
    assert sink.names == ["h/a.xml", "h/b.xml", "h/c.xml"]


def test_what_kafka_does_not_confirm_is_not_marked(server, sink) -> None:
    server.files = {"a.xml": b"<a/>"}
    sink.up = False
    with pytest.raises(Unavailable):
        poll_once(server, sink, done="done")
    assert server.moved == []
    sink.up = True
    assert poll_once(server, sink, done="done") == Poll(1)
    assert server.moved == [("a.xml", "done")]


def test_taken_and_rejected_files_are_moved_also_after_a_crash_between_mark_and_move(server, sink, monkeypatch) -> None:
    server.files = {"a.xml": b"<a/>", "b.xml": b""}
    monkeypatch.setattr(server, "move", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        poll_once(server, sink, done="done", failed="failed")
    monkeypatch.undo()
    assert poll_once(server, sink, done="done", failed="failed") == Poll(0)
    assert sorted(server.moved) == [("a.xml", "done"), ("b.xml", "failed")]
    assert sink.names == ["h/a.xml"]


def test_many_files_are_taken_in_several_polls_at_once(server, sink) -> None:
    server.files = {f"{n}.xml": b"<a/>" for n in range(12)}
    assert [poll_once(server, sink) for _ in range(4)] == [Poll(5, more=True), Poll(5, more=True), Poll(2), Poll(0)]


def test_an_endless_listing_is_told_and_what_was_listed_is_taken(server, sink) -> None:
    server.files, server.endless = {"a.xml": b"<a/>"}, True
    poll = poll_once(server, sink)
    assert poll.sent == 1
    assert "NEWSWIRE_PULL_LISTED" in poll.flaw


def test_a_mail_under_a_new_number_is_not_sent_again(server, sink) -> None:
    server.by_content = True
    server.files = {"100/1": b"<a/>", "100/2": b"<b/>"}
    assert poll_once(server, sink) == Poll(2)
    server.files = {"200/1": b"<a/>", "200/2": b"<b/>", "200/3": b"<c/>"}
    assert poll_once(server, sink) == Poll(1)
    server.fetched.clear()
    assert poll_once(server, sink) == Poll(0)
    assert server.fetched == []


async def test_a_server_that_is_down_for_one_poll_loses_and_repeats_nothing(server, sink, monkeypatch) -> None:
    monkeypatch.setattr(puller_module, "remote_of", lambda *_: server)
    source = source_at(ADDRESS, PullOptions(settle="0"))
    with FeedState.of(sink.settings) as state:
        async with Puller([source], sink, state) as puller:
            server.files["a.xml"] = b"<a/>"
            assert (await poll_all(puller, [source]))[source.name].sent == 1
            server.files["b.xml"], server.down = b"<b/>", True
            assert (await poll_all(puller, [source]))[source.name].error == "ConnectionRefusedError: no"
            assert state.feeds()[0].error == "ConnectionRefusedError: no"
            server.down = False
            assert (await poll_all(puller, [source]))[source.name] == Poll(1)
            assert state.feeds()[0].error == ""
    assert sink.names == ["h/a.xml", "h/b.xml"]
