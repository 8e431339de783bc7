"""A client that sends half a request and goes silent does not keep its connection. Both servers that take requests."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest

from search.http.keys import KeyGate, KeyRing, make_key
from search.http.page_protocol import page_protocol
from search.web import Options
from streams.feeds.push import Push
from streams.feeds.push_limits import PushLimits
from streams.feeds.push_server import run_push
from streams.feeds.state import FeedState
from streams.settings import read_settings
from tests.search.web.listening import Address, library_page
from tests.streams.feeds.sink import Sink
from tests.waiting import wait_for

SECONDS = 0.5
Server = Callable[[Path], AbstractContextManager[Address]]
KEY, LINE = make_key("reuters")
WHOLE = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
ARTICLE = b'{"headline": "x"}'
POST = b"POST /articles HTTP/1.1\r\nHost: x\r\nX-API-Key: %s\r\nContent-Length: %d\r\n\r\n" % (
    KEY.encode(),
    len(ARTICLE),
)


@contextmanager
def pushed(folder: Path) -> Iterator[Address]:
    sink = Sink(read_settings(data=folder, topic_prefix="news"))
    ready: list[str] = []
    ends: list[Callable[[], object]] = []

    async def serve() -> None:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task
        ends.append(lambda: loop.call_soon_threadsafe(task.cancel))
        with FeedState.of(sink.settings) as state, suppress(asyncio.CancelledError):
            push = Push(KeyGate(KeyRing(LINE), 60, 3), sink, state, PushLimits(head_seconds=SECONDS))
            await run_push(push, "127.0.0.1", 0, ready.append)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    wait_for(lambda: ready, "the HTTP feed is served")
    try:
        yield "127.0.0.1", int(ready[0].rpartition(":")[2])
    finally:
        ends[0]()
        thread.join(20)


def page(folder: Path) -> AbstractContextManager[Address]:
    return library_page(folder, Options(remember=0.0), http=page_protocol(SECONDS))


def is_let_go(client: socket.socket) -> bool:
    """Whether the server has closed; what it has sent is read away."""
    try:
        while client.recv(65536):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    return True


@contextmanager
def connected(address: Address, sent: bytes = b"") -> Iterator[socket.socket]:
    with socket.create_connection(address, timeout=30) as client:
        client.sendall(sent)
        client.settimeout(0)
        yield client


def answered(client: socket.socket) -> bytes:
    """The beginning of the next answer."""

    def read() -> bytes:
        with suppress(BlockingIOError):
            return client.recv(65536)
        return b""

    return wait_for(read, "an answer")


@pytest.mark.parametrize("server", [pushed, page])
@pytest.mark.parametrize("sent", [b"", WHOLE[:7], WHOLE[:-2]], ids=["nothing", "a word", "all but the last line"])
def test_half_a_head_is_not_waited_for(tmp_path: Path, server: Server, sent: bytes) -> None:
    with server(tmp_path) as address, connected(address, sent) as client:
        wait_for(lambda: is_let_go(client), "the server closes", 30)
        with connected(address, WHOLE) as again:
            assert answered(again).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("server", [pushed, page])
def test_half_a_head_after_a_request_is_not_waited_for(tmp_path: Path, server: Server) -> None:
    with server(tmp_path) as address, connected(address, WHOLE) as client:
        assert answered(client).startswith(b"HTTP/1.1 200")
        client.sendall(WHOLE[:20])
        wait_for(lambda: is_let_go(client), "the server closes", 30)


@pytest.mark.parametrize("server", [pushed, page])
def test_a_head_that_trickles_gains_no_time(tmp_path: Path, server: Server) -> None:
    def trickle() -> bool:
        with suppress(ConnectionError):
            client.sendall(b"x")
        return is_let_go(client)

    with server(tmp_path) as address, connected(address, b"GET /") as client:
        wait_for(trickle, "the server closes", 30, every=SECONDS / 5)


def test_a_body_may_take_longer_than_a_head(tmp_path: Path) -> None:
    with pushed(tmp_path) as address, connected(address, POST) as client:
        with connected(address, WHOLE[:7]) as later:
            wait_for(lambda: is_let_go(later), "a later head is given up", 30)
        client.sendall(ARTICLE)
        assert answered(client).startswith(b"HTTP/1.1 202")


def test_an_answer_may_take_longer_than_a_head(tmp_path: Path) -> None:
    live = b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n"
    with page(tmp_path) as address, connected(address, live) as client:
        assert answered(client).startswith(b"HTTP/1.1 200")
        with connected(address, WHOLE[:7]) as later:
            wait_for(lambda: is_let_go(later), "a later head is given up", 30)
        assert not is_let_go(client)
