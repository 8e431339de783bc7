"""Embargoes and statuses in fields fail closed: every field, JSON type and format, and what must not be withheld."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.wire import Raw, parse_all
from streams.wire.publication.embargo_fields import Claim, hold, is_none, kind_of
from streams.wire.publication.statuses import read_status
from streams.wire.times import read_latest, read_time
from tests.corpora import CORPORA
from tests.streams.wire.publication.holding import (
    JSON_FIELDS,
    JSON_STATUSES,
    NINJS,
    PLAIN,
    RECEIVED,
    XML_FIELDS,
    XML_STATUSES,
    in_atom,
    in_g2,
    in_newsml1,
    in_nitf,
    in_rss,
    is_hidden,
    taken,
)

LATER = "2030-01-01T00:00:00Z"
HOLDING: list[Any] = [
    True, 1, 2, -1, 20300101, 203001010000, 1893456000, 1893456000000, 1e300, 0.5, "true", "yes", "YES", "1", "2", "x", "TBC", "Friday",
    "until Monday", "to be confirmed", "2030", "2030-01", "2030-01-01", LATER, "2030-01-01T00:00:00", "2030-01-01T00:00:00+99:00",
    "9999-12-31T23:59:59Z", "2199-13-45", [True], ["2030-01-01T00:00:00Z"], [None, "2030-01-01"], {"until": LATER}, {"until": None, "on": True},
    {"active": "true"}, [[["later"]]], [], {}, [[]], {"lifted": False}, {"lifted": None, "active": False}, "∞", "?", "𝟚𝟘𝟛𝟘", "{{embargo}}", "31.12.2030", "Tue, 01 Jan 2030 00:00:00 GMT", "1 January 2030 10:00 XYZ",
]  # fmt: skip
NONE: list[Any] = [
    None, False, "", " ", 0, 0.0, "0", "no", "No", "FALSE", "false", "none", "null", "n/a", "nein", "non", [None], [""], {"until": None, "active": False},
    "YYYYMMDD000000-HHMM", "YYYYMMDDTHHMMSSZ", "YYYY-MM-DDTHH:MM:SS", "CCYYMMDDTHHMMSS+HHMM", "yyyy-mm-dd", "dd/mm/yyyy", "TT.MM.JJJJ", "jj/mm/aaaa",
    "0000-00-00", "0000-00-00 00:00:00", "00000000T000000Z", "0001-01-01T00:00:00", "-", "--", "not embargoed",
]  # fmt: skip
NAMES = [
    "embargo", "embargoed", "embargo_until", "embargoUntil", "EMBARGO_UNTIL", "embargoeduntil", "embargoDate", "embargoExpirationDate",
    "dateEmbargo", "isEmbargoed", "sperrfrist", "sperrfristBis", "embargo-datum", "holdUntil", "notBefore", "doNotPublishBefore",
]  # fmt: skip
WORDS = ["on hold", "restricted", "spiked", "foo", "stat:foo", "usable?no", "withheld", "embargoed", "held", "not usable", "pre-release", "confidential",
         "gesperrt", "in review", "future", "draft", "private", "test", "x:y:z", "usable/held", "опубликовано", "http://cv.iptc.org/pubstatusg2/odd"]  # fmt: skip
FIT = ["usable", "Usable", "stat:usable", "http://cv.iptc.org/newscodes/pubstatusg2/usable", "published", "publish", "final", "approved",
       "released", "corrected", "updated", "new", "ok", "OK", "success", "live", "active", "complete"]  # fmt: skip
NO_TEXT: list[Any] = [
    True,
    False,
    0,
    1,
    2.5,
    404,
    ["withheld"],
    ["usable"],
    {"name": "withheld"},
    {"name": "usable"},
    [None],
    [[]],
    10**30,
]
JSON_FORMATS = sorted(JSON_FIELDS)
XML_FORMATS = sorted(XML_FIELDS)


@pytest.mark.parametrize(
    ("where", "name"),
    [(where, name) for where in JSON_FORMATS for name in (NAMES if where in ("plain", "ninjs 1") else NAMES[:4])],
)
def test_no_value_of_an_embargo_field_is_published_unless_it_says_none(where: str, name: str) -> None:
    for value in HOLDING:
        article = taken(JSON_FIELDS[where](name, value))
        assert is_hidden(article), value
        assert article.embargo_until or any("end is not known" in note for note in article.notes)
    for value in NONE:
        assert not is_hidden(taken(JSON_FIELDS[where](name, value))), value


@pytest.mark.parametrize("where", XML_FORMATS)
@pytest.mark.parametrize(
    "name", ["embargo", "embargoed", "embargoUntil", "EMBARGO_UNTIL", "embargo-date", "sperrfrist", "notBefore"]
)
def test_the_same_in_xml(where: str, name: str) -> None:
    if name == "notBefore" and ("property" in where or "meta" in where or "extension" in where):
        return  # a pair's name must speak of an embargo
    for value in HOLDING:
        if isinstance(value, str) and value.strip():
            assert is_hidden(taken(XML_FIELDS[where](name, value))), value
    for value in NONE:
        if isinstance(value, str) and (value.strip() or name != "embargoed"):
            assert not is_hidden(taken(XML_FIELDS[where](name, value))), value


@pytest.mark.parametrize(
    "name",
    [
        "embargo_level",
        "embargoedReason",
        "embargoStatus",
        "embargo_set_at",
        "embargoedAt",
        "x-embargo-by",
        "MyEmbargoThing",
    ],
)
def test_a_field_that_speaks_of_an_embargo_and_is_not_known_withholds_whatever_it_says(name: str) -> None:
    for value in ["2020-01-01T00:00:00Z", "2", "Budget", 3, True, {"a": 1}]:
        assert taken(PLAIN | {name: value}).status == "withheld"
        with_end = taken(PLAIN | {name: value, "embargo_until": LATER})
        assert (with_end.status, with_end.embargo_until) == ("usable", datetime(2030, 1, 1, tzinfo=UTC))
    for none in (None, "", False, "no"):
        assert not is_hidden(taken(PLAIN | {name: none}))


def test_an_embargo_that_is_not_lifted_holds_and_one_that_is_does_not() -> None:
    value: Any
    for value in (False, 0, "no", "pending"):
        assert is_hidden(taken(PLAIN | {"embargoLifted": value}))
        assert is_hidden(taken(PLAIN | {"unembargoed": value}))
    for value in (True, 1, "yes", None, ""):
        assert not is_hidden(taken(PLAIN | {"embargoLifted": value}))
        assert not is_hidden(taken(PLAIN | {"noEmbargo": value}))


@pytest.mark.parametrize(
    "field",
    ["isDraft", "draft", "hold", "on_hold", "withheld", "doNotPublish", "scheduled", "unpublished", "confidential"],
)
def test_a_flag_that_holds_a_story_back_withholds(field: str) -> None:
    assert is_hidden(taken(PLAIN | {field: True}))
    assert is_hidden(taken(PLAIN | {field: "yes"}))
    assert not is_hidden(taken(PLAIN | {field: False}))


def test_a_story_that_is_said_not_to_be_published_is_withheld() -> None:
    assert is_hidden(taken(PLAIN | {"published": False}))
    assert is_hidden(taken(PLAIN | {"isPublished": False}))
    for field in ("isPublished", "released", "approved", "ready"):
        assert all(is_hidden(taken(PLAIN | {field: value})) for value in (False, "false", "no", 0))
        assert not any(is_hidden(taken(PLAIN | {field: value})) for value in (True, "yes", "2026-11-20", None, ""))
    assert not is_hidden(taken(PLAIN | {"isPublished": True}))
    assert is_hidden(taken(in_rss("<app:control><app:draft>yes</app:draft></app:control>")))
    assert is_hidden(taken(in_atom("<app:control><app:draft>yes</app:draft></app:control>")))
    assert not is_hidden(taken(in_atom("<app:control><app:draft>no</app:draft></app:control>")))


def test_a_time_of_release_holds_only_what_it_lies_behind() -> None:
    for name in ("releaseAt", "release_date", "publish_at", "availableFrom"):
        assert taken(PLAIN | {name: LATER}).embargo_until == datetime(2030, 1, 1, tzinfo=UTC)
        assert taken(PLAIN | {name: "2026-11-27T10:00:00"}).embargo_until == datetime(2026, 11, 27, 22, tzinfo=UTC)
        for value in ("2026-11-20", "2026-11-20T07:00:00Z", "Spring 2031", True, None, {"film": LATER}):
            assert not is_hidden(taken(PLAIN | {name: value}))
    assert is_hidden(taken(in_rss(f"<dcterms:available>{LATER}</dcterms:available>")))
    assert is_hidden(taken(in_rss(f"<prism:embargoDate>{LATER}</prism:embargoDate>")))


def test_nitf_holds_until_its_release_and_not_for_a_template_that_was_never_filled_in() -> None:
    assert not is_hidden(taken(in_nitf('<date.release norm="YYYYMMDD000000-HHMM"/>')))
    assert not is_hidden(taken(in_nitf('<date.release norm="20261120"/>')))
    assert is_hidden(taken(in_nitf('<date.release norm="soon"/>')))
    assert taken(in_nitf('<date.release norm="20261127T100000"/>')).embargo_until == datetime(
        2026, 11, 27, 22, tzinfo=UTC
    )


def test_what_surrounds_several_items_holds_them_all_and_what_is_in_one_only_that() -> None:
    items = [PLAIN | {"guid": "a", "embargo": True}, PLAIN | {"guid": "b"}]
    parsed = parse_all(Raw(json.dumps({"items": items}).encode(), RECEIVED)).articles
    assert [is_hidden(article) for article in parsed] == [True, False]
    feed = in_rss().replace("</item>", "</item><item><title>B</title><guid>2</guid><embargo>true</embargo></item>")
    assert [is_hidden(a) for a in parse_all(Raw(feed.encode(), RECEIVED)).articles] == [False, True]


def test_a_member_of_a_story_under_embargo_is_under_it_too() -> None:
    member = NINJS | {"uri": "member"}
    found = parse_all(
        Raw(json.dumps(NINJS | {"embargo": True, "associations": {"a": member}}).encode(), RECEIVED)
    ).articles
    assert [is_hidden(article) for article in found] == [True, True]
    found = parse_all(
        Raw(json.dumps(NINJS | {"associations": {"a": member | {"embargo": True}}}).encode(), RECEIVED)
    ).articles
    assert [is_hidden(article) for article in found] == [False, True]


@pytest.mark.parametrize("where", sorted(JSON_STATUSES))
def test_a_status_that_is_not_known_or_no_text_withholds_and_says_so(where: str) -> None:
    for value in [*WORDS, *NO_TEXT]:
        article = taken(JSON_STATUSES[where](value))
        assert article.status == "withheld", value
        assert value in ("withheld", "embargoed") or any("status" in note for note in article.notes), value
    for value in [*FIT, None, "", [], {}, 200]:
        assert taken(JSON_STATUSES[where](value)).status == "usable", value
    assert taken(JSON_STATUSES[where]("stat:canceled")).status == "canceled"


@pytest.mark.parametrize("where", sorted(XML_STATUSES))
def test_the_same_of_a_status_in_xml(where: str) -> None:
    for value in WORDS:
        assert taken(XML_STATUSES[where](value)).status == "withheld", value
    for value in FIT:
        assert taken(XML_STATUSES[where](value)).status == "usable", value
    assert taken(XML_STATUSES[where]("stat:canceled")).status == "canceled"


@pytest.mark.parametrize(
    "message",
    [
        {"status": "ok", "totalResults": 1, "articles": [PLAIN]},
        {"status": "partial", "articles": [PLAIN]},
        {"status": True, "articles": [PLAIN]},
        {"status": 200, "data": PLAIN},
        PLAIN | {"comment_status": "closed"},
        PLAIN | {"state": "Texas", "visibility": "public"},
        PLAIN | {"subjects": [{"name": "Embargo", "code": "x:1"}], "keywords": ["embargo"], "tags": [{"type": "embargo", "name": "x"}]},
        PLAIN | {"slugline": "CUBA-EMBARGO"},
        NINJS | {"subject": [{"name": "embargo", "value": "x"}]},
        in_g2(content='<subject qcode="x:embargo" type="x:embargo"><name>Embargo</name></subject>'),
        in_nitf('<key-list><keyword key="embargo"/></key-list>'),
        in_rss("<category>Embargo</category>"),
        in_rss('<media:status state="blocked"/>'),
        in_rss("<x:embargo/>"),
        in_newsml1(""),
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_published(message: Any) -> None:
    assert not is_hidden(taken(message))


def test_an_order_in_a_field_of_orders_withholds() -> None:
    for field in ("flags", "instructions", "priority", "usage", "lifecycle"):
        for order in ("embargo", "EMBARGOED", "do not use", ["legal", "on hold"]):
            assert is_hidden(taken(PLAIN | {field: order}))
        assert not is_hidden(taken(PLAIN | {field: ["urgent", "embargo on Cuba"]}))
    assert is_hidden(taken(PLAIN | {"category": "EMBARGOED"}))
    assert not is_hidden(taken(PLAIN | {"category": "Embargo"}))
    assert is_hidden(taken(in_rss("<category>EMBARGOED</category>")))


def test_what_an_odd_status_element_says_counts_too() -> None:
    assert is_hidden(taken(in_g2(status='<pubStatus qcode="stat:usable">withheld</pubStatus>')))
    assert is_hidden(taken(in_g2(status='<pubstatus qcode="stat:withheld"/>')))
    assert is_hidden(taken(in_g2(status="<pubStatus/>")))
    assert is_hidden(taken(in_newsml1('<Status FormalName=""/>')))


def test_names_with_accents_and_of_other_words_are_known() -> None:
    for name in ("embárgo", "ＥＭＢＡＲＧＯ", "restricted_until", "publishable_from"):
        assert is_hidden(taken(PLAIN | {name: LATER})), name


def test_signals_of_an_embargo_withhold() -> None:
    for signal in ("sig:embargo", "sig:embargoed", "HOLD", "do-not-use"):
        assert taken(in_g2(f'<signal qcode="{signal}"/>')).status == "withheld"
        assert taken(PLAIN | {"signals": [signal]}).status == "withheld"
    assert not is_hidden(taken(in_g2('<signal qcode="sig:embargolifted"/>')))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)))  # fmt: skip
def test_any_value_is_none_or_a_time_or_withholds(value: Any) -> None:
    held = hold([Claim("embargo", value)], RECEIVED)
    assert is_none(value) or held.withheld or held.until is not None
    assert not (held.withheld and held.until)
    assert read_status(value).status in ("", "usable", "withheld", "canceled")


@given(st.text(max_size=20), st.text(max_size=20))
def test_every_name_that_holds_the_word_is_seen(before: str, after: str) -> None:
    assert kind_of(f"{before}embargo{after}")
    assert kind_of(f"{before}EMBARGO_{after}")


FORMS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d", "%Y%m%d", "%d.%m.%Y %H:%M", "%d %b %Y", "%Y"]


@given(st.integers(10**8, 69 * 10**8), st.sampled_from(FORMS), st.integers(-12, 14))
def test_no_time_opens_before_it_has_passed_wherever_it_was_written(seconds: int, form: str, zone: int) -> None:
    time = datetime.fromtimestamp(seconds, UTC)
    written = time.strftime(form)
    latest = read_latest(written).time
    assert latest is not None
    assert latest >= time.replace(second=0) - timedelta(hours=zone)
    assert latest >= (read_time(written).time or latest)


@pytest.mark.corpus
@pytest.mark.servers
@pytest.mark.skipif(not (CORPORA / "articles").is_dir(), reason=f"no articles in {CORPORA}; set NEWSWIRE_CORPORA")
@pytest.mark.parametrize("name", ["reuters21578", "wire_dev"])
def test_no_real_story_is_wrongly_withheld_held_back_or_killed(name: str) -> None:
    with gzip.open(CORPORA / "articles" / f"{name}.jsonl.gz") as rows:
        for row in rows:
            (article,) = parse_all(Raw(row, RECEIVED)).articles
            assert (article.status, article.embargo_until) == ("usable", None), article.headline
            assert article.kind != "kill", article.headline
