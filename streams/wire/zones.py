"""Reads the zones of times: takes what stands behind a clock, returns its offset from UTC or the zone of an area.

An area's zone (``ET``, ``Europe/Paris``) has summer time, so its offset depends on the day.
"""

import re
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FURTHEST_ZONE = 14  # hours from UTC, to the east; an offset of more is a mistake
# Names that mean one offset everywhere, in hours; EST, IST and BST-like doubles follow RFC 2822 and the BBC.
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "bst": 1, "cet": 1, "mez": 1, "west": 1, "cest": 2, "mesz": 2,
    "eet": 2, "eest": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "jst": 9, "kst": 9, "hkt": 8, "sgt": 8, "aest": 10, "aedt": 11,
}  # fmt: skip
# Words elsewhere, but behind a clock no other than a zone.
_BEHIND_CLOCKS = ZONES | {
    "tu": 0, "wib": 7, "wita": 8, "wit": 9, "myt": 8, "pht": 8, "ict": 7, "pkt": 5, "sast": 2, "cat": 2, "eat": 3,
    "wat": 1, "trt": 3, "brt": -3, "art": -3, "awst": 8, "nzst": 12, "nzdt": 13, "akst": -9, "akdt": -8, "hst": -10,
    "oez": 2, "oesz": 3,
}  # fmt: skip
_AREAS = {
    name: zone
    for zone, names in {
        "America/New_York": "et, eastern",
        "America/Chicago": "ct, central",
        "America/Denver": "mt, mountain",
        "America/Los_Angeles": "pt, pacific",
        "Europe/Berlin": "central european, mitteleuropäische",
    }.items()
    for name in names.split(", ")
}
_OF_NAMES = re.compile(r"\b(?:us|standard|daylight|summer|time|zeit)\b|[\W_]+")
_AREA = r"(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[\w/+-]{2,40}"
PLACE = re.compile(rf"[\s\[(]({_AREA})[\])]?$")
_OFFSET = re.compile(r"[+-](\d{1,2})(?::?(\d{2}))?(?!\d)")
_ZONES_SAID = re.compile(r"(?:[A-Za-z]{1,5}(?![A-Za-z])|[+-]\d{1,2}(?::?\d{2})?(?!\d)|[\s()/,])+$")


def zone_of(name: str) -> tzinfo | None:
    """The zone that a name or an offset means, ``None`` where it means none."""
    offset = offset_of(name)
    return area_of(name) if offset is None else timezone(offset)


@lru_cache(1024)
def area_of(name: str) -> ZoneInfo | None:
    """The zone of an area: ``ET``, ``US Eastern Time``, ``Europe/Paris``."""
    area = name if re.fullmatch(_AREA, name) else _AREAS.get(" ".join(_OF_NAMES.sub(" ", name.lower()).split()), "")
    try:
        return ZoneInfo(area) if area else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(1024)
def offset_of(zone: str) -> timedelta | None:
    """The offset from UTC that a zone means, ``None`` where that is not known.

    Some name it twice: ``GMT+7`` and ``UTC+07:00`` are offsets, ``+0100 CET`` and ``Z+00:00`` say one thing twice.
    """
    if not _ZONES_SAID.fullmatch(zone):
        return None
    offsets = {_figures(match) for match in _OFFSET.finditer(zone)}
    names = [_BEHIND_CLOCKS.get(name.lower()) for name in re.findall(r"[A-Za-z]+", zone)]
    if len(offsets) > 1:
        offsets -= {timedelta()}  # +01:00 GMT+00:00
    if offsets:
        return offsets.pop() if len(offsets) == 1 else None
    return timedelta(hours=names[0]) if names and names[0] is not None and len(set(names)) == 1 else None


def _figures(match: "re.Match[str]") -> timedelta | None:
    if int(match[1]) > FURTHEST_ZONE:
        return None
    return (-1 if match[0][0] == "-" else 1) * timedelta(hours=int(match[1]), minutes=int(match[2] or 0))
