"""A client that hangs up, politely or not, costs its answer and no line of the log. Every server that we have."""

import logging
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from search.web import Options
from streams.agents.health import Health
from streams.agents.health_server import serve_health
from streams.agents.scrape_targets import folder_of
from streams.settings import read_settings
from tests.search.web.listening import Address, library_page
from tests.waiting import wait_for

ESTABLISHED, CLOSE_WAIT = "01", "08"


@contextmanager
def metrics(folder: Path) -> Iterator[Address]:
    settings = read_settings(data=folder)
    with serve_health("read", Health(60.0), settings):
        (target,) = folder_of(settings).iterdir()
        host, _, port = target.read_text().partition('"targets":["')[2].partition('"')[0].rpartition(":")
        yield host, int(port)


def page(folder: Path) -> AbstractContextManager[Address]:
    return library_page(folder, Options(remember=0.0, live_every=0.05))


@pytest.mark.parametrize(
    ("server", "paths"),
    [(metrics, ("/metrics", "/healthz", "/none")), (page, ("/", "/live", "/story/call", "/api/stories"))],
)
@pytest.mark.parametrize("reset", [False, True])
def test_a_client_that_hangs_up_writes_nothing(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    server: Callable[[Path], object],
    paths: tuple[str, ...],
    reset: bool,
) -> None:
    with server(tmp_path) as address:  # type: ignore[attr-defined]
        for path in paths:
            whole = f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
            for sent in (whole, whole[:7], whole[:-2], whole * 50, b""):
                for read in (0, 20):
                    hang_up(address, sent, read if sent.startswith(whole) else 0, reset=reset)
        if server is metrics:  # the page's streams last until there is news; its shutdown below ends them
            wait_for(lambda: not connections_to(address[1]), "the server has let all go")
        with socket.create_connection(address, timeout=60) as again:  # it still serves
            again.sendall(f"GET {paths[0]} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            assert again.recv(12)[9:] == b"200"
    assert "Traceback" not in capfd.readouterr().err
    assert not [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]


def connections_to(port: int) -> int:
    """How many connections of a port's server are still open on its side, as Linux tells."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(local.endswith(f":{port:04X}") and state in (ESTABLISHED, CLOSE_WAIT) for _, local, _, state, *_ in rows)


def hang_up(address: Address, sent: bytes, read: int, *, reset: bool) -> None:
    with socket.create_connection(address, timeout=60) as client:
        client.sendall(sent)
        if read:
            client.recv(read)
        if reset:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
