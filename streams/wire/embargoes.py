"""Embargoes that stand only in words: editorial note, headline and first lines in, the embargo's end out.

A line counts only where it says so explicitly ("EMBARGOED UNTIL …", "Not for publication before …", "Sperrfrist: …"),
and its end only with a date, an hour and a zone. Anything less is not guessed: the story is then withheld.
"""

import re
from typing import NamedTuple

from streams.wire.times import Reading, read_time

OPENING_LINES = 6
LONGEST_LINE = 300

# At the start of a line or sentence: "the report was embargoed until …" is prose.
_EXPLICIT = re.compile(
    r"(?:^|[.:;!(\[*–-] ?)(?:STRICTLY |STRICT |UNDER )?(?:"
    r"(?:EMBARGO(?:ED)?(?: FOR (?:RELEASE|PUBLICATION|USE))?|HOLD FOR (?:RELEASE|PUBLICATION))\W{1,3}"
    r"(?:UNTIL|TILL|TO|FOR)\b(?P<end>.*)"
    r"|(?:EMBARGO|SPERRFRIST)\s?:(?P<end3>.*(?:\d[:.]\d\d|\d{4}-\d\d).*)"
    r"|(?:SOUS EMBARGO JUSQU|EMBARGAD[OA] HASTA|EMBARGO HASTA|SPERRFRIST BIS)(?P<end4>.*)"
    r"|NOT (?:FOR|TO BE) (?:PUBLIC )?(?:PUBLICATION|RELEASED?|PUBLISHED|USED?)(?: OR [A-Z]+)? (?:BEFORE|UNTIL)\b"
    r"(?P<end2>.*))",
    re.IGNORECASE,
)
_WORD = re.compile(r"embarg|sperrfrist|hold for|not (?:for|to be)", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:?\d{2}(?::?\d{2})?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})")
_HOUR = re.compile(
    r"\b(?:(?P<h>\d{1,2})[:.](?P<m>\d{2})|(?P<hm>\d{4})(?= ?(?:hrs|hours|h\b|[A-Z]{3,4}\b))"
    r"|(?P<hh>\d{1,2})(?= ?[ap]\.?m)|(?:12 ?)?(?P<noon>noon|midnight)) ?(?:hrs|hours|h\b)? ?(?P<ap>[ap]\.?m\.?)?",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"\b(?:GMT|UTC|BST|CEST|CET|MESZ|MEZ|EST|EDT|CST|CDT|MST|MDT|PST|PDT|JST|HKT|SGT|AEST|AEDT)\b|[+-]\d{2}:\d{2}"
)
_DAY = re.compile(
    r"\b(?P<d>\d{1,2})(?:st|nd|rd|th|ST|ND|RD|TH)?(?: of)? (?P<mon>[A-Z][a-z]{2,8}|[A-Z]{3,9})\.?,? (?P<y>\d{4})\b"
    r"|\b(?P<mon2>[A-Z][a-z]{2,8}|[A-Z]{3,9})\.? (?P<d2>\d{1,2})(?:st|nd|rd|th|ST|ND|RD|TH)?,? (?P<y2>\d{4})\b"
)


class Embargo(NamedTuple):
    """An embargo found in words. ``until`` is "" where its end cannot be read; ``line`` is what was found."""

    until: str
    line: str


def find_embargo(*texts: str) -> Embargo | None:
    """The first explicit embargo in the opening lines of these texts, or ``None``."""
    for text in texts:
        if not _WORD.search(text[: OPENING_LINES * LONGEST_LINE]):
            continue
        for line in text[: OPENING_LINES * LONGEST_LINE].split("\n")[:OPENING_LINES]:
            if match := _EXPLICIT.search(line[:LONGEST_LINE]):
                end = next((part for part in match.groupdict().values() if part), "")
                return Embargo(_end(end), match[0].strip(" .:;!([*–-"))
    return None


def _end(text: str) -> str:
    """The end as text that `read_time` reads in full, or ""."""
    if iso := _ISO.search(text):
        return iso[0]
    hour, zone, day = _HOUR.search(text), _ZONE.search(text), _DAY.search(text)
    if not hour or not zone or not day:
        return ""
    date = f"{day['d'] or day['d2']} {(day['mon'] or day['mon2'])[:3]} {day['y'] or day['y2']}"
    end = f"{date} {_clock(hour)} {zone[0]}"
    return end if read_time(end) == Reading(read_time(end).time, "") and read_time(end).time else ""


def _clock(hour: "re.Match[str]") -> str:
    if hour["noon"]:
        return "12:00" if hour["noon"].lower() == "noon" else "00:00"
    digits = hour["hm"]
    number, minute = (int(digits[:2]), digits[2:]) if digits else (int(hour["h"] or hour["hh"]), hour["m"] or "00")
    if hour["ap"]:
        number = number % 12 + (12 if hour["ap"].lower().startswith("p") else 0)
    return f"{number:02}:{minute}"
