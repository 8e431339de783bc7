"""What ``newswire searches`` refuses before it asks Kafka, and what it says of what it saves."""

import pytest
from click.testing import CliRunner

from streams.cli.audit import _print_alerts
from streams.cli.searches import searches
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
