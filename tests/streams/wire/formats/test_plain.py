"""Plain JSON: one object, lines, lists, aliases, and input that is wrong."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from search.articles import Concept, RawPosition
from streams.errors import Rejected
from streams.wire import ParseLimits, Raw, parse
from streams.wire.article_ids import article_id
from tests.streams.wire import RECEIVED, one, read, read_all


def item(**fields: Any) -> str:
    return json.dumps(fields)


def test_only_a_headline_or_only_a_body_is_required() -> None:
    assert one(item(headline="H")).headline == "H"
    article = one(item(body="First line.\nSecond."))
    assert article.body == "First line.\nSecond."
    assert article.headline == "First line."
    assert "headline: none, taken from the first line of the body" in article.notes


def test_the_id_comes_from_source_and_guid() -> None:
    assert one(item(guid="1", headline="H"), "afp").id == article_id("afp", "1")
    assert one(item(guid="1", headline="H", source="dpa")).source == "dpa"
    assert one(item(guid="1", headline="H", source="dpa"), "afp").source == "afp"
    assert one(item(guid="1", headline="H")).source == "unknown"


@pytest.mark.parametrize(
    "kill",
    [
        *({"status": word} for word in ("killed", "canceled", "deleted", "withdrawn", "retracted")),
        {"kind": "kill"},
    ],
)
def test_an_id_and_a_status_kill_a_story(kill: dict[str, str]) -> None:
    story = one(item(id="1", headline="H", body="B", date="2026-11-20T10:00:00Z"), "desk")
    tombstone = one(item(id="1", **kill), "desk")
    assert (tombstone.id, tombstone.status, tombstone.kind) == (story.id, "canceled", "kill")
    assert tombstone.version > story.version
    assert one(item(id="1", headline="H", status="pulled"), "desk").status == "withheld"


def test_a_missing_guid_is_derived_from_the_content_the_same_each_time() -> None:
    first, again, other = one(item(headline="H")), one(item(headline="H")), one(item(headline="I"))
    assert first.guid == again.guid
    assert first.guid.startswith("urn:newswire:")
    assert first.guid != other.guid


def test_times_are_utc_and_what_is_assumed_is_noted() -> None:
    article = one(item(headline="H", version_created="2024-01-02T03:04:05+02:00", first_created="2024-01-01"))
    assert article.version_created == datetime(2024, 1, 2, 1, 4, 5, tzinfo=UTC)
    assert article.first_created == datetime(2024, 1, 1, tzinfo=UTC)
    assert any(note.startswith("first_created") and "00:00 UTC" in note for note in article.notes)
    assert one(item(headline="H", first_created="2024-01-01T00:00Z")).version_created == datetime(
        2024, 1, 1, tzinfo=UTC
    )
    late = one(item(headline="H", version_created="soon"))
    assert late.version_created == RECEIVED
    assert any("cannot be read as a time" in note for note in late.notes)


def test_a_reuters_row_of_1987() -> None:
    article = one(
        item(
            id="5", date="26-FEB-1987 15:01:01.79", title="BAHIA COCOA REVIEW", dateline="SALVADOR, Feb 26 -",
            topics=["cocoa"], places=["brazil"], people=["sarney"], orgs=[], body="Showers continued.\n    Dry period.\n Reuter",
        )
    )  # fmt: skip
    assert (article.guid, article.headline, article.dateline) == ("5", "BAHIA COCOA REVIEW", "SALVADOR, Feb 26 -")
    assert article.version_created == datetime(1987, 2, 26, 15, 1, 1, 790000, tzinfo=UTC)
    assert article.subjects == (Concept("cocoa"),)
    assert article.places == (Concept("brazil"),)
    assert article.keywords == ("sarney",)
    assert article.body == "Showers continued.\n    Dry period.\n Reuter"


def test_the_canonical_name_wins_over_its_aliases() -> None:
    article = one(item(headline="H", title="T", guid="g", id="i", body="B", text="X", language="en", lang="de"))
    assert (article.headline, article.guid, article.body, article.language) == ("H", "g", "B", "en")


def test_unknown_fields_are_noted() -> None:
    assert "fields not read: colour, weather" in one(item(headline="H", weather="fair", colour=3)).notes


def test_what_parse_prints_can_be_read_again() -> None:
    first = one(item(guid="g", headline="H", body="B", version_created="2024-01-01T00:00:00Z"), "afp")
    again = one(json.dumps({"headline": first.headline, "body": first.body, "guid": first.guid, "source": first.source,
                            "version_created": first.version_created.isoformat(), "id": first.id, "version": first.version,
                            "format": first.format, "schema_version": 1, "notes": []}))  # fmt: skip
    assert (again.id, again.version, again.notes) == (first.id, first.version, ())


def test_html_bodies_become_text() -> None:
    article = one(item(headline="H", content="<p>One &amp; two</p><script>x()</script><p>Three<br>four</p>"))
    assert article.body == "One & two\n\nThree\nfour"


def test_lines_cost_only_themselves() -> None:
    parsed = read_all('{"headline":"A"}\n{"headline":\n\n{"body":""}\n{"headline":"D"}\n')
    assert [a.headline for a in parsed.articles] == ["A", "D"]
    assert [what for what, _ in parsed.refused] == ["line 2", "line 4"]
    assert "no text" in parsed.refused[1][1]


@pytest.mark.parametrize("wrap", ['[{"headline":"A"},{"headline":"B"}]', '{"items":[{"headline":"A"},{"headline":"B"}]}',
                                  '{"data":{"articles":[{"headline":"A"},{"headline":"B"}]}}'])  # fmt: skip
def test_lists_and_envelopes(wrap: str) -> None:
    assert [a.headline for a in read(wrap)] == ["A", "B"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings(encoding: str) -> None:
    assert one('{"headline":"Zürich 東京"}'.encode(encoding)).headline == "Zürich 東京"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"hello", "unknown format"),
        (b"\x89PNG\r\n", "unknown format"),
        (b'{"headline": "A", ', "JSON"),
        (b'{"headline": NaN}', "JSON"),
        (b'{"headline": ["a"]}', "headline: expected text, found a list"),
        (b'{"body": {"a": 1}}', "body: expected text, found an object"),
        (b'{"guid": "1"}', "no text"),
        (b'{"headline": "  ", "body": "\\u0000"}', "no text"),
        (b"3", "unknown format"),
        (b"[3]", "object"),
        (b"[" * 5000, "nested deeper than max_depth"),
        (b'{"headline":"h","a":' + b"[" * 200 + b"]" * 200 + b"}", "nested deeper than max_depth (100)"),
    ],
)
def test_what_is_wrong_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Rejected) as refusal:
        read(data)
    assert reason in str(refusal.value)


def test_bounds_are_named() -> None:
    with pytest.raises(Rejected, match="max_bytes"):
        read(item(headline="x" * 2000), limits=ParseLimits(max_bytes=1000))
    with pytest.raises(Rejected, match="max_body_characters"):
        read(item(body="x" * 2000), limits=ParseLimits(max_body_characters=1000))
    with pytest.raises(Rejected, match="max_articles"):
        read("\n".join([item(headline="h")] * 11), limits=ParseLimits(max_articles=10))
    with pytest.raises(Rejected, match="max_guid_characters"):
        read(item(headline="h", guid="g" * 2000))
    article = one(item(headline="word " * 1000, keywords=[str(n) for n in range(2000)]))
    assert len(article.headline) <= 2000
    assert len(article.keywords) == 500
    assert {note.partition(":")[0] for note in article.notes} >= {"headline", "keywords"}


def test_position_and_trace_are_carried() -> None:
    position = RawPosition("news.raw", 3, 77)
    (article,) = parse(Raw(b'{"headline":"H"}', RECEIVED, position=position, trace_id="t"))
    assert (article.raw, article.trace_id) == (position, "t")


def test_raw_line_breaks_in_strings_and_half_surrogates_are_mended() -> None:
    assert one(b'{"headline":"a","body":"one\ntwo"}').body == "one\ntwo"
    assert one(b'{"headline":"a\\ud800b"}').headline == "ab"


def test_json_feed_and_schema_org() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "A feed",
        "items": [{"id": "1", "title": "T", "content_html": "<p>c</p>"}],
    }
    assert (one(json.dumps(feed)).headline, one(json.dumps(feed)).body) == ("T", "c")
    news = {"@type": "NewsArticle", "@id": "https://e.org/2", "headline": "S", "articleBody": "B", "author": {"name": "Ann"},
            "datePublished": "2020-01-01T10:00:00+01:00", "dateModified": "2020-01-02T10:00:00+01:00"}  # fmt: skip
    article = one(json.dumps(news))
    assert (article.guid, article.body, article.byline) == ("https://e.org/2", "B", "Ann")
    assert article.version_created == datetime(2020, 1, 2, 9, tzinfo=UTC)
    assert article.first_created == datetime(2020, 1, 1, 9, tzinfo=UTC)


def test_status_and_links_of_plain_articles() -> None:
    story = one(item(guid="1", headline="H"))
    kill = one(item(guid="1", status="canceled"))
    assert (kill.id, kill.status, kill.kind) == (story.id, "canceled", "kill")
    assert one(item(guid="9", headline="H", status="canceled", evolved_from="1")).id == story.id
    assert one(item(guid="9", status="canceled", links=[{"rel": "kills", "guid": "1"}])).id == story.id
    assert one(item(guid="9", headline="H", evolved_from="1")).kind == "update"
    assert one(item(guid="9", headline="EDITORS: the story is WITHDRAWN", status="usable")).status == "usable"


@pytest.mark.parametrize(
    "paragraphs", [["One.", "Two."], [{"type": "p", "text": "One."}, {"type": "p", "text": "Two."}]]
)
def test_a_body_that_is_a_list_of_paragraphs(paragraphs: list[object]) -> None:
    assert one(item(headline="H", body=paragraphs)).body == "One.\n\nTwo."


@pytest.mark.parametrize("name", ["article", "story", "payload", "news"])
def test_an_envelope_around_one_story(name: str) -> None:
    article = one(json.dumps({"event": "story.new", name: {"id": "7", "headline": "H", "text": "T"}}))
    assert (article.guid, article.headline, article.body) == ("7", "H", "T")
    assert one(json.dumps({"action": "delete", name: {"id": "7", "headline": "H", "text": "T"}})).status == "canceled"
