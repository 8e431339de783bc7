"""ninjs 1.x, 2.x and 3.x: the same story in three shapes, associations, life cycle, and what is no article."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from search.articles import Concept, Link
from streams.errors import Rejected
from tests.streams.wire import one, read, read_all

STORY_1: dict[str, Any] = {
    "uri": "urn:newsml:example.com:2024:1", "type": "text", "versioncreated": "2024-01-02T03:04:05+01:00",
    "firstcreated": "2024-01-01T00:00:00Z", "pubstatus": "usable", "urgency": 3, "language": "en", "headline": "Head",
    "body_text": "One. Two.", "body_xhtml": "<p>One.</p><p>Two.</p>", "byline": "A. Writer", "copyrightnotice": "© Ex",
    "usageterms": "Editorial use", "ednote": "Note", "subject": [{"name": "s", "scheme": "http://cv/", "code": "1"}],
    "place": [{"name": "Rome"}], "located": "Rome",
}  # fmt: skip
STORY_2: dict[str, Any] = {
    "uri": "urn:newsml:example.com:2024:1", "type": "text", "versioncreated": "2024-01-02T03:04:05+01:00",
    "firstcreated": "2024-01-01T00:00:00Z", "pubstatus": "usable", "urgency": 3, "language": "en",
    "headlines": [{"role": "short", "value": "H"}, {"role": "main", "value": "Head"}],
    "bodies": [{"role": "text", "contenttype": "text/plain", "value": "One. Two."},
               {"role": "xhtml", "contenttype": "text/html", "value": "<body><p>One.</p><p>Two.</p></body>"}],
    "by": "A. Writer", "copyrightnotice": "© Ex", "usageterms": "Editorial use", "ednote": "Note",
    "subjects": [{"name": "s", "uri": "http://cv/1"}], "places": [{"name": "Rome"}], "located": "Rome",
}  # fmt: skip
STORY_3: dict[str, Any] = {
    "standard": {"name": "ninjs", "version": "3.0"}, "uri": "urn:newsml:example.com:2024:1", "type": "text",
    "versionCreated": "2024-01-02T03:04:05+01:00", "firstCreated": "2024-01-01T00:00:00Z", "pubStatus": "usable", "urgency": 3,
    "language": "en", "headlines": [{"value": "Head"}],
    "bodies": [{"contentType": "text/html", "value": "<p>One.</p><p>Two.</p>"}], "by": "A. Writer", "copyrightNotice": "© Ex",
    "usageTerms": "Editorial use", "edNote": "Note", "subjects": [{"name": "s", "uri": "http://cv/1"}],
    "places": [{"name": "Rome"}], "located": "Rome",
}  # fmt: skip


@pytest.mark.parametrize("story", [STORY_1, STORY_2, STORY_3])
def test_the_three_versions_give_the_same_article(story: dict[str, Any]) -> None:
    article = one(json.dumps(story))
    assert article.format == "ninjs"
    assert (article.source, article.guid) == ("example.com", "urn:newsml:example.com:2024:1")
    assert article.version_created == datetime(2024, 1, 2, 2, 4, 5, tzinfo=UTC)
    assert article.first_created == datetime(2024, 1, 1, tzinfo=UTC)
    assert (article.headline, article.body) == ("Head", "One.\n\nTwo.")
    assert (article.byline, article.copyright_notice, article.usage_terms) == ("A. Writer", "© Ex", "Editorial use")
    assert (article.editorial_note, article.urgency, article.language, article.dateline) == ("Note", 3, "en", "Rome")
    assert article.subjects == (Concept("s", "http://cv/1"),)
    assert article.places == (Concept("Rome"),)
    assert (article.status, article.kind, article.notes) == ("usable", "new", ())


def test_without_pubstatus_it_is_usable() -> None:
    assert one(json.dumps({k: v for k, v in STORY_2.items() if k != "pubstatus"})).status == "usable"


@pytest.mark.parametrize("kind", ["picture", "video", "audio", "graphic", "event", "planning", "package"])
def test_what_is_no_article_is_refused_by_name(kind: str) -> None:
    with pytest.raises(Rejected, match=rf"^{kind}: not an article \(urn:"):
        read(json.dumps(STORY_3 | {"type": kind}))


def test_an_event_without_a_type_is_known_by_its_details() -> None:
    story = {k: v for k, v in STORY_3.items() if k != "type"} | {"eventDetails": {"dates": {"startDate": "2024-01-01"}}}
    with pytest.raises(Rejected, match=r"^event: not an article"):
        read(json.dumps(story))


@pytest.mark.parametrize("keyed", [True, False])
def test_associated_texts_are_articles_and_pictures_are_named(keyed: bool) -> None:
    box = STORY_2 | {"uri": "urn:newsml:example.com:2024:2", "name": "box"}
    picture = {"uri": "urn:pic", "type": "picture", "name": "main", "pubstatus": "usable"}
    reference = {"uri": "urn:other", "type": "text", "name": "see", "headlines": [{"value": "Only a link"}]}
    members = [box, picture, reference]
    associations: Any = {m["name"]: m for m in members} if keyed else members
    parsed = read_all(json.dumps(STORY_2 | {"associations": associations}))
    assert [a.guid[-1] for a in parsed.articles] == ["1", "2"]
    assert parsed.refused == ()
    assert [(skip.part, skip.kind, skip.guid, skip.title, skip.reason) for skip in parsed.skipped] == [
        ("associations/main", "picture", "urn:pic", "main", "picture: not an article (urn:pic)"),
        (
            "associations/see", "reference", "urn:other", "Only a link",
            "a reference without text of its own (urn:other)",
        ),
    ]  # fmt: skip


def test_a_composite_without_text_is_a_package() -> None:
    with pytest.raises(Rejected, match="composite: a package"):
        read(
            json.dumps({"uri": "urn:x", "type": "composite", "headline": "H", "versioncreated": "2024-01-01T00:00:00Z"})
        )


def test_without_a_body_the_description_stands_in() -> None:
    article = one(json.dumps({"uri": "u", "pubstatus": "usable", "headline": "H", "description_text": "D."}))
    assert article.body == "D."
    assert "body: none, taken from the description" in article.notes


def test_a_kill_needs_no_text() -> None:
    kill = one(
        json.dumps(
            {"uri": "urn:newsml:example.com:2024:1", "versioncreated": "2024-01-02T03:04:05Z", "pubstatus": "canceled"}
        )
    )
    story = one(json.dumps(STORY_2))
    assert (kill.status, kill.kind, kill.id) == ("canceled", "kill", story.id)
    assert kill.version > story.version


def test_a_kill_with_a_link_lands_on_the_story_it_kills() -> None:
    kill = one(json.dumps(STORY_3 | {"uri": "urn:newsml:example.com:2024:9", "pubStatus": "canceled",
                                     "evolvedFrom": "urn:newsml:example.com:2024:1"}))  # fmt: skip
    assert kill.id == one(json.dumps(STORY_3)).id
    assert Link("killedBy", "urn:newsml:example.com:2024:9") in kill.links


def test_cancelling_a_later_version_kills_that_item_and_not_what_it_evolved_from() -> None:
    follow_up = STORY_2 | {"uri": "urn:newsml:example.com:2024:9", "evolvedfrom": "urn:newsml:example.com:2024:1"}
    kill = one(json.dumps(follow_up | {"version": 2, "pubstatus": "canceled"}))
    assert (kill.status, kill.guid) == ("canceled", "urn:newsml:example.com:2024:9")


def test_the_envelopes_and_bylines_of_an_agency_feed() -> None:
    item = STORY_2 | {"bylines": [{"by": "By ANN LEE"}]}
    item = {name: value for name, value in item.items() if name not in ("by", "byline", "authors")}
    article = one(json.dumps({"data": {"items": [{"item": item}]}}))
    assert (article.guid, article.byline) == (STORY_2["uri"], "By ANN LEE")


def test_an_update_that_evolved_stays_itself_and_keeps_its_link() -> None:
    update = one(
        json.dumps(STORY_2 | {"uri": "urn:newsml:example.com:2024:9", "evolvedfrom": "urn:newsml:example.com:2024:1"})
    )
    assert (update.guid, update.kind) == ("urn:newsml:example.com:2024:9", "update")
    assert update.links == (Link("evolvedFrom", "urn:newsml:example.com:2024:1"),)


@pytest.mark.parametrize("name", ["embargoed", "embargoedUntil"])
def test_embargo(name: str) -> None:
    article = one(json.dumps(STORY_2 | {name: "2024-01-05T12:00:00+01:00", "embargoedreason": "Budget speech"}))
    assert article.embargo_until == datetime(2024, 1, 5, 11, tzinfo=UTC)
    assert "Budget speech" in article.editorial_note
    unreadable = one(json.dumps(STORY_2 | {name: "Friday"}))
    assert (unreadable.status, unreadable.embargo_until) == ("withheld", None)


def test_a_withheld_story_is_withheld() -> None:
    assert one(json.dumps(STORY_2 | {"pubstatus": "withheld"})).status == "withheld"


def test_versions_are_ordered_by_their_time_and_not_by_their_number() -> None:
    early = one(json.dumps(STORY_2 | {"version": "9", "versioncreated": "2024-01-01T00:00:00Z"}))
    late = one(json.dumps(STORY_2 | {"version": "2", "versioncreated": "2024-01-01T00:00:01Z"}))
    assert early.version < late.version


def test_superdesk_s_dialect() -> None:
    article = one(json.dumps({"guid": "tag:localhost:2024:x", "type": "text", "version": "1", "pubstatus": "usable", "source": "AAP",
                              "versioncreated": "2024-01-01T00:00:00+0000", "headline": "H", "body_html": "<p>B</p>",
                              "subject": [{"code": "01000000", "name": "arts"}], "authors": [{"name": "A"}]}))  # fmt: skip
    assert (article.guid, article.source, article.body, article.byline) == ("tag:localhost:2024:x", "AAP", "B", "A")
    assert article.version_created == datetime(2024, 1, 1, tzinfo=UTC)


def test_texts_by_their_role_and_names_in_lists_and_objects() -> None:
    story = {
        "uri": "u:1",
        "type": "text",
        "versioncreated": "2026-11-20T10:00:00Z",
        "headlines": {"short": {"value": "Short"}, "main": {"value": "Bridge reopens"}},
        "bodies": {"main": {"value": "<p>It reopened.</p>", "contenttype": "text/html"}},
        "by": ["Jane Doe", {"name": "John Roe"}],
        "dateline": {"text": "LONDON, Nov 20"},
    }
    article = one(json.dumps(story))
    assert (article.headline, article.body) == ("Bridge reopens", "It reopened.")
    assert (article.byline, article.dateline) == ("Jane Doe, John Roe", "LONDON, Nov 20")


@pytest.mark.parametrize(
    ("key", "value", "byline"),
    [
        ("bylines", [{"byline": "Anna Berg/TT", "initials": "ab"}, {"byline": "Bo Ek/TT"}], "Anna Berg/TT, Bo Ek/TT"),
        ("bylines", [{"by": "Anna Berg"}], "Anna Berg"),
        ("bylines", [{"text": "Anna Berg"}], "Anna Berg"),
        ("bylines", ["Anna Berg"], "Anna Berg"),
        ("bys", [{"value": "Anna Berg"}], "Anna Berg"),
        ("byline", {"name": "Anna Berg"}, "Anna Berg"),
        ("authors", [{"fullName": "Anna Berg"}], "Anna Berg"),
        ("authors", [{"first_name": "Anna", "last_name": "Berg"}], "Anna Berg"),
        ("authors", [{"author": {"name": "Anna Berg"}}], "Anna Berg"),
        ("creator", {"displayName": "Anna Berg"}, "Anna Berg"),
        ("bylines", [{"initials": "ab"}], ""),
    ],
)
def test_bylines_in_many_shapes(key: str, value: object, byline: str) -> None:
    item = {
        "uri": "u",
        "pubstatus": "usable",
        "versioncreated": "2026-11-20T10:00:00Z",
        "headline": "H",
        "body_text": "T",
        key: value,
    }
    assert (one(json.dumps(item)).format, one(json.dumps(item)).byline) == ("ninjs", byline)
    plain = {"id": "u", "title": "H", "text": "T", key: value}
    assert (one(json.dumps(plain)).format, one(json.dumps(plain)).byline) == ("json", byline)
