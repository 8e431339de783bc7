"""My desk on the page: forms without script, what others see, whose form it is, and a database that is away."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from fastapi import FastAPI

from search.alerts.saved import SavedSearch, search_id
from search.desk import Desk, open_database
from search.open import open_store
from search.store import Store
from search.visibility import sources_named
from search.web import Options, create_app
from search.web.login.access import Reader, named_reader
from search.web.login.rights import parse_rights
from tests.search.samples import document, question
from tests.search.web.conftest import asking
from tests.search.web.samples import call

ROLES = """
[roles.all]
may = ["claim", "export"]
[roles.ap]
sources = ["AP"]
may = []
[roles.editor]
may = ["claim", "export", "correct"]
[readers]
bob = ["ap"]
zoe = ["editor"]
[otherwise]
roles = ["all"]
"""


KILL = document("one", 2, status="canceled", kind="kill", editorial_note="Kill it")


class ByHeader:
    """A login that believes the header X-Name."""

    async def admit(self, headers: Mapping[str, str], address: str) -> Reader:
        name = headers.get("X-Name", "ada")
        return parse_rights(ROLES, "roles").of(named_reader(name, display=name.capitalize()))

    known = admit


class Served:
    """A page and its store and desk."""

    def __init__(self, app: FastAPI, store: Store, desk: Desk, client: httpx.AsyncClient) -> None:
        self.app, self.store, self.desk, self.client = app, store, desk, client
        self.headers = {"Origin": "http://page.test"}

    async def get(self, path: str, name: str = "ada", status: int = 200) -> str:
        answer = await self.client.get(path, headers={"X-Name": name})
        assert answer.status_code == status, answer.text
        return answer.text

    async def post(self, path: str, reader: str = "ada", /, **fields: str) -> httpx.Response:
        """Send a form as the page's own script-free buttons do: with the token of a page that was just opened."""
        page = await self.client.get("/desk", headers={"X-Name": reader})
        found = re.search(r'name="token" value="(\w+)"', page.text)
        fields.setdefault("token", found[1] if found else "")
        return await self.client.post(path, data=fields, headers={"X-Name": reader, **self.headers})


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    await store.write([document("one", headline="Copper rises"), document("two", source="TASS", headline="Tin falls")])
    desk = Desk(open_database(f"sqlite:///{tmp_path / 'desk' / 'desk.db'}"))
    app = create_app(store, options=Options(remember=0.0, desk_every=0.05), desk=desk, login=ByHeader())
    async with asking(app) as client:
        yield Served(app, store, desk, client)
    app.state.site.live.close()
    await desk.close()
    await store.close()


async def test_two_editors_and_one_story(served: Served) -> None:
    assert "Take<" in await served.get("/story/one", "ada")
    taken = await served.post("/desk/story/claim", "ada", story="one", back="/story/one#desk")
    assert (taken.status_code, taken.headers["location"]) == (303, "/story/one#desk")
    assert (await served.post("/desk/story/claim", "eve", story="one")).status_code == 303
    for name in ("ada", "eve"):
        page = await served.get("/story/one", name)
        assert "Taken by <bdi>Ada</bdi>" in page
        assert ">Take<" not in page
        assert ("Give back" in page) is (name == "ada")
        assert ("Take over from Ada" in page) is (name == "eve")
    assert "Taken by <bdi>Ada</bdi>" in await served.get("/", "eve")
    assert "Copper rises" in await served.get("/desk", "eve")
    assert (await served.post("/desk/story/claim", "bob", story="one")).status_code == 403  # his role does not allow it


async def test_a_story_is_taken_over_from_who_has_it_and_from_nobody_else(served: Served) -> None:
    await served.post("/desk/story/claim", "ada", story="one")
    page = await served.get("/story/one", "eve")
    at = re.search(r'name="at" value="(\d+)"', page)
    assert at
    assert (await served.post("/desk/story/take-over", "eve", story="one", at="x")).status_code == 400
    assert (await served.post("/desk/story/take-over", "bob", story="one", at=at[1])).status_code == 403
    await served.post("/desk/story/take-over", "eve", story="one", at=str(int(at[1]) + 1))  # another claim
    assert "Taken by <bdi>Ada</bdi>" in await served.get("/story/one", "eve")
    await served.post("/desk/story/take-over", "eve", story="one", at=at[1])
    page = await served.get("/story/one", "ada")
    assert "Taken by <bdi>Eve</bdi>" in page
    assert "(from <bdi>Ada</bdi>)" in page
    assert "Take over from Eve" in page
    assert ">Take over<" in await served.get("/desk", "ada")


async def test_a_story_beside_the_list_is_taken_and_the_list_stays(served: Served) -> None:
    page = await served.get("/?q=copper&open=one")
    back = re.search(r'action="/desk/story/claim">.*?name="back" value="([^"]*)"', page)
    assert back
    assert html.unescape(back[1]) == "/?q=copper&open=one"
    token = re.search(r'name="token" value="(\w+)"', page)
    assert token
    assert token[1] in await served.get("/pane/one?q=copper")  # the fragment's forms are this browser's too
    taken = await served.client.post(
        "/desk/story/claim", data={"story": "one", "token": token[1]}, headers=served.headers
    )
    assert taken.status_code == 303


async def test_notes_tags_collections_and_who_has_seen_it(served: Served) -> None:
    await served.get("/story/one")
    assert "Seen by" not in await served.get("/story/one"), "that one has seen it oneself is no news"
    await served.post("/desk/story/note", story="one", words="Ask <b>the minister</b>")
    await served.post("/desk/story/tag", story="one", tag="Budget")
    await served.post("/desk/story/use", story="one")
    await served.post("/desk/story/put", story="one", name="Copper", shared="1")
    page = await served.get("/story/one", "eve")
    for words in ("Ask &lt;b&gt;the minister", "budget", "Seen by", "Ada", "Used by", "Saved by", "Copper (shared)"):
        assert words in page, words
    assert "Copper rises" in await served.get("/desk/tag/budget", "eve")
    collection = re.search(r"/desk/collection/\w+", await served.get("/desk", "eve"))
    assert collection
    assert "Copper rises" in await served.get(collection[0], "eve")
    # A kill is not outlived by a copy: the collection shows it as killed, and nothing of its text.
    await served.store.write([KILL])
    page = await served.get(collection[0], "kim")
    assert "Copper rises" not in page
    assert "Do not publish" in page
    assert "<del>Copper rises</del>" in await served.get(collection[0], "eve"), "she had it, and it has no slugline"
    await served.get("/desk/collection/none", status=404)


async def test_a_saved_story_says_where_and_the_collection_used_last_is_chosen(served: Served) -> None:
    for name in ("Copper", "Midterms"):
        await served.post("/desk/story/put", story="one", name=name)
    await served.post("/desk/story/put", "eve", story="one", name="Eve's own")
    collections = {one.name: one.id for one in await served.desk.collections.seen_by("ada")}
    page = await served.get("/story/one")
    for name, key in collections.items():
        assert f'Saved in <a href="/desk/collection/{key}"><bdi>{name}</bdi></a>' in page
        assert f"Take out of {name}" in page
    assert "Eve" not in page.partition('id="desk"')[2].partition("Saved by")[0], "a collection that ada does not see"
    for story in ("one", "two"):
        page = await served.get(f"/pane/{story}")
        chosen = re.findall(r'<option value="(\w*)" selected>', page)
        assert chosen == [collections["Midterms"]], story
    assert (await served.post("/desk/story/put", story="two", name="New", collection=chosen[0])).status_code == 303
    assert "Saved in" in await served.get("/story/two")
    assert f'<option value="{chosen[0]}">Midterms</option>' in await served.get("/story/two")
    await served.post("/desk/story/take", story="one", collection=collections["Copper"])
    page = await served.get("/story/one")
    assert ("Take out of Copper" in page, "Take out of Midterms" in page) == (False, True)
    await served.store.write([KILL])
    assert "Take out of Midterms" in await served.get("/story/one", status=410)


async def test_a_killed_story_says_what_the_desk_did_and_who_had_it_knows_it_again(served: Served) -> None:
    await served.get("/story/one", "eve")
    await served.post("/desk/story/claim", story="one")
    await served.post("/desk/story/use", story="one")
    await served.post("/desk/story/note", story="one", words="On page one")
    await served.store.write([KILL])
    for name, knows in (("eve", True), ("ada", True), ("kim", False)):
        for path, status in (("/story/one", 410), ("/pane/one", 410), ("/?open=one", 200), ("/", 200)):
            page = await served.get(path, name, status)
            assert ("<del>Copper rises</del>" in page) is knows, (name, path)
            assert '<time datetime="2026-11-02T09:00:00Z">' in page, "when it was filed"
            if path != "/":
                for words in ("Taken by <bdi>Ada</bdi>", "Used by", "On page one", '<dd class="code">one</dd>'):
                    assert words in page, (path, words)
        desk = await served.get("/desk", name)
        assert ("<del>Copper rises</del>" in desk, ">Killed<" in desk, "Take over" in desk) == (knows, True, False)
    for action in ("claim", "take-over", "use", "put"):
        answer = await served.post(f"/desk/story/{action}", "kim", story="one", name="x", at="1")
        assert answer.status_code == 409, action
    assert "Copper" not in await served.get("/story/one", "kim", 410)
    assert (await served.post("/desk/story/release", story="one")).status_code == 303


async def test_stories_that_share_a_slugline_are_told_apart_by_who_had_them(served: Served) -> None:
    alike = [document(name, headline=f"{name} sinks", slugline="METALS") for name in ("Lead", "Zinc")]
    await served.store.write(alike)
    await served.get("/pane/Lead")
    await served.store.write([document(one.id, 2, status="canceled", kind="kill") for one in alike])
    for name, path, status in (
        ("ada", "/story/Lead", 410), ("ada", "/pane/Lead", 410), ("ada", "/", 200),
        ("kim", "/story/Lead", 410), ("kim", "/pane/Lead", 410), ("kim", "/", 200),
    ):  # fmt: skip
        page = await served.get(path, name, status)
        assert ("METALS" in page, "<del>Lead sinks</del>" in page) == (True, name == "ada"), (name, path)
        assert "Zinc sinks" not in page, "nobody had it"


async def test_nobody_learns_a_killed_story_s_headline_by_noting_it(served: Served) -> None:
    await served.store.write([document("three", headline="Lead sinks", slugline="METALS")])
    await served.store.write([document("three", 2, status="canceled", kind="kill")])
    for action, fields in (("note", {"words": "What was it?"}), ("tag", {"tag": "what"})):
        assert (await served.post(f"/desk/story/{action}", story="three", **fields)).status_code == 303
    assert "Lead sinks" not in await served.get("/story/three", status=410)
    assert "Lead sinks" not in await served.get("/desk/tag/what")


async def test_that_a_story_was_used_is_taken_back_by_who_marked_it_or_by_an_editor(served: Served) -> None:
    await served.post("/desk/story/use", story="one")
    page = await served.get("/story/one")
    assert (">Not used<" in page, ">Used<" in page) == (True, False)
    await served.post("/desk/story/unuse", "eve", story="one")
    assert ">Not used<" in await served.get("/story/one"), "Eve had not marked it"
    assert ">Not used<" not in await served.get("/story/one", "eve")
    at = re.search(r'name="at" value="(\d+)"', await served.get("/story/one", "zoe"))
    assert at
    assert (await served.post("/desk/story/unuse", "eve", story="one", at=at[1])).status_code == 403
    assert (await served.post("/desk/story/unuse", "zoe", story="one", at=at[1])).status_code == 303
    assert "Used by" not in await served.get("/story/one", "zoe")
    await served.post("/desk/story/use", story="one")
    assert (await served.post("/desk/story/unuse", story="one")).status_code == 303
    assert ">Used<" in await served.get("/story/one")


async def test_a_tag_of_any_characters_leads_to_its_stories(served: Served) -> None:
    for tag in ("AC/DC", "/a//b/", "50% off?", "a#b&c", "../x"):
        await served.post("/desk/story/tag", story="one", tag=tag)
    links = re.findall(r'class="desk-tag" href="([^"]+)"', await served.get("/story/one"))
    assert len(links) == 5
    for link in map(html.unescape, links):
        assert "Copper rises" in await served.get(link), link
    for tag in (".", "..", "#.."):
        assert (await served.post("/desk/story/tag", story="one", tag=tag)).status_code == 400


async def test_what_is_not_there_for_a_reader_is_not_on_the_desk_either(served: Served) -> None:
    await served.post("/desk/story/claim", story="two")
    await served.post("/desk/story/tag", story="two", tag="tin")
    await served.post("/desk/story/put", story="two", name="Tin", shared="1")
    assert "Tin falls" in await served.get("/desk")
    assert "Tin falls" not in await served.get("/desk", "bob")
    assert "Tin falls" not in await served.get("/desk/tag/tin", "bob")
    for path in ("claim", "note", "tag", "put"):
        answers = [
            await served.post(f"/desk/story/{path}", "bob", story=story, words="x", tag="x", name="x")
            for story in ("two", "never")
        ]
        assert {answer.status_code for answer in answers} <= {403, 404}
        assert len({answer.text for answer in answers}) == 1
    live = served.app.state.site.live
    bob = await ByHeader().admit({"X-Name": "bob"}, "")
    assert bob.sources == sources_named(["AP"], only=True)
    events = live.events(None, bob, shows={"two": 1, "one": 1})
    await served.post("/desk/story/tag", story="one", tag="copper")
    heard = [await anext(events), await anext(events)]
    told = json.loads(next(one for one in heard if one.startswith("event: desk\n")).partition("data: ")[2])
    assert [story["id"] for story in told] == ["one"]
    await events.aclose()


async def test_the_wire_has_a_readers_searches_beside_it_with_what_is_new(served: Served) -> None:
    assert "My searches" not in await served.get("/")
    await served.post("/desk/lists/save-search", name="Copper", query="?q=copper")
    await served.post("/desk/lists/save-watch-list", name="Rivals", names="Xi Jinping")
    html_text = await served.get("/?q=copper")
    beside = html_text.partition("My searches")[2].partition("<h2>Date")[0]
    assert re.search(r'<li class="chosen">.*?action="/desk/lists/open-search".*?>Copper</button>', beside, re.DOTALL)
    assert ">Rivals</button>" in beside
    await served.store.write(
        [document("three", headline="Copper again", received_at=datetime.now(UTC) + timedelta(minutes=1))]
    )
    assert re.search(r'Copper</button></form><span class="facet-new">1<', await served.get("/"))
    assert "Copper</button>" not in await served.get("/", "bob"), "they are their reader's own"


async def test_saved_searches_and_watched_names_count_what_is_new(served: Served) -> None:
    browser = '{"endpoint": "https://push.example.org/abc"}'
    form = await served.get("/?q=copper")
    assert [re.findall(rf'name="{name}"><option value="">', form) != [] for name in ("reports", "rising")] == [True] * 2
    fields = {"name": "Copper", "query": "?q=copper&source=AP", "alert": "1", "digest": "hourly", "push": browser,
              "reports": "one"}  # fmt: skip
    await served.post("/desk/lists/save-search", **fields)
    await served.post("/desk/lists/save-watch-list", name="Leaders", names="Xi Jinping\nPutin")
    saved = (await served.desk.searches.of("ada"))[0].search
    assert (saved.query, saved.alert, saved.digest) == ({"q": "copper", "source": "AP"}, True, "hourly")
    assert (saved.one_an_event, saved.rising) == (True, None)
    assert [(one.kind, one.to) for one in saved.channels] == [("desk", ""), ("push", browser)]
    desk = await served.get("/desk")
    assert desk.count("nothing new") == 2
    (feed,) = map(html.unescape, re.findall(r'type="application/atom.xml" href="([^"]*)"', desk))
    assert feed == "/api/stories.atom?q=copper&source=AP"
    assert "<title>Copper rises" in await served.get(feed)
    later = (await served.desk.searches.of("ada"))[0].seen_at.replace(year=2090)
    await served.store.write([document("three", headline="Copper falls", received_at=later)])
    assert (await served.get("/desk")).count("1 new") == 2
    early, ends = later.replace(year=2020), datetime.now(UTC)
    freed = document("freed", headline="Copper is free", received_at=early, embargo_until=ends)
    await served.store.write([freed])
    assert (await served.get("/desk")).count("2 new") == 2, "its embargo ended after the searches were last seen"
    opened = await served.post("/desk/lists/open-search", id=saved.id)
    assert opened.headers["location"] == "/?q=copper&source=AP"
    opened = await served.post("/desk/lists/open-watch-list", name="Leaders")
    assert "Copper falls" in await served.get(opened.headers["location"])
    assert "Copper" not in await served.get("/desk", "eve")
    assert (await served.post("/desk/lists/open-search", "eve", id=saved.id)).status_code == 400
    await served.post("/desk/lists/save-search", **fields | {"id": saved.id, "reports": "every", "rising": "3"})
    saved = (await served.desk.searches.of("ada"))[0].search
    assert (saved.one_an_event, saved.rising) == (False, 3.0)
    assert "alerts hourly, when 3 times the usual" in await served.get("/desk")
    await served.post("/desk/lists/remove-search", id=saved.id)
    await served.post("/desk/lists/remove-watch-list", name="Leaders")
    assert "None yet" in await served.get("/desk")
    wrong = await served.post("/desk/lists/save-search", name="Copper", query="?q=copper", push="no subscription")
    assert (wrong.status_code, "give the subscription of the browser" in wrong.text) == (400, True)
    wrong = await served.post("/desk/lists/save-search", name="Copper", query="?q=copper", rising="many")
    assert (wrong.status_code, "write a number" in wrong.text) == (400, True)
    wrong = await served.post("/desk/lists/save-search", name="Copper", query="?q=(((")
    assert wrong.status_code == 400
    assert "Not kept" in wrong.text
    passed = {"name": "Past", "query": "?q=tin&until=2020-01-01"}
    wrong = await served.post("/desk/lists/save-search", **passed, alert="1")
    assert (wrong.status_code, "this time has passed" in wrong.text) == (400, True), "it could never alert"
    assert (await served.post("/desk/lists/save-search", **passed)).status_code == 303, "it does not alert"
    alone = {"name": "Tin", "query": "?q=tin", "rising": "3"}
    wrong = await served.post("/desk/lists/save-search", **alone, alert="1")
    assert (wrong.status_code, "give a mail address" in wrong.text) == (400, True), "it would tell nobody"
    assert (await served.post("/desk/lists/save-search", **alone)).status_code == 303, "it does not alert"


async def test_a_search_that_is_saved_on_the_page_is_by_its_readers_clock(served: Served) -> None:
    served.app.state.site.options = msgspec.structs.replace(served.app.state.site.options, zone="Europe/Prague")
    await served.post("/desk/lists/save-search", name="Copper", query="?q=copper&since=2026-11-23")
    served.client.cookies.set("newswire-zone", "America/New_York")
    await served.post("/desk/lists/save-search", name="Tin", query="?q=tin")
    assert {one.search.name: one.search.zone for one in await served.desk.searches.of("ada")} == {
        "Copper": "Europe/Prague", "Tin": "America/New_York",
    }  # fmt: skip


async def test_nobody_replaces_or_removes_a_search_that_is_not_theirs_on_the_desk(served: Served) -> None:
    changed: dict[str, SavedSearch | None] = {}

    async def published(search: str, now: SavedSearch | None) -> None:
        changed[search] = now

    served.desk.searches._changed = published
    await served.post("/desk/lists/save-search", name="Tin", query="?q=tin")
    (of_ada,) = changed
    of_the_command = search_id("ops", "Floods")
    changed.clear()
    for taken in (of_the_command, of_ada, "floods"):
        for route in ("save-search", "share-search", "remove-search", "open-search"):
            await served.post(f"/desk/lists/{route}", "eve", id=taken, name=f"By Eve {taken}", query="?q=x", shared="1")
    assert not {of_the_command, of_ada, "floods"} & set(changed)
    assert {one.owner for one in changed.values() if one} == {"eve"}
    assert all(re.fullmatch("[0-9a-f]{32}", search) for search in changed)
    assert [(one.search.name, one.shared) for one in await served.desk.searches.of("ada")] == [("Tin", False)]
    await served.post("/desk/lists/save-search", id=of_ada, name="Tin and lead", query="?q=tin", shared="1")
    assert [(one.search.id, one.shared) for one in await served.desk.searches.of("ada")] == [(of_ada, True)]


async def test_a_form_comes_from_the_page_itself(served: Served) -> None:
    own = served.headers
    for headers in (
        {}, {"Origin": "null"}, {"Origin": "http://evil.test"}, {"Origin": "http://page.test.evil.test"},
        {**own, "Sec-Fetch-Site": "cross-site"}, {**own, "Sec-Fetch-Site": "same-site"},
    ):  # fmt: skip
        served.headers = headers
        assert (await served.post("/desk/story/claim", story="one")).status_code == 403, headers
    served.headers = {**own, "Sec-Fetch-Site": "same-origin"}
    for token in ("", "x", "0" * 64):
        assert (await served.post("/desk/story/claim", story="one", token=token)).status_code == 403
    theirs = re.search(r'name="token" value="(\w+)"', await served.get("/desk", "eve"))
    assert theirs  # a token goes with its reader
    assert (await served.post("/desk/story/claim", "ada", story="one", token=theirs[1])).status_code == 403
    cookies = dict(served.client.cookies)
    served.client.cookies.clear()
    assert (await served.client.post("/desk/story/claim", data={"story": "one"}, headers=own)).status_code == 403
    served.client.cookies.update(cookies)
    plain = await served.client.post(
        "/desk/story/claim", content=b"story=one", headers={**own, "Content-Type": "text/plain"}
    )
    assert plain.status_code == 415
    long = await served.client.post("/desk/story/note", data={"words": "x" * 70_000}, headers=own)
    assert long.status_code == 413
    assert (await served.desk.stories.claimed()) == []
    # A program with a key in a header is no browser that somebody has misled.
    by_key = await served.client.post("/desk/story/claim", data={"story": "one"}, headers={"X-API-Key": "k"})
    assert by_key.status_code == 303
    set_cookie = (await served.client.get("/desk", headers={"Cookie": ""})).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax"} <= {part.strip() for part in set_cookie.split(";")}


@pytest.mark.parametrize("back", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:x", "/a\nb", ""])
async def test_afterwards_one_stays_on_the_page(served: Served, back: str) -> None:
    answer = await served.post("/desk/story/tag", story="one", tag="x", back=back)
    assert answer.headers["location"] == "/desk"


async def test_others_see_it_at_once(served: Served, tmp_path: Path) -> None:
    live = served.app.state.site.live
    eve = named_reader("eve")
    events = live.events(question(), eve, shows={"one": 1})
    first = {(await anext(events)).partition("\n")[0] for _ in range(2)}
    assert first == {"event: stories", "event: notices"}
    other = Desk(open_database(f"sqlite:///{tmp_path / 'desk' / 'desk.db'}"))  # another process
    await other.meet("ada", "Ada")
    await other.stories.claim("ada", "one")
    event = await asyncio.wait_for(anext(events), 5)
    assert event.startswith("event: desk\n")
    (told,) = json.loads(event.partition("data: ")[2])
    assert (told["id"], told["claim"]) == ("one", "Ada")
    assert "Taken by <bdi>Ada</bdi>" in told["html"]
    await events.aclose()
    again = live.events(None, eve, shows={"one": 1})  # a page that comes later hears how things stand
    assert "Taken by" in await asyncio.wait_for(anext(again), 5)
    await again.aclose()
    await other.close()


async def test_news_is_served_while_the_database_is_away(served: Served, tmp_path: Path) -> None:
    page = await served.get("/desk")
    token = re.search(r'name="token" value="(\w+)"', page)
    assert token

    async def away(*_: Any, **__: Any) -> Any:
        raise OSError("no route to host")

    folder = tmp_path / "desk"
    await served.desk.close()
    folder.rename(tmp_path / "elsewhere")
    folder.write_text("in its place")
    for path, words in (("/", "Copper rises"), ("/story/one", "Copper rises"), ("/desk", "My desk is not available")):
        answer = await served.client.get(path)
        assert words in answer.text, path
        assert "My desk is not available" in html.unescape(answer.text), path
        assert answer.status_code == (503 if path == "/desk" else 200)
        assert "/desk/story/claim" not in answer.text
    lost = await served.client.post(
        "/desk/story/tag", data={"story": "one", "tag": "x", "token": token[1]}, headers=served.headers
    )
    assert lost.status_code == 503
    assert "was not kept" in lost.text


async def test_a_stranger_has_no_desk(served: Served) -> None:
    app = create_app(served.store, options=Options(remember=0.0), desk=served.desk)
    async with asking(app) as client:
        assert (await client.get("/desk")).status_code == 403
        page = await client.get("/story/one")
        assert "desk-buttons" not in page.text
        assert "set-cookie" not in page.headers
        answer = await client.post("/desk/story/tag", data={"story": "one", "tag": "x"}, headers=served.headers)
        assert answer.status_code == 403


async def test_a_name_is_watched_from_its_own_page(served: Served) -> None:
    await served.store.write([call()])
    page = await served.get("/entity?name=Vladimir+Putin")
    assert "Watched in" not in page
    fields = {"names": "Vladimir Putin", "add": "1", "name": "Leaders", "back": "/entity?name=Vladimir+Putin"}
    assert (await served.post("/desk/lists/save-watch-list", **{**fields, "names": "Xi Jinping"})).status_code == 303
    answer = await served.post("/desk/lists/save-watch-list", **fields)
    assert answer.headers["location"] == fields["back"]
    assert "Watched in <a" in await served.get(fields["back"])
    assert "Watched in" not in await served.get(fields["back"], "eve"), "each has lists of their own"
    assert "Xi Jinping\nVladimir Putin</textarea>" in await served.get("/desk")  # where names are taken out again


async def test_a_search_that_is_saved_already_is_not_offered_to_be_saved_again(served: Served) -> None:
    assert "Save this search" in await served.get("/?q=copper")
    await served.post("/desk/lists/save-search", name="Metals", query="?q=copper")
    page = await served.get("/?q=copper")
    assert "Saved as" in page
    assert "Metals" in page
    assert "Save this search" not in page
    assert "Saved as" in await served.get("/?q=copper&view=full")
    assert "Save this search" not in await served.get("/?view=full"), "nothing is searched for"


async def test_a_search_that_is_not_understood_stays_to_be_corrected_and_is_not_offered_to_be_saved(
    served: Served,
) -> None:
    page = await served.get("/?q=%22white+house", status=400)
    assert "Search not understood" in page
    assert 'value="&#34;white house"' in page
    assert "Save this search" not in page


async def test_a_shared_search_stands_beside_everybody_s_wire_until_it_is_shared_no_more(served: Served) -> None:
    await served.post("/desk/lists/save-search", name="Metals", query="?q=copper", shared="1")
    await served.post("/desk/lists/save-search", name="Mine alone", query="?q=tin")
    page = await served.get("/", "eve")
    assert 'href="/?q=copper" title="Shared by Ada"' in page
    assert "Mine alone" not in page
    assert "Shared searches" not in await served.get("/"), "one's own stand under My searches"
    (shared,) = [one for one in await served.desk.searches.of("ada") if one.shared]
    await served.post("/desk/lists/share-search", "eve", id=shared.search.id, shared="")
    assert "Metals" in await served.get("/", "eve"), "only its owner may end that"
    await served.post("/desk/lists/share-search", id=shared.search.id, shared="")
    assert "Metals" not in await served.get("/", "eve")
