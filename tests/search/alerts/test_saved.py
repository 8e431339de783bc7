"""Saved searches: what is refused, and when a reader may be disturbed."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from search.alerts.saved import (
    Channel,
    QuietHours,
    SavedSearch,
    checked,
    due_at,
    parsed_query_of,
    read_search,
    with_alerts_to_come,
)
from search.visibility import sources_named
from tests.search.samples import START


def search(**fields: Any) -> SavedSearch:
    values: dict[str, Any] = {"query": {"q": "flood", "person": ["Xi Jinping", "Putin"]}, "changed_at": START}
    return SavedSearch(id="one", owner="ann", **({"name": "Floods"} | values | fields))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"query": {"q": "(flood"}}, "query: at character 1"),
        ({"zone": "Mars/Base"}, "zone: 'Mars/Base'"),
        ({"quiet": QuietHours("10 pm", "07:00")}, "quiet: write hours"),
        ({"channels": (Channel("mail", "ann"),)}, "mail: write an address"),
        ({"channels": (Channel("mail", "a@b\r\nBcc: c@d"),)}, "mail: write an address"),
        ({"channels": (Channel("webhook", "ftp://example.org"),)}, "webhook: write a URL"),
        ({"channels": (Channel("slack", "https://me:secret@example.org"),)}, "slack: write a URL"),
        ({"channels": (Channel("webhook", "https://example.org:99999/"),)}, "webhook: write a URL"),
        ({"channels": (Channel("push", "{}"),)}, "push: give the subscription"),
        ({"channels": (Channel("push", '{"endpoint": "https://[x"}'),)}, "push: give the subscription"),
        ({"name": "x" * 201}, "name: at most"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(fields: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong.replace("(", r"\(")):
        checked(search(**fields))


def test_a_search_is_read_back_as_it_was_written() -> None:
    one = search(channels=(Channel("mail", "ann@example.org"),), quiet=QuietHours("22:00", "07:00"))
    assert read_search(msgspec.json.encode(one)) == one
    with pytest.raises(ValueError, match=r"\$.channels"):
        read_search(msgspec.json.encode(one).replace(b'"mail"', b'"pigeon"'))


def test_a_search_whose_time_has_passed_is_saved_without_alerts_only() -> None:
    desk = (Channel("desk"),)
    for until in ("2020-01-01", "yesterday", "24h", "now"):
        past = search(query={"q": "flood", "until": until}, channels=desk, changed_at=datetime.now(UTC))
        with pytest.raises(ValueError, match="until: this time has passed"):
            with_alerts_to_come(past)
        quiet = msgspec.structs.replace(past, alert=False)
        assert with_alerts_to_come(quiet) == quiet
    ahead = search(query={"q": "flood", "until": "2099-01-01"}, channels=desk)
    assert with_alerts_to_come(ahead) == ahead


def test_hidden_stories_are_never_asked_for() -> None:
    query = parsed_query_of(search(query={"q": "flood", "hidden": "1", "limit": "9", "after": "x"}))
    assert (query.hidden, query.position) == (False, None)


def test_times_of_a_search_are_of_its_zone() -> None:
    query = parsed_query_of(search(query={"since": "2026-11-23", "until": "2026-11-23 14:00"}, zone="Europe/Prague"))
    assert (query.since, query.until) == (at("2026-11-23T00:00+01:00"), at("2026-11-23T14:00+01:00"))


def test_a_search_finds_only_what_is_there_for_its_owner() -> None:
    allowed = sources_named(["AP"], only=True)
    assert parsed_query_of(search(sources=allowed)).sources == allowed


def test_what_is_secret_in_a_channel_is_not_shown() -> None:
    assert Channel("slack", "https://hooks.slack.com/services/T0/B0/secret").label == "slack hooks.slack.com"
    assert Channel("push", '{"endpoint": "https://[x"}').host == "", "older releases took it"
    assert Channel("push", '{"endpoint":"https://push.example/secret"}').label == "push"
    assert Channel("mail", "ann@example.org").label == "mail ann@example.org"


@pytest.mark.parametrize(
    ("fields", "now", "due"),
    [
        ({}, "2026-11-26T23:30+01:00", "2026-11-26T23:30+01:00"),
        ({"quiet": QuietHours("22:00", "07:00")}, "2026-11-26T23:30+01:00", "2026-11-27T07:00+01:00"),
        ({"quiet": QuietHours("22:00", "07:00")}, "2026-11-27T06:59+01:00", "2026-11-27T07:00+01:00"),
        ({"quiet": QuietHours("12:00", "13:00")}, "2026-11-27T12:00+01:00", "2026-11-27T13:00+01:00"),
        ({"quiet": QuietHours("22:00", "07:00")}, "2026-11-27T07:00+01:00", "2026-11-27T07:00+01:00"),
        ({"digest": "hourly"}, "2026-11-26T12:00+01:00", "2026-11-26T13:00+01:00"),
        (
            {"digest": "hourly", "quiet": QuietHours("22:00", "07:00")},
            "2026-11-26T21:30+01:00",
            "2026-11-27T07:00+01:00",
        ),
        ({"digest": "daily"}, "2026-11-26T06:59+01:00", "2026-11-26T07:00+01:00"),
        ({"digest": "daily"}, "2026-11-26T07:00+01:00", "2026-11-27T07:00+01:00"),
        ({"digest": "daily"}, "2026-03-28T12:00+01:00", "2026-03-29T07:00+02:00"),  # the clocks go forward that night
    ],
)
def test_when_a_story_may_be_sent(fields: dict[str, Any], now: str, due: str) -> None:
    assert due_at(search(zone="Europe/Prague", **fields), at(now)) == at(due)
