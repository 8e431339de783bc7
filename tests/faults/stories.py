"""Stories for a fault run: seeded, with updates, corrections, kills and embargoes, in any order of arrival.

Gives the lines to feed and, worked out here and not by the code under test, what must stand in the index at the end.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

START = datetime(2025, 1, 30, tzinfo=UTC)  # near the end of a month: updates cross it
PEOPLE = ("Angela Merkel", "Barack Obama", "Shinzo Abe", "Theresa May", "Justin Trudeau", "Narendra Modi")
PLACES = ("Berlin", "Ottawa", "Tokyo", "London", "New Delhi", "Brussels")
DEEDS = ("praised", "criticized", "backed", "denounced", "welcomed", "rejected")
THEMES = ("the trade deal", "the climate plan", "the border policy", "the new tariffs", "the ceasefire proposal")
MOST_VERSIONS = 4


@dataclass(frozen=True)
class Expected:
    """What must stand in the index for a story."""

    guid: str
    version_created: str
    status: str
    headline: str
    body: str
    versions: int


def _version(rng: random.Random, guid: str, number: int, created: datetime, *, last: bool) -> dict[str, str]:
    person, deed, theme, place = (rng.choice(words) for words in (PEOPLE, DEEDS, THEMES, PLACES))
    story = {
        "guid": guid,
        "headline": f"{person} in {place} on {theme}",
        # Every version has words of its own, so that nothing that grows with the vocabulary is spared.
        "body": f"{person} {deed} {theme} in {place} on Monday. It was case {guid[6:]}-{number}.",
        "first_created": START.isoformat(),
        "version_created": (created + timedelta(minutes=37 * number)).isoformat(),
        "status": "usable",
    }
    if last and rng.random() < 0.08:
        return story | {"status": "canceled", "headline": "", "body": "This story is withdrawn."}
    if last and rng.random() < 0.05:
        return story | {"embargo_until": "2199-01-01T00:00:00Z"}
    return story


def make(articles: int, seed: int) -> tuple[list[bytes], list[Expected]]:
    """``articles`` lines in a shuffled order, some of them twice, and what must come of them."""
    rng = random.Random(seed)
    rows: list[dict[str, str]] = []
    expected: list[Expected] = []
    while len(rows) < articles:
        guid, count = f"story-{len(expected)}", min(rng.choice((1, 1, 1, 2, 3, MOST_VERSIONS)), articles - len(rows))
        created = START + timedelta(minutes=rng.randrange(60 * 48))
        versions = [_version(rng, guid, n, created, last=n == count - 1) for n in range(count)]
        newest = versions[-1]
        killed = newest["status"] == "canceled"
        headline, body = ("", "") if killed else (newest["headline"], newest["body"])
        expected.append(Expected(guid, newest["version_created"], newest["status"], headline, body, count))
        rows += versions
    lines = [json.dumps(row).encode() for row in _mix(rows, rng)]
    again = rng.sample(lines, len(lines) // 50)  # agencies send twice
    for line in again:
        lines.insert(rng.randrange(len(lines)), line)
    return lines, expected


def _mix(rows: Sequence[dict[str, str]], rng: random.Random, within: int = 60) -> list[dict[str, str]]:
    """The rows a little out of order, so that versions overtake each other."""
    return [rows[n] for n in sorted(range(len(rows)), key=lambda n: n + rng.uniform(0, within))]
