from datetime import UTC, datetime

import pytest

from search.documents import source_of
from search.store import Hit
from search.visible import KEPT, is_embargoed, without_text
from streams.cli.hits import card, csv_row, json_line
from tests.search.samples import document

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "until", "hidden"),
    [
        ("usable", None, False),
        ("usable", "2026-11-23T00:00:00Z", False),
        ("usable", "2026-11-25T00:00:00+00:00", True),
        ("withheld", None, True),
        ("canceled", None, False),
    ],
)
def test_what_may_not_be_read_yet(status, until, hidden) -> None:
    assert is_embargoed({"status": status, "embargo_until": until}, NOW) is hidden


def test_nothing_that_is_shown_of_it_tells_the_story() -> None:
    secret = source_of(
        document("secret", headline="Quisling resigns", body="Quisling will resign.", slugline="quisling")
    )
    kept = without_text(secret)
    assert kept.keys() == secret.keys()
    assert {name for name, value in kept.items() if value} <= KEPT
    hit = Hit("secret", 1.0, kept)
    shown = f"{json_line(hit)!r} {csv_row(hit)} {[str(line) for line in card(hit).renderables]}"
    assert "uisling" not in shown
