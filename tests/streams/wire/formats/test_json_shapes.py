"""JSON by its whole shape: articles of many APIs, and what is no article."""

import json
from datetime import UTC, datetime
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
            "items": [{"id": "1", "title": "T", "content_html": "<p>c</p>", "url": "/2026/1.html"},
                      {"id": "2", "title": "T", "content_text": "c", "language": "fr", "authors": [{"name": "B"}]}]}  # fmt: skip
    first, second = read(json.dumps(feed))
    assert (first.source, first.language, first.byline) == ("paper.example", "de", "A. Writer")
    assert (second.source, second.language, second.byline) == ("paper.example", "fr", "B")
    assert (first.url, second.url) == ("https://www.paper.example/2026/1.html", "")


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
    assert one(json.dumps(ninjs)).body == long.strip()
    assert "body: none, taken from backgrounder" in one(json.dumps(ninjs)).notes
    picture = {"id": "1", "title": "T", "text": "", "captions": long}
    assert "body: none, but fields that look like text and are not read: captions" in one(json.dumps(picture)).notes


FRENCH = ["Le port a rouvert jeudi.", "Les navires sont entrés."]


def test_afps_core_api_and_the_like() -> None:
    item = {"uno": "newsml.example.20261126T153000Z.doc-1", "lang": "fr", "class": "text", "status": "Usable",
            "headline": "Le port rouvre", "news": FRENCH, "advisory": "ATTENTION - CORRIGE date para 2 ///",
            "published": "2024-05-26T15:30:00Z", "slug": ["port", "mer"]}  # fmt: skip
    for value in ({"response": {"docs": [item]}}, {"docs": [item]}, item):
        article = one(json.dumps(value))
        assert (article.guid, article.body, article.kind) == (item["uno"], "\n\n".join(FRENCH), "correction")
        assert article.editorial_note.startswith("ATTENTION - CORRIGE date")
    killed = {key: value for key, value in item.items() if key not in ("news", "advisory")} | {"status": "Canceled"}
    assert (one(json.dumps(killed)).id, one(json.dumps(killed)).status) == (article.id, "canceled")


LONG = "The harbour opened again on Thursday after the storm, and the first ships came in before noon. " * 4


@pytest.mark.parametrize(
    ("fields", "body", "taken_from"),
    [
        ({"paragraphs": FRENCH}, "\n\n".join(FRENCH), ""),
        ({"cuerpo": FRENCH}, "\n\n".join(FRENCH), "cuerpo"),
        ({"artikkel": LONG}, LONG.strip(), "artikkel"),
        ({"texte_html": "<p>Le port.</p><p>La mer.</p>"}, "Le port.\n\nLa mer.", "texte_html"),
        ({"zhengwen": "港口周四重新开放，第一批船只在中午前进港。" * 10}, "港口周四重新开放，第一批船只在中午前进港。" * 10, "zhengwen"),
        ({"summary": "Short.", "mainCopy": LONG}, LONG.strip(), "mainCopy"),
        ({"summary": LONG, "colour": "Red."}, LONG.strip(), "summary"),
        ({"storyBlocks": [{"type": "p", "text": LONG}, {"type": "image", "caption": LONG}]}, LONG.strip(), "storyBlocks"),
        ({"payload": {"texte": LONG}}, LONG.strip(), "payload"),
        ({"contents": {"main": {"no": LONG}}}, LONG.strip(), "contents"),
        ({"contenu": [{"alinea": LONG}, {"alinea": "Fin du texte."}]}, f"{LONG.strip()}\n\nFin du texte.", "contenu"),
        ({"body": {"p": FRENCH}}, "\n\n".join(FRENCH), ""),
        ({"content": {"text": {"value": "Le port."}}}, "Le port.", ""),
        ({"text": "T", "mainCopy": LONG}, "T", ""),
        ({"body": [{"type": "image", "url": "u"}], "summary": "Short."}, "Short.", "summary"),
        # No story: names, terms, other items.
        ({"tickers": ["ACME", "EXA.", "U.S."]}, "", ""),
        ({"legal_disclaimer": LONG}, "", ""),
        ({"author_bio": LONG}, "", ""),
        ({"extra": {"legal": LONG, "items": [{"title": "Other", "text": LONG}]}}, "", ""),
        ({"more": [{"headline": "Another story", "text": LONG}]}, "", ""),
    ],
)  # fmt: skip
def test_a_text_under_an_unknown_name_is_not_lost(fields: dict[str, Any], body: str, taken_from: str) -> None:
    article = one(json.dumps({"id": "1", "title": "T", **fields}))
    assert (article.guid, article.headline, article.body) == ("1", "T", body)
    assert [note for note in article.notes if note.startswith("body: none, taken")] == (
        [f"body: none, taken from {taken_from}"] if taken_from else []
    )


def test_a_ninjs_item_whose_text_has_another_name() -> None:
    item = {"uri": "u", "pubstatus": "usable", "versioncreated": "2024-05-20T10:00:00Z", "headline": "H",
            "description_text": "Short.", "news": [LONG, LONG]}  # fmt: skip
    assert one(json.dumps(item)).body == f"{LONG.strip()}\n\n{LONG.strip()}"
    assert one(json.dumps(item | {"body_text": ["One.", "Two."]})).body == "One.\n\nTwo."
    listed = [{"role": "main", "value": [{"type": "paragraph", "text": "One."}, {"type": "paragraph", "text": "Two."}]}]
    assert one(json.dumps(item | {"bodies": listed})).body == "One.\n\nTwo."
    del item["news"]
    assert one(json.dumps(item)).body == "Short."


def words(*texts: str, kind: str = "paragraph", key: str = "content") -> dict[str, Any]:
    return {"type": kind, key: [{"type": "text", "text": text} for text in texts]}


BLOCKS: dict[str, Any] = {
    "content": [{"type": "paragraph", "content": "One."}, {"type": "heading", "text": "Two."}],
    "texts": [{"text": "One."}, {"text": "Two."}],
    "Arc XP": [{"type": "text", "content": "One."}, {"type": "image", "caption": "No"}, {"type": "text", "content": "<i>Two</i>."}],
    "Editor.js": {"time": 1, "blocks": [{"type": "header", "data": {"text": "One.", "level": 2}}, {"type": "delimiter", "data": {}},
                                        {"type": "paragraph", "data": {"text": "<b>Two</b>."}}], "version": "2"},
    "ProseMirror": {"type": "doc", "content": [words("On", "e."), words("Two", "."), {"type": "paragraph"}]},
    "Slate": [words("One", ".", key="children"), {"type": "p", "children": [{"text": "Two"}, {"text": ".", "bold": True}]}],
    "Lexical": {"root": {"type": "root", "children": [words("One.", key="children"), words("Two.", key="children")]}},
    "Contentful": {"nodeType": "document", "data": {}, "content": [
        {"nodeType": "paragraph", "data": {}, "content": [{"nodeType": "text", "value": text, "marks": []}]} for text in ("One.", "Two.")]},
    "Sanity": [{"_type": "block", "markDefs": [], "children": [{"_type": "span", "text": text}]} for text in ("One.", "Two.")],
    "Draft.js": {"entityMap": {}, "blocks": [{"key": "a", "type": "unstyled", "text": text} for text in ("One.", "Two.")]},
    "Gutenberg": [{"blockName": "core/paragraph", "innerBlocks": [], "innerHTML": "<p>One.</p>"},
                  {"blockName": "core/columns", "innerHTML": "", "innerBlocks": [{"blockName": "core/paragraph", "innerHTML": "<p>Two.</p>"}]}],
    "nested": [{"type": "text", "model": {"blocks": [{"type": "paragraph", "model": {"text": text, "blocks": []}}]}} for text in ("One.", "Two.")],
    "quote": [{"type": "quote", "content_elements": [{"type": "text", "content": "One."}, {"type": "text", "content": "Two."}]}],
}  # fmt: skip


@pytest.mark.parametrize("editor", BLOCKS)
@pytest.mark.parametrize("name", ["body", "content", "content_elements", "blocks"])
def test_bodies_in_blocks(editor: str, name: str) -> None:
    assert one(json.dumps({"id": "1", "title": "T", name: BLOCKS[editor]})).body == "One.\n\nTwo."


def test_lists_and_tables_in_blocks_keep_their_lines() -> None:
    cells = [[{"type": "text", "content": one} for one in row] for row in (("Reds", "3"), ("Blues", "1"))]
    blocks = [
        {"type": "list", "items": [{"type": "text", "content": "a"}, {"type": "text", "content": "b"}]},
        {
            "type": "table",
            "header": [{"type": "text", "content": "Team"}, {"type": "text", "content": "Pts"}],
            "rows": cells,
        },
        {"type": "table", "data": {"content": [["Home", "1"], ["Away", "2"]]}},
    ]
    assert one(json.dumps({"id": "1", "title": "T", "body": blocks})).body == (
        "a\nb\n\nTeam | Pts\n\nReds | 3\nBlues | 1\n\nHome | 1\nAway | 2"
    )


@pytest.mark.parametrize(
    ("wrapped", "guid"),
    [
        ({"data": [{"type": "articles", "id": "7", "attributes": {"title": "T", "body": "B"}}]}, "7"),
        ({"response": {"results": [{"id": "7", "webTitle": "W", "fields": {"headline": "T", "bodyText": "B"}}]}}, "7"),
        ({"hits": {"hits": [{"_id": "7", "_source": {"title": "T", "text": "B"}}]}}, "7"),
        ({"hits": {"hits": [{"_id": "7", "_source": {"guid": "8", "title": "T", "text": "B"}}]}}, "8"),
    ],
)
def test_fields_that_lie_one_level_deeper(wrapped: dict[str, Any], guid: str) -> None:
    article = one(json.dumps(wrapped))
    assert (article.guid, article.headline, article.body) == (guid, "T", "B")


@pytest.mark.parametrize(
    ("times", "version", "noted"),
    [
        ({"issued": "2024-05-26T15:30:00+00:00"}, "15:30", ""),
        ({"date_issued": "2024-05-26T15:30:00Z"}, "15:30", ""),
        ({"version_issued": "2024-05-26T15:30:00Z", "issued": "2024-05-26T12:00:00Z"}, "15:30", ""),
        ({"date": "2024-05-26T17:30:00", "date_gmt": "2024-05-26T15:30:00"}, "15:30", ""),
        ({"date": "2024-05-26T16:30:00", "date_gmt": "2024-05-26T14:30:00", "modified": "2024-05-26T17:30:00",
          "modified_gmt": "2024-05-26T15:30:00"}, "15:30", ""),
        ({"updatedUtc": "2024-05-26 15:30:00"}, "15:30", ""),
        ({"updated_utc": "2024-05-26T17:30:00+02:00"}, "15:30", ""),
        ({"timestamp_utc": "1716737400"}, "15:30", ""),
        ({"news_timestamp": "2024-05-26T15:30:00Z"}, "15:30", "version_created: missing, taken from newstimestamp"),
        ({"dateOfRevision": "2024-05-26T15:30:00Z"}, "15:30", "version_created: missing, taken from dateofrevision"),
        ({"published": {"date": "2024-05-26 15:30:00", "timezone": "UTC"}}, "15:30", ""),
        ({"dates": {"issued": "2024-05-26T15:30:00Z"}}, "15:30", "version_created: missing, taken from dates.issued"),
        ({"event_date": "2024-05-26T15:30:00Z", "expires": "2024-05-26T15:30:00Z", "valid_date": "2024-05-26"}, "", ""),
    ],
)  # fmt: skip
def test_times_by_other_names(times: dict[str, str], version: str, noted: str) -> None:
    article = one(json.dumps({"id": "1", "title": "T", "text": "B", **times}))
    expected = (
        datetime.fromisoformat(f"2024-05-26T{version}:00+00:00") if version else datetime(2024, 6, 1, 12, tzinfo=UTC)
    )
    assert article.version_created == expected
    assert not any("no time zone" in note for note in article.notes if version)
    assert not noted or noted in article.notes
