from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from search.documents import source_of
from search.redaction import KEPT, named, without_text
from search.store import Hit
from search.versions.history import KilledVersion
from streams.cli.hits import card, csv_row, json_line
from tests.search.samples import START, document

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LATER = START + timedelta(hours=1)


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


@pytest.mark.parametrize(
    ("killed", "fields", "known_by", "with_right"),
    [
        (KilledVersion(1, "usable", "Libel", "US-X"), {}, ("US-X", ""), ("US-X", "Libel")),
        (KilledVersion(1, "usable", "Libel", ""), {"slugline": "KILL-X"}, ("KILL-X", ""), ("KILL-X", "Libel")),
        (None, {"slugline": "KILL-X"}, ("KILL-X", ""), ("KILL-X", "")),
        (
            KilledVersion(1, "usable", "Libel", "US-X", START),
            {},
            ("US-X", ""),
            ("US-X", "Libel"),
        ),  # its embargo was over
        (KilledVersion(1, "usable", "Libel", "US-X", LATER), {"slugline": "KILL-X"}, ("", ""), ("US-X", "Libel")),
        (KilledVersion(1, "withheld"), {"slugline": "KILL-X"}, ("", ""), ("KILL-X", "")),
        (None, {"slugline": "KILL-X", "embargo_until": LATER}, ("", ""), ("KILL-X", "")),
        (None, {}, ("", ""), ("", "")),
    ],
)
def test_a_kill_says_which_story_to_whom_it_may(killed, fields, known_by, with_right) -> None:
    tombstone = source_of(document("x", 2, status="canceled", **fields)) | {"killed": msgspec.to_builtins(killed)}
    assert named(tombstone, hidden=False) == known_by
    assert named(tombstone, hidden=True) == with_right
