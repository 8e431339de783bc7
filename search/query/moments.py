"""Times as people write them. Takes text, gives a moment in UTC; pure but for the present time."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

AGO = re.compile(
    r"(?:(?:last|past)\s+)?(?P<many>\d{1,6})\s*(?P<unit>m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?:\s+ago)?",
    re.IGNORECASE,
)
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
CLOCK = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d\d)")
PERIOD = re.compile(r"(?P<which>last|this)\s+(?P<unit>week|month|year)", re.IGNORECASE)
WEEKDAY = re.compile(r"(?P<last>last\s+)?(?P<weekday>[a-z]{3,9})")
NEAR = {"today": 0, "yesterday": -1, "tomorrow": 1}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
SHORTEST = 3  # letters of a month or a weekday
DAY_MONTH = re.compile(r"(?P<day>\d{1,2})\s+(?P<month>[a-z]{3,9})\.?(?:,?\s+(?P<year>\d{4}))?", re.IGNORECASE)
MONTH_DAY = re.compile(r"(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:,?\s+(?P<year>\d{4}))?", re.IGNORECASE)


def moment(text: str, *, end: bool = False, zone: tzinfo = UTC) -> datetime:
    """A time as text, in UTC; ``ValueError`` where it is none.

    ISO 8601, a day (2026-11-23, 23 Nov, November 23 2026, Monday, last Monday, today, yesterday), a time of day with or
    without one of these (yesterday 14:00; 14:00 is today's), a week, month or year (last week, this month), or how long
    ago (30 min, 24h, 7d, 2w). What names no zone is of ``zone``. A day without a year, and a weekday, is the last such
    day, today included; "last Monday" is before today. Weeks begin on Monday. ``end`` makes a day or a longer time mean
    its end.
    """
    text = text.strip()
    try:
        if ago := AGO.fullmatch(text):
            return datetime.now(UTC) - timedelta(**{UNITS[ago["unit"][0].lower()]: int(ago["many"])})
        if text.lower() == "now":
            return datetime.now(UTC)
        today = datetime.now(zone).date()
        if period := PERIOD.fullmatch(text):
            return _at(_period(period["unit"].lower(), today, (period["which"].lower() == "this") + end), zone)
        if day := _day(text, today):
            return _at(day + timedelta(days=end), zone)
        named, _, last = text.rpartition(" ")
        if (clock := CLOCK.fullmatch(last)) and (day := _day(named.strip(), today) if named else today):
            return _at(day, zone, time(int(clock["hour"]), int(clock["minute"])))
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text[:60]!r} is not a time; write 2026-11-23, 23 Nov, yesterday 14:00, last week, 2026-11-23T14:30Z or "
            "24h (ago)"
        ) from None


def _at(day: date, zone: tzinfo, clock: time = time()) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _period(unit: str, today: date, later: int) -> date:
    """The first day of the last week, month or year, or of one that is so many later."""
    if unit == "week":
        return today - timedelta(days=today.weekday()) + timedelta(weeks=later - 1)
    months = later - 1 if unit == "month" else 12 * (later - 1)
    year, month = divmod(12 * today.year + (today.month - 1 if unit == "month" else 0) + months, 12)
    return date(year, month + 1, 1)


def _day(text: str, today: date) -> date | None:
    """The day that a text names; ``None`` for a text of another kind, ``ValueError`` for a day that there is not."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    word = text.lower()
    if word in NEAR:
        return today + timedelta(days=NEAR[word])
    one = WEEKDAY.fullmatch(word)
    if one and (weekday := _place(one["weekday"], WEEKDAYS)) is not None:
        before = bool(one["last"])  # today is not meant
        return today - timedelta(days=(today.weekday() - weekday - before) % 7 + before)
    named = DAY_MONTH.fullmatch(text) or MONTH_DAY.fullmatch(text)
    month = _place(named["month"].lower(), MONTHS) if named else None
    if named is None or month is None:
        return None
    if named["year"]:
        return date(int(named["year"]), month + 1, int(named["day"]))
    return _last(month + 1, int(named["day"]), today)


def _place(word: str, names: tuple[str, ...]) -> int | None:
    """Which of the names a word is, or abbreviates."""
    if len(word) < SHORTEST:
        return None
    return next((place for place, name in enumerate(names) if name.startswith(word)), None)


def _last(month: int, day: int, today: date) -> date:
    """The last such day of a year that is not ahead. 29 February is in one year of four, or of eight."""
    for year in range(today.year, today.year - 9, -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    raise ValueError("no such day")
