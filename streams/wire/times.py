"""Reads wires' times: takes a string or number, returns a UTC time and a note of what was assumed."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

EARLIEST_YEAR, LATEST_YEAR = 1800, 2200
MILLISECONDS_FROM = 100_000_000_000  # as seconds this lies in the year 5138, so a larger number is milliseconds
LONGEST = 80  # characters; no time is longer
FURTHEST_ZONE = 14  # hours from UTC, to the east; an offset of more is a mistake
LAST_ZONE = 12  # hours from UTC, to the west: there a clock shows any time last


class ParsedTime(NamedTuple):
    """A time in UTC, or ``None`` where it cannot be read; ``note`` says what was assumed, or "" for nothing."""

    time: datetime | None
    note: str = ""


NO_HOUR = "no hour, taken as 00:00"
UNREADABLE = ParsedTime(None, "cannot be read as a time")

_ISO = re.compile(
    r"(?P<y>\d{4})[-.]?(?P<m>\d{2})[-.]?(?P<d>\d{2})"
    r"(?:[Tt _]?\s*(?P<h>\d{2})(?::?(?P<min>\d{2})(?::?(?P<s>\d{2})(?:[.,](?P<f>\d+))?)?)?)?"
    r"\s*(?P<z>[A-Za-z]{1,5}|[+-]\d{2}:?\d{2}|[+-]\d{2})?(?:\[[\w/+-]{1,40}\])?$"
)
_TRUNCATED = re.compile(r"(?P<y>\d{4})(?:-(?P<m>\d{2}))?(?P<z>[Zz]|[+-]\d{2}:?\d{2})?$")
_DOTTED = re.compile(  # as written between Oslo and Vienna; with slashes, day and month could be either
    r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"
    r"(?:[ T,]+(?P<h>\d{1,2})[:.](?P<min>\d{2})(?::(?P<s>\d{2}))?)?\s*(?P<z>\S+)?$"
)
_UNIX = re.compile(r"\d{10}(?:\d{3})?(?:\.\d{1,9})?$")
_DAY_FIRST = re.compile(
    r"(?P<d>\d{1,2})[- ](?P<mon>[A-Za-z]{3,9})\.?[- ](?P<y>\d{4})"
    r"(?:[ T](?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d+))?)?)?\s*(?P<z>\S+)?$"
)
_MONTH_FIRST = re.compile(
    r"(?P<mon>[A-Za-z]{3,9})\.? (?P<d>\d{1,2}),? (?P<y>\d{4})"
    r"(?:,? (?:at )?(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2}))?(?: ?(?P<ap>[AaPp])\.?[Mm]\.?)?)?\s*(?P<z>\S+)?$"
)
_WEEKDAY = re.compile(r"^[^\W\d_]{2,10}\.?, ?")  # in any language: it says nothing that the date does not
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})?$")
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


def _from_text(text: str, *, latest: bool) -> ParsedTime:
    if not text or len(text) > LONGEST:
        return UNREADABLE
    if _UNIX.match(text):
        return _from_epoch(float(text))
    bare = _WEEKDAY.sub("", text)
    for pattern in (_ISO, _TRUNCATED, _DOTTED, _DAY_FIRST, _MONTH_FIRST):
        if (match := pattern.match(bare)) and (reading := _from_parts(match.groupdict(), latest=latest)).time:
            return reading
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
    month = parts.get("m") or MONTHS.get((parts.get("mon") or "jan")[:3].lower(), 0)
    offset = _offset(parts.get("z") or "")
    try:
        time = datetime(
            int(parts["y"] or 0), int(month), int(parts.get("d") or 1),
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
        missing = f"{missing} UTC" if missing else "no time zone, taken as UTC"
    return _bounded(time, missing)


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
        named = f"zone {parts['z']!r} is not known" if parts.get("z") else "no time zone"
        notes.append(f"{named}, held until it has passed everywhere")
    return time, "; ".join(notes)


def _offset(zone: str) -> timedelta | None:
    if match := _OFFSET.match(zone):
        if int(match[2]) > FURTHEST_ZONE:
            return None
        sign = -1 if match[1] == "-" else 1
        return sign * timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    hours = ZONES.get(zone.strip("().").lower())
    return None if hours is None else timedelta(hours=hours)


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
    return _bounded(time, "no time zone, taken as UTC")


def _bounded(time: datetime, note: str = "") -> ParsedTime:
    return ParsedTime(time, note) if EARLIEST_YEAR <= time.year <= LATEST_YEAR else UNREADABLE
