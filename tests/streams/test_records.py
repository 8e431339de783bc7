import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import Rejected
from streams.records import Article, DeadLetter, EnrichedArticle, decode, encode, json_schemas
from streams.wire.article_ids import article_id, article_version

NOW = datetime(2025, 5, 8, 9, 30, tzinfo=UTC)
times = st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zone is given
statuses = st.sampled_from(["usable", "withheld", "canceled"])
kinds = st.sampled_from(["new", "update", "correction", "kill"])


def article(**changes):
    fields = {
        "id": "i", "source": "s", "guid": "g", "version": 1, "format": "ninjs",
        "version_created": NOW, "received_at": NOW, "headline": "H", "body": "B",
    }  # fmt: skip
    return Article(**{**fields, **changes})


@given(st.text(), st.text(), times)
def test_what_is_encoded_decodes_to_the_same(headline, body, created) -> None:
    original = article(headline=headline, body=body, version_created=created)
    assert decode(encode(original), Article) == original


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"version": "1"}, "$.version"),
        ({"status": "dead"}, "$.status"),
        ({"version_created": "2025-05-08T09:30:00"}, "$.version_created"),
        ({"needs": 99}, "schema version 99"),
    ],
)
def test_a_wrong_field_is_named(change, where) -> None:
    data = json.loads(encode(article())) | change
    with pytest.raises(Rejected) as refused:
        decode(json.dumps(data).encode(), Article)
    assert where in str(refused.value)


@pytest.mark.parametrize("data", [None, b"", b"{", b"\xff\xfe", b"[]", b"[" * 100_000])
def test_what_is_no_record_is_rejected(data) -> None:
    for kind in (Article, EnrichedArticle, DeadLetter):
        with pytest.raises(Rejected):
            decode(data, kind)  # type: ignore[type-var]  # the loop's variable is their common base


def test_no_python_path_travels() -> None:
    assert b"streams" not in encode(article())


@given(times, times, statuses, statuses, kinds, kinds)
def test_later_versions_win_whatever_they_are(one, two, status1, status2, kind1, kind2) -> None:
    if one < two - timedelta(milliseconds=1):
        assert article_version(one, status1, kind1, "9", "x") < article_version(two, status2, kind2, "1", "y")


def test_at_equal_times_a_kill_beats_a_correction_beats_a_usable_story() -> None:
    order = [("canceled", "kill"), ("withheld", "update"), ("usable", "correction"), ("usable", "update")]
    versions = [article_version(NOW, status, kind, "60", "x") for status, kind in order]  # type: ignore[arg-type]
    assert versions == sorted(versions, reverse=True)


@given(times, statuses, kinds, st.text(), st.text())
def test_versions_fit_elasticsearch(created, status, kind, number, content) -> None:
    assert 0 <= article_version(created, status, kind, number, content) < 2**63


def test_versions_do_not_depend_on_the_zone_they_were_written_in() -> None:
    berlin = NOW.astimezone(timezone(timedelta(hours=2)))
    assert article_version(NOW, "usable", "new", "", "x") == article_version(berlin, "usable", "new", "", "x")


def test_ids_keep_source_and_guid_apart() -> None:
    assert article_id("a", "b") != article_id("b", "a")
    assert len(article_id("a", "b")) == 32


def test_the_published_schemas_are_those_of_the_code() -> None:
    folder = Path(__file__).parents[2] / "docs" / "schemas"
    for name, schema in json_schemas().items():
        assert json.loads((folder / f"{name}.json").read_text()) == json.loads(json.dumps(schema)), "run: make schemas"
