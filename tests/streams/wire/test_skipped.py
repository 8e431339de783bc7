"""What is understood and is no article: skipped with its kind, guid and title, never refused."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.articles import RawPosition
from streams.errors import Rejected
from streams.records import Skipped, decode, encode
from streams.wire import Raw, parse, parse_all
from streams.wire.raw import KINDS, OTHER, kind_of
from streams.wire.skipped import skipped_of

RECEIVED = datetime(2026, 11, 26, tzinfo=UTC)
STORY = {
    "uri": "urn:story",
    "type": "text",
    "versioncreated": "2026-11-26T10:00:00Z",
    "headline": "H",
    "body_text": "B.",
}
PICTURE = {"uri": "urn:pic", "type": "picture", "pubstatus": "usable", "headline": "A bridge", "renditions": {"a": {}}}
NAR = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'
G2 = (
    f'<{{item}} {NAR} guid="urn:g2" version="1"><itemMeta>{{item_class}}<title>A bridge</title></itemMeta>'
    "<contentMeta><headline>A bridge</headline></contentMeta></{item}>"
)
NEWSML1 = (
    "<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>x.com</ProviderId><DateId>20261126</DateId>"
    "<NewsItemId>p</NewsItemId><RevisionId>1</RevisionId></NewsIdentifier></Identification><NewsComponent><NewsLines>"
    '<HeadLine>A bridge</HeadLine></NewsLines><ContentItem><MediaType FormalName="Photo"/></ContentItem>'
    "</NewsComponent></NewsItem></NewsML>"
)


def raw(value: str | bytes) -> Raw:
    data = value.encode() if isinstance(value, str) else value
    return Raw(data, RECEIVED, "wire", position=RawPosition("news.raw", 3, 14), trace_id="t")


def g2(item: str = "newsItem", kind: str = "") -> str:
    return G2.format(item=item, item_class=f'<itemClass qcode="ninat:{kind}"/>' if kind else "")


CASES = [
    *((json.dumps(PICTURE | {"type": word}), kind, "urn:pic") for word, kind in (
        ("picture", "picture"), ("photo", "picture"), ("graphic", "graphic"), ("video", "video"), ("audio", "audio"),
        ("event", "event"), ("planning", "planning"), ("package", "package"), ("composite", "package"),
        ("ninat:picture", "picture"), ("Live Video", "video"), ("hologram", OTHER), ("x" * 900, OTHER),
    )),
    *((g2(kind=word), kind, "urn:g2") for word, kind in (
        ("picture", "picture"), ("graphic", "graphic"), ("animation", "graphic"), ("video", "video"), ("audio", "audio"),
        ("composite", "package"), ("hologram", OTHER),
    )),
    *((g2(item), kind, "urn:g2") for item, kind in (
        ("packageItem", "package"), ("planningItem", "planning"), ("conceptItem", "concept"),
        ("knowledgeItem", "concept"), ("catalogItem", "concept"),
    )),
    (NEWSML1, "picture", "urn:newsml:x.com:20261126:p"),
    *((json.dumps({"guid": "urn:j", "name": "A bridge"} | more), kind, "urn:j") for more, kind in (
        ({"type": "planning", "planning_date": "2026-11-28T09:00:00Z", "coverages": [{}]}, "planning"),
        ({"type": "planning", "slugline": "Bridge"}, "planning"), ({"coverages": [{}], "slugline": "Bridge"}, "planning"),
        ({"type": "event", "dates": {"start": "2026-11-28T09:00:00Z"}}, "event"),
    )),
    *((json.dumps({"id": "urn:j", "title": "A bridge", "caption": "A bridge."} | more), kind, "urn:j") for more, kind in (
        ({"type": "picture"}, "picture"), ({"type": "Photo", "text": " "}, "picture"), ({"@type": "ImageObject"}, "picture"),
        ({"@type": "VideoObject", "description": "A bridge."}, "video"), ({"media_type": "audio"}, "audio"),
        ({"itemType": "graphic"}, "graphic"), ({"type": "ninat:video"}, "video"),
    )),
]  # fmt: skip


@pytest.mark.parametrize(("value", "kind", "guid"), CASES, ids=[f"{i}-{case[1]}" for i, case in enumerate(CASES)])
def test_an_item_that_is_no_article_is_skipped_with_what_is_known_of_it(value: str, kind: str, guid: str) -> None:
    parsed = parse_all(raw(value))
    assert (parsed.articles, parsed.refused, parsed.unnamed) == ((), (), 0)
    (skip,) = parsed.skipped
    assert (skip.part, skip.kind, skip.guid, skip.title) == ("", kind, guid, "A bridge")
    with pytest.raises(Rejected):
        parse(raw(value))
    (record,) = skipped_of(raw(value), parsed)
    assert (record.raw, record.received_at, record.source, record.trace_id) == (
        RawPosition("news.raw", 3, 14), RECEIVED, "wire", "t",
    )  # fmt: skip
    assert (record.id, record.alone, record.count, record.size) == ("news.raw:3:14:0", True, 1, len(value.encode()))
    assert decode(encode(record), Skipped) == record


def test_pictures_that_come_with_a_story_are_skipped_and_cost_it_nothing() -> None:
    story = STORY | {"associations": {f"p{n}": PICTURE | {"uri": f"urn:pic{n}"} for n in range(3)}}
    parsed = parse_all(raw(json.dumps(story)))
    assert [article.guid for article in parsed.articles] == ["urn:story"]
    assert [(skip.part, skip.guid) for skip in parsed.skipped] == [
        (f"associations/p{n}", f"urn:pic{n}") for n in range(3)
    ]
    records = skipped_of(raw(b""), parsed)
    assert not any(record.alone for record in records)
    assert len({record.id for record in records}) == 3


def test_a_message_of_pictures_and_a_broken_story_refuses_the_story_alone() -> None:
    parsed = parse_all(raw(json.dumps([PICTURE, {"uri": "urn:empty", "type": "text"}, PICTURE])))
    assert (len(parsed.articles), len(parsed.refused), len(parsed.skipped)) == (0, 1, 2)
    assert not any(record.alone for record in skipped_of(raw(b""), parsed))


@pytest.mark.parametrize("stories", [0, 1])
def test_of_very_many_pictures_most_are_only_counted(stories: int) -> None:
    message = "\n".join([json.dumps(STORY)] * stories + [json.dumps(PICTURE)] * 5000)
    parsed = parse_all(raw(message))
    assert len(parsed.articles) == stories
    assert (len(parsed.skipped), parsed.unnamed) == (200, 4800)
    records = skipped_of(raw(message), parsed)
    assert sum(record.count for record in records) == 5000
    assert sum(len(encode(record)) for record in records) < len(message)


HUGE = st.text(max_size=50).map(lambda text: text * 1000)


@given(HUGE, HUGE, HUGE)
def test_no_field_of_a_record_is_longer_than_its_bound(guid: str, title: str, kind: str) -> None:
    try:
        parsed = parse_all(raw(json.dumps(PICTURE | {"uri": guid, "headline": title, "type": kind})))
    except Rejected:
        return
    for record in skipped_of(raw(b""), parsed):
        assert record.kind in {*KINDS.values(), OTHER}
        assert len(encode(record)) < 6000
        assert decode(encode(record), Skipped) == record


@given(st.text())
def test_kinds_are_few_whatever_a_provider_calls_its_items(word: str) -> None:
    assert kind_of(word) in {*KINDS.values(), OTHER}


@pytest.mark.parametrize(
    "more",
    [
        {"type": "picture", "text": "A bridge was opened on Monday."},
        {"type": "article"},
        {"type": "NewsArticle"},
        {"type": "coverage"},
        {"type": "event"},
        {"type": ["picture"]},
        {"@type": 3},
        {"kind": "picture"},
    ],
)
def test_a_plain_article_with_a_text_or_another_type_is_an_article(more: dict[str, Any]) -> None:
    parsed = parse_all(raw(json.dumps({"id": "urn:j", "title": "A bridge", "summary": "It was opened."} | more)))
    assert [article.headline for article in parsed.articles] == ["A bridge"]


@pytest.mark.parametrize(
    "value", [f"<contentMeta {NAR}/>", "<NewsML/>", f"<newsMessage {NAR}/>", "<html/>", "{}", '{"type": "text"}', "[]"]
)
def test_what_is_broken_or_unknown_is_refused_and_not_skipped(value: Any) -> None:
    with pytest.raises(Rejected):
        parse_all(raw(value))
