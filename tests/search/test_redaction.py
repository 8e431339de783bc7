from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from search.documents import source_of
from search.redaction import KEPT, is_embargoed, named, without_names, without_text
from search.store import Hit
from search.versions.history import Killed
from streams.cli.hits import card, csv_row, json_line
from tests.search.samples import START, document

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LATER = START + timedelta(hours=1)


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


@pytest.mark.parametrize(
    ("killed", "fields", "known_by", "with_right"),
    [
        (Killed(1, "usable", "Libel", "US-X"), {}, ("US-X", ""), ("US-X", "Libel")),
        (Killed(1, "usable", "Libel", ""), {"slugline": "KILL-X"}, ("KILL-X", ""), ("KILL-X", "Libel")),
        (None, {"slugline": "KILL-X"}, ("KILL-X", ""), ("KILL-X", "")),
        (Killed(1, "usable", "Libel", "US-X", START), {}, ("US-X", ""), ("US-X", "Libel")),  # its embargo was over
        (Killed(1, "usable", "Libel", "US-X", LATER), {"slugline": "KILL-X"}, ("", ""), ("US-X", "Libel")),
        (Killed(1, "withheld"), {"slugline": "KILL-X"}, ("", ""), ("KILL-X", "")),
        (None, {"slugline": "KILL-X", "embargo_until": LATER}, ("", ""), ("KILL-X", "")),
        (None, {}, ("", ""), ("", "")),
    ],
)
def test_a_kill_says_which_story_to_whom_it_may(killed, fields, known_by, with_right) -> None:
    tombstone = source_of(document("x", 2, status="canceled", **fields)) | {"killed": msgspec.to_builtins(killed)}
    assert named(tombstone, hidden=False) == known_by
    assert named(tombstone, hidden=True) == with_right
    seen = without_names(tombstone)
    assert seen["slugline"] == known_by[0]
    assert "Libel" not in str(seen)
