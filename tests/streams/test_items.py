"""Pictures and other items that are no text: kept beside the stories, under the same rules, and linked to them."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from processors.annotations import Annotations
from search.store import StoreError
from search.web import create_app
from streams.agents.index_items import ItemIndex
from streams.agents.read import read_messages
from streams.cli.main import newswire
from streams.operations.forget import by_id, by_person
from streams.raw_messages import limits_of
from streams.records import Article, EnrichedArticle, decode, document_of, encode
from streams.settings import read_settings, settings
from streams.stores import open_index, open_items
from streams.wire.formats.forgotten import CONTENT_TYPE, encode_notice
from tests.streams.agents.stages import stage_of
from tests.streams.messages import Message

NAR = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'
PICTURE = {
    "uri": "urn:x:bridge", "type": "picture", "versioncreated": "2026-11-26T10:00:00Z", "version": "1",
    "headline": "A bridge", "description_caption": "The Tisza bridge at Szeged, Jane Roe in front of it.",
    "creditline": "Jo Doe/AP", "copyrightnotice": "© AP", "usageterms": "No resale", "renditions": {"original": {}},
}  # fmt: skip
STORY = {
    "uri": "urn:x:story", "type": "text", "versioncreated": "2026-11-26T11:00:00Z", "headline": "Flood in Szeged",
    "body_text": "The river rose.", "associations": {
        "main": PICTURE, "more": {"uri": "urn:x:later", "type": "video", "headline": "The flood"},
    },
}  # fmt: skip
PICTURE_G2 = f"""<newsItem {NAR} guid="urn:x:g2" version="3"><rightsInfo><copyrightNotice>© dpa</copyrightNotice>
<usageTerms>Online only</usageTerms></rightsInfo><itemMeta><itemClass qcode="ninat:picture"/><provider qcode="p:dpa"/>
<versionCreated>2026-11-26T10:00:00Z</versionCreated><pubStatus qcode="stat:usable"/></itemMeta><contentMeta>
<headline>A bridge</headline><creditline>Jo Doe</creditline><description role="drol:caption">The bridge.</description>
</contentMeta></newsItem>"""
STORY_G2 = f"""<newsItem {NAR} guid="urn:x:text" version="1"><itemMeta><itemClass qcode="ninat:text"/>
<versionCreated>2026-11-26T10:00:00Z</versionCreated></itemMeta><contentMeta><headline>Flood</headline></contentMeta>
<contentSet><inlineData contenttype="text/plain">The river rose.</inlineData>
<remoteContent residref="urn:x:g2"/></contentSet></newsItem>"""
PACKAGE_G2 = f"""<packageItem {NAR} guid="urn:x:pack" version="1"><itemMeta><itemClass qcode="ninat:composite"/>
<versionCreated>2026-11-26T10:00:00Z</versionCreated></itemMeta><contentMeta><headline>Flood: all</headline></contentMeta>
<groupSet root="g"><group id="g"><itemRef residref="urn:x:text"/></group></groupSet></packageItem>"""
PLANNING_G2 = f"""<planningItem {NAR} guid="urn:x:plan" version="1"><itemMeta><itemClass qcode="plinat:newscoverage"/>
<versionCreated>2026-11-26T10:00:00Z</versionCreated><title>Coverage of the flood</title></itemMeta></planningItem>"""
PHOTO_NEWSML1 = (
    "<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>x.com</ProviderId><DateId>20261126</DateId>"
    "<NewsItemId>p</NewsItemId><RevisionId>1</RevisionId></NewsIdentifier></Identification><NewsManagement>"
    "<ThisRevisionCreated>20261126T100000Z</ThisRevisionCreated></NewsManagement><NewsComponent><NewsLines>"
    "<HeadLine>A bridge</HeadLine><CopyrightLine>© AFP</CopyrightLine></NewsLines>"
    '<NewsComponent><Role FormalName="Caption"/><ContentItem><MediaType FormalName="Photo"/><DataContent><p>The bridge.</p>'
    '</DataContent></ContentItem></NewsComponent><ContentItem><MediaType FormalName="Photo"/></ContentItem>'
    "</NewsComponent></NewsItem></NewsML>"
)
EVENT = {"name": "Summit", "startDate": "2026-12-01", "endDate": "2026-12-02", "id": "urn:x:summit"}


def read(*values: Any, source: str = "wire", kind: str = "") -> tuple[list[Article], list[Article]]:
    """The articles and the items of messages; none of them is a dead letter."""
    headers = [
        ("source", source.encode()),
        ("received-at", b"2026-11-26T12:00:00+00:00"),
        ("content-type", kind.encode()),
    ]
    data = [value if isinstance(value, str | bytes) else json.dumps(value) for value in values]
    messages = [
        Message(offset=n, value=one.encode() if isinstance(one, str) else one, headers=headers)
        for n, one in enumerate(data)
    ]
    made = read_messages(messages, "news.articles", limits_of(read_settings()))
    assert made.letters == []
    return [decode(one.value, Article) for one in made.articles], made.items


@pytest.mark.parametrize(
    ("value", "kind", "guid", "caption", "rights"),
    [
        (PICTURE, "picture", "urn:x:bridge", PICTURE["description_caption"], ("Jo Doe/AP", "© AP", "No resale")),
        (PICTURE_G2, "picture", "urn:x:g2", "The bridge.", ("Jo Doe", "© dpa", "Online only")),
        (PACKAGE_G2, "package", "urn:x:pack", "", ("", "", "")),
        (PLANNING_G2, "planning", "urn:x:plan", "", ("", "", "")),
        (PHOTO_NEWSML1, "picture", "urn:newsml:x.com:20261126:p", "The bridge.", ("", "© AFP", "")),
        (EVENT, "event", "urn:x:summit", "", ("", "", "")),
    ],
    ids=["ninjs", "G2 picture", "G2 package", "G2 planning", "NewsML 1.2", "event"],
)
def test_an_item_is_kept_as_what_it_is(value, kind, guid, caption, rights) -> None:
    articles, (item,) = read(value)
    assert articles == []
    assert (item.item_class, item.guid, item.body) == (kind, guid, caption)
    assert (item.credit, item.copyright_notice, item.usage_terms) == rights
    assert item.headline
    assert item.id == read(value)[1][0].id


@pytest.mark.parametrize(
    "odd", [{"uri": ["x"]}, {"description_caption": "<p>" * 400}, {"guid": {}}, {"versioncreated": []}]
)
def test_an_odd_picture_is_no_dead_letter(odd) -> None:
    assert read(PICTURE | odd)[0] == []
    assert read({**STORY, "associations": {"main": PICTURE | odd}})[0]


def test_a_story_links_to_what_it_cites() -> None:
    (story,), (picture,) = read(STORY)
    assert {(link.rel, link.guid) for link in story.links} == {("picture", "urn:x:bridge"), ("video", "urn:x:later")}
    assert (picture.guid, picture.id) == ("urn:x:bridge", read(PICTURE)[1][0].id)  # the video is cited only
    assert ("remoteContent", "urn:x:g2") in {(link.rel, link.guid) for link in read(STORY_G2)[0][0].links}
    assert ("itemRef", "urn:x:text") in {(link.rel, link.guid) for link in read(PACKAGE_G2)[1][0].links}


def test_a_message_full_of_pictures_stays_small() -> None:
    long = PICTURE | {"description_caption": "x" * 100_000, "usageterms": "y" * 50_000}
    _, items = read("\n".join(json.dumps(long | {"uri": f"urn:{n}"}) for n in range(15)))
    assert len(items) == 15
    assert max(len(encode(item)) for item in items) < 12_000


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    monkeypatch.setenv("NEWSWIRE_INDEX", f"sqlite:///{tmp_path / 'index.db'}")
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.chdir(tmp_path)
    settings.cache_clear()
    yield lambda *arguments: CliRunner().invoke(newswire, arguments)
    settings.cache_clear()


def index(*values: Any, **more: Any) -> None:
    """Index messages as the stages do: stories and items each where they belong."""
    articles, items = read(*values, **more)

    async def write() -> None:
        for opened, some in ((open_index, [a for a in articles if not a.item_class]),
                             (open_items, [*items, *(a for a in articles if a.item_class)])):  # fmt: skip
            store = opened(settings())
            await store.set_up()
            now = datetime.now(UTC)
            await store.write([document_of(EnrichedArticle(one, Annotations(), now), now) for one in some])
            await store.close()

    asyncio.run(write())


def test_items_are_listed_on_request_and_never_among_stories(run) -> None:
    index(STORY, PICTURE_G2, EVENT)
    (story,), _ = read(STORY)
    listed = run("items").stdout
    for shown in (
        "3 items",
        "picture",
        "A bridge: The Tisza bridge",
        "Jo Doe/AP · © AP · No resale",
        "urn:x:g2",
        "event",
    ):
        assert shown in listed
    assert "1 story" in run("search").stdout
    assert "no stories" in run("search", "bridge").stderr
    kinds = [json.loads(line)["guid"] for line in run("items", "--kind", "event", "--json").stdout.splitlines()]
    assert kinds == ["urn:x:summit"]
    assert [json.loads(one)["guid"] for one in run("items", "--of", story.id, "--json").stdout.splitlines()] == [
        "urn:x:bridge"
    ]
    assert "1 item" in run("items", "Szeged").stdout
    assert "1 story" in run("search", 'link:"urn:x:bridge"').stdout
    assert "there is no story" in str(run("items", "--of", "nothing").exception)


def test_kills_embargoes_and_versions_hold_for_items(run) -> None:
    index(PICTURE, PICTURE | {"version": "2", "versioncreated": "2026-11-26T10:30:00Z", "headline": "The new bridge"})
    assert [json.loads(line)["headline"] for line in run("items", "--json").stdout.splitlines()] == ["The new bridge"]
    kill = {"uri": "urn:x:bridge", "type": "picture", "versioncreated": "2026-11-26T11:00:00Z", "pubstatus": "canceled"}
    index(kill)
    index(PICTURE)  # the old version again
    assert "0 items" in run("items").stdout
    killed = run("items", "--all", "--json").stdout
    assert json.loads(killed)["status"] == "canceled"
    assert "bridge" not in killed.replace("urn:x:bridge", "")
    index(PICTURE | {"uri": "urn:x:sealed", "embargoed": "2199-01-01T00:00:00Z"})
    assert "sealed" not in run("items").stdout


def test_an_item_is_forgotten_on_request(run) -> None:
    index(PICTURE)

    async def candidates() -> list[Any]:
        store = open_items(settings())
        found = await by_person(store, "Jane Roe")
        assert found == await by_id(store, [found[0].notice.id])
        await store.close()
        return found

    (found,) = asyncio.run(candidates())
    index(encode_notice(found.notice), kind=CONTENT_TYPE)
    index(PICTURE)
    left = run("items", "--all", "--json").stdout
    assert "Jane" not in left
    assert json.loads(left)["format"] == "forgotten"


async def shown(address: str) -> str:
    app = create_app(open_index(settings()), items=open_items(settings()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://page.test") as client:
        answer = await client.get(address)
    await app.state.site.library.close()
    await app.state.site.items.close()
    return answer.text


def test_the_page_of_a_story_lists_its_items_as_captions_with_rights(run) -> None:
    (story,), _ = read(STORY)
    index(STORY, {**STORY, "uri": "urn:x:other", "associations": {}})
    page = asyncio.run(shown(f"/story/{story.id}"))
    section = page[page.index("Pictures and other items") :]
    for words in ("Picture", "A bridge The Tisza bridge at Szeged", "Jo Doe/AP", "© AP", "No resale"):
        assert words in section
    assert "<img" not in page
    index({"uri": "urn:x:bridge", "type": "picture", "versioncreated": "2026-11-26T11:00:00Z", "pubstatus": "canceled"})
    page = asyncio.run(shown(f"/story/{story.id}"))
    section = page[page.index("Pictures and other items") :]
    assert "Do not publish" in section
    assert "Tisza" not in page
    (other,), _ = read({**STORY, "uri": "urn:x:other", "associations": {}})
    assert "Pictures and other items" not in asyncio.run(shown(f"/story/{other.id}"))


class NoIndex:
    """A store that is not there for our user."""

    def __init__(self) -> None:
        self.asked = 0

    async def set_up(self) -> None:
        self.asked += 1
        raise StoreError("action is unauthorized", "credentials")


async def test_items_that_cannot_be_indexed_stop_no_story(tmp_path, caplog) -> None:
    store = NoIndex()
    with stage_of("index", data=tmp_path) as stage, caplog.at_level(logging.ERROR):
        items = ItemIndex(stage, store)  # type: ignore[arg-type]  # only what is asked of it
        _, (picture,) = read(PICTURE)
        pair = (None, document_of(EnrichedArticle(picture, Annotations(), datetime.now(UTC)), datetime.now(UTC)))
        assert await items.write([pair, pair]) == []
        assert await items.write([pair]) == []
        assert await items.write([]) == []
    assert (store.asked, caplog.text.count("are not indexed")) == (2, 1)


def test_without_an_index_of_items_stories_are_shown_as_before(run, tmp_path) -> None:
    index(STORY)
    for file in tmp_path.glob("index.items.db*"):
        file.unlink()
    (story,), _ = read(STORY)
    page = asyncio.run(shown(f"/story/{story.id}"))
    assert "Flood in Szeged" in page
    assert "Pictures and other items" not in page
    assert run("items").stdout == "0 items\n", "as before the first item"
    assert run("index", "setup").exit_code == 0
    assert run("items").stdout == "0 items\n"
