"""Recognizes the datelines that agencies begin a text with: takes a text, returns its dateline or what follows it."""

import re

LONGEST = 160  # characters
LONGEST_NOTE = 300

_CAPITAL = r"(?![a-zß-öø-ÿ])[^\W\d_]"
_PLACE = rf"(?:['’]s-)?{_CAPITAL}[\w .,'’/-]{{1,60}}?"
_DAY = (
    r"(?:\d{1,2}[.ºª]?\s(?:de\s)?[^\W\d_]{3,10}\.?(?:,?\s(?:de\s)?\d{4})?"  # 26 nov 2026, 26. Nov, 26 de novembro
    r"|[^\W\d_]{3,10}\.?\s\d{1,2}(?:,?\s\d{4})?)"  # Nov. 26, 2026
)
_IN_BRACKETS = r"\((?P<agency>[\w/ .&+-]{2,30})\)"
_NAME = r"(?P<agency>[A-ZÀ-ÞА-Я][\w-]{1,20}(?:\s[A-ZÀ-ÞА-Я][\w-]{1,15})?)"
_DASH = r"(?:_|=|-{1,2}|–|—)"
_DATELINES = (
    # LONDON, Nov 26 (Reuters) -    Madrid, 26 nov (EFE).-    Österreich/Wien (APA) –
    re.compile(rf"(?P<line>{_PLACE} ?{_IN_BRACKETS})(?: {_DASH} |\s?\. ?{_DASH} ?)"),
    re.compile(rf"(?P<line>{_PLACE} \((?P<agency>[A-Z][A-Za-z]{{1,7}})\)): "),  # Oslo (NTB):
    re.compile(rf"(?P<line>{_IN_BRACKETS} ?(?:{_DASH} )?{_PLACE}, {_DAY}) ?\.? ?{_DASH} "),  # (ANSA) - ROMA, 26 NOV -
    re.compile(rf"(?P<line>{_PLACE}, {_DAY}\.? /{_NAME}/)\.?(?: {_DASH})? "),  # MOSCOW, November 26. /TASS/.
    re.compile(rf"(?P<line>{_PLACE}, {_DAY},? {_NAME}) {_DASH} "),  # TOKYO, Nov. 26, Kyodo -
    re.compile(rf"(?P<line>{_PLACE}, {_DAY})(?P<agency>) ?\.? ?{_DASH} "),  # LONDON, Nov 26 -
)
# Said loosely, these may also begin a sentence: taken away only where the rest is then judged on its own.
_LOOSE = re.compile(
    rf"(?:{_CAPITAL}[\w .,'’/-]{{1,60}}?[ ,]{{1,2}})?\([\w/ .-]{{2,30}}\)\s?(?:_|\.?--?|–|—|:)\s{{0,2}}"  # (Reuters) -
    r"|[A-Z]{2,10}\s?\.-\s{1,2}"  # EFE.-
    r"|[^\W\d_][\w ,'’-]{1,40}\. ?/[A-Z]{3,12}/\. ?"  # MOSCOW, January 21. /TASS/.
    r"|[A-ZÀ-Ý][A-ZÀ-Ý .'’-]{2,30}(?:, [\w. ]{2,20})?\s(?:--|–|—|-|_)\s"  # LONDON, Ontario -
)

_NOTE_ABOVE = re.compile(rf"^\s*\([^()\n]{{1,{LONGEST_NOTE}}}\)\s*\n\s*")  # (ACTUALISE avec réaction)
# Each of them has a bracket, a slash, or a dash beside a space or a full stop.
_MAY_BE_ONE = re.compile(r"[(/]|[ .)][-–—_=]")


def dateline_of(text: str) -> str:
    """The dateline that a wire story's text begins with, such as ``LONDON (Reuters)``, or ""."""
    start = _NOTE_ABOVE.sub("", text[: 2 * LONGEST_NOTE])
    match = _match(start[:LONGEST].lstrip())
    return match["line"] if match else ""


def agency_of(text: str) -> str:
    """The agency that a text's dateline names, or ""."""
    match = _match(text[:LONGEST].lstrip())
    return match["agency"] if match else ""


def without_dateline(line: str) -> str:
    """A line without the dateline that it begins with, and without a second: ``(ANSA) - ROMA, 26 NOV -``."""
    for _ in range(2):
        start = line[:LONGEST]
        if not _MAY_BE_ONE.search(start) or not (match := _match(start) or _LOOSE.match(start)):
            break
        line = line[match.end() :]
    return line


def _match(start: str) -> "re.Match[str] | None":
    if not _MAY_BE_ONE.search(start):
        return None
    return next((match for pattern in _DATELINES if (match := pattern.match(start))), None)
