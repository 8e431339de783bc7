"""Times as people write them. Takes text, gives a moment in UTC; pure but for the present time."""

import re
from datetime import UTC, date, datetime, timedelta

AGO = re.compile(r"(\d{1,6})\s*([mhdw])")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str, *, end: bool = False) -> datetime:
    """ISO 8601 (UTC where it names no zone), a date, or how long ago (90m, 24h, 7d, 2w); ``ValueError`` for no time.

    ``end`` makes a date mean the end of that day.
    """
    text = text.strip()
    try:
        if ago := AGO.fullmatch(text):
            return datetime.now(UTC) - timedelta(**{UNITS[ago[2]]: int(ago[1])})
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            day = date.fromisoformat(text) + timedelta(days=end)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:60]!r} is not a time; write 2026-11-23, 2026-11-23T14:30Z or 24h (ago)") from None
