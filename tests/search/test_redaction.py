from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from search.documents import source_of
from search.exports.tables import csv_row, json_line
from search.redaction import KEPT, filed_at, named, without_text
from search.store import Hit
from search.versions.history import KilledVersion
from streams.cli.hits import card
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
    unnamed = tombstone | {"slugline": "", "killed": killed and {**tombstone["killed"], "slugline": ""}}
    may_know = bool(killed) and known_by != ("", "")
    assert named(unnamed, hidden=False, shown=True) == ("", "Libel" if may_know else "")
    assert named(unnamed, hidden=False) == ("", "")
    assert named(tombstone, hidden=False, shown=True) == (known_by[0], "Libel" if may_know else "")


def test_a_kill_says_when_its_story_was_filed() -> None:
    made = int(START.timestamp() * 1000) << 20
    kill = source_of(document("x", 2, status="canceled", first_created=LATER))
    killed = msgspec.to_builtins(KilledVersion(made, "usable", "Libel"))
    assert filed_at(kill | {"killed": killed}, hidden=False) == START, "the killed version is older than the kill says"
    assert filed_at(kill, hidden=False) == LATER
    assert filed_at(kill | {"first_created": None, "killed": None}, hidden=True) is None
    secret = kill | {"killed": {**killed, "status": "withheld"}}
    assert (filed_at(secret, hidden=False), filed_at(secret, hidden=True)) == (None, START)
