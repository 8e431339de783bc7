"""What a profile changes in what is read of a source, and what no profile can change."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.articles import Link
from streams.errors import Rejected
from streams.records import Article
from streams.wire import Raw, parse_all
from streams.wire.article_ids import article_id
from streams.wire.habits import shaper
from streams.wire.profile import Profile, Profiles
from tests.streams.wire import RECEIVED


def read(value: bytes | str | dict[str, Any], source: str = "acme", feed: str = "", **profile: Any) -> Article:
    """The one article of a message, by a profile of the source ``acme``."""
    data = json.dumps(value).encode() if isinstance(value, dict) else value
    data = data.encode() if isinstance(data, str) else data
    profiles = Profiles([Profile("acme", **profile)])
    (article,) = parse_all(Raw(data, RECEIVED, source, feed=feed), None, profiles).articles
    return article


STORY = {"guid": "a-1", "headline": "Ferry resumes", "body": "The ferry sails again.", "version_created": "2024-05-01T10:00:00"}  # fmt: skip


# Zone


def test_times_without_a_zone_are_in_that_of_the_source() -> None:
    article = read(STORY, zone="Europe/Paris")
    assert article.version_created == datetime(2024, 5, 1, 8, tzinfo=UTC)
    assert "version_created: '2024-05-01T10:00:00' no time zone, taken as Europe/Paris" in article.notes
    assert read(STORY).version_created == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert read(STORY | {"version_created": "2024-05-01T10:00:00Z"}, zone="Asia/Tokyo").version_created.hour == 10


def test_a_day_without_an_hour_begins_in_the_zone_of_the_source() -> None:
    article = read(STORY | {"version_created": "2024-05-01"}, zone="Asia/Tokyo")
    assert article.version_created == datetime(2024, 4, 30, 15, tzinfo=UTC)
    assert any("no hour, taken as 00:00; no time zone, taken as Asia/Tokyo" in note for note in article.notes)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("2024-06-02T10:00:00", datetime(2024, 6, 2, 8, tzinfo=UTC)),
        ("2024-06-02", datetime(2024, 6, 2, 22, tzinfo=UTC)),  # until the day is over there
        ("2024-06-02T10:00:00+05:00", datetime(2024, 6, 2, 5, tzinfo=UTC)),
        ("2024-10-27T02:30:00", datetime(2024, 10, 27, 1, 30, tzinfo=UTC)),  # shown twice: the later one
        ("2025-03-30T02:30:00", datetime(2025, 3, 30, 1, 30, tzinfo=UTC)),  # shown never: the later one
    ],
)
def test_an_embargo_without_a_zone_ends_in_that_which_the_operator_wrote(said: str, until: datetime) -> None:
    assert read(STORY | {"embargoed": said}, embargo_zone="Europe/Paris").embargo_until == until


def test_the_zone_of_a_shipped_profile_opens_no_embargo() -> None:
    known, unknown = (read(STORY | {"embargoed": "2024-06-02T10:00:00"}, zone=zone) for zone in ("Asia/Tokyo", ""))
    assert known.embargo_until == unknown.embargo_until == datetime(2024, 6, 2, 22, tzinfo=UTC)


def test_an_embargo_in_words_ends_in_the_zone_that_the_operator_wrote() -> None:
    story = STORY | {"editorial_note": "Sperrfrist: 2. Juni 2024, 18.00 Uhr"}
    assert read(story, embargo_zone="Europe/Berlin").embargo_until == datetime(2024, 6, 2, 16, tzinfo=UTC)
    assert read(story).embargo_until == datetime(2024, 6, 3, 6, tzinfo=UTC)


# An empty embargo, and what no profile can free

G2 = """<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g-1"><itemMeta>
<itemClass qcode="ninat:text"/><versionCreated>2024-05-01T10:00:00Z</versionCreated><pubStatus qcode="stat:usable"/>
</itemMeta><contentMeta><headline>Ferry</headline></contentMeta><contentSet>
<inlineXML contenttype="application/nitf+xml"><nitf><body><body.content><p>It sails.</p></body.content></body></nitf>
</inlineXML></contentSet></newsItem>"""


def g2(embargoed: str) -> str:
    return G2.replace("</contentMeta>", "</contentMeta>").replace("<pubStatus", f"{embargoed}<pubStatus")


def test_an_empty_embargo_means_what_the_profile_says() -> None:
    assert read(g2("<embargoed/>")).status == "withheld"  # as NewsML-G2 defines it
    assert read(g2("<embargoed/>"), empty_embargo="none").status == "usable"
    assert read(g2("<embargoed/>"), empty_embargo="withhold").status == "withheld"
    assert read(STORY | {"embargoed": ""}).status == "usable"
    assert read(STORY | {"embargoed": ""}, empty_embargo="withhold").status == "withheld"
    assert read(STORY | {"embargoed": None}, empty_embargo="withhold").status == "withheld"
    assert read(STORY, empty_embargo="withhold").status == "usable"  # there is no such field


def test_an_empty_embargo_beside_an_end_is_over_at_that_end() -> None:
    story = STORY | {"embargoed": "", "embargo_until": "2024-06-02T10:00:00Z"}
    assert read(story, empty_embargo="withhold").embargo_until == datetime(2024, 6, 2, 10, tzinfo=UTC)


UNREADABLE = ["soon", "true", "TBC", "2024-13-45", "?", "yes", "[]", "next week"]
any_profile = st.fixed_dictionaries(
    {},
    optional={
        "zone": st.sampled_from(["Asia/Tokyo", "Pacific/Kiritimati"]),
        "embargo_zone": st.sampled_from(["Asia/Tokyo", "Pacific/Kiritimati"]),
        "empty_embargo": st.sampled_from(["", "none", "withhold"]),
        "placeholders": st.dictionaries(
            st.sampled_from(["headline", "editorial_note", "slugline", "byline", "credit", "usage_terms"]),
            st.lists(st.sampled_from(["embargoed until further notice", "tbc", "soon", ""]), max_size=3).map(tuple),
        ),
        "kinds": st.dictionaries(
            st.sampled_from(
                ["soon", "tbc", "embargoed", "withheld", "ferry resumes", "embargoed until further notice"]
            ),
            st.sampled_from(["new", "update", "correction", "advisory"]),
        ),
        "id": st.sampled_from(["", "headline", "slugline", "url"]),
        "format": st.sampled_from(["", "plain"]),
        "charset": st.sampled_from(["", "windows-1252"]),
    },
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    profile=any_profile,
    held=st.one_of(
        st.sampled_from(UNREADABLE).map(lambda said: {"embargoed": said}),
        st.sampled_from(["editorial_note", "credit", "usage_terms", "byline"]).map(
            lambda field: {field: "EMBARGOED UNTIL FURTHER NOTICE"}
        ),
        st.just({"status": "embargoed"}),
        st.just({"status": "withheld"}),
    ),
)
def test_no_profile_publishes_a_story_whose_embargo_cannot_be_read(profile: Any, held: dict[str, str]) -> None:
    assert read(STORY | held, **profile).status == "withheld"


# Placeholders


def test_a_placeholder_means_nothing() -> None:
    story = STORY | {"byline": "Desk  NEWS", "headline": "(no headline)", "keywords": ["x", "none"], "urgency": "0"}
    placeholders = {"byline": ("desk news",), "headline": ("(no headline)",), "keywords": ("none",), "urgency": ("0",)}
    article = read(story, placeholders=placeholders)
    assert (article.byline, article.headline, article.keywords) == ("", "The ferry sails again.", ("x",))
    assert not any("urgency: '0' is not" in note for note in article.notes)


def test_an_embargo_in_a_placeholder_still_counts() -> None:
    story = STORY | {"editorial_note": "EMBARGO"}
    assert read(story).status == "withheld"
    assert read(story, placeholders={"editorial_note": ("embargo",)}).status == "withheld"


# Kinds


@pytest.mark.parametrize(
    ("story", "status", "kind"),
    [
        ({"headline": "Rettelse: Ferry resumes"}, "usable", "correction"),
        ({"headline": "RETTELSE 2 - Ferry resumes"}, "usable", "correction"),
        ({"headline": "Rettelse ferry resumes"}, "usable", "new"),  # prose
        ({"slugline": "ferry", "genre": "Rettelse"}, "usable", "correction"),
        ({"keywords": ["rettelse"]}, "usable", "correction"),
        ({"editorial_note": "Stopp/Ferry"}, "canceled", "kill"),
        ({"status": "stopp"}, "canceled", "kill"),
        ({"status": "hast"}, "usable", "update"),  # unknown to all others: it would be withheld
        ({"status": "vent"}, "withheld", "new"),
        ({"status": "embargoed", "genre": "Hast"}, "withheld", "update"),
        ({"status": "canceled", "genre": "Hast"}, "canceled", "kill"),
        ({"headline": "Hast: Ferry", "genre": "Rettelse", "keywords": ["Stopp"]}, "canceled", "kill"),
    ],
)
def test_the_words_of_a_source_say_what_a_story_is(story: dict[str, Any], status: str, kind: str) -> None:
    kinds = {"rettelse": "correction", "stopp": "kill", "hast": "update", "vent": "withhold"}
    article = read(STORY | story, kinds=kinds)
    assert (article.status, article.kind) == (status, kind)


# Language, charset, format, rights


def test_language_and_rights_are_filled_in_where_a_story_says_none() -> None:
    known = {"language": "fr", "usage_terms": "Subscribers.", "copyright_holder": "Acme", "credit": "Acme/Photo"}
    article = read(STORY, **known)
    assert {name: getattr(article, name) for name in known} == known
    assert "usage_terms: none, taken from the profile of its source" in article.notes
    own = {"language": "de", "usage_terms": "All.", "copyright_holder": "Other", "credit": "Other"}
    article = read(STORY | own, **known)
    assert {name: getattr(article, name) for name in known} == own


def test_terms_of_a_profile_are_no_embargo_of_its_stories() -> None:
    assert read(STORY, usage_terms="Embargoed until further notice").status == "usable"


def test_bytes_are_read_in_the_charset_of_the_source() -> None:
    story = json.dumps(STORY | {"headline": "Привет"}, ensure_ascii=False)
    assert read(story.encode("windows-1251"), charset="windows-1251").headline == "Привет"
    assert read(story.encode(), charset="windows-1251").headline == "Привет"  # it is UTF-8 all the same
    with pytest.raises(Rejected):
        read(story.encode("windows-1251"))


def test_a_declared_charset_counts_more_than_the_profile_but_one_that_is_false_does_not() -> None:
    xml = '<?xml version="1.0" encoding="{}"?><rss version="2.0"><channel><item><guid>1</guid><title>Grüße на</title></item></channel></rss>'  # fmt: skip
    latin = xml.replace(" на", "").format("iso-8859-1").encode("latin-1")
    assert read(latin, charset="windows-1251").headline == "Grüße"
    false = xml.replace("Grüße", "Привет").format("utf-8").encode("windows-1251")
    assert read(false, charset="windows-1251").headline == "Привет на"


def test_one_bad_byte_does_not_make_a_text_of_utf8_another_one() -> None:
    text = "Zürich wählt\n\nDie Wähler und die Räte ".encode() + b"\xff.\n"
    assert read(text, format="text", charset="windows-1251").headline == "Zürich wählt"


def test_text_is_read_where_the_profile_says_so() -> None:
    article = read("[Ferry] resumes\n\nOSLO (Acme) - The ferry\nsails again.\n", format="text")
    assert (article.headline, article.format) == ("[Ferry] resumes", "text")
    assert article.body == "OSLO (Acme) - The ferry sails again."
    assert article.dateline == "OSLO (Acme)"
    with pytest.raises(Rejected, match="not a text"):
        read(b"PK\x03\x04\x00\x00\x00\x01\x02" * 20, format="text")
    assert read("KILL: ferry\n\nEDITORS: the story ferry is WITHDRAWN.", format="text").status != "usable"


def test_a_dialect_of_json_is_read_as_the_profile_says() -> None:
    story = {"uri": "u-1", "headline": "Ferry", "body_text": "It sails.", "text": "It sails.", "by": "A"}
    assert read(story).format == "json"
    assert read(story, format="ninjs").format == "ninjs"


# Ids


@pytest.mark.parametrize(
    ("shape", "guid", "kept"),
    [
        ("{}-v*", "urn:x:abc-v12", "urn:x:abc"),
        ("{}-v*", "urn:x-v1:abc-v12", "urn:x-v1:abc"),
        ("{}-v*", "urn:x:abc", "urn:x:abc"),
        ("{}-v*", "-v1", "-v1"),
        ("urn:x:*:{}", "urn:x:20240501:abc", "urn:x::abc"),
        ("urn:x:*:{}", "urn:y:20240501:abc", "urn:y:20240501:abc"),
        ("{}.xml", "abc.xml", "abc"),
        ("{}.xml", "abc.xml.gz", "abc.xml.gz"),
        ("a*b{}c*d", "a1b2c3d", "ab2"),
    ],
)
def test_a_shape_says_which_part_of_a_guid_stays_the_same(shape: str, guid: str, kept: str) -> None:
    assert shaper(shape)(guid) == kept


@given(st.text("ab:-v*", max_size=40))
def test_a_shaped_guid_is_never_empty(guid: str) -> None:
    assert bool(shaper("{}-v*")(guid)) == bool(guid)


def test_versions_with_guids_of_their_own_are_one_story_and_the_old_id_is_a_former_one() -> None:
    first, second = (read(STORY | {"guid": f"ferry-v{n}"}, id_shape="{}-v*") for n in (1, 2))
    assert first.id == second.id == article_id("acme", "ferry")
    assert second.former_ids == (article_id("acme", "ferry-v2"),)


def test_a_kill_of_another_item_names_the_story_by_its_shaped_guid() -> None:
    kill = {
        "uri": "kill-9-v1", "pubstatus": "canceled", "versioncreated": "2024-05-01T10:00:00Z", "headline": "Kill",
        "associations": {}, "kills": "ferry-v2",
    }  # fmt: skip
    links = read(
        STORY | {"guid": "b-v1", "links": [{"rel": "evolvedFrom", "guid": "ferry-v2"}]}, id_shape="{}-v*"
    ).links
    assert links == (Link("evolvedFrom", "ferry"),)
    assert read(kill, id_shape="{}-v*").guid in ("ferry", "kill-9")


def test_ids_of_address_slugline_or_headline() -> None:
    story = STORY | {"url": "https://a.example/ferry?v=2#x", "slugline": "Ferry  One"}
    assert read(story, id="url").guid == "https://a.example/ferry"
    assert read(story, id="slugline").guid == "slugline:2024-05-01:ferry one"
    assert read(story, id="headline").guid == "headline:2024-05-01:ferry resumes"
    assert read(STORY, id="url").guid == "a-1"  # it has no address


# Who gets which profile

BOUND = Profiles([
    Profile("acme", keys=("acme",), source="Acme", copyright_holder="Acme", usage_terms="Ours."),
    Profile("open", names=("Open Wire",), copyright_holder="Open"),
])  # fmt: skip


def parsed(story: dict[str, Any], source: str, feed: str) -> Article:
    (article,) = parse_all(Raw(json.dumps(story).encode(), RECEIVED, source, feed=feed), None, BOUND).articles
    return article


def test_items_of_a_bound_feed_are_kept_under_its_source_whatever_they_state() -> None:
    for source in ("", "Open Wire", "Reuters"):
        article = parsed(STORY | {"source": "Open Wire"}, source, "http:acme")
        assert (article.source, article.copyright_holder) == ("Acme", "Acme")
        assert article.id == article_id("Acme", "a-1")


def test_no_other_sender_gets_the_terms_of_a_bound_source() -> None:
    for source in ("", "acme", "Acme"):
        article = parsed(STORY | {"source": "acme"}, source, "http:blog")
        assert (article.copyright_holder, article.usage_terms) == ("", "")


def test_an_item_that_states_its_provider_gets_that_profile_where_the_feed_has_no_source() -> None:
    assert parsed(STORY | {"source": "open wire"}, "", "http:blog").copyright_holder == "Open"
    assert parsed(STORY | {"source": "open wire"}, "blog", "http:blog").copyright_holder == ""
