import asyncio
import gzip
import logging
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from search.http.public import is_public
from streams.errors import Rejected, SettingsError
from streams.feeds import rss as rss_module
from streams.feeds.fetch import Fetcher, check_url
from streams.feeds.polling import Poll, check_names, follow_all, next_pause, poll_all
from streams.feeds.rss import RssPoller, read_feeds, source
from streams.feeds.state import FeedState
from streams.settings import read_settings
from streams.wire import Raw, parse
from tests.streams.feeds.sink import Sink
from tests.waiting import eventually


def document(*stories: str) -> bytes:
    items = "".join(f"<item><guid>{s.partition(' ')[0]}</guid><title>{s}</title></item>\n" for s in stories)
    return f"<rss version='2.0'><channel><title>T</title>\n{items}</channel></rss>".encode()


class Site:
    """A provider's server that plays good and bad ones. ``requests`` are what it was asked."""

    def __init__(self) -> None:
        self.body = document("a one", "b two")
        self.requests: list[web.Request] = []
        self.app = web.Application()
        self.app.router.add_get("/{what}", self.answer)
        self.app.router.add_get("/hop/{n}", self.hop)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        what = request.match_info["what"]
        if what == "slow":
            return await self.slow(request)
        if what == "dropped":
            assert request.transport is not None
            request.transport.close()
        return self.feed(request) if what == "feed" else self.fixed(what)

    def feed(self, request: web.Request) -> web.Response:
        etag = f'"{hash(self.body)}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(body=self.body, headers={"ETag": etag, "Last-Modified": "Thu, 08 May 2025 09:30:00 GMT"})

    def fixed(self, what: str) -> web.Response:
        zipped = {"Content-Encoding": "gzip"}
        dates = {"Date": "Thu, 08 May 2025 09:00:00 GMT", "Retry-After": "Thu, 08 May 2025 09:05:00 GMT"}
        answers = {
            "gzip": web.Response(body=gzip.compress(self.body), headers=zipped),
            "bomb": web.Response(body=gzip.compress(bytes(3_000_000)), headers=zipped),
            "huge": web.Response(body=bytes(3_000_000)),
            "broken": web.Response(body=b"<rss><item><guid>a</guid>AT&T</item>"),
            "login": web.Response(text="<html><p>Log in</p></html>", content_type="text/html"),
            "busy": web.Response(status=503, headers={"Retry-After": "120"}),
            "dated": web.Response(status=429, headers=dates),
            "file": web.Response(status=302, headers={"Location": "file:///etc/passwd"}),
            "elsewhere": web.Response(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"}),
            "moved": web.Response(status=301, headers={"Location": "/feed"}),
        }
        return answers[what] if what in answers else web.Response(status=int(what) if what.isdigit() else 200)

    async def slow(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with suppress(ConnectionError):
            for _ in range(60):
                await response.write(b" ")
                await asyncio.sleep(0.05)
        return response

    async def hop(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"/hop/{int(request.match_info['n']) + 1}")


@pytest.fixture
async def site():
    site = Site()
    async with TestServer(site.app) as server:
        site.url = str(server.make_url("/"))  # type: ignore[attr-defined]  # the test's own note
        yield site


@pytest.fixture
def sink(tmp_path) -> Sink:
    return Sink(read_settings(data=tmp_path, max_article_bytes=4096))


async def poll(sink, *urls, **limits):
    """Ask feeds once, as a process would that has just started. Gives how it went, in order."""
    limits = {"allow_private": True, "max_bytes": 100_000, "timeout": 3.0} | limits
    async with Fetcher(**limits) as fetcher:
        with FeedState.of(sink.settings) as state:
            polls = await poll_all(RssPoller(fetcher, sink, state), [source(url) for url in urls])
    return list(polls.values())


async def test_only_new_and_changed_entries_are_sent_and_restarts_repeat_none(site, sink) -> None:
    url = site.url + "feed"
    assert (await poll(sink, url))[0].sent == 2
    assert {item.feed.partition(":")[0] for item in sink.items} == {"rss"}
    assert sink.names == [f"{url}#a", f"{url}#b"]
    assert sink.items[0].value == document("a one")
    assert (await poll(sink, url))[0].sent == 0
    site.body = document("c three", "a one", "b two again")
    assert (await poll(sink, url))[0].sent == 2
    assert [i.value for i in sink.items[2:]] == [
        site.body.replace(b"<item><guid>a</guid><title>a one</title></item>\n", b"")
        .replace(b"<item><guid>b</guid><title>b two again</title></item>", b"").replace(b"</item>\n\n", b"</item>\n"),
        document("b two again"),
    ]  # fmt: skip


async def test_a_document_that_did_not_change_is_not_sent_for_again(site, sink) -> None:
    url = site.url + "feed"
    await poll(sink, url)
    poll_ = (await poll(sink, url))[0]
    assert (poll_.error, poll_.sent) == ("", 0)
    assert "If-None-Match" not in site.requests[0].headers
    assert site.requests[1].headers["If-None-Match"] == f'"{hash(site.body)}"'
    assert site.requests[1].headers["If-Modified-Since"] == "Thu, 08 May 2025 09:30:00 GMT"


async def test_what_kafka_does_not_confirm_is_sent_next_time(site, sink) -> None:
    sink.up = False
    assert "Kafka" in (await poll(sink, site.url + "feed"))[0].error
    sink.up = True
    assert (await poll(sink, site.url + "feed"))[0].sent == 2
    assert "If-None-Match" not in site.requests[1].headers


async def test_an_entry_that_is_too_large_is_refused_once(site, sink) -> None:
    site.body = document("a " + "x" * 5000, "b two")
    assert (await poll(sink, site.url + "feed"))[0].sent == 1
    site.body += b"\n"
    assert (await poll(sink, site.url + "feed"))[0] == Poll()


def wide(*stories: str, head: str = "<title>T</title>", tail: str = "</channel></rss>") -> bytes:
    items = "".join(
        f"<item><guid>{s.partition(' ')[0]}</guid><title>{s}</title><description>Text &amp; more</description></item>"
        for s in stories
    )
    return f"<rss version='2.0'><channel>{head}{items}{tail}".encode()


GOOD = wide("a one", "b two", "c three")
BROKEN_ONCE = {
    "a warning behind it": GOOD + b"<br />\n<b>Warning</b>: mkdir() in <b>/x.php</b>",
    "a warning before it": b"<br />\n<b>Warning</b>: mkdir()<br>" + GOOD,
    "a printed warning": b"Warning: mkdir() in /x.php on line 1\n" + GOOD,
    "a script behind it": GOOD + b"<script>if (a < b && c) {}</script>",
    "a comment before the declaration": b'<!-- x --><?xml version="1.0"?>' + GOOD,
    "a namespace with a space": GOOD.replace(b"<rss", b"<rss xmlns:a='http://e/ x'"),
    "cut off in an entry": GOOD[: GOOD.index(b"three")],
    "cut off between entries": GOOD[: GOOD.index(b"<item><guid>c")],
    "cut off before the end": GOOD.removesuffix(b"</channel></rss>"),
    "cut off in the head": GOOD[:40],
    "nothing": b"",
    "half an entry": GOOD.replace(b"two</title>", b"two<b>"),
    "a section without an end": GOOD.replace(b"two</title>", b"<![CDATA[two</title>"),
    "another encoding": GOOD.replace(b"T<", b"\xe9\xe8<"),
    "an error page": b"<html><p>Down for maintenance</html>",
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN_ONCE)
@pytest.mark.parametrize("before", [True, False])
async def test_a_feed_that_breaks_for_one_poll_loses_nothing_and_repeats_nothing(site, sink, kind, before) -> None:
    url = site.url + "feed"
    if before:
        site.body = wide("a one")
        await poll(sink, url)
    site.body = BROKEN_ONCE[kind]
    broken = (await poll(sink, url))[0]
    with FeedState.of(sink.settings) as state:
        assert bool(state.feeds()[0].error) == bool(broken.error or broken.flaw)
    if kind != "a namespace with a space":  # which only some readers mind
        assert broken.error or broken.flaw
    site.body = GOOD
    assert (await poll(sink, url))[0].flaw == ""
    assert sorted(sink.names) == [f"{url}#a", f"{url}#b", f"{url}#c"]
    assert (await poll(sink, url))[0] == Poll()
    for item in sink.items:
        (article,) = parse(Raw(item.value, datetime.now(UTC)))
        assert (article.guid, article.body) == (item.name.rpartition("#")[2], "Text & more")
        assert len(article.notes) == 1 or kind == "a namespace with a space"


async def test_a_broken_document_is_asked_for_again_though_it_did_not_change(site, sink, caplog) -> None:
    url = site.url + "feed"
    site.body = GOOD[: GOOD.index(b"<item><guid>c")]
    for _ in range(2):
        assert "not well-formed" in (await poll(sink, url))[0].flaw
        assert "If-None-Match" not in site.requests[-1].headers
    assert "not well-formed" in caplog.text


async def test_entries_that_share_a_guid_are_sent_under_guids_of_their_own(site, sink) -> None:
    url = site.url + "feed"
    site.body = wide("a one", "a two")
    assert (await poll(sink, url))[0].sent == 2
    first, second = (dict(item.headers)["guid"].decode() for item in sink.items)
    assert first != second
    site.body = wide("a two", "a three")
    assert (await poll(sink, url))[0].sent == 1
    assert len({item.guid for item in sink.items}) == 3
    site.body = wide("b one")
    await poll(sink, url)
    assert "guid" not in dict(sink.items[-1].headers)


BAD = {
    "500": "answered 500",
    "404": "answered 404",
    "busy": "answered 503",
    "huge": "larger than 100000",
    "bomb": "larger than 100000 bytes once decompressed",
    "slow": "no answer within 3 s",
    "login": "not RSS or Atom",
    "file": "only http:// and https://",
    "hop/1": "more than 5 redirects",
    "dropped": "ServerDisconnected",
}


async def test_one_feeds_errors_never_stop_the_others(site, sink) -> None:
    polls = await poll(sink, *(site.url + what for what in BAD), site.url + "feed")
    for (what, why), got in zip(BAD.items(), polls, strict=False):
        assert why in got.error, (what, got.error)
    assert polls[-1].sent == 2
    with FeedState.of(sink.settings) as state:
        errors = {feed.feed: feed.error for feed in state.feeds()}
    assert "answered 500" in errors[f"rss:{site.url}500"]
    assert errors[f"rss:{site.url}feed"] == ""


async def test_an_error_of_our_own_stops_no_feed(site, sink, monkeypatch) -> None:
    def fail(data):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(rss_module, "cut", fail)
    assert "ZeroDivisionError: ours" in (await poll(sink, site.url + "feed"))[0].error


async def test_gzip_broken_xml_and_permanent_redirects_are_understood(site, sink, caplog) -> None:
    polls = await poll(sink, *(site.url + what for what in ("gzip", "broken", "moved")))
    assert [p.sent for p in polls] == [2, 1, 2]
    assert f"has moved permanently to {site.url}feed" in caplog.text


async def test_what_the_server_asks_for_is_waited(site, sink) -> None:
    busy, dated, gone = await poll(sink, *(site.url + what for what in ("busy", "dated", "410")))
    assert (busy.wait, dated.wait) == (120, 300)
    assert gone.wait == 86_400
    assert next_pause(60, 1, busy.wait) >= 120


def test_back_off_doubles_up_to_an_hour_with_jitter() -> None:
    assert 54 <= next_pause(60, 0) <= 66
    assert 216 <= next_pause(60, 2) <= 264
    assert 3240 <= next_pause(60, 50) <= 3960
    assert 2 * 86_400 * 0.9 <= next_pause(2 * 86_400, 5) <= 2 * 86_400 * 1.1
    assert len({next_pause(60, 3) for _ in range(20)}) > 1
    assert next_pause(60, 0, 1e9) == 86_400


async def test_private_addresses_are_refused_behind_names_and_redirects_too(site, sink) -> None:
    port = site.url.rsplit(":", 1)[1]
    for url in (site.url + "feed", f"http://localhost:{port}feed", f"http://[::ffff:127.0.0.1]:{port}feed"):
        got = (await poll(sink, url, allow_private=False))[0]
        assert "private address" in got.error
    assert site.requests == []
    # The redirect is followed where the first address was let through: the second is judged by itself.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streams.feeds.fetch.is_public", lambda ip: ip == "127.0.0.1" or is_public(ip))
        got = (await poll(sink, site.url + "elsewhere", allow_private=False))[0]
    assert "169.254.169.254 is a private address" in got.error


async def test_a_password_goes_to_its_own_server_and_into_no_name(site, sink) -> None:
    url = site.url.replace("//", "//me:secret@") + "feed?apikey=hush&edition=uk"
    await poll(sink, url)
    assert site.requests[0].headers["Authorization"].startswith("Basic ")
    assert site.requests[0].query["apikey"] == "hush"
    assert sink.names[0] == site.url + "feed?apikey=…&edition=uk#a"


def test_wrong_addresses_are_refused() -> None:
    for url in ("file:///etc/passwd", "ftp://x/y", "x", "http://", "gopher://x", "http://[::1"):
        with pytest.raises(Rejected):
            check_url(url)


async def test_following_polls_again_and_again_until_cancelled(site, sink, caplog) -> None:
    caplog.set_level(logging.INFO)
    feeds = [source(site.url + "feed", every=0.05), source(site.url + "500", every=0.05)]
    async with Fetcher(allow_private=True) as fetcher:
        with FeedState.of(sink.settings) as state:
            running = asyncio.create_task(follow_all(RssPoller(fetcher, sink, state), feeds))
            await eventually(lambda: len(sink.items) == 2, "the first poll")
            site.body = document("c three", "a one", "b two")
            await eventually(lambda: len(sink.items) == 3, "a later poll")
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
    assert len(sink.items) == 3
    assert "answered 500; next try in" in caplog.text


def test_feeds_come_from_a_toml_file(tmp_path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(
        'every = "5m"\n[[feed]]\nurl = "https://x/a"\nname = "A"\nevery = "30s"\nsource = "x"\n[[feed]]\nurl = "https://x/b"\n'
    )
    one, two = read_feeds(path)
    assert (one.name, one.every, one.source) == ("A", 30, "x")
    assert (two.name, two.every, two.source) == ("https://x/b", 300, "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("feed = 3", "feed"),
        ('[[feed]]\nname = "x"', "url"),
        ('[[feed]]\nurl = "https://x"\nevrey = "3s"', "evrey"),
        ('[[feed]]\nurl = "https://x"\nevery = "3 moons"', "3 moons"),
        ('[[feed]]\nurl = "file:///etc/passwd"', "only http"),
        ("[[feed", "feeds.toml"),
    ],
)
def test_a_wrong_feeds_file_is_said_with_what_and_where(tmp_path, text, why) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=why):
        read_feeds(path)


def test_two_feeds_of_one_name_are_refused() -> None:
    with pytest.raises(SettingsError, match="two feeds are called"):
        check_names([source("http://x/"), source("http://x/")])


def test_the_example_file_is_right() -> None:
    one, two = read_feeds(Path(__file__).parents[3] / "deploy/feeds.example.toml")
    assert (one.source, one.every, two.every) == ("example", 60, 300)
    assert "password" not in two.name
