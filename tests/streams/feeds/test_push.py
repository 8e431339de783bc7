import asyncio
import gzip
import logging
import socket
import struct
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial

import pytest
from aiohttp.test_utils import TestClient, TestServer

from search.http.keys import KeyGate, KeyRing, make_key
from streams.feeds.push import Push
from streams.feeds.push_limits import PushLimits
from streams.feeds.state import FeedState
from streams.settings import read_settings
from streams.wire.formats.forgotten import CONTENT_TYPE
from tests.streams.feeds.sink import Sink
from tests.waiting import eventually

# Without a time in it: processes that share the tests must see the same ones.
squeeze = partial(gzip.compress, mtime=0)

KEY, LINE = make_key("reuters")
ANY_KEY, ANY_LINE = make_key("agent", "*")
DESK_KEY, DESK_LINE = make_key("desk", scopes=["search"])
STORY = b'{"headline": "x"}'


@pytest.fixture
def sink(tmp_path) -> Sink:
    return Sink(read_settings(data=tmp_path, topic_prefix="news", max_article_bytes=2048))


@asynccontextmanager
async def serving(sink, bounds):
    with FeedState.of(sink.settings) as state:
        push = Push(KeyGate(KeyRing(f"{LINE} {ANY_LINE} {DESK_LINE}"), 60, 3), sink, state, bounds)
        server = TestServer(push.app())
        await server.start_server(auto_decompress=False)
        async with TestClient(server, auto_decompress=False) as client:
            yield client
        push.close()


@pytest.fixture
async def client(sink):
    async with serving(sink, PushLimits(body=10_000, items=5, at_once=2, body_seconds=0.5)) as client:
        yield client


def bearer(key=KEY, **more):
    return {"Authorization": f"Bearer {key}", **more}


async def test_an_article_is_confirmed_with_where_it_lies(client, sink) -> None:
    answer = await client.post("/articles", data=STORY, headers=bearer())
    assert answer.status == 202
    item = sink.items[0]
    assert await answer.json() == {
        "accepted": 1,
        "items": [
            {"key": item.key.decode(), "topic": "news.raw", "partition": 0, "offset": 0, "trace_id": item.trace_id}
        ],
    }
    assert (item.value, item.source) == (STORY, "reuters")


@pytest.mark.parametrize(
    ("kind", "body", "values"),
    [
        ("application/x-ndjson", b'{"a": 1}\n\n{"b": 2}\n', [b'{"a": 1}', b'{"b": 2}']),
        ("", b'{"a": 1}\n{"b": 2}\n', [b'{"a": 1}', b'{"b": 2}']),
        ("", squeeze(b'{"a": 1}\n{"b": 2}\n'), [b'{"a": 1}', b'{"b": 2}']),
        ("application/xml", b"<nitf>\n</nitf>", [b"<nitf>\n</nitf>"]),
        ("application/json", b'{\n"headline": "x"}', [b'{\n"headline": "x"}']),
        ("", b"\x01ANPA text\x04", [b"\x01ANPA text\x04"]),
    ],
)
async def test_bodies_are_cut_as_files_are_and_kept_byte_for_byte(client, sink, kind, body, values) -> None:
    headers = bearer(**({"Content-Type": kind} if kind else {}))
    answer = await client.post("/articles", data=body, headers=headers, skip_auto_headers=["Content-Type"])
    assert answer.status == 202, await answer.text()
    assert [item.value for item in sink.items] == values


async def test_declared_gzip_is_undone(client, sink) -> None:
    headers = bearer(**{"Content-Encoding": "gzip"})
    assert (await client.post("/articles", data=squeeze(STORY), headers=headers)).status == 202
    assert sink.items[0].value == STORY


REFUSED = [
    (400, b"", {}),
    (400, b" \n ", {}),
    (400, b"no gzip", {"Content-Encoding": "gzip"}),
    (400, squeeze(STORY)[:-9], {}),
    (400, squeeze(squeeze(STORY)), {}),
    (400, b"\xef\xbb\xbf", {"Content-Type": "application/x-ndjson"}),
    (413, b"<" + b"x" * 3000, {}),
    (413, b"x" * 20_000, {}),
    (413, squeeze(bytes(5_000_000)), {}),
    (413, STORY + b"\n" + b'{"a": "' + b"x" * 3000 + b'"}\n', {}),
    (413, STORY + b"\n" + b"{}\n" * 6, {}),
    (415, STORY, {"Content-Encoding": "br"}),
]


@pytest.mark.parametrize(("status", "body", "headers"), REFUSED)
async def test_what_cannot_be_taken_is_refused_whole(client, sink, status, body, headers) -> None:
    answer = await client.post("/articles", data=body, headers=bearer() | headers)
    assert answer.status == status
    assert (await answer.json())["detail"]
    assert sink.items == []


HEAD = "POST /articles HTTP/1.1\r\nHost: x\r\nX-API-Key: {}\r\n{}\r\n\r\n"


class Raw:
    """A client on a bare socket, which goes on sending while it is answered: another client would hang up first."""

    def __init__(self, client, framing: str = "Transfer-Encoding: chunked") -> None:
        self._server, self._framing, self.sent = client.server, framing, 0

    async def __aenter__(self):
        self._reader, self._writer = await asyncio.open_connection(self._server.host, self._server.port)
        self._writer.write(HEAD.format(KEY, self._framing).encode())
        return self

    async def __aexit__(self, *_) -> None:
        self._writer.close()

    async def send(self, data: bytes) -> None:
        self._writer.write(b"%x\r\n%b\r\n" % (len(data), data))
        await self._writer.drain()
        self.sent += len(data)

    async def end(self) -> None:
        self._writer.write(b"0\r\n\r\n")

    async def answer(self) -> tuple[int, str]:
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split()[0])
        return int(head.split()[1]), (await self._reader.readexactly(length)).decode()

    async def answer_while_sending(self, piece: bytes, pause: float, seconds: float = 5.0) -> tuple[int, str]:
        """The answer that comes while pieces are sent without end; an error where none comes in time."""
        answer = asyncio.create_task(self.answer())
        async with asyncio.timeout(seconds):
            while not answer.done():
                with suppress(ConnectionError):
                    await self.send(piece)
                await asyncio.sleep(pause)
            return await answer


async def test_a_body_without_length_is_bounded_too(client, sink) -> None:
    async with Raw(client) as raw:
        status, reason = await raw.answer_while_sending(bytes(1000), 0.001)
    assert (status, "10000 bytes" in reason) == (413, True)
    assert raw.sent < 1_000_000
    assert sink.items == []


async def test_a_body_is_refused_by_the_length_that_it_claims_before_any_of_it_comes(client, sink) -> None:
    async with Raw(client, "Content-Length: 10001") as raw, asyncio.timeout(5):
        status, reason = await raw.answer()
    assert (status, "10000 bytes" in reason) == (413, True)
    assert sink.items == []


async def test_a_slow_body_is_not_waited_for(client, sink) -> None:
    async with Raw(client) as raw:
        await raw.send(b"<a/>")
        began = asyncio.get_running_loop().time()
        async with asyncio.timeout(5):
            status, reason = await raw.answer()
        assert 0.2 < asyncio.get_running_loop().time() - began < 2
    assert (status, "took more than 0.5 s" in reason) == (408, True)
    assert sink.items == []


async def test_a_body_that_trickles_ends_by_its_pace_and_a_slow_honest_one_passes(sink) -> None:
    bounds = PushLimits(body=10_000, body_seconds=60, pace=500, pace_from=0.3)
    async with serving(sink, bounds) as client:
        async with Raw(client) as raw:
            status, reason = await raw.answer_while_sending(b"x", 0.02)
        assert (status, "more slowly than 500 bytes a second" in reason) == (408, True)
        assert (await (await client.get("/health")).json())["in_hand"] == 0
        async with Raw(client) as raw:
            began = asyncio.get_running_loop().time()
            while (passed := asyncio.get_running_loop().time() - began) < 0.6:  # twice the time without a pace
                # Twice the pace, and somewhat ahead: a machine that is busy for a moment must not look like a client.
                await raw.send(b" " * max(1, int(300 + 1000 * passed) - raw.sent))
                await asyncio.sleep(0.02)
            await raw.send(STORY)
            await raw.end()
            assert (await raw.answer())[0] == 202
    assert len(sink.items) == 1


async def until_in_hand(client, bodies: int) -> None:
    async def are_in_hand() -> bool:
        return bool((await (await client.get("/health")).json())["in_hand"] == bodies)

    await eventually(are_in_hand, f"{bodies} bodies in hand")


async def test_one_key_does_not_take_all_places(sink) -> None:
    async with serving(sink, PushLimits(at_once=6, each=4)) as client, AsyncExitStack() as open_bodies:
        for _ in range(4):
            raw = await open_bodies.enter_async_context(Raw(client))
            await raw.send(b" ")
        await until_in_hand(client, 4)
        answer = await client.post("/articles", data=STORY, headers=bearer())
        assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
        assert "more than 4 requests at once by this key" in (await answer.json())["detail"]
        assert (await client.post("/articles", data=STORY, headers=bearer(ANY_KEY))).status == 202
        await raw.send(STORY)
        await raw.end()
        assert (await raw.answer())[0] == 202
        assert (await client.post("/articles", data=STORY, headers=bearer())).status == 202


@pytest.mark.parametrize(
    "headers",
    [{}, bearer("wrong"), bearer(""), {"Authorization": f"Basic {KEY}"}, {"X-API-Key": KEY[:-1]}, {"X-API-Key": LINE}],
)
async def test_nobody_gets_in_without_a_key(client, sink, headers) -> None:
    answer = await client.post("/articles", data=STORY, headers=headers)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert sink.items == []


async def test_a_key_is_bound_to_its_source(client, sink) -> None:
    assert (await client.post("/articles?source=afp", data=STORY, headers=bearer())).status == 403
    assert (await client.post("/articles?source=reuters", data=STORY, headers={"x-api-key": KEY})).status == 202
    assert (await client.post("/articles?source=afp&name=n", data=STORY, headers=bearer(ANY_KEY))).status == 202
    assert (await client.post("/articles", data=STORY, headers=bearer(ANY_KEY))).status == 202
    assert [item.source for item in sink.items] == ["reuters", "afp", ""]
    # Whatever source it names, each is known by its key: see streams/dead_letters/senders.py.
    assert all(("feed", item.feed.encode()) in item.headers and item.feed.startswith("http:") for item in sink.items)
    assert "/n:1" in sink.items[1].name


async def test_kafka_away_is_503_and_the_client_is_told_to_come_again(client, sink) -> None:
    sink.up = False
    answer = await client.post("/articles", data=STORY, headers=bearer())
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert (await answer.json())["confirmed"] == 0
    sink.up = True
    assert (await client.post("/articles", data=STORY, headers=bearer())).status == 202


async def test_too_many_at_once_are_told_to_wait(sink) -> None:
    async with serving(sink, PushLimits(at_once=2)) as client, AsyncExitStack() as open_bodies:
        bodies = [await open_bodies.enter_async_context(Raw(client)) for _ in range(2)]
        await until_in_hand(client, 2)
        for _ in range(4):
            answer = await client.post("/articles", data=STORY, headers=bearer(ANY_KEY))
            assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
        for body in bodies:
            await body.send(STORY)
            await body.end()
            assert (await body.answer())[0] == 202
        assert (await client.post("/articles", data=STORY, headers=bearer())).status == 202
    assert len(sink.items) == 3


async def test_other_paths_and_methods_are_said_as_json(client) -> None:
    assert (await client.get("/health")).status == 200
    answer = await client.get("/articles")
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert (await answer.json())["detail"] == "Method Not Allowed"
    missing = await client.get("/x")
    assert (missing.status, missing.content_type) == (404, "application/problem+json")
    assert await missing.json() == {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "Not Found"}


async def test_keys_are_never_logged(client, sink, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    await client.post("/articles", data=STORY, headers=bearer())
    await client.post("/articles", data=STORY, headers=bearer(KEY + "x"))
    sink.up = False
    await client.post("/articles", data=STORY, headers=bearer())
    assert "1 accepted" in caplog.text
    assert KEY not in caplog.text


async def test_an_error_of_ours_tells_the_client_nothing_of_us(client, sink, monkeypatch, caplog) -> None:
    monkeypatch.setattr(FeedState, "arrived", lambda *_: 1 / 0)
    answer = await client.post("/articles", data=STORY, headers=bearer())
    assert answer.status == 500
    assert "division" not in await answer.text()
    assert "ZeroDivisionError" in caplog.text


async def test_a_key_for_something_else_may_not_feed(client, sink) -> None:
    answer = await client.post("/articles", data=STORY, headers=bearer(DESK_KEY))
    assert answer.status == 403
    assert "this key does not allow feed" in (await answer.json())["detail"]
    assert sink.items == []


async def test_guessing_is_slowed_down_and_does_not_lock_out_the_others(client) -> None:
    answers = [(await client.post("/articles", data=STORY, headers=bearer("guess"))) for _ in range(5)]
    assert [answer.status for answer in answers] == [401, 401, 401, 429, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 20
    assert (await client.post("/articles", data=STORY, headers=bearer())).status == 202


@pytest.mark.parametrize("kind", [CONTENT_TYPE, CONTENT_TYPE.upper(), f"{CONTENT_TYPE}; charset=utf-8"])
@pytest.mark.parametrize("body", [STORY, STORY + b"\n" + STORY, squeeze(STORY)])
async def test_a_notice_of_forgetting_is_refused_and_not_called_accepted(client, sink, kind, body) -> None:
    answer = await client.post("/articles", data=body, headers=bearer(**{"Content-Type": kind}))
    assert answer.status == 403
    assert "only newswire forget may" in (await answer.json())["detail"]
    assert sink.items == []


@pytest.mark.parametrize(
    "sent",
    [
        HEAD.format(KEY, "Content-Length: 1000") + "{",
        HEAD.format(KEY, "Content-Length: 1000"),
        HEAD.format(KEY, "Transfer-Encoding: chunked") + "3e8\r\n{",
        HEAD.format(KEY, "Transfer-Encoding: chunked") + "1\r\n{\r\n",
        HEAD.format(KEY, "Content-Length: 1000\r\nContent-Encoding: gzip") + "\x1f\x8b",
        HEAD.format(KEY, "Content-Length: 1000\r\nExpect: 100-continue"),
        HEAD.format("wrong", "Content-Length: 1000") + "{",
        "POST /articles HTTP/1.1\r\nHost: x\r\nX-API",
        HEAD.format(KEY, "Content-Length: 17") + '{"headline": "x"}',
    ],
)
@pytest.mark.parametrize("reset", [False, True])
async def test_a_client_that_hangs_up_writes_no_traceback(client, sink, caplog, sent, reset) -> None:
    loop = asyncio.get_running_loop()
    troubles: list[object] = []
    loop.set_exception_handler(lambda _, context: troubles.append(context))
    _, writer = await asyncio.open_connection(client.server.host, client.server.port)
    writer.write(sent.encode("latin-1"))
    await writer.drain()
    connections = client.server.runner.server.connections
    await eventually(lambda: connections, "the server has the connection")
    await client.get("/health")  # what was sent before this has been read by now
    if reset:  # as a client that dies: the rest is not waited for
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.close()
    await eventually(lambda: len(client.server.runner.server.connections) <= 1, "only the other client is left")
    assert (await client.get("/health")).status == 200
    assert (await (await client.get("/health")).json())["in_hand"] == 0
    assert troubles == []
    assert not [record for record in caplog.records if record.exc_info or record.levelno >= logging.WARNING]
