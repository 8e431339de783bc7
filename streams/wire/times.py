"""Reads wires' times: takes a string or number, returns a UTC time and a note of what was assumed."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from streams.wire.months import in_figures, month_of
from streams.wire.zones import PLACE, ZONES, area_of, offset_of, zone_of

EARLIEST_YEAR, LATEST_YEAR = 1800, 2200
MILLISECONDS_FROM = 100_000_000_000  # as seconds this lies in the year 5138, so a larger number is milliseconds
LONGEST = 80  # characters; no time is longer
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
_ZONE = r"[\s,]*(?P<z>[A-Za-z+(-][\w+:()/, -]{0,40})?$"
_AT = (
    r"(?:[T,]|\s|,\s)\s*(?:[-|–]\s)?(?:(?:at|um|à|a las|às|as|alle|alle ore|ore|kl\.?|klokken|klo|om|kell|v|ve|o|u|в|о"
    r"|об|у|la|ora|o godz\.|godz\.|saat|στις|pl\.)\s)?"
)
_OF_YEAR = r"(?:\s?(?:г|р|r)\.?|\.|\s(?:года|року|roku))?"  # 20 ноября 2026 г.
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
    rf"(?:(?:de|del|of)\s)?(?P<y>\d{{4}}){_OF_YEAR}(?:{_AT}{_CLOCK})?{_ZONE}"
)
_MONTH_FIRST = re.compile(
    rf"(?P<mon>[^\W\d_]{{3,12}})\.?[ -](?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?[ -](?P<y>\d{{4}})(?:{_AT}{_CLOCK})?{_ZONE}"
)
_YEAR_THEN_NAME = re.compile(  # 2026. november 20., 15:45; 2026-Nov-20; 2026 m. lapkričio 20 d.
    rf"(?P<y>\d{{4}})(?:\.|\s?m\.|\.\s?gada)?[-/ ]\s?(?P<mon>[^\W\d_]{{3,12}})\.?[-/ ]\s?(?P<d>\d{{1,2}})(?!\d)"
    rf"(?:\.|-?[áéa]n|\sd\.)?(?:{_AT}{_CLOCK}(?:-?kor)?)?{_ZONE}"
)
_YEAR_LAST = re.compile(  # as Unix prints it: Nov 20 10:00:00 UTC 2026
    r"(?P<mon>[^\W\d_]{3,12})\.?\s{1,2}(?P<d>\d{1,2}) (?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{1,2}))? "
    r"(?:(?P<z>[A-Za-z]{1,5}|[+-]\d{4}) )?(?P<y>\d{4})$"
)
_CLOCK_BEFORE = (  # 15:45 GMT, 20 November 2026
    r"(?P<h>\d{1,2})[:.](?P<min>\d{2})(?::(?P<s>\d{1,2}))?(?:\s?(?P<ap>[AaPp])\.?[Mm]\.?)?"
    r"(?: (?P<z>[A-Za-z]{2,5}|[+-]\d{4}))?(?:,| on)? "
)
_CLOCK_FIRST, _CLOCK_FIRST_TOO = (
    re.compile(_CLOCK_BEFORE + date)
    for date in (
        r"(?P<d>\d{1,2}) (?P<mon>[^\W\d_]{3,12})\.?,? (?P<y>\d{4})$",
        r"(?P<mon>[^\W\d_]{3,12})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})$",
    )
)
_PATTERNS = (
    _ISO, _TRUNCATED, _YEAR_FIRST, _COMPACT, _DOTTED, _EITHER, _DAY_FIRST, _MONTH_FIRST, _YEAR_THEN_NAME, _YEAR_LAST,
    _CLOCK_FIRST, _CLOCK_FIRST_TOO,
)  # fmt: skip
# In any language: it says nothing that the date does not.
_WEEKDAY = re.compile(
    r"^(?:(?:le|el|den|am|on)\s)?(?:[^\W\d_]|['’]){2,14}(?:-feira)?\.?(?:, ?|\s)(?:(?:le|el|den|the|dem)\s)?"
)
_ARTICLE = re.compile(r"^(?:le|el|den|on|am|the)\s(?=\d)", re.IGNORECASE)
_CROATIAN = re.compile(r"(?<=\d\. )listopada\b|(?<=\d\.)listopada\b")  # October, and in Polish, without a dot, November
_COMMENT = re.compile(r"\s*(?:\([^()]{0,60}\)|\[[\w/+-]{1,40}\])$")  # the zone's name in words
# Forms of others, written as the patterns here have them.
_REWRITTEN = (
    (re.compile(r"^/Date\((\d{12,13})(?:[+-]\d{4})?\)/$"), r"\1"),  # .NET, in JSON
    (re.compile(r"(?<=\d)\s([AaPp])\.\s?([Mm])\.?"), r" \1\2"),  # 3:45 p. m.
    (re.compile(r"\b(\d{1,2}) [hH] (\d{2})\b"), r"\1h\2"),  # 10 h 30
    (re.compile(r"^(\d{1,2})([A-Za-z]{3})(\d{4})\b"), r"\1 \2 \3"),  # 20NOV2026
    (re.compile(r"(?<=\d{4} )(\d{2})(\d{2})(?= ?(?:GMT|UTC|Z|[hH]|hrs|HRS)\b)"), r"\1:\2"),  # 20 Nov 2026 1545 GMT
    (re.compile(r"^(\d{4})\. ?(\d{1,2})\. ?(\d{1,2})\.?(?=\s|$)"), r"\1/\2/\3"),  # 2026. 11. 20.
    (re.compile(r"\b([AP]M) (\d{1,2}:\d{2}(?::\d{2})?)"), r"\2 \1"),
    (re.compile(r"\bМСК\b", re.IGNORECASE), "MSK"),
    (re.compile(r"(?<=\d{4}),? (?:Pazartesi|Salı|Çarşamba|Perşembe|Cuma|Cumartesi|Pazar)\b"), ""),  # 20 Kasım 2026 Cuma
    (re.compile(r"^(\d{1,2}:\d{2}(?::\d{2})?),? (\d{1,2}[./-]\d{1,2}[./-]\d{4})$"), r"\2 \1"),  # 15:45 20/11/2026
)
MONTHS: dict[str, int] = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)  # noqa: SIM905
} | {"mai": 5, "okt": 10, "dez": 12, "mär": 3, "mrz": 3}  # German, as dpa stamps its wire


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


def in_zone(read: ParsedTime, zone: tzinfo | None, *, latest: bool = False, stated: bool = False) -> ParsedTime:
    """A time that states no zone, in the one of its source; of a time that a clock shows twice, the later one.

    ``latest`` says that it was read by `read_latest`, ``stated`` that the zone stands beside the time.
    """
    if zone is None or read.time is None or not read.note.endswith((NO_ZONE, f"{NO_HOUR} UTC", HELD)):
        return read
    clock = (read.time - timedelta(hours=LAST_ZONE if latest else 0)).replace(tzinfo=None)
    time = at_latest(clock, zone)
    rest = read.note.partition("; ")[0] if "; " in read.note else NO_HOUR if NO_HOUR in read.note else ""
    return _bounded(time, "; ".join(filter(None, (rest, "" if stated else f"no time zone, taken as {zone}"))))


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
    if (place := PLACE.search(text)) and (zone := zone_of(place[1])):
        return in_zone(_from_text(text[: place.start()].rstrip(), latest=latest), zone, latest=latest, stated=True)
    return _from_other_forms(text, latest=latest)


def _from_other_forms(text: str, *, latest: bool) -> ParsedTime:
    for pattern, form in _REWRITTEN:
        text = pattern.sub(form, text)
    text = text if latest else _CROATIAN.sub("oct", text)
    if _UNIX.match(text):
        return _from_epoch(float(text))
    bare = " ".join(in_figures(text).split())
    comment = _COMMENT.search(bare)
    zone = zone_of(comment[0].strip(" ()[]")) if comment else None
    bare = bare[: comment.start()] if comment else bare
    plain, without_weekday = _ARTICLE.sub("", bare), _WEEKDAY.sub("", bare)
    for form in dict.fromkeys((plain, without_weekday)):
        for pattern in _PATTERNS:
            if pattern is _TRUNCATED and form != plain:
                continue  # "Spring 2031" and "May 2031" are no year
            if (match := pattern.match(form)) and (reading := _from_parts(match.groupdict(), latest=latest)).time:
                return in_zone(reading, zone, latest=latest, stated=True)
    return UNREADABLE if latest else _from_mail(text)


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
    said = parts.get("z") or ""
    offset = offset_of(said)
    if said and offset is None and (area := area_of(said)):
        return in_zone(_from_parts({**parts, "z": None}, latest=latest), area, latest=latest, stated=True)
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
