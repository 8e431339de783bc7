"""The words of an embargo's line: takes a line in lower case without accents, returns its words and numbers.

`fits` says whether a word is one of those that embargoes and times are written in; whatever else is there is prose.
"""

import re
from typing import NamedTuple

from streams.wire.publication import embargo_words as words
from streams.wire.publication.any_of import AnyOf
from streams.wire.publication.embargo_zones import LETTERS, without_places
from streams.wire.publication.time_words import HOURS, MONTHS, NOONS, PARTS, TODAY, WEEKDAYS

MARKS = frozenset('.:;!?()[]{}<>*|=/"«»“”–—-#>~^_')
_WITHIN = frozenset(",'’‘&+@")  # what stands within a phrase, and begins none
_MEASURES = frozenset("$€£¥₩₹%‰°§№#")  # which say something of a figure beside them, and nothing of a word
WORD = re.compile(r"[^\W\d_\u2460-\u249b][^\W_]*(?:'[^\W\d_]+)*")  # figures in circles are none of its letters
_TOKEN = re.compile(
    r"\d{4}-\d\d?-\d\d?(?:t\d\d(?::?\d\d)*(?:\.\d+)?(?:z|[+-]\d\d(?::?\d\d)?)?)?\b"  # 2026-11-30T06:00+01:00
    r"|\d{1,2}-\d{1,2}-\d{2,4}\b|\d{1,2}-[^\W\d_]{3,}-\d{2,4}\b"  # 30-11-2026, 30-Nov-2026
    rf"|\d[\w:./+'°]*|[ap]\.\s?m\b\.?|{WORD.pattern}|[^\w\s]|_"
)
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_CLOCK = re.compile(
    r"\d{1,2}[:.h]\d{2}|\d{1,2}h$|\d{1,2}(?:am|pm)$|\d{4}(?:z|gmt|utc|h|hrs|uhr)$|0\d[0-5]\d$"
    r"|\d{4}-?\d\d?-?\d\d?t\d\d|\d{6}z"
)
_DATE = re.compile(
    r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|20\d\d[01]\d[0-3]\d(?:t|$)|\d{1,2}[./]\d{1,2}(?:[./]|$)|\d{1,2}-\d{1,2}-\d|\d{1,2}日$"
    rf"|\d{{1,2}}[-./]?(?:{_MONTH})(?:[-./]?\d{{2,4}})?$"
)
_VOCABULARY = (
    words.FILLERS | words.UNDER | words.STRICT | words.UNTIL | words.ENDS | HOURS | PARTS | words.EVENTS | words.NOUNS
    | words.HELD | MONTHS.keys() | WEEKDAYS.keys() | TODAY.keys() | NOONS.keys() | LETTERS | words.ADDRESSES
    | words.BEFORE | words.STORY | words.MOVED
)  # fmt: skip
DECORATION = "*"  # which stands for any symbol
_BULLETS = frozenset("•·∙●・◦‣")  # these may also stand between the parts of a list
A_ZONE = "z"  # which stands for a place's time
_HELD_PHRASE = re.compile(rf"(?<![^\W_])(?:{'|'.join(words.HELD_PHRASES)})\b")
_HELD_PHRASES = AnyOf(words.HELD_PHRASES)


class Token(NamedTuple):
    """A word, number or mark of a line, and where it stands."""

    text: str
    start: int
    end: int


def tokens_of(low: str) -> list[Token]:
    """The words, numbers and marks of a line. A place's time is one word, and so is a phrase like "hold until"."""
    held = _HELD_PHRASES.is_in(low)
    joined = _HELD_PHRASE.sub(lambda match: "embargoed".ljust(len(match[0])), low) if held else low
    joined = without_places(joined, lambda match: A_ZONE * len(match[0]))
    return [Token(_bare(match), match.start(), match.end()) for match in _TOKEN.finditer(joined)]


def has_held_phrase(low: str) -> bool:
    """Whether a line has a phrase like "hold until"."""
    return _HELD_PHRASES.is_in(low) and _HELD_PHRASE.search(low) is not None


def _bare(match: "re.Match[str]") -> str:
    word = match[0]
    if len(word) == 1 and not word.isalnum():
        return _mark(match)
    return A_ZONE if word.startswith(A_ZONE * 2) else word.rstrip(".:/'") or word


def _mark(match: "re.Match[str]") -> str:
    """A mark; one that only decorates a line (a bullet, a star, an arrow, an emoji) is a star."""
    mark = match[0]
    if mark in MARKS or mark in _WITHIN:
        return mark
    if mark in _BULLETS:
        return "|"
    beside = match.string[match.start() - 1 : match.start()], match.string[match.end() : match.end() + 1]
    return mark if mark in _MEASURES and any(map(str.isdigit, beside)) else DECORATION


def fits(token: Token) -> bool:
    """Whether a word may stand in an embargo."""
    text = token.text
    return text in _VOCABULARY or text in MARKS or text in _WITHIN or text[0].isdigit()


def has_clock(window: list[Token]) -> bool:
    """Whether one of the words is an hour."""
    texts = [token.text for token in window]
    for number, text in enumerate(texts):
        if text in NOONS:
            return True
        if not text[0].isdigit():
            continue
        following = next((t for t in texts[number + 1 : number + 3] if t != "("), "")
        unit = following in HOURS or following in LETTERS or following.startswith(("a.", "p."))
        if _CLOCK.match(text) or (text.isdigit() and unit):
            return True
    return False


def has_date(window: list[Token]) -> bool:
    """Whether one of the words is a date, or two of them are a day and a month."""
    texts = [token.text for token in window if token.text not in (".", ",")]
    pairs = zip(texts, [*texts[1:], ""], strict=False)
    return any(
        _DATE.match(first)
        or (first[0].isdigit() and second in MONTHS)
        or (first in MONTHS and second[:1].isdigit())
        or (first[0].isdigit() and second == "de")
        for first, second in pairs
    )


def has_day(window: list[Token]) -> bool:
    """Whether one of the words is a weekday, or "tomorrow"."""
    return any(token.text in WEEKDAYS or token.text in TODAY for token in window)


def has_time(window: list[Token]) -> bool:
    """Whether the words have an hour, a date or a day."""
    return has_clock(window) or has_date(window) or has_day(window)
