"""Which story an item is: the same guid for all its revisions, others for other stories, and what it was called before."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.wire.article_ids import article_id
from streams.wire.identity import Newsml1Id, newsml1_guid, newsml1_reference, stable_uri
from tests.streams.wire import one

F, T = "20261120T090000", "20261121T150000"


def said(**fields: str) -> Newsml1Id:
    usual = Newsml1Id("wire.example", "20261120", "107255", "1", "urn:newsml:www.wire.example", F, F)
    return usual._replace(**fields)


# Two revisions of one story: what changes between them.
REVISIONS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "nothing but the revision": ({}, {}),
    "DateId is the revision's time": ({"date": F}, {"date": T}),
    "DateId is the revision's time, with a zone": (
        {"date": F, "first_created": F + "+0100"},
        {"date": T, "first_created": F + "+0100"},
    ),
    "DateId is the revision's day": ({"date": F[:8]}, {"date": T[:8]}),
    "DateId is the first creation's time": ({"date": F}, {"date": F}),
    "DateId is a date of its own": ({"date": "20010714"}, {"date": "20010714"}),
    "DateId is absent": ({"date": ""}, {"date": ""}),
    "a marked version in the item": ({"item": "107255-v1"}, {"item": "107255-v2"}),
    "a version behind digits": ({"item": "107255v1"}, {"item": "107255v2"}),
    "a version spelled out": ({"item": "bridge;version=1"}, {"item": "bridge;version=2"}),
    "the revision behind a dash": ({"item": "107255-1"}, {"item": "107255-2"}),
    "the revision behind a dot, with zeros": ({"item": "TX.PAR.01"}, {"item": "TX.PAR.02"}),
    "the revision's time in the item": ({"item": f"107255-{F}"}, {"item": f"107255-{T}"}),
    "the revision's time in the item, in digits": (
        {"item": "bridge_20261120090000"},
        {"item": "bridge_20261121150000"},
    ),
    "no item": ({"item": ""}, {"item": ""}),
    "no item, DateId is the revision's time": ({"item": "", "date": F}, {"item": "", "date": T}),
    "no item, a public identifier with the revision": (
        {"item": "", "public": "urn:newsml:wire.example:20261120:107255:1"},
        {"item": "", "public": "urn:newsml:wire.example:20261120:107255:2"},
    ),
}


@pytest.mark.parametrize("kind", REVISIONS)
def test_revisions_of_newsml_1_2_are_one_story(kind: str) -> None:
    first, second = (said(**changes) for changes in REVISIONS[kind])
    second = second._replace(revision="2", this_created=T)
    assert newsml1_guid(first) == newsml1_guid(second)
    assert newsml1_guid(first)
    third = second._replace(revision="3", this_created="20261123T150000")
    if kind == "DateId is the first creation's time":  # on another day, too
        assert newsml1_guid(third) == newsml1_guid(first)


@pytest.mark.parametrize(
    ("one_", "other"),
    [
        ({"item": "107255"}, {"item": "107256"}),
        ({"item": "107255"}, {"date": "20261121", "first_created": T, "this_created": T}),
        ({"item": ""}, {"item": "", "first_created": "20261120T101500"}),
        ({"item": "", "first_created": "20261120", "date": "20261120", "named": "A"},
         {"item": "", "first_created": "20261120", "date": "20261120", "named": "B"}),
        ({"item": "story-1"}, {"item": "story-2", "first_created": "20261120T101500"}),
        ({"item": "story-1", "revision": "1"}, {"item": "story-2", "revision": "2", "first_created": "20261120T101500"}),
        ({"item": "1", "date": F}, {"item": "1", "date": "20261120T101500", "first_created": "20261120T101500"}),
        ({"provider": "other.example"}, {}),
    ],
)  # fmt: skip
def test_different_stories_of_newsml_1_2_are_kept_apart(one_: dict[str, str], other: dict[str, str]) -> None:
    assert newsml1_guid(said(**one_)) != newsml1_guid(said(**other))


def test_a_date_of_its_own_leaves_the_guid_as_it_was() -> None:
    assert newsml1_guid(said()) == "urn:newsml:wire.example:20261120:107255"
    assert (
        newsml1_guid(said(date="20010714", item="20130515006361")) == "urn:newsml:wire.example:20010714:20130515006361"
    )


def item(**fields: str) -> str:
    found = said(**fields)
    return (
        f"<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>{found.provider}</ProviderId><DateId>{found.date}</DateId>"
        f"<NewsItemId>{found.item}</NewsItemId><RevisionId>{found.revision}</RevisionId></NewsIdentifier></Identification>"
        f"<NewsManagement><FirstCreated>{found.first_created}</FirstCreated><ThisRevisionCreated>{found.this_created}"
        f"</ThisRevisionCreated><Status FormalName='{fields.get('named', 'Usable')}'/></NewsManagement><NewsComponent>"
        "<NewsLines><HeadLine>H</HeadLine></NewsLines><ContentItem><DataContent>Text.</DataContent></ContentItem>"
        "</NewsComponent></NewsItem></NewsML>"
    )


def test_a_story_says_what_earlier_releases_called_it() -> None:
    kill = one(item(date=T, this_created=T, revision="5", named="Canceled"))
    assert kill.id == article_id("wire.example", "urn:newsml:wire.example:20261120:107255")
    # The revision of that time, and the first one, had the ids that a kill of today must still reach.
    assert set(kill.former_ids) == {
        article_id("wire.example", f"urn:newsml:wire.example:{date}:107255") for date in (T, F)
    }
    assert one(item()).former_ids == (article_id("wire.example", f"urn:newsml:wire.example:{F}:107255"),)


def test_references_to_items_of_newsml_1_2_name_the_same_guid() -> None:
    guid, former = newsml1_reference("urn:newsml:afp.com:20210516T080625Z:TX-PAR-WGF71:1")
    assert (guid, former) == (
        "urn:newsml:afp.com:20210516:TX-PAR-WGF71",
        "urn:newsml:afp.com:20210516T080625Z:TX-PAR-WGF71",
    )


ITEM = "0f0e0d0c0b0a"


@pytest.mark.parametrize(
    ("first", "second", "guid"),
    [
        (f"https://api.ex/v/content/{ITEM}?qt=a&et=1a1", f"https://api.ex/v/content/{ITEM}?qt=b&et=2a1", f"https://api.ex/v/content/{ITEM}"),
        ("https://api.ex/item?id=7&et=1", "https://api.ex/item?id=7&et=2", "https://api.ex/item?id=7"),
        (f"https://c.ex/x/{ITEM}/2026-11-20T09:00:00Z/1", f"https://c.ex/x/{ITEM}/2026-11-20T10:00:00.000Z/2", f"https://c.ex/x/{ITEM}"),
        (f"https://c.ex/x/{ITEM}/1763629200/1", f"https://c.ex/x/{ITEM}/1763632800000/12", f"https://c.ex/x/{ITEM}"),
        (f"tag:c.ex,2026:{ITEM}:20261120T090000Z:1", f"tag:c.ex,2026:{ITEM}:20261120T100000Z:2", f"tag:c.ex,2026:{ITEM}"),
        (f"https://c.ex/x/{ITEM}/versions/1", f"https://c.ex/x/{ITEM}/versions/2", f"https://c.ex/x/{ITEM}"),
        (f"https://c.ex/x/{ITEM};version=1", f"https://c.ex/x/{ITEM};version=2", f"https://c.ex/x/{ITEM}"),
        ("urn:newsml:ex.com:20261120:a:1", "urn:newsml:ex.com:20261120:a:2N", "urn:newsml:ex.com:20261120:a"),
    ],
)  # fmt: skip
def test_a_token_of_the_version_is_no_part_of_the_guid(first: str, second: str, guid: str) -> None:
    versions = [first, second]
    for number, uri in enumerate(versions, 1):
        story = {"uri": uri, "version": str(number), "type": "text", "pubstatus": "usable", "headline": "H", "body_text": "B",
                 "versioncreated": "2026-11-20T10:00:00Z"}  # fmt: skip
        article = one(json.dumps(story))
        assert article.guid == guid
        assert article.former_ids == (article_id(article.source, uri),)
        g2 = f'<newsItem guid="{uri.replace("&", "&amp;")}" version="{number}"><contentMeta><headline>H</headline></contentMeta></newsItem>'
        assert one(g2).guid == guid


@pytest.mark.parametrize("altids", [{"itemid": ITEM, "etag": "x"}, [{"role": "itemId", "value": ITEM}]])
def test_another_name_of_the_item_tells_what_the_token_is(altids: Any) -> None:
    stories = [
        {"uri": f"https://api.ex/{ITEM}/{tail}", "altids": altids, "type": "text", "pubstatus": status, "headline": "H",
         "versioncreated": f"2026-11-20T1{n}:00:00Z"}
        for n, (tail, status) in enumerate([("1", "usable"), ("v2", "usable"), ("20261120/3", "canceled")])
    ]  # fmt: skip
    assert {one(json.dumps(story)).guid for story in stories} == {f"https://api.ex/{ITEM}"}


@pytest.mark.parametrize(
    "uri",
    ["urn:newsml:dpa.com:20090101:190510-99-164421", "https://e.ex/2026/11/20/story", "https://e.ex/?p=123", "tag:e,2026:1:2", "urn:x:1",
     "https://e.ex/news/2026-11-20", "https://e.ex/a?id=3&lang=de", "http://ninjs.example.com/newsitems/20130709simp123", "7", "",
     "https://e.ex/?et=1&a=\ud800", "https://[", "https://e.ex/v2/item/88", "https://e.ex/story-12/3", "urn:newsml:ex.com:2024:1",
     "urn:newsml:ex.com:20261120:9", "urn:newsml:ex.com:20261120:0009", "urn:newsml:ex.com:2026-11-20:12", "ex:20261120:12",
     "urn:newsml:localhost:2026-11-20T10:00:00:4711", "ex/20261120T100000Z/12", "tag:ex.com,2026:20261120:7",
     "https://e.ex/news/2026-11-20/3", "https://e.ex/wire.2/20261120/3"],
)  # fmt: skip
def test_uris_without_a_version_stay_as_they_are(uri: str) -> None:
    assert stable_uri(uri, "3", ["item88"]) == uri


def test_a_kill_by_a_link_with_a_token_reaches_the_story() -> None:
    story = {
        "uri": f"https://api.ex/{ITEM}?et=1",
        "pubstatus": "usable",
        "headline": "H",
        "body_text": "B",
        "type": "text",
    }
    kill = story | {
        "uri": "https://api.ex/ffffffffffff?et=1",
        "pubstatus": "canceled",
        "evolvedfrom": f"https://api.ex/{ITEM}?et=2",
    }
    assert one(json.dumps(kill)).id == one(json.dumps(story)).id


@given(st.text(max_size=60), st.text(max_size=3), st.lists(st.text(max_size=8), max_size=3))
def test_any_uri_gives_a_guid_that_stays(uri: str, version: str, names: list[str]) -> None:
    stable = stable_uri(uri, version, names)
    assert bool(stable) == bool(uri)
    assert len(stable) <= len(uri) or stable in names


@given(st.lists(st.text(max_size=20), min_size=8, max_size=8))
def test_any_newsml_1_2_identity_gives_a_guid_or_none(parts: list[str]) -> None:
    newsml1_guid(Newsml1Id(*parts))


@pytest.mark.parametrize("unit", ["1", "-", ":1", "/v1", "v", "20261120", "2026-", "(1"])
def test_long_identifiers_cost_no_more_than_their_length(unit: str) -> None:
    started = time.process_time()
    for long in (unit * (1_000_000 // len(unit)), unit * (900 // len(unit)) + "x"):
        stable_uri(f"https://e/{ITEM}{long}", "1", [ITEM])
        newsml1_guid(said(item=long, public=long, date=long))
    assert time.process_time() - started < 2
