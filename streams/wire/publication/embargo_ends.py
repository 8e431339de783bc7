"""Reads the end of an embargo: takes its text in lower case without accents, returns the latest moment it can mean.

What a wire leaves out never opens a story early: without a zone the hour must have passed everywhere, without an hour
the day must be over everywhere, a date that could be read in two ways is the later one. A weekday alone is the next
one, unless it may be the day of receipt itself. Whatever is not understood gives no end.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from streams.wire.publication.embargo_words import MONTHS, NOONS, TODAY, WEEKDAYS
from streams.wire.times import FURTHEST_ZONE, LAST_ZONE, LATEST_YEAR, ZONES

ZONE_HOURS = ZONES | {"et": -5, "ct": -6, "mt": -7, "pt": -8, "eastern": -5}
LONGEST = 400  # characters of one embargo
FIRST_YEAR = 1970  # what lies before is no year of an embargo but an hour: "27 NOV 1930"
OVER_FOR = 30  # days: a date without a year that is longer past means next year's
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_ISO = re.compile(r"\b(?P<y>\d{4})-(?P<b>\d{2})-(?P<a>\d{2})(?:t(?=\d)|\b)")
_DAY_FIRST = re.compile(
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|ª|°)?[ -](?:of |de |do )?(?P<mon>{_MONTH})\b\.?"
    r"(?:[ ,-]{1,2}(?:de |del |do )?(?P<y>\d{4}\b(?! ?(?:gmt|utc|hrs|h\b|uhr))|'\d\d\b))?"
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<mon>{_MONTH})\b\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d)"
    r"(?:,? (?P<y>\d{4}\b(?! ?(?:gmt|utc|hrs|h\b|uhr))|'\d\d\b))?"
)
_NUMBERS = re.compile(
    r"\b(?P<a>\d{1,2})[./-](?P<b>\d{1,2})[./-](?P<y>\d{4}|\d{2})\b(?!:)|\b(?P<a2>\d{1,2})/(?P<b2>\d{1,2})\b"
)
_GERMAN_DAY = re.compile(r"\b(?P<a>\d{1,2})\.(?P<b>\d{1,2})\.(?!\d)")
_CLOCK = re.compile(
    r"""
    \b (?:
        (?P<h>\d{1,2}) [:.h] (?P<m>\d{2}) (?: :\d{2} )? (?= \b | [a-z] )         # 00:01, 19.00, 21h00
      | (?P<hm>\d{4}) (?= \s? (?: hrs | hours | h\b | uhr | z\b | [(]? (?: ZONE ) \b ) )  # 0001 GMT
      | (?P<hh>\d{1,2})                                                          # 6 a.m., 18 Uhr
        (?= \s? (?: [ap][.]?\s?m\b | uhr | uur | h\b | hrs | heures? | horas? | o'clock | [(]? (?: ZONE ) \b ) )
      | (?: ore | alle | dalle | las | kl[.]? | klo ) \s (?P<ora>\d{1,2}) \b (?! [:.] \d )           # ore 18, a las 18
      | (?: 12 \s? )? (?P<noon> NOON ) \b
    )
    \s? (?: hrs | hours | h\b | uhr | uur | heures? | horas? | o'clock )? \s? (?P<ap>[ap][.]?\s?m\b[.]?)?
    \s? [(]? (?P<zone> (?: gmt | utc ) \s? [+-] \d{1,2} (?: :?\d{2} )? | (?: ZONE ) \b | [+-]\d{2}:?\d{2} )? [)]?
    """.replace("ZONE", "|".join(sorted(ZONE_HOURS, key=len, reverse=True))).replace("NOON", "|".join(NOONS)),
    re.VERBOSE,
)  # fmt: skip
_ANY_ZONE = re.compile(rf"\b(?:{'|'.join(sorted(ZONE_HOURS, key=len, reverse=True))})\b")
# What follows a date without a comma may be its year, or an evening's hour: "27 NOV 2000".
_HOUR_OR_YEAR = re.compile(rf"\b(?:{_MONTH})\b\.? (?P<y>(?:1[89]|2[0-3])[0-5][05])\b")
_OFFSET = re.compile(r"(?:gmt|utc)?\s?([+-])(\d{1,2})(?::?(\d{2}))?$")
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\b")
_TODAY = re.compile(rf"(?<!guten )\b(?:{'|'.join(TODAY)})\b")
_NOT_THIS_ONE = re.compile(
    r"\b(?:next|nachst\w{1,3}|prochaine?|volgende|prossim[ao]|proxim[ao]|week|woche|after|nach|apres)\b"
)


class _Clock(NamedTuple):
    hour: int
    minute: int
    offset: timedelta | None


def read_end(text: str, received: datetime) -> datetime | None:
    """The last moment that an embargo's text can mean, ``None`` where it is not surely understood."""
    days, rest = _days(text[:LONGEST], received)
    clocks, rest = _clocks(rest)
    if days is None or clocks is None or re.search(r"\d", rest):
        return None  # a number that was not understood could change everything
    days = days or _relative(rest, received)
    hours: list[_Clock | None] = [*clocks] or [None]
    moments = [_moment(day, clock) for day in days for clock in hours]
    if not clocks and (doubtful := _HOUR_OR_YEAR.search(text[:LONGEST])):
        without, _ = _days(text[:LONGEST].replace(doubtful[1], ""), received)
        clock = _Clock(int(doubtful[1][:2]), int(doubtful[1][2:]), None)
        moments += [_moment(day, clock) for day in without or ()]
    latest = max(moments, default=None)
    return latest if latest and latest.year >= FIRST_YEAR else None


def _moment(day: datetime, clock: _Clock | None) -> datetime:
    if clock is None:
        return day + timedelta(days=1, hours=LAST_ZONE)
    offset = clock.offset if clock.offset is not None else -timedelta(hours=LAST_ZONE)
    return day + timedelta(hours=clock.hour, minutes=clock.minute) - offset


def _days(text: str, received: datetime) -> tuple[list[datetime] | None, str]:
    """The days that a text names, each of a date's meanings, and the rest of the text; ``None`` for no such day."""
    days: list[datetime] = []
    for pattern in (_ISO, _DAY_FIRST, _MONTH_FIRST, _NUMBERS, _GERMAN_DAY):
        for match in pattern.finditer(text):
            parts = match.groupdict()
            year = _year(parts.get("y"))
            if parts.get("mon"):
                orders = [(MONTHS[parts["mon"]], int(parts["d"]))]
            else:
                first, second = int(parts["a"] or parts["a2"]), int(parts["b"] or parts["b2"])
                either = pattern is _NUMBERS and "." not in match[0]
                orders = [(second, first), (first, second)] if either else [(second, first)]
            found = [day for month, number in orders if (day := _day(year, month, number, received))]
            if not found:
                return None, text
            days += found
        text = pattern.sub(" ; ", text)
    return days, text


def _year(text: str | None) -> int | None:
    digits = (text or "").lstrip("'")
    return int(digits) + (2000 if len(digits) == 2 else 0) if digits else None  # noqa: PLR2004 - '26


def _day(year: int | None, month: int, number: int, received: datetime) -> datetime | None:
    make: Callable[[int], datetime] = lambda y: datetime(y, month, number, tzinfo=UTC)  # noqa: E731
    try:
        if year is not None:
            return make(year) if FIRST_YEAR <= year <= LATEST_YEAR else None
        day = make(received.year)
        return day if day > received - timedelta(days=OVER_FOR) else make(received.year + 1)
    except ValueError:
        return None


def _clocks(text: str) -> tuple[list[_Clock] | None, str]:
    """The hours that a text names, with their zones, and the rest of the text; ``None`` for no such hour."""
    zones = set(_ANY_ZONE.findall(text))
    only = ZONE_HOURS[next(iter(zones))] if len(zones) == 1 else None
    clocks: list[_Clock] = []
    for match in _CLOCK.finditer(text):
        hour, minute = _hour(match)
        if hour > 24 or minute > 59:  # noqa: PLR2004
            return None, text
        offset = _offset(match["zone"]) if match["zone"] else None
        if offset is None and only is not None and not match["zone"]:
            offset = timedelta(hours=only)
        clocks.append(_Clock(hour, minute, offset))
    return clocks, _ANY_ZONE.sub(" ", _CLOCK.sub(" ; ", text))


def _hour(match: "re.Match[str]") -> tuple[int, int]:
    if match["noon"]:
        return NOONS[match["noon"]], 0
    digits = match["hm"]
    hour = int(digits[:2]) if digits else int(match["h"] or match["hh"] or match["ora"])
    minute = int(digits[2:]) if digits else int(match["m"] or 0)
    if match["ap"] and hour <= 12:  # noqa: PLR2004
        hour = hour % 12 + (12 if match["ap"].startswith("p") else 0)
    return hour, minute


def _offset(zone: str) -> timedelta | None:
    if zone in ZONE_HOURS:
        return timedelta(hours=ZONE_HOURS[zone])
    match = _OFFSET.match(zone)
    if not match or int(match[2]) > FURTHEST_ZONE:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return -offset if match[1] == "-" else offset


def _relative(text: str, received: datetime) -> list[datetime]:
    """A weekday or "tomorrow" as the day it surely means, seen from where it is latest."""
    if _NOT_THIS_ONE.search(text):
        return []
    latest = received.astimezone(UTC) + timedelta(hours=FURTHEST_ZONE)
    latest = latest.replace(hour=0, minute=0, second=0, microsecond=0)
    earliest = received.astimezone(UTC) - timedelta(hours=LAST_ZONE)
    words, weekdays = set(_TODAY.findall(text)), {WEEKDAYS[word] for word in _WEEKDAY.findall(text)}
    if words and not weekdays:  # "Freitag morgen" is Friday morning
        return [latest + timedelta(days=max(TODAY[word] for word in words))]
    if words or len(weekdays) != 1:
        return []
    (weekday,) = weekdays
    if weekday in (earliest.weekday(), received.astimezone(UTC).weekday(), latest.weekday()):
        return []  # the day of receipt, or the same day a week later
    return [latest + timedelta(days=(weekday - latest.weekday()) % 7)]
