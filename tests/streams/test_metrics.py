"""Metrics: what they are called, and that nothing from outside makes new ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import metrics
from streams.metrics_page import page
from tests.integration.pipeline import ROOT


@pytest.fixture(autouse=True)
def none_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_reasons", set())


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("JSON: Input data was truncated", "JSON"),
        ("no text: neither a headline nor a body", "no text"),
        ("body of 300000 characters, more than", "body of"),
        ("'evil name' is no date", "other"),
        ("", "other"),
        ("one two three four five six seven eight", "one two three four five six"),
    ],
)
def test_reasons_are_the_words_before_what_varies(message: str, reason: str) -> None:
    assert metrics.reason_of(message) == reason


def test_reasons_are_bounded() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    reasons = {metrics.reason_of(f"{a}{b}: no") for a in letters for b in letters}
    assert len(reasons) == metrics.MOST_REASONS + 1


@given(st.text())
def test_any_message_has_a_short_plain_reason(message: str) -> None:
    reason = metrics.reason_of(message)
    assert 0 < len(reason) <= 80
    assert reason.replace(" ", "").replace("-", "").isalpha()


def test_the_page_is_true() -> None:
    assert (ROOT / "docs/metrics.md").read_text() == page(), "make metrics"
