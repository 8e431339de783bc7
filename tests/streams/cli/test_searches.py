"""What ``newswire searches`` refuses before it asks Kafka, and what it says of what it saves."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from rich.console import Console

from search.alerts.saved import Channel, SavedSearch
from streams.cli.audit import _print_alerts
from streams.cli.searches import command, searches
from streams.errors import NewswireError
from streams.operations.alert_audit import AlertReport
from streams.settings import settings


def test_a_search_that_rises_needs_a_channel_that_tells_somebody() -> None:
    for channel in ([], ["--desk"]):
        answer = CliRunner().invoke(searches, ["add", "Acme", "--entity", "Acme", "--rising", "3", *channel])
        assert isinstance(answer.exception, NewswireError)
        assert "give --mail" in str(answer.exception)


@pytest.mark.parametrize(
    ("channel", "setting", "value"),
    [
        (["--mail", "a@example.org"], "NEWSWIRE_ALERT_SMTP", "mail.example.org:25"),
        (["--webhook", "https://example.org/x"], "NEWSWIRE_ALERT_SECRET", "s" * 32),
    ],
)
def test_a_search_that_could_not_be_sent_is_saved_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, channel: list[str], setting: str, value: str
) -> None:
    monkeypatch.setattr("streams.alerts.searches.publish", lambda *_: None)
    for given in ("", value):
        monkeypatch.setenv(setting, given)
        settings.cache_clear()
        saved = CliRunner().invoke(searches, ["add", "Oil", "oil", *channel])
        assert saved.exit_code == 0, saved.output
        assert (f"set {setting}" in saved.stderr) is (not given)
        assert ("key for" in saved.stdout) is (bool(given) and "--webhook" in channel)
    settings.cache_clear()


def test_an_audit_says_that_only_stories_that_came_after_a_search_count(capsys: pytest.CaptureFixture[str]) -> None:
    _print_alerts(AlertReport(searches=5))
    _print_alerts(AlertReport(searches=1, matches=1))
    said = capsys.readouterr().out
    assert "5 saved searches alert; 0 stories that came after they were saved match (earlier ones do not alert)" in said
    assert "1 saved search alerts; 1 story that came after" in said


IDS = ("7f5783c998a88a1d7f5783c998a88a1d", "7f5700c998a88a1d7f5783c998a88a1d")


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two saved searches whose ids begin alike, and the ids of those that are removed."""
    when = datetime(2026, 11, 26, tzinfo=UTC)
    every = [
        SavedSearch(
            one, "somebody", f"Search {one[4]}", {"q": "flood OR " * 20 + "storm"}, when, channels=(Channel("desk"),)
        )
        for one in IDS
    ]
    monkeypatch.setattr("streams.alerts.searches.saved_searches", lambda _: every)
    removed: list[str] = []
    monkeypatch.setattr("streams.alerts.searches.withdraw", lambda _, search: removed.append(search))
    return removed


def test_no_id_is_cut_in_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch, saved: list[str]) -> None:
    monkeypatch.setattr(command, "console", lambda: Console(width=80))
    shown = CliRunner().invoke(searches, ["list"]).output
    assert all(one in shown for one in IDS)
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert not saved


def test_the_beginning_of_an_id_names_a_search_if_it_is_the_only_one(saved: list[str]) -> None:
    done = CliRunner().invoke(searches, ["remove", "7f578"])
    assert (done.output, saved) == ("Search 8 is removed\n", [IDS[0]]), done.exception
    for name, said in (("7f57", "2 saved searches"), ("7f5", "no saved search"), ("", "no saved search")):
        refused = CliRunner().invoke(searches, ["remove", name])
        assert said in str(refused.exception)
    assert saved == [IDS[0]]
