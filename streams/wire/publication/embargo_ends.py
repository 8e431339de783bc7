"""Reads the end of an embargo: takes its text in lower case without accents, returns the latest moment it can mean.

What a wire leaves out never opens a story early: without a zone the hour must have passed everywhere, without an hour
the day must be over everywhere, a date that could be read in two ways is the later one. A weekday alone is the next
one, unless it may be the day of receipt itself. Whatever is not understood gives no end.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from streams.wire.publication.embargo_zones import NAMES, with_marks, zone_of
from streams.wire.publication.time_words import MONTHS, NOONS, TODAY, WEEKDAYS
from streams.wire.times import LAST_ZONE, LATEST_YEAR, at_latest
from streams.wire.zones import FURTHEST_ZONE

LONGEST = 400  # characters of one embargo
FIRST_YEAR = 1970  # what lies before is no year of an embargo but an hour: "27 NOV 1930"
OVER_FOR = 30  # days: a date without a year that is longer past means next year's
JUST_PASSED = 5  # days
FAR = 40  # days: as far as a weekday with a day's number is looked for
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_ZONE = "|".join(sorted(NAMES, key=len, reverse=True))
_UNIT = rf"(?:[ap]\.?\s?m\b|uhr|uur|h\b|hrs|hours|heures?|horas?|o'clock|[(]?(?:{_ZONE})\b)"
_FOUR = r"(?P<hm>(?:[01]\d|2[0-3])[0-5]\d)"
_ENDS_IN_MONTH = re.compile(rf"\b(?:{_MONTH})[., ]*$")


def _hour_or_year(match: "re.Match[str]") -> str:
    """Four figures before a weekday: an hour, unless they stand behind a month as a year does."""
    is_year = match["hm"].startswith("20") and _ENDS_IN_MONTH.search(match.string[: match.start()])
    return match[0] if is_year else f"{match[0]} hrs"


# Other forms, and how the patterns below have them.
_REWRITTEN = (
    # 300001Z NOV 26, as soldiers write it
    (
        re.compile(rf"\b(\d\d)(\d\d)(\d\d) ?z ?({_MONTH})\b\.?(?: (?:20)?(\d\d)\b)?"),
        lambda match: f"{match[1]} {match[4]}{f' 20{match[5]}' if match[5] else ''} {match[2]}:{match[3]} z ",
    ),
    # 20261130T0600Z
    (
        re.compile(r"\b(20\d\d)([01]\d)([0-3]\d)(?:t(\d\d):?([0-5]\d)(?::?\d\d)?)?(?![\d:])"),
        lambda match: f"{match[1]}-{match[2]}-{match[3]} {f'{match[4]}:{match[5]}' if match[4] else ''}",
    ),
    (re.compile(rf"\b(\d{{1,2}})({_MONTH})((?:20)?\d\d)?\b"), r"\1 \2 \3"),  # 30nov2026
    (re.compile(rf"\b(\d{{1,2}}) ?(?:h|heures?) ?([0-5]\d)\b(?! (?:{_MONTH})\b)"), r"\1:\2"),  # 6 h 30
    # Four figures that no year is: 0001, 30 November 2026 1800, Monday 1800, until 1800
    (re.compile(rf"(?<![\d./:+-])(0\d[0-5]\d)\b(?![./:-]\d| ?{_UNIT})"), r"\1 hrs"),
    (
        re.compile(rf"((?:\b(?:{_MONTH})\b\.?(?: \d{{1,2}},?)? |\d[./-])20\d\d[,;]? (?:at |- )?)"
            rf"{_FOUR}\b(?![./:-]\d| ?{_UNIT})"),
        r"\1\2 hrs",
    ),
    (re.compile(rf"(\b20\d\d[./-]\d\d?[./-]\d\d?,? (?:at )?){_FOUR}\b(?![./:-]\d| ?{_UNIT})"), r"\1\2 hrs"),
    (re.compile(rf"\b((?:{_DAY}),? (?:at )?){_FOUR}\b(?![./:-]\d| ?{_UNIT})"), r"\1\2 hrs"),
    (re.compile(rf"(?<![\d./:+-]){_FOUR}(?= (?:on )?(?:{_DAY})\b)"), _hour_or_year),
    (
        re.compile(
            rf"\b((?:to|at|till?|until|bis|um|ab|tot|om|kl\.?) )(?!20[0-5]\d (?:{_MONTH})\b){_FOUR}"
            rf"\b(?![./:-]\d| ?{_UNIT})"
        ),
        r"\1\2 hrs",
    ),
)  # fmt: skip
_ISO = re.compile(r"\b(?P<y>[12]\d{3})[-./] ?(?P<b>\d{1,2})[-./] ?(?P<a>\d{1,2})(?:t(?=\d)|\b\.?)")
# A number that no clock shows may be a year of two figures.
_DAY_FIRST = re.compile(
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|ª|°)?[ /-]{{1,2}}(?:of |de |do )?(?P<mon>{_MONTH})\b\.?"
    r"(?:[ ,/-]{1,2}(?:de |del |do )?"
    r"(?P<y>[12]\d{3}\b(?! ?(?:gmt|utc|hrs|h\b|uhr))|'\d\d\b|(?:2[5-9]|[3-9]\d)\b(?![:.h]\d)))?"
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<mon>{_MONTH})\b\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d)"
    r"(?:,? (?P<y>[12]\d{3}\b(?! ?(?:gmt|utc|hrs|h\b|uhr))|'\d\d\b))?"
)
_NUMBERS = re.compile(
    r"\b(?P<a>\d{1,2})[./-] ?(?P<b>\d{1,2})[./-] ?(?P<y>\d{4}|\d{2})\b(?!:)|\b(?P<a2>\d{1,2})/(?P<b2>\d{1,2})\b"
)
_GERMAN_DAY = re.compile(
    r"\b(?P<a>\d{1,2})\. ?(?P<b>\d{1,2})\.(?!\d)|\b(?P<a2>2[5-9]|3[01])\.(?P<b2>0?[1-9]|1[0-2])\b(?!\.\d)"
)
_NUMBERED_DAY = re.compile(  # lunes 30
    rf"\b(?P<day>{_DAY}),? (?:the |le |den |dem |der |el |dia )?(?P<n>\d{{1,2}})(?:st|nd|rd|th|er|\.(?!\d))?"
    rf"(?![\d/:.h-]| ?{_UNIT})"
)
_CLOCK = re.compile(
    r"""
    \b (?:
        (?P<h>\d{1,2}) [:.h] (?P<m>\d{2}) (?: :\d{2} (?: [.]\d+ )? )? (?= \b | [a-z] )      # 00:01, 19.00, 21h00
      | (?P<hm>\d{4}) (?= \s? (?: hrs | hours | h\b | uhr | uur | z\b | [(]? (?: ZONE ) \b ) )  # 0001 GMT
      | (?P<hh>\d{1,2})                                                          # 6 a.m., 18 Uhr
        (?= \s? (?: [ap][.]?\s?m\b | uhr | uur | h\b | hrs | heures? | horas? | o'clock | [(]? (?: ZONE ) \b ) )
      | (?: ore | alle | dalle | delle | las | kl[.]? | klo | klokk[ae]n? | klockan | godz[.]? ) \s (?P<ora>\d{1,2}) \b
        (?! [:.] \d )                                                           # ore 18, a las 18
      | (?: 12 \s? )? (?P<noon> NOON ) \b
    )
    \s? (?: hrs | hours | h\b | uhr | uur | heures? | horas? | o'clock )? \s? (?P<ap>[ap][.]?\s?m\b[.]?)?
    \s? [(]? (?P<zone> (?: gmt | utc ) \s? [+-] \d{1,2} (?: :?\d{2} )? | (?: ZONE ) \b | [+-]\d{2}:?\d{2} )? [)]?
    """.replace("ZONE", _ZONE).replace("NOON", "|".join(NOONS)),
    re.VERBOSE,
)  # fmt: skip
_ANY_ZONE = re.compile(rf"\b(?:{_ZONE})\b")
# What follows a date without a comma may be its year, or an evening's hour: "27 NOV 2000".
_HOUR_OR_YEAR = re.compile(rf"\b(?:{_MONTH})\b\.? (?P<y>(?:1[89]|2[0-3])[0-5][05])\b")
_WEEKDAY = re.compile(rf"\b(?:{_DAY})\b")
_DOTTED = re.compile(r"(?<![\d.:])(\d{1,2})\.(\d{1,2})(?![\d.:])")
_ADVANCE = re.compile(r"adv (\d{1,2})")
_TODAY = re.compile(rf"(?<!guten )\b(?:{'|'.join(TODAY)})\b")
_NOT_THIS_ONE = re.compile(
    r"\b(?:next|nachst\w{1,3}|prochaine?|volgende|prossim[ao]|proxim[ao]|week|woche|after|nach|apres)\b"
)


class _Clock(NamedTuple):
    hour: int
    minute: int
    zone: tzinfo | None


def read_end(text: str, received: datetime, zone: tzinfo | None = None) -> datetime | None:
    """The last moment that an embargo's text can mean, ``None`` where it is not surely understood.

    ``zone`` is that of its source, where the text names none.
    """
    text = with_marks(text[:LONGEST])
    for pattern, form in _REWRITTEN:
        text = pattern.sub(form, text)
    days, rest = _days(text, received)
    clocks, rest = _clocks(rest)
    if days is None or clocks is None or re.search(r"\d", rest):
        return None  # a number that was not understood could change everything
    days = days or [*(relative := _relative(rest, received)), *(_dotted(text, received) if relative else ())]
    hours: list[_Clock | None] = [*clocks] or [None]
    moments = [_moment(day, clock, zone) for day in days for clock in hours]
    if not clocks and (doubtful := _HOUR_OR_YEAR.search(text)):
        without, _ = _days(text.replace(doubtful[1], ""), received)
        clock = _Clock(int(doubtful[1][:2]), int(doubtful[1][2:]), None)
        moments += [_moment(day, clock, zone) for day in without or ()]
    latest = max(moments, default=None)
    return latest if latest and latest.year >= FIRST_YEAR else None


def _moment(day: datetime, clock: _Clock | None, zone: tzinfo | None) -> datetime:
    time = day + (timedelta(hours=clock.hour, minutes=clock.minute) if clock else timedelta(days=1))
    zone = (clock and clock.zone) or zone
    return at_latest(time.replace(tzinfo=None), zone) if zone else time + timedelta(hours=LAST_ZONE)


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
    if advance := _ADVANCE.fullmatch(text):
        return _next_days(int(advance[1]), received), ""
    for match in _NUMBERED_DAY.finditer(text) if not days else ():
        numbered = _numbered_day(WEEKDAYS[match["day"]], int(match["n"]), received)
        if numbered is None:
            return None, text
        days.append(numbered)
        text = text.replace(match[0], " ; ")
    return days, text


def _next_days(number: int, received: datetime) -> list[datetime] | None:
    """The next day of that number; one that has just passed is still the one meant."""
    first = received.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=JUST_PASSED)
    return [day for day in (first + timedelta(days=days) for days in range(FAR)) if day.day == number][:1] or None


def _dotted(text: str, received: datetime) -> list[datetime]:
    """The days of the text's weekday that figures with a dot may mean, which look like hours: "Donnerstag 10.12"."""
    weekdays = {WEEKDAYS[word] for word in _WEEKDAY.findall(text)}
    pairs = [(int(match[1]), int(match[2])) for match in _DOTTED.finditer(text)]
    days = [_day(None, month, number, received) for number, month in pairs]
    return [day for day in days if day and day.weekday() in weekdays]


def _numbered_day(weekday: int, number: int, received: datetime) -> datetime | None:
    """The next such day: a weekday and the day's number in its month."""
    first = received.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    ahead = (first + timedelta(days=days) for days in range(FAR))
    return next((day for day in ahead if (day.weekday(), day.day) == (weekday, number)), None)


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
    only = zone_of(next(iter(zones))) if len(zones) == 1 else None
    clocks: list[_Clock] = []
    for match in _CLOCK.finditer(text):
        hour, minute = _hour(match)
        if hour > 24 or minute > 59:  # noqa: PLR2004
            return None, text
        clocks.append(_Clock(hour, minute, zone_of(match["zone"]) if match["zone"] else only))
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
