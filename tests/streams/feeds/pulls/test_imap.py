"""IMAP servers that mean harm: a small server that answers as the test says."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO

import pytest

from streams.errors import Rejected, Unavailable
from streams.feeds.pulls.imap import Imap, _quoted
from streams.feeds.pulls.remote import PullLimits, RemoteFile, TemporaryError
from streams.feeds.pulls.sources import PullOptions, source_at
from streams.settings import read_settings
from tests.servers.certificates import make_certificates

PASSWORD = "not-to-be-logged"
Answer = Callable[[bytes], Iterator[bytes]]  # takes a command, gives what is sent before the line that ends it


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@contextmanager
def serving(certificates, tmp_path, answer: Answer, *, refused: bool = False, **limits: float) -> Iterator[Imap]:
    """A client of ours for a server that gives ``answer`` to FETCH."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate("server"), certificates.key("server"))
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True) as made:
            made.sendall(b"* OK ready\r\n")
            for line in made.makefile("rb"):
                tag, _, command = line.strip().partition(b" ")
                if command.startswith(b"CAPABILITY"):
                    made.sendall(b"* CAPABILITY IMAP4REV1\r\n")
                elif command.startswith((b"EXAMINE", b"SELECT")):
                    made.sendall(b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n")
                elif command.startswith(b"UID FETCH"):
                    for piece in answer(command):
                        made.sendall(piece)
                elif command.startswith(b"LOGIN") and refused:
                    made.sendall(tag + b" NO wrong: " + command + b"\r\n")
                    continue
                made.sendall(tag + b" OK done\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    (tmp_path / "password").write_text(PASSWORD)
    options = PullOptions(ca=str(certificates.ca), password_file=str(tmp_path / "password"))
    source = source_at(f"imaps://wire@127.0.0.1:{listener.getsockname()[1]}", options)
    client = Imap(source, PullLimits.of(read_settings(**{f"pull_{name}": value for name, value in limits.items()})))
    try:
        client.connect()
        yield client
    finally:
        client.close()
        listener.close()
        thread.join(10)


MAIL = RemoteFile("7/1", "mail", 4)


def test_a_mail_is_listed_and_read(certificates, tmp_path) -> None:
    def honest(command: bytes) -> Iterator[bytes]:
        if b"BODY" in command:
            yield b"* 1 FETCH (UID 1 BODY[] {4}\r\nmail)\r\n"
        else:
            yield b"* 1 FETCH (UID 1 RFC822.SIZE 4)\r\n* 2 FETCH (RFC822.SIZE 5 UID 12)\r\n* 3 FETCH (FLAGS ())\r\n"

    with serving(certificates, tmp_path, honest) as client:
        assert [(one.path, one.size) for one in client.listing(print)] == [("7/1", 4), ("7/12", 5)]
        client.fetch(MAIL, into := BytesIO())
        assert into.getvalue() == b"mail"
        with pytest.raises(TemporaryError, match="cannot move"):
            client.move(MAIL, "done")


def test_a_server_that_sends_more_than_was_asked_for_is_left(certificates, tmp_path) -> None:
    with (
        serving(certificates, tmp_path, lambda _: iter([b"* 1 FETCH (BODY[] {999999999999}\r\n"])) as client,
        pytest.raises(Imap.errors, match="more than was asked for"),
    ):
        client.fetch(MAIL, BytesIO())

    def endless(_: bytes) -> Iterator[bytes]:
        while True:
            yield b"* 1 FETCH (FLAGS ())\r\n" * 1000

    with (
        serving(certificates, tmp_path, endless, listed=10) as client,
        pytest.raises(Imap.errors, match="more than was asked for"),
    ):
        list(client.listing(print))


def test_a_mail_larger_than_listed_and_too_many_mails(certificates, tmp_path) -> None:
    def large(command: bytes) -> Iterator[bytes]:
        if b"BODY" in command:
            yield b"* 1 FETCH (UID 1 BODY[] {3000}\r\n" + b"x" * 3000 + b")\r\n"
        else:
            yield b"".join(b"* %d FETCH (UID %d RFC822.SIZE 4)\r\n" % (n, n) for n in range(1, 9))

    with serving(certificates, tmp_path, large, file_bytes=2000, listed=5) as client:
        with pytest.raises(Rejected, match="NEWSWIRE_PULL_FILE_BYTES"):
            client.fetch(MAIL, BytesIO())
        with pytest.raises(Rejected, match="NEWSWIRE_PULL_LISTED"):
            list(client.listing(print))


def test_a_server_that_drips_is_left(certificates, tmp_path) -> None:
    def drip(_: bytes) -> Iterator[bytes]:
        while True:
            time.sleep(0.1)
            yield b"*"

    with (
        serving(certificates, tmp_path, drip, file_seconds=1.0) as client,
        pytest.raises(Unavailable, match=r"fetching 7/1: not done within 1 s"),
    ):
        client.fetch(MAIL, BytesIO())


def test_a_refused_login_is_said_without_what_was_sent(certificates, tmp_path) -> None:
    nothing = serving(certificates, tmp_path, lambda _: iter(()), refused=True)
    with pytest.raises(Unavailable, match="refuses user wire") as said, nothing:
        pass
    assert PASSWORD not in str(said.value)


def test_names_of_mailboxes() -> None:
    assert _quoted('a "b" \\ & ü/日本') == '"a \\"b\\" \\\\ &- &APw-/&ZeVnLA-"'
    with pytest.raises(Rejected):
        _quoted("a\r\nLOGOUT")
