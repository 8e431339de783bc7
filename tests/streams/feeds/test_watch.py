import errno
import gzip
import os
import time

import pytest

from streams.errors import Rejected, Unavailable
from streams.feeds import watch as watch_module
from streams.feeds.files import cut_items
from streams.feeds.folder import DropFolder, is_temporary
from streams.feeds.state import FeedState
from streams.feeds.stop import Stop
from streams.feeds.watch import FolderWatcher, WatchOptions, run_watch
from streams.settings import read_settings
from tests.streams.feeds.sink import Sink
from tests.waiting import Clock

real_time = time.time


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def sink(tmp_path) -> Sink:
    return Sink(read_settings(data=tmp_path / "data", max_article_bytes=2048))


@pytest.fixture
def stop():
    stop = Stop()
    yield stop
    stop.close()


def once(root, sink, settle=0.05, **how) -> None:
    """One run of the feed, as a process would be: everything it knows comes from the state file."""
    stop = Stop()
    with FeedState.of(sink.settings) as state:
        run_watch(WatchOptions((root,), settle=settle, every=0.02, once=True, **how), state, sink, stop)
    stop.close()


def test_a_restart_repeats_nothing_and_takes_what_is_new(root, sink) -> None:
    (root / "a.json").write_text('{"headline": "a"}')
    (root / "sub").mkdir()
    (root / "sub/b.xml").write_text("<nitf/>")
    once(root, sink)
    assert sorted(i.value for i in sink.items) == [b"<nitf/>", b'{"headline": "a"}']
    once(root, sink)
    assert len(sink.items) == 2
    (root / "c.xml").write_text("<c/>")
    once(root, sink)
    assert sink.names[2:] == [str(root / "c.xml")]


def test_a_file_written_anew_under_its_name_is_fed_again(root, sink) -> None:
    (root / "a.xml").write_text("<a/>")
    once(root, sink)
    (root / "a.xml").write_text("<a>2</a>")
    once(root, sink)
    assert [i.value for i in sink.items] == [b"<a/>", b"<a>2</a>"]


def test_a_half_written_file_is_waited_for(root, sink, stop) -> None:
    path = root / "a.xml"
    with FeedState.of(sink.settings) as state, path.open("w") as file:
        clock = Clock()
        watcher = FolderWatcher(root, WatchOptions((root,), settle=2), state, sink, clock)
        for _ in range(8):
            file.write("x")
            file.flush()
            assert watcher.scan_and_feed(stop) == 1
            clock.forward(1.9)
        assert watcher.scan_and_feed(stop) == 1
        assert sink.items == []
        clock.forward(0.2)
        assert watcher.scan_and_feed(stop) == 0
        assert sink.items[0].value == b"x" * 8


def test_a_file_that_changes_while_it_is_read_is_left_for_later(root, sink, stop, monkeypatch) -> None:
    path = root / "a.xml"
    path.write_text("<half>")

    def written_meanwhile(*arguments):
        items = list(cut_items(*arguments))
        path.write_text("<half></half>")
        yield from items

    with FeedState.of(sink.settings) as state:
        watcher = FolderWatcher(root, WatchOptions((root,), settle=0), state, sink)
        monkeypatch.setattr(watch_module, "cut_items", written_meanwhile)
        assert watcher.scan_and_feed(stop) == 1
        assert sink.items == []
        monkeypatch.setattr(watch_module, "cut_items", cut_items)
        assert watcher.scan_and_feed(stop) == 0
        assert [i.value for i in sink.items] == [b"<half></half>"]


def test_temporary_names_are_left_alone(root, sink) -> None:
    for name in ("a.xml.tmp", "b.part", "c.FilePart", "d.xml~", ".hidden", "e.crdownload"):
        (root / name).write_text("<x/>")
        assert is_temporary(name)
    once(root, sink)
    assert sink.items == []
    (root / "a.xml.tmp").rename(root / "a.xml")
    once(root, sink)
    assert sink.names == [str(root / "a.xml")]


def test_done_files_are_moved_with_their_folders_and_overwrite_nothing(root, sink, tmp_path) -> None:
    done = root / "done"  # inside the drop folder, and not fed from
    for turn in ("1", "2"):
        (root / "sub").mkdir(exist_ok=True)
        (root / "sub/a.xml").write_text(turn)
        once(root, sink, done=done)
    assert (done / "sub/a.xml").read_text() == "1"
    assert (done / "sub/a.xml.1").read_text() == "2"
    assert [i.value for i in sink.items] == [b"1", b"2"]
    assert not (root / "sub/a.xml").exists()


def test_refused_files_go_to_failed_and_the_others_on(root, sink, tmp_path) -> None:
    (root / "big.xml").write_bytes(b"x" * 3000)
    (root / "empty.xml").touch()
    (root / "broken.gz").write_bytes(gzip.compress(b"<a/>" * 100)[:-12])
    (root / "mixed.jsonl").write_text('{"headline": "a"}\n{"headline": "' + "b" * 3000 + '"}\n')
    (root / "good.xml.gz").write_bytes(gzip.compress(b"<good/>"))
    once(root, sink, done=tmp_path / "done", failed=tmp_path / "failed")
    assert sorted(p.name for p in (tmp_path / "failed").iterdir()) == [
        "big.xml",
        "broken.gz",
        "empty.xml",
        "mixed.jsonl",
    ]
    assert [p.name for p in (tmp_path / "done").iterdir()] == ["good.xml.gz"]
    assert sorted(i.value for i in sink.items) == [b"<good/>", b'{"headline": "a"}']


def test_refused_files_are_remembered_where_no_folder_is_named(root, sink) -> None:
    (root / "big.xml").write_bytes(b"x" * 3000)
    once(root, sink)
    with FeedState.of(sink.settings) as state:
        assert state.taken(f"watch:{root}", "big.xml") is not None


@pytest.mark.parametrize("how", ["up", "blocked"])
def test_what_kafka_does_not_confirm_stays_and_comes_again(root, sink, tmp_path, how) -> None:
    for name in "abc":
        (root / name).write_text(name)
    setattr(sink, how, how == "blocked")
    with pytest.raises(Unavailable, match="Kafka"):
        once(root, sink, done=tmp_path / "done")
    assert sorted(p.name for p in root.iterdir()) == ["a", "b", "c"]
    setattr(sink, how, how != "blocked")
    once(root, sink, done=tmp_path / "done")
    assert sorted(i.value for i in sink.items) == [b"a", b"b", b"c"]
    assert list(root.iterdir()) == []


def test_a_crash_between_confirmation_and_remembering_repeats_that_file(root, sink, monkeypatch) -> None:
    (root / "a.xml").write_text("<a/>")

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FeedState, "take", crash)
        with pytest.raises(KeyboardInterrupt):
            once(root, sink)
    once(root, sink)
    once(root, sink)
    assert [i.value for i in sink.items] == [b"<a/>", b"<a/>"]
    assert sink.items[0].key == sink.items[1].key


def test_a_file_replaced_after_it_was_read_is_not_put_with_what_is_done(root, sink, tmp_path, stop) -> None:
    path = root / "a.xml"
    path.write_text("<old/>")

    class Replacing(Sink):
        def flush(self):
            if path.read_text() == "<old/>":
                path.write_text("<newer/>")

    replacing = Replacing(sink.settings)
    with FeedState.of(sink.settings) as state:
        watcher = FolderWatcher(root, WatchOptions((root,), settle=0, done=tmp_path / "done"), state, replacing)
        watcher.scan_and_feed(stop)
        assert path.read_text() == "<newer/>"
        watcher.scan_and_feed(stop)
    assert [i.value for i in replacing.items] == [b"<old/>", b"<newer/>"]
    assert not path.exists()


def test_links_and_pipes_are_never_followed(root, sink, tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("secret")
    (root / "file").symlink_to(secret / "key")
    (root / "folder").symlink_to(secret)
    os.mkfifo(root / "pipe")
    once(root, sink)
    assert sink.items == []
    folder = DropFolder(root)
    for path in ("file", "folder/key", "../secret/key", "pipe"):
        with pytest.raises(OSError), folder.open(path) as stream:
            stream.read()
    assert (secret / "key").read_text() == "secret"


def test_hostile_and_foreign_names_are_fed_and_forge_no_log_line(root, sink, caplog) -> None:
    caplog.set_level("INFO")
    for name in (b"caf\xe9.xml", b"a\nb.xml", b"\x1b[31m.xml"):
        (root / os.fsdecode(name)).write_text("<a/>")
    once(root, sink)
    once(root, sink)
    assert len(sink.items) == 3
    assert all(item.name.isprintable() for item in sink.items)
    assert not any("\n" in record.getMessage() or "\x1b" in record.getMessage() for record in caplog.records)


def test_what_is_gone_is_forgotten_after_a_month_and_what_is_there_is_not(root, sink, stop, monkeypatch) -> None:
    for name in ("stays", "goes"):
        (root / name).write_text(name)
    once(root, sink)
    (root / "goes").unlink()
    with FeedState.of(sink.settings) as state:
        watcher = FolderWatcher(root, WatchOptions((root,)), state, sink)
        monkeypatch.setattr(time, "time", lambda: real_time() + 31 * 86_400)
        watcher.scan_and_feed(stop)
        assert state.taken(watcher.name, "stays") is not None
        assert state.taken(watcher.name, "goes") is None


def test_too_deep_a_folder_is_left_out(root, sink) -> None:
    deep = root.joinpath(*["d"] * 30)
    deep.mkdir(parents=True)
    (deep / "a.xml").write_text("<a/>")
    (root / "b.xml").write_text("<b/>")
    once(root, sink)
    assert sink.names == [str(root / "b.xml")]


def test_a_huge_folder_is_taken_in_parts(root, sink, monkeypatch) -> None:
    monkeypatch.setattr(watch_module, "PENDING", 7)
    for n in range(40):
        (root / f"{n}.xml").write_text(str(n))
    once(root, sink)
    assert len(set(sink.names)) == len(sink.items) == 40


def test_a_file_that_may_not_be_read_yet_is_tried_again(root, sink, stop, monkeypatch) -> None:
    (root / "a.xml").write_text("<a/>")

    def refuse(*_):
        raise PermissionError("Permission denied")  # as root, a mode of 0 would not refuse

    with FeedState.of(sink.settings) as state:
        watcher = FolderWatcher(root, WatchOptions((root,), settle=0), state, sink)
        with monkeypatch.context() as patch:
            patch.setattr(DropFolder, "open", refuse)
            watcher.scan_and_feed(stop)
        assert "Permission" in watcher.trouble["a.xml"]
        watcher.scan_and_feed(stop)
        assert [i.value for i in sink.items] == [b"<a/>"]
        assert watcher.trouble == {}


def test_a_folder_that_goes_away_comes_back(root, sink, stop) -> None:
    with FeedState.of(sink.settings) as state:
        watcher = FolderWatcher(root, WatchOptions((root,), settle=0), state, sink)
        root.rename(root.with_name("away"))
        watcher.scan_and_feed(stop)
        assert "cannot be examined" in state.feeds()[0].error
        root.with_name("away").rename(root)
        (root / "a.xml").write_text("<a/>")
        watcher.scan_and_feed(stop)
        assert state.feeds()[0].error == ""
        assert len(sink.items) == 1


def test_a_move_across_file_systems_is_a_copy(root, sink, tmp_path, monkeypatch) -> None:
    real = os.rename

    def other_device(source, target, **how):
        if "src_dir_fd" in how:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        real(source, target, **how)

    monkeypatch.setattr(os, "rename", other_device)
    (root / "a.xml").write_text("<a/>")
    once(root, sink, done=tmp_path / "done")
    assert [p.name for p in (tmp_path / "done").iterdir()] == ["a.xml"]
    assert (tmp_path / "done/a.xml").read_text() == "<a/>"
    assert list(root.iterdir()) == []


def test_what_is_done_may_not_go_where_it_came_from(root, sink) -> None:
    with pytest.raises(Rejected, match="must be other folders"):
        once(root, sink, done=root)
    with pytest.raises(Rejected, match="no such folder"):
        once(root / "missing", sink)
