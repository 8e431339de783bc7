"""When a version counts as made: by its provider's clock, or by its receipt."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.articles import LOW_BITS
from search.versions.precedence import sign_of
from streams.records import Article, EnrichedArticle, document_of
from streams.wire import Raw, parse_all
from streams.wire.raw import ParseLimits
from tests.search.samples import annotated

RECEIVED = datetime(2026, 11, 26, 12, tzinfo=UTC)
EXAMPLE: dict[str, Any] = {"guid": "urn:x:1", "headline": "Talks", "body": "They talk."}


def read(received: datetime = RECEIVED, /, **fields: Any) -> Article:
    (article,) = parse_all(Raw(json.dumps(EXAMPLE | fields).encode(), received, source="wire"), ParseLimits()).articles
    return article


def counts_as(article: Article) -> datetime:
    return datetime.fromtimestamp((article.version >> LOW_BITS) / 1000, UTC)


@pytest.mark.parametrize(
    ("made", "counts", "by"),
    [
        ("2026-11-26T10:00:00Z", "2026-11-26T10:00:00Z", "provider"),
        ("2026-11-27T11:00:00Z", "2026-11-27T11:00:00Z", "provider"),  # a clock in another zone
        ("2026-11-27T13:00:00Z", "2026-11-26T12:00:00Z", "receipt"),
        ("2199-01-01T00:00:00Z", "2026-11-26T12:00:00Z", "receipt"),
        (None, "2026-11-26T12:00:00Z", "receipt"),
        ("soon", "2026-11-26T12:00:00Z", "receipt"),
        ("2026-11-26", "2026-11-26T00:00:00Z", "provider"),
        ("1995-03-01", "1995-03-01T00:00:00Z", "provider"),
    ],
)
def test_when_a_story_counts_as_made(made: str | None, counts: str, by: str) -> None:
    article = read(version_created=made) if made else read()
    assert (counts_as(article), article.ordered_by) == (datetime.fromisoformat(counts), by)


@pytest.mark.parametrize("act", [{"status": "canceled"}, {"kind": "correction"}])
@pytest.mark.parametrize(
    ("made", "counts"),
    [
        ("2026-11-26", "2026-11-26T12:00:00Z"),  # the receipt is earlier than the end of the day
        ("2026-11-25", "2026-11-25T23:59:59.999Z"),
        ("20261125", "2026-11-25T23:59:59.999Z"),
        ("25 Nov 2026", "2026-11-25T23:59:59.999Z"),
        ("2026-10", "2026-10-31T23:59:59.999Z"),
        ("2024", "2024-12-31T23:59:59.999Z"),
        ("2026-11", "2026-11-26T12:00:00Z"),
        ("2026-11-25T00:00:00Z", "2026-11-25T00:00:00Z"),  # it says the hour
    ],
)
def test_a_kill_or_correction_without_an_hour_comes_after_the_stories_of_its_day(
    act: dict[str, str], made: str, counts: str
) -> None:
    article = read(version_created=made, **act)
    assert counts_as(article) == datetime.fromisoformat(counts)
    assert article.version_created == read(version_created=made).version_created  # what is shown stays what was said


def test_a_kill_dated_with_the_day_alone_beats_the_story_of_that_morning() -> None:
    story = read(RECEIVED - timedelta(hours=2), version_created="2026-11-26T09:00:00Z")
    assert read(version_created="2026-11-26", status="canceled").version > story.version


DAYS = st.integers(-40_000, 80_000).map(lambda days: RECEIVED + timedelta(days=days, minutes=days % 1440))


@given(st.one_of(st.none(), DAYS, DAYS.map(datetime.date)), st.integers(-2000, 5000), st.booleans())
def test_nothing_counts_as_made_more_than_a_day_after_its_receipt(made: Any, days: int, kill: bool) -> None:
    received = RECEIVED + timedelta(days=days)
    fields = {"version_created": made.isoformat()} if made else {}
    article = read(received, **fields, **({"status": "canceled"} if kill else {}))
    assert counts_as(article) <= received + timedelta(days=1)
    document = document_of(EnrichedArticle(article, annotated(), received), received)
    sign = sign_of({name: getattr(document, name) for name in document.__struct_fields__})
    assert sign.order == article.version  # the store orders it as the ledger expects it
