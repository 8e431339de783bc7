"""The agency that sends a story is none of those that it names."""

import pytest

from processors.entities.signatures import signatures
from processors.story_text import story_text


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("Shares rose, it said.\n REUTER\n", ["REUTER"]),
        ("Shares of Smith Corp. Reuter", ["Reuter"]),
        ("Head\n\nMOSCOW, March 3 (Reuters) - Shares rose. They fell.", ["MOSCOW, March 3 (Reuters) - "]),
        ("WASHINGTON (AP) — It rained.\n(AP)", ["WASHINGTON (AP) — ", "AP"]),
        ("It rained.\n--The Associated Press--", ["The Associated Press"]),
        ("He told Reuters.", []),
        ("Shares of Reuter rose, said an analyst of Reuters", []),
        ('It was "a lie" Tuesday', []),
        ("", []),
    ],
)
def test_an_agency_in_the_dateline_and_alone_at_the_end(text: str, signed: list[str]) -> None:
    assert [text[start:end] for start, end in signatures(text)] == signed
    assert story_text(text).text == text
