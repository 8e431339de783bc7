"""JSON by its whole shape: articles of many APIs, and what is no article."""

import json
from typing import Any

import pytest

from tests.streams.wire import one, read, read_all

TEXT = "The harbour opened.\n\nShips came in."
HTML = "<p>The harbour opened.</p><p>Ships came in.</p>"


@pytest.mark.parametrize("extra", ["copyrightNotice", "edNote", "usageTerms", "copyrightHolder", "creditLine"])
def test_one_key_does_not_make_a_plain_article_ninjs(extra: str) -> None:
    story = {"id": "17", "title": "H", "text": TEXT, "published": "2026-11-20T10:00:00Z", extra: "(c) Example"}
    article = one(json.dumps(story))
    assert (article.format, article.guid, article.headline, article.body) == ("json", "17", "H", TEXT)
    assert article.version_created.isoformat() == "2026-11-20T10:00:00+00:00"


APIS: dict[str, dict[str, Any]] = {
    "camel case": {"uri": "g", "type": "text", "versionCreated": "2026-11-20T10:00:00Z", "slug": "S/", "byLine": "A",
                   "headLine": "H", "bodyXhtml": f"<html><head><title/></head><body>{HTML}</body></html>"},
    "digital wires": {"urn": "g", "entry_id": "e", "type": "composite", "version_created": "2026-11-20T10:00:00Z",
                      "headline": "H", "article_html": HTML, "copyrightnotice": "C", "byline": "A", "teaser": "T"},
    "a text and a date": {"id": "g", "title": "H", "bodyText": TEXT, "pubDate": "2026-11-20T10:00:00Z", "author": "A"},
    "an underscore": {"_id": "g", "versioncreated": "2026-11-20T10:00:00+0000", "pubstatus": "usable", "headline": "H",
                      "body_html": HTML, "byline": "A"},
    "a publishing date": {"uuid": "g", "title": "H", "body": TEXT, "publishDate": "2026-11-20T11:00:00+01:00", "author": "A"},
    "other cases": {"GUID": "g", "Title": "H", "Body-Text": TEXT, "DatePublished": "2026-11-20T10:00:00Z", "AUTHOR": "A"},
    "rendered": {"id": "g", "date": "2026-11-20T10:00:00Z", "title": {"rendered": "H"}, "content": {"rendered": HTML}, "author": "A"},
}  # fmt: skip


@pytest.mark.parametrize("api", APIS)
def test_articles_of_many_apis(api: str) -> None:
    for value in (APIS[api], {"data": {"item": APIS[api]}}, [APIS[api]]):
        article = one(json.dumps(value))
        assert (article.guid, article.headline, article.body, article.byline) == ("g", "H", TEXT, "A")
        assert article.version_created.isoformat() == "2026-11-20T10:00:00+00:00"


def test_a_json_feed_says_whose_its_items_are() -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "home_page_url": "https://www.paper.example/", "language": "de",
            "title": "Paper", "authors": [{"name": "A. Writer"}],
            "items": [{"id": "1", "title": "T", "content_html": "<p>c</p>"},
                      {"id": "2", "title": "T", "content_text": "c", "language": "fr", "authors": [{"name": "B"}]}]}  # fmt: skip
    first, second = read(json.dumps(feed))
    assert (first.source, first.language, first.byline) == ("paper.example", "de", "A. Writer")
    assert (second.source, second.language, second.byline) == ("paper.example", "fr", "B")


@pytest.mark.parametrize(
    ("item", "what"),
    [
        ({"itemId": 4, "summary": "Forum", "description": "Forum", "startDate": "2026-12-18", "endDate": "2026-12-19"}, "event"),
        ({"name": "Fair", "description": "A fair.", "start": "2026-12-18T10:00:00Z", "venue": "Hall"}, "event"),
        ({"id": "bbc", "name": "BBC News", "description": "News.", "url": "https://bbc.example", "category": "general"}, "source"),
        ({"status": "ok", "sources": [{"id": "bbc", "name": "BBC"}]}, "sources"),
        ({"type": "video", "title": "V", "description": "D", "duration": 34}, "video"),
        ({"title": "V", "description": "D", "videoUrl": "https://e.example/v.mp4"}, "video"),
    ],
)  # fmt: skip
def test_what_is_no_article_is_named(item: dict[str, Any], what: str) -> None:
    parsed = read_all(json.dumps(item))
    assert parsed.articles == ()
    assert [skip.reason.partition(":")[0] for skip in parsed.skipped] == [what]


def test_fields_that_look_like_text_and_are_not_read_are_named() -> None:
    long = "One more word of it. " * 20
    article = one(json.dumps({"id": "1", "title": "T", "text": "B", "backgrounder": long, "colour": "red"}))
    assert "fields that look like text and are not read: backgrounder" in article.notes
    ninjs = {
        "uri": "u",
        "pubstatus": "usable",
        "versioncreated": "2026-11-20T10:00:00Z",
        "headline": "H",
        "backgrounder": long,
    }
    assert "fields that look like text and are not read: backgrounder" in one(json.dumps(ninjs)).notes
