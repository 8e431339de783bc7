import socket
import threading
import time
from contextlib import suppress
from io import BytesIO

import pytest

from streams.errors import Rejected, Unavailable
from streams.feeds.pulls.remote import Entry, PullLimits, TemporaryError, TooMany, copy, walk, within, wrong_name
from streams.feeds.pulls.tls import AbortableSockets
from streams.settings import read_settings


def limits(**changes: int) -> PullLimits:
    return PullLimits.of(read_settings(**{f"pull_{name}": value for name, value in changes.items()}))


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a\nDELE b", "a\0", "a\x1b[2J", "x" * 501])
def test_names_that_lead_elsewhere_are_refused(name) -> None:
    told: list[tuple[str, str]] = []
    found = walk(
        lambda _: [Entry(name, "file"), Entry("good.xml", "file")], limits(), frozenset(), lambda *a: told.append(a)
    )
    assert [path for path, _ in found] == ["good.xml"]
    assert told[0][1].startswith("refused: ")
    assert wrong_name("ordinary, if odd: ü.xml") == ""


def test_folders_are_entered_to_a_depth_and_some_are_not(tmp_path) -> None:
    told: list[tuple[str, str]] = []
    entries = [Entry("sub", "folder"), Entry("a.xml", "file"), Entry("link", "other"), Entry("half.part", "file")]
    found = walk(lambda _: entries, limits(depth=2), frozenset(["sub/sub"]), lambda *a: told.append(a))
    assert [path for path, _ in found] == ["a.xml", "sub/a.xml"]
    found = walk(lambda _: entries, limits(depth=1), frozenset(), lambda *a: told.append(a))
    assert [path for path, _ in found] == ["a.xml", "sub/a.xml"]
    assert ("sub/sub", "skipped: more than NEWSWIRE_PULL_DEPTH (1) folders deep") in told


def test_an_endless_listing_ends() -> None:
    found = walk(lambda _: (Entry(f"{n}.xml", "file") for n in range(10**9)), limits(listed=3), frozenset(), print)
    taken = []
    with pytest.raises(TooMany, match=r"NEWSWIRE_PULL_LISTED \(3\)"):
        taken += [path for path, _ in found]
    with pytest.raises(TooMany):
        list(walk(lambda folder: [Entry("again", "folder")], limits(listed=3, depth=10**6), frozenset(), print))


def test_a_file_larger_than_listed_or_allowed_is_not_taken() -> None:
    into = BytesIO()
    with pytest.raises(Rejected, match=r"NEWSWIRE_PULL_FILE_BYTES \(1024 bytes\)"):
        copy(lambda _: b"x" * 500, into, limits(file_bytes=1024), 500)
    assert into.tell() == 1000
    with pytest.raises(TemporaryError, match="changed while it was read"):
        copy(BytesIO(b"four").read, into, limits(), 5)


def test_a_server_that_drips_is_left() -> None:
    """Each byte comes in time, so no timeout of the socket ends this."""
    ours, theirs = socket.socketpair()
    line = AbortableSockets()
    line.keep(ours, "data")
    over = threading.Event()

    def drip() -> None:
        with suppress(BrokenPipeError):  # we have left
            while not over.wait(0.05):
                theirs.send(b"x")

    dripping = threading.Thread(target=drip, daemon=True)
    dripping.start()
    started = time.monotonic()
    with pytest.raises(Unavailable, match=r"fetching: not done within 0\.5 s"), within(0.5, line.abort, "fetching"):
        _read_all(ours)
    assert time.monotonic() - started < 10
    over.set()
    line.close()
    ours.close()
    dripping.join()
    theirs.close()


def _read_all(connection: socket.socket) -> None:
    while connection.recv(1):
        pass
