"""SFTP servers that mean harm, or are badly broken: asyncssh's own server, which does as it is told."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import asyncssh
import pytest

from streams.errors import Rejected, Unavailable
from streams.feeds.pulls.remote import PullLimits, RemoteFile, TemporaryError
from streams.feeds.pulls.sftp import Sftp
from streams.feeds.pulls.sources import PullOptions, source_at
from streams.settings import read_settings

FILE = 0o100644
PASSWORD = "not-to-be-logged"


class Hostile(asyncssh.SFTPServer):
    """Lists what the class says, endlessly if it says so, and sends files as slowly or as largely as it says."""

    names: tuple[tuple[bytes, int, int], ...] = ()  # name, mode, size
    endless = False
    drip = 0.0
    large = False

    async def scandir(self, path):
        for name, mode, size in self.names:
            yield asyncssh.SFTPName(name, attrs=asyncssh.SFTPAttrs(permissions=mode, size=size, mtime=1, atime=1))
        number = 0
        while self.endless:
            number += 1
            yield asyncssh.SFTPName(
                b"%d.xml" % number, attrs=asyncssh.SFTPAttrs(permissions=FILE, size=1, mtime=1, atime=1)
            )

    def open(self, path, pflags, attrs):
        return BytesIO()

    async def read(self, file_obj, offset, size):
        if self.drip:
            await asyncio.sleep(self.drip)
            return b"x"
        return b"x" * size if self.large else (b"x" * 4)[offset:]

    def fstat(self, file_obj):
        return asyncssh.SFTPAttrs(permissions=FILE, size=4, mtime=1, atime=1)


class Login(asyncssh.SSHServer):
    """One password."""

    def begin_auth(self, username):
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return password == PASSWORD


@contextmanager
def serving(kind: type[Hostile], tmp_path, **limits: float) -> Iterator[Sftp]:
    """A client of ours, connected to such a server."""
    loop = asyncio.new_event_loop()
    key = asyncssh.generate_private_key("ssh-ed25519")
    (tmp_path / "password").write_text(PASSWORD)
    listener = loop.run_until_complete(
        asyncssh.listen("127.0.0.1", 0, server_factory=Login, server_host_keys=[key], sftp_factory=kind)
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    options = PullOptions(host_key=key.get_fingerprint(), password_file=str(tmp_path / "password"))
    settings = read_settings(**{f"pull_{name}": value for name, value in limits.items()})
    client = Sftp(source_at(f"sftp://me@127.0.0.1:{listener.get_port()}/", options), PullLimits.of(settings))
    try:
        client.connect()
        yield client
    finally:
        client.close()
        asyncio.run_coroutine_threadsafe(_ended(listener), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _ended(listener: asyncssh.SSHAcceptor) -> None:
    """Close a server, and end what its connections still do."""
    listener.close()
    await listener.wait_closed()
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.wait(rest or {asyncio.ensure_future(asyncio.sleep(0))}, timeout=5)


def file(size: int = 4) -> RemoteFile:
    return RemoteFile("a.xml", f"{size}:1", size)


def test_names_that_lead_elsewhere_links_and_devices_are_not_asked_for(tmp_path) -> None:
    class Odd(Hostile):
        names = ((b"../../etc/passwd", FILE, 4), (b"/etc/passwd", FILE, 4), (b"a\nb", FILE, 4), (b"link", 0o120777, 4),
                 (b"fifo", 0o010644, 4), (b"good.xml", FILE, 4), (b"\xff\xfe.xml", FILE, 4))  # fmt: skip

    told: list[tuple[str, str]] = []
    with serving(Odd, tmp_path) as client:
        found = [one.name for one in client.listing(lambda *what: told.append(what))]
    assert sorted(found) == ["\\udcff\\udcfe.xml", "good.xml"]
    assert sorted(name for name, _ in told) == ["../../etc/passwd", "/etc/passwd", "a\nb", "fifo", "link"]


def test_an_endless_listing_ends_at_the_limit(tmp_path) -> None:
    class Endless(Hostile):
        endless = True

    with serving(Endless, tmp_path, listed=50) as client, pytest.raises(Rejected, match="NEWSWIRE_PULL_LISTED"):
        list(client.listing(print))


def test_a_file_that_drips_is_given_up(tmp_path) -> None:
    class Drip(Hostile):
        drip = 0.2

    with serving(Drip, tmp_path, file_seconds=1.0) as client:
        started = time.monotonic()
        with pytest.raises(Unavailable, match=r"fetching a\.xml: not done within 1 s"):
            client.fetch(file(), BytesIO())
        assert time.monotonic() - started < 20


def test_a_file_without_end_and_one_that_is_not_what_was_listed(tmp_path) -> None:
    class Large(Hostile):
        large = True

    with serving(Large, tmp_path, file_bytes=200_000) as client:
        into = BytesIO()
        with pytest.raises(Rejected, match="NEWSWIRE_PULL_FILE_BYTES"):
            client.fetch(file(), into)
        assert into.tell() <= 200_000
    with serving(Hostile, tmp_path) as client:
        client.fetch(file(), into := BytesIO())
        assert into.getvalue() == b"xxxx"
        with pytest.raises(TemporaryError, match="changed while it was read"):
            client.fetch(file(5), BytesIO())


def test_a_wrong_password_is_said_without_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(Login, "validate_password", lambda *_: False)
    with pytest.raises(asyncssh.PermissionDenied) as refused, serving(Hostile, tmp_path):
        pass
    assert PASSWORD not in str(refused.value)
