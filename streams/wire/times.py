"""Reads wires' times: takes a string or number, returns a UTC time and a note of what was assumed."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from streams.wire.months import in_figures, month_of

EARLIEST_YEAR, LATEST_YEAR = 1800, 2200
MILLISECONDS_FROM = 100_000_000_000  # as seconds this lies in the year 5138, so a larger number is milliseconds
LONGEST = 80  # characters; no time is longer
FURTHEST_ZONE = 14  # hours from UTC, to the east; an offset of more is a mistake
MONTHS_A_YEAR = 12
LAST_ZONE = 12  # hours from UTC, to the west: there a clock shows any time last


class ParsedTime(NamedTuple):
    """A time in UTC, or ``None`` where it cannot be read; ``note`` says what was assumed, or "" for nothing."""

    time: datetime | None
    note: str = ""


NO_HOUR = "no hour, taken as 00:00"
NO_ZONE = "no time zone, taken as UTC"
HELD = "no time zone, held until it has passed everywhere"
UNREADABLE = ParsedTime(None, "cannot be read as a time")

# A clock: seconds may have one digit, an hour may be 3 p.m. or 15h45.
_CLOCK = (
    r"(?P<h>\d{1,2})(?:[:.hH](?P<min>\d{1,2})(?:[:.m](?P<s>\d{1,2})(?:[.,](?P<f>\d+))?)?|(?=\s?[AaPp]\.?[Mm]|[hH]\b))"
    r"(?:\s?(?P<ap>[AaPp])\.?[Mm]\b\.?|\s?(?:[hH]|[Uu]hr)\b)?"
)
_ZONE = r"\s*(?P<z>[A-Za-z+(-][\w+:()/, -]{0,40})?$"
_AT = r"(?:[T,]|\s|,\s)\s*(?:-\s)?(?:(?:at|um|à|a las|às|as|alle|alle ore|ore|kl\.?|klo|om|kell)\s)?"
_ISO = re.compile(
    r"(?P<y>\d{4})[-.]?(?P<m>\d{2})[-.]?(?P<d>\d{2})"
    r"(?:[Tt _]?\s*(?P<h>\d{2})(?::?(?P<min>\d{2})(?::?(?P<s>\d{2})(?:[.,](?P<f>\d+))?)?)?)?"
    r"\s*(?P<z>(?![AaPp][Mm]$)[A-Za-z]{1,5}|[+-]\d{2}:?\d{2}|[+-]\d{2})?$"
)
_TRUNCATED = re.compile(r"(?P<y>\d{4})(?:-(?P<m>\d{2}))?(?P<z>[Zz]|[+-]\d{2}:?\d{2})?$")
_YEAR_FIRST = re.compile(
    rf"(?P<y>\d{{4}})(?P<sep>[-/. ])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}})(?!\d)(?:(?:[Tt]|{_AT}){_CLOCK})?{_ZONE}"
)
_COMPACT = re.compile(
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})[Tt ]?(?P<h>\d{2}):?(?P<min>\d{2})(?::?(?P<s>\d{2}))?" + _ZONE
)
_DOTTED = re.compile(  # as written between Oslo and Vienna
    rf"(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.\s?(?P<y>\d{{4}}|\d{{2}})(?!\d)(?:{_AT}{_CLOCK})?{_ZONE}"
)
_EITHER = re.compile(  # day and month in the order of London or of New York
    rf"(?P<one>\d{{1,2}})(?P<sep>[/-])(?P<two>\d{{1,2}})(?P=sep)(?P<y>\d{{4}})(?:{_AT}{_CLOCK})?{_ZONE}"
)
_UNIX = re.compile(r"\d{10}(?:\d{3})?(?:\.\d{1,9})?$")
_DAY_FIRST = re.compile(
    r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|[.ºª°])?(?:[- ]\s?|(?<=\.))(?:(?:de|of|di"
    r"|d')\s?)?(?P<mon>[^\W\d_]{3,12})\.?,?[- ]"
    rf"(?:(?:de|del|of)\s)?(?P<y>\d{{4}})(?:\s?г\.?)?(?:{_AT}{_CLOCK})?{_ZONE}"
)
_MONTH_FIRST = re.compile(
    rf"(?P<mon>[^\W\d_]{{3,12}})\.?[ -](?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?[ -](?P<y>\d{{4}})(?:{_AT}{_CLOCK})?{_ZONE}"
)
_YEAR_LAST = re.compile(  # as Unix prints it: Nov 20 10:00:00 UTC 2026
    r"(?P<mon>[^\W\d_]{3,12})\.?\s{1,2}(?P<d>\d{1,2}) (?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{1,2}))? "
    r"(?:(?P<z>[A-Za-z]{1,5}|[+-]\d{4}) )?(?P<y>\d{4})$"
)
_CLOCK_FIRST = re.compile(  # 15:45 GMT, 20 November 2026
    r"(?P<h>\d{1,2})[:.](?P<min>\d{2})(?::(?P<s>\d{1,2}))?(?:\s?(?P<ap>[AaPp])\.?[Mm]\.?)?"
    r"(?: (?P<z>[A-Za-z]{2,5}|[+-]\d{4}))?(?:,| on)? (?P<d>\d{1,2}) (?P<mon>[^\W\d_]{3,12})\.?,? (?P<y>\d{4})$"
)
_PATTERNS = (
    _ISO, _TRUNCATED, _YEAR_FIRST, _COMPACT, _DOTTED, _EITHER, _DAY_FIRST, _MONTH_FIRST, _YEAR_LAST, _CLOCK_FIRST,
)  # fmt: skip
# In any language: it says nothing that the date does not.
_WEEKDAY = re.compile(r"^(?:(?:le|el|den|am|on)\s)?[^\W\d_]{2,14}(?:-feira)?\.?(?:, ?|\s)(?:(?:le|el|den|the|dem)\s)?")
_ARTICLE = re.compile(r"^(?:le|el|den|on|am|the)\s(?=\d)", re.IGNORECASE)
_COMMENT = re.compile(r"\s*(?:\([^()]{0,60}\)|\[[\w/+-]{1,40}\])$")  # the zone's name in words
_PLACE = re.compile(r"[\s\[]((?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[\w/+-]{2,40})\]?$")
# Forms of others, written as the patterns here have them.
_REWRITTEN = (
    (re.compile(r"^/Date\((\d{12,13})(?:[+-]\d{4})?\)/$"), r"\1"),  # .NET, in JSON
    (re.compile(r"(?<=\d)\s([AaPp])\.\s?([Mm])\.?"), r" \1\2"),  # 3:45 p. m.
    (re.compile(r"\b(\d{1,2}) [hH] (\d{2})\b"), r"\1h\2"),  # 10 h 30
    (re.compile(r"^(\d{1,2})([A-Za-z]{3})(\d{4})\b"), r"\1 \2 \3"),  # 20NOV2026
    (re.compile(r"(?<=\d{4} )(\d{2})(\d{2})(?= ?(?:GMT|UTC|Z|[hH]|hrs|HRS)\b)"), r"\1:\2"),  # 20 Nov 2026 1545 GMT
    (re.compile(r"^(\d{1,2}:\d{2}(?::\d{2})?),? (\d{1,2}[./-]\d{1,2}[./-]\d{4})$"), r"\2 \1"),  # 15:45 20/11/2026
)
_OFFSET = re.compile(r"[+-](\d{1,2})(?::?(\d{2}))?(?!\d)")
_ZONES_SAID = re.compile(r"(?:[A-Za-z]{1,5}(?![A-Za-z])|[+-]\d{1,2}(?::?\d{2})?(?!\d)|[\s()/,])+$")
MONTHS: dict[str, int] = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)  # noqa: SIM905
} | {"mai": 5, "okt": 10, "dez": 12, "mär": 3, "mrz": 3}  # German, as dpa stamps its wire
# Names that mean one offset everywhere, in hours; EST, IST and BST-like doubles follow RFC 2822 and the BBC.
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "bst": 1, "cet": 1, "mez": 1, "west": 1, "cest": 2, "mesz": 2,
    "eet": 2, "eest": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "jst": 9, "kst": 9, "hkt": 8, "sgt": 8, "aest": 10, "aedt": 11,
}  # fmt: skip


def read_time(value: str | float) -> ParsedTime:
    """Read a time. Missing zones are taken as UTC, missing hours as midnight, and both are noted."""
    if isinstance(value, int | float):
        return _from_epoch(value)
    return _from_text(value.strip(), latest=False)


def read_latest(value: str | float) -> ParsedTime:
    """The last moment that a time can mean, for embargoes: what is missing never opens a story early.

    Without a zone it lasts until it has passed everywhere, without an hour until the day is over everywhere, and so
    for months and years. Only plain Unix times of ten or thirteen digits count as such; other numbers are read by
    their digits (20301231). What only the lenient reading of mail dates would take is not read.
    """
    if isinstance(value, float) and not value.is_integer():
        return _from_epoch(value) if 10**9 <= value < 10**10 else UNREADABLE
    if isinstance(value, int | float):
        value = str(int(value)) if abs(value) < 10**18 else ""
    return _from_text(value.strip(), latest=True)


def in_zone(read: ParsedTime, zone: tzinfo | None, *, latest: bool = False) -> ParsedTime:
    """A time that states no zone, in the one of its source; of a time that a clock shows twice, the later one.

    ``latest`` says that it was read by `read_latest`.
    """
    if zone is None or read.time is None or not read.note.endswith((NO_ZONE, f"{NO_HOUR} UTC", HELD)):
        return read
    clock = (read.time - timedelta(hours=LAST_ZONE if latest else 0)).replace(tzinfo=None)
    time = at_latest(clock, zone)
    rest = read.note.partition("; ")[0] if "; " in read.note else NO_HOUR if NO_HOUR in read.note else ""
    return _bounded(time, "; ".join(filter(None, (rest, f"no time zone, taken as {zone}"))))


def at_latest(clock: datetime, zone: tzinfo) -> datetime:
    """The last moment at which clocks in a zone show a time."""
    return max(clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def _from_text(text: str, *, latest: bool) -> ParsedTime:
    if not text or len(text) > LONGEST:
        return UNREADABLE
    if _UNIX.match(text):
        return _from_epoch(float(text))
    if match := _ISO.match(text):  # nearly all
        reading = _from_parts(match.groupdict(), latest=latest)
        if reading.time:
            return reading
    if place := _PLACE.search(text):
        return _in_place(_from_text(text[: place.start()].rstrip(), latest=latest), place[1], latest=latest)
    return _from_other_forms(text, latest=latest)


def _from_other_forms(text: str, *, latest: bool) -> ParsedTime:
    for pattern, form in _REWRITTEN:
        text = pattern.sub(form, text)
    if _UNIX.match(text):
        return _from_epoch(float(text))
    bare = _COMMENT.sub("", " ".join(in_figures(text).split()))
    plain, without_weekday = _ARTICLE.sub("", bare), _WEEKDAY.sub("", bare)
    for form in dict.fromkeys((plain, without_weekday)):
        for pattern in _PATTERNS:
            if pattern is _TRUNCATED and form != plain:
                continue  # "Spring 2031" and "May 2031" are no year
            if (match := pattern.match(form)) and (reading := _from_parts(match.groupdict(), latest=latest)).time:
                return reading
    return UNREADABLE if latest else _from_mail(text)


def _in_place(read: ParsedTime, place: str, *, latest: bool) -> ParsedTime:
    """A time in a zone that is named by a place, where it states no other."""
    try:
        return in_zone(read, ZoneInfo(place), latest=latest)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return read


def _from_epoch(value: float) -> ParsedTime:
    try:
        seconds = value / 1000 if abs(value) >= MILLISECONDS_FROM else value
        time = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return UNREADABLE
    return _bounded(time, "taken as Unix time")


def _from_parts(parts: dict[str, str | None], *, latest: bool = False) -> ParsedTime:
    hour = int(parts.get("h") or 0)
    if parts.get("ap"):
        hour = hour % 12 + (12 if (parts["ap"] or "").lower() == "p" else 0)
    second = int(parts.get("s") or 0)
    leap = second == 60  # noqa: PLR2004 - a leap second, as ISO 8601 writes it
    midnight = hour == 24  # noqa: PLR2004 - the end of the day, as ISO 8601 writes it
    offset = _offset(parts.get("z") or "")
    try:
        year, month, day = _date_of(parts, latest=latest)
        time = datetime(
            year, month, day,
            0 if midnight else hour, int(parts.get("min") or 0),
            59 if leap else second, int(((parts.get("f") or "") + "000000")[:6]), UTC,
        )  # fmt: skip
        time += timedelta(seconds=leap, days=midnight) - (offset or timedelta())
        if latest:
            return _bounded(*_at_latest(time, parts, offset))
    except (ValueError, OverflowError):
        return UNREADABLE
    if parts.get("z") and offset is None:
        return _bounded(time, f"zone {parts['z']!r} is not known, taken as UTC")
    missing = NO_HOUR if parts.get("h") is None else ""
    if offset is None:
        missing = f"{missing} UTC" if missing else NO_ZONE
    return _bounded(time, missing)


def _date_of(parts: dict[str, str | None], *, latest: bool) -> tuple[int, int, int]:
    """Year, month and day. Raises ``ValueError`` where day and month could be either."""
    stated = parts["y"] or ""
    year = int(stated) + (2000 if len(stated) < len("2000") else 0)
    if parts.get("one"):
        one, two = int(parts["one"] or 0), int(parts["two"] or 0)
        if one <= MONTHS_A_YEAR and two <= MONTHS_A_YEAR and one != two and (latest or not parts.get("ap")):
            raise ValueError("day and month could be either")
        return (year, one, two) if one <= MONTHS_A_YEAR else (year, two, one)
    month = month_of(parts["mon"] or "") if parts.get("mon") else int(parts.get("m") or 1)
    return year, month, int(parts.get("d") or 1)


def _at_latest(time: datetime, parts: dict[str, str | None], offset: timedelta | None) -> tuple[datetime, str]:
    notes = []
    if parts.get("h") is None:
        if not parts.get("m") and not parts.get("mon"):
            time, unit = time.replace(year=time.year + 1), "year"
        elif not parts.get("d"):
            time, unit = (time.replace(day=28) + timedelta(days=4)).replace(day=1), "month"
        else:
            time, unit = time + timedelta(days=1), "day"
        notes.append(f"no hour, taken as the end of the {unit}")
    if offset is None:
        time += timedelta(hours=LAST_ZONE)
        unknown = f"zone {parts['z']!r} is not known, held until it has passed everywhere"
        notes.append(unknown if parts.get("z") else HELD)
    return time, "; ".join(notes)


@lru_cache(1024)
def _offset(zone: str) -> timedelta | None:
    """The offset from UTC that a zone means, ``None`` where that is not known.

    Some name it twice: ``GMT+7`` and ``UTC+07:00`` are offsets, ``+0100 CET`` and ``Z+00:00`` say one thing twice.
    """
    if not _ZONES_SAID.fullmatch(zone):
        return None
    offsets = {_figures(match) for match in _OFFSET.finditer(zone)}
    names = [ZONES.get(name.lower()) for name in re.findall(r"[A-Za-z]+", zone)]
    if len(offsets) > 1:
        offsets -= {timedelta()}  # +01:00 GMT+00:00
    if offsets:
        return offsets.pop() if len(offsets) == 1 else None
    return timedelta(hours=names[0]) if names and names[0] is not None and len(set(names)) == 1 else None


def _figures(match: "re.Match[str]") -> timedelta | None:
    if int(match[1]) > FURTHEST_ZONE:
        return None
    return (-1 if match[0][0] == "-" else 1) * timedelta(hours=int(match[1]), minutes=int(match[2] or 0))


def _from_mail(text: str) -> ParsedTime:
    """RFC 2822, as in RSS: ``Tue, 10 Jun 2003 04:00:00 GMT``."""
    zone = text.rsplit(maxsplit=1)[-1].lower()
    try:
        time = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return UNREADABLE
    try:
        if time.tzinfo is not None and (zone not in ZONES or time.utcoffset()):
            return _bounded(time.astimezone(UTC))
        time = time.replace(tzinfo=UTC)
        if zone in ZONES:  # a name that the mail standard lacks, such as CET
            return _bounded(time - timedelta(hours=ZONES[zone]))
    except OverflowError:
        return UNREADABLE
    return _bounded(time, NO_ZONE)


def _bounded(time: datetime, note: str = "") -> ParsedTime:
    return ParsedTime(time, note) if EARLIEST_YEAR <= time.year <= LATEST_YEAR else UNREADABLE
