"""Durations as people write them (``90s``, ``2m``, ``1.5h``, ``3d``), to seconds and back."""

UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
LONGEST = 366 * 86_400.0


def parse_span(text: str) -> float:
    """A duration in seconds; a bare number means seconds. Raises ``ValueError`` with the valid forms."""
    number = text.strip()
    unit = UNITS.get(number[-1:])
    try:
        seconds = float(number if unit is None else number[:-1]) * (unit or 1.0)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST:
        raise ValueError(f"{text!r} is not a time span such as 60s, 5m or 1h")
    return seconds


def span(seconds: float | None) -> str:
    """A duration for people: 45s, 12m, 3.5h, 2.1d."""
    if seconds is None:
        return "unknown"
    for size, unit in ((86_400, "d"), (3600, "h")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f}{unit}"
    return f"{seconds / 60:.0f}m" if seconds >= 120 else f"{seconds:.0f}s"  # noqa: PLR2004 - two minutes
