"""Every kind of paging, position, authentication and answer, and what is refused by name."""

import json
from base64 import b64encode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from streams.errors import SettingsError
from streams.feeds.apis.description import read_description
from streams.feeds.apis.poller import ApiPoller
from streams.feeds.polling import Poll
from streams.feeds.state import FeedState
from streams.settings import read_settings
from tests.streams.feeds.apis.agencies import clock
from tests.streams.feeds.sink import Sink


class Service:
    """Stories by number, served in one of several ways by path."""

    page = 2
    url = ""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.requests: list[web.Request] = []
        self.app = web.Application()
        self.app.router.add_route("*", "/{what}", self.answer)

    async def answer(self, request: web.Request) -> web.Response:
        self.requests.append(request)
        answer: web.Response = getattr(self, request.match_info["what"])(request)
        return answer

    def item(self, number: int) -> dict[str, object]:
        return {"guid": f"g{number}", "n": number, "headline": f"Story {number}", "made": clock(number)}

    def xml(self, request: web.Request) -> web.Response:
        """Times in ``since``, pages by number, behind basic authentication."""
        if request.headers.get("Authorization") != f"Basic {b64encode(b'desk:hush').decode()}":
            return web.Response(status=401)
        there = [n for n in self.numbers if clock(n) >= request.query["since"]]
        page = int(request.query["page"]) - 1
        items = "".join(
            f'<item xmlns="urn:i" id="g{n}"><made>{clock(n)}</made><title>Story {n}</title></item>'
            for n in there[page * self.page : (page + 1) * self.page]
        )
        return web.Response(text=f'<answer xmlns="urn:a">{items}</answer>', content_type="text/xml")

    def numbered(self, request: web.Request) -> web.Response:
        """Numbers after ``after``, the key in the query."""
        if request.query.get("apikey") != "hush":
            return web.Response(status=401)
        there = [n for n in self.numbers if n > int(request.query["after"])][: self.page]
        return web.json_response({"items": [self.item(n) for n in there]})

    def circle(self, request: web.Request) -> web.Response:
        n = int(request.query.get("n", "1"))
        return web.json_response({"items": [self.item(n)], "next": f"circle?n={3 - n}"})

    def endless(self, request: web.Request) -> web.Response:
        n = int(request.query.get("n", "1"))
        return web.json_response({"items": [self.item(n)], "next": f"endless?n={n + 1}"})

    def elsewhere(self, _: web.Request) -> web.Response:
        return web.json_response({"items": [self.item(1)], "next": "http://other.example/items?n=2"})

    def telling(self, request: web.Request) -> web.Response:
        """The next page's address has the key in it."""
        n = int(request.query.get("n", "1"))
        there = [self.item(n)] if n < 4 and request.query.get("apikey") == "hush" else []
        return web.json_response({"items": there, "next": f"{self.url}telling?apikey=hush&n={n + len(there)}"})

    def many(self, _: web.Request) -> web.Response:
        return web.json_response({"items": [self.item(n) for n in range(20)]})

    def moved(self, _: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/many"})

    def texts(self, _: web.Request) -> web.Response:
        items = [self.item(n) | {"text": f"text?n={n}"} for n in self.numbers]
        return web.json_response({"items": items})

    def text(self, request: web.Request) -> web.Response:
        if request.query["n"] == "2":
            return web.Response(status=500)
        return web.Response(text=f"<p>Text {request.query['n']}</p>")


@pytest.fixture
async def service():
    service = Service()
    async with TestServer(service.app) as server:
        service.url = str(server.make_url("/"))
        yield service


@pytest.fixture
def sink(tmp_path) -> Sink:
    return Sink(read_settings(data=tmp_path / "data"))


@pytest.fixture
def poll(service, sink, tmp_path):
    (tmp_path / "secret").write_text("hush\n")

    async def poll(what: str, more: str, before: str = "") -> Poll:
        path = tmp_path / f"{what}.toml"
        path.write_text(f'name = "{what}"\nendpoint = "{service.url}{what}"\n{before}\n{more}')
        api = read_description(str(path), allow_private=True)
        with FeedState.of(sink.settings) as state:
            async with ApiPoller([api], tmp_path, sink, state, allow_private=True) as poller:
                return await poller.poll(api)

    return poll


ITEMS = '[items]\npath = "items"\nid = "guid"\n'
NEXT = '[paging]\nkind = "next"\npath = "next"\n'
XML = """
[namespaces]
a = "urn:a"
i = "urn:i"
[auth]
kind = "basic"
user = "desk"
password_file = "secret"
[paging]
kind = "page"
parameter = "page"
[position]
kind = "since"
parameter = "since"
path = "i:made"
first = "365d"
overlap = "2m"
[items]
path = "/a:answer/i:item"
expect = "/a:answer"
id = "@id"
"""
NUMBERED = """
[auth]
kind = "key"
parameter = "apikey"
key_file = "secret"
[position]
kind = "since"
form = "number"
parameter = "after"
path = "n"
first = "0"
overlap = "0"
"""


async def test_times_pages_by_number_and_xml(service, sink, poll) -> None:
    service.numbers = [1, 2, 3, 4, 5]
    assert (await poll("xml", XML, 'answer = "xml"')).sent == 5
    assert sink.items[0].value.decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        f'<item xmlns="urn:i" id="g1"><made>{clock(1)}</made><title>Story 1</title></item>'
    )
    assert sink.items[0].content_type == "application/xml"
    service.numbers = [1, 2, 3, 4, 4.5, 5, 6]  # one of them late, within the overlap
    assert (await poll("xml", XML, 'answer = "xml"')).sent == 2
    assert service.requests[-1].query["since"] == clock(3)
    assert (await poll("xml", XML, 'answer = "xml"')).sent == 0


async def test_a_sequence_goes_on_from_the_highest_number(service, sink, poll) -> None:
    service.numbers = [1, 2, 3, 4, 5]
    assert [(await poll("numbered", NUMBERED + ITEMS)).sent for _ in range(4)] == [2, 2, 1, 0]
    assert [request.query["after"] for request in service.requests] == ["0", "2", "4", "5"]
    assert "hush" not in json.dumps([item.value.decode() for item in sink.items])


async def test_pages_that_go_round_or_never_end_are_refused_by_name(service, sink, poll) -> None:
    assert "round in a circle" in (await poll("circle", NEXT + '[position]\nkind = "next"\n' + ITEMS)).error
    limits = "[limits]\npages = 4\n"
    first = await poll("endless", NEXT + "[position]\nfirst_pages = 1\n" + ITEMS + limits)
    assert (first.error, first.sent) == ("", 1)
    poll_ = await poll("endless", NEXT + "[position]\nfirst_pages = 1\nknown_pages = 9\n" + ITEMS + limits)
    assert "more than limits.pages (4)" in poll_.error
    going_on = await poll("endless", NEXT + '[position]\nkind = "next"\n' + ITEMS + limits)
    assert (going_on.error, going_on.more) == ("", True)
    assert len(sink.items) == len({item.key for item in sink.items}) >= 6


async def test_a_key_in_the_next_pages_address_is_not_kept(service, sink, poll) -> None:
    auth = '[auth]\nkind = "key"\nparameter = "apikey"\nkey_file = "secret"\n'
    assert (await poll("telling", NEXT + auth + '[position]\nkind = "next"\n' + ITEMS)).sent == 3
    with FeedState.of(sink.settings) as state:
        kept = state.taken("api:telling", "(position)")
    assert kept
    assert "telling?n=4" in kept
    assert "hush" not in kept


async def test_another_server_too_many_items_and_redirected_posts_are_refused_by_name(service, poll) -> None:
    elsewhere = await poll("elsewhere", NEXT + '[position]\nkind = "next"\n' + ITEMS)
    assert "the next page is on another server, http://other.example/items" in elsewhere.error
    assert (
        "20 items on one page, more than limits.items (5)"
        in (await poll("many", ITEMS + "[limits]\nitems = 5\n")).error
    )
    assert "a POST was redirected" in (await poll("moved", ITEMS, 'method = "POST"')).error
    assert (await poll("moved", ITEMS)).sent == 20


async def test_one_item_that_cannot_be_fetched_holds_up_no_other(service, sink, poll) -> None:
    service.numbers = [1, 2, 3]
    fetch = '[fetch]\naddress = "text"\n'
    poll_ = await poll("texts", ITEMS + fetch)
    assert (poll_.sent, poll_.error) == (2, "g2: the item's server answered 500")
    assert [item.value for item in sink.items] == [b"<p>Text 1</p>", b"<p>Text 3</p>"]
    service.numbers = [4, 1, 2, 3]
    assert (await poll("texts", ITEMS + fetch)).sent == 1
    assert len(sink.items) == 3


async def test_an_item_that_fails_while_others_can_be_fetched_is_given_up_by_name(
    service, sink, tmp_path, caplog
) -> None:
    path = tmp_path / "texts.toml"
    fetch = '[fetch]\naddress = "text"\n[limits]\ngive_up = "0s"\n'
    path.write_text(f'name = "texts"\nendpoint = "{service.url}texts"\n{ITEMS}{fetch}')
    api = read_description(str(path), allow_private=True)
    service.numbers = [2]
    with FeedState.of(sink.settings) as state:
        async with ApiPoller([api], tmp_path, sink, state, allow_private=True) as poller:
            assert "answered 500" in (await poller.poll(api)).error
            assert "answered 500" in (await poller.poll(api)).error  # nothing else was fetched: the server may be down
            service.numbers = [2, 3]
            assert (await poller.poll(api)).sent == 1
            poll = await poller.poll(api)
    assert (poll.error, poll.sent) == ("", 0)
    assert "item g2 rejected: its content cannot be fetched: the item's server answered 500" in caplog.text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[paging]\nkind = "cursor"\npath = "x"\n', "cursor needs parameter"),
        ('[position]\nkind = "next"\n', "next needs paging by next or cursor"),
        ('[auth]\nkind = "key"\nkey_file = "k"\n', "either header or parameter"),
        ('[auth]\nkind = "client-credentials"\n', "needs token_endpoint"),
        ("[fetch]\n", "either address or template"),
        ('[paging]\nkind = "next"\npath = "a[["\n', "is no JMESPath"),
        ("[limits]\npages = 0\n", "at least 1"),
        ("[limits]\npagse = 5\n", "pagse"),
        ('every = "3 moons"\n', "3 moons"),
        ('endpoint = "file:///etc/passwd"\n', "only http"),
        ('name = "a b"\n', "name: letters"),
        ('[position]\nkind = "since"\nparameter = "a"\npath = "n"\nform = "number"\n', "first and overlap are numbers"),
        ("[[", "wrong.toml"),
    ],
)
def test_a_wrong_description_is_said_with_what_and_where(tmp_path, text, why) -> None:
    path = tmp_path / "wrong.toml"
    top = "".join(
        line for line in ('name = "x"\n', 'endpoint = "https://x"\n') if line.partition(" ")[0] not in text.split()
    )
    before, after = (text, "") if text.startswith(("every", "endpoint", "name")) else ("", text)
    path.write_text(f"{top}{before}{ITEMS}{after}")
    with pytest.raises(SettingsError, match=why):
        read_description(str(path))


def test_secrets_travel_by_tls_only(tmp_path) -> None:
    path = tmp_path / "plain.toml"
    path.write_text(f'name = "x"\nendpoint = "http://x/"\n{ITEMS}[auth]\nkind = "key"\nheader = "k"\nkey_file = "k"\n')
    with pytest.raises(SettingsError, match="http://x/: secrets are sent over https:// only"):
        read_description(str(path))
