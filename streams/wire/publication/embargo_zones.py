"""The zones of embargoes: takes names as wires write them, in lower case without accents, returns zones.

Letters (GMT, CET, ET) and places ("London time", "heure de Paris", "Berliner Zeit"). "Local time" alone names none.
"""

import re
from collections.abc import Callable
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from streams.wire.publication.any_of import AnyOf
from streams.wire.zones import FURTHEST_ZONE, ZONES

# Of summer and of winter.
_LETTERS = {
    "et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles",
}  # fmt: skip
_AREAS = {
    "eastern": "America/New_York", "central": "America/Chicago", "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
}  # fmt: skip
_PLACES = {
    place: name
    for name, places in {
        "Europe/London": "london, uk, u.k., british, londoner, londres, londra, londen",
        "Europe/Dublin": "dublin, irish",
        "Europe/Paris": "paris, pariser, parigi, parijs, french, francaise",
        "Europe/Berlin": "berlin, berliner, deutscher, berlino, berlijn, frankfurt, munchen, german, allemande",
        "Europe/Brussels": "brussels, bruxelles, brussel, brusseler, bruselas, bruxelas",
        "Europe/Amsterdam": "amsterdam, the hague, den haag, dutch",
        "Europe/Zurich": "zurich, zurcher, geneva, geneve, genf, genfer, ginebra, ginevra, bern, berner, swiss, suisse",
        "Europe/Vienna": "vienna, wien, wiener, vienne, viena",
        "Europe/Rome": "rome, roma, rom, romer, italian, italiana",
        "Europe/Madrid": "madrid, spanish, peninsular, peninsular espanola, espanola",
        "Europe/Lisbon": "lisbon, lisboa, lissabon, lisbonne, lisbona",
        "Europe/Copenhagen": "copenhagen, københavn, kobenhavn, kopenhagen, copenhague, danish, dansk",
        "Europe/Stockholm": "stockholm, swedish, svensk",
        "Europe/Oslo": "oslo, norwegian, norsk",
        "Europe/Helsinki": "helsinki, finnish, suomen",
        "Europe/Warsaw": "warsaw, warschau, varsovie",
        "Europe/Athens": "athens, athen, athenes",
        "Europe/Kyiv": "kyiv, kiev",
        "Europe/Istanbul": "istanbul, ankara, turkish",
        "Europe/Moscow": "moscow, moskau, moskauer, moscou, mosca, moscu",
        "America/New_York": "new york, new yorker, nueva york, nova york, washington, us eastern, u.s. eastern",
        "America/Chicago": "chicago, us central, u.s. central",
        "America/Denver": "denver, us mountain, u.s. mountain",
        "America/Los_Angeles": "los angeles, san francisco, us pacific, u.s. pacific",
        "America/Toronto": "toronto, ottawa, montreal",
        "America/Mexico_City": "mexico city, ciudad de mexico",
        "America/Sao_Paulo": "brasilia, sao paulo",
        "America/Argentina/Buenos_Aires": "buenos aires",
        "Africa/Johannesburg": "johannesburg, south africa, south african",
        "Africa/Nairobi": "nairobi",
        "Africa/Cairo": "cairo",
        "Asia/Jerusalem": "jerusalem, israel",
        "Asia/Dubai": "dubai, abu dhabi",
        "Asia/Kolkata": "new delhi, delhi, mumbai, india, indian",
        "Asia/Jakarta": "jakarta",
        "Asia/Singapore": "singapore",
        "Asia/Hong_Kong": "hong kong",
        "Asia/Shanghai": "beijing, shanghai, pekin, peking, china",
        "Asia/Seoul": "seoul, korea, korean",
        "Asia/Tokyo": "tokyo, tokio, japan, japanese",
        "Australia/Sydney": "sydney, canberra, melbourne",
        "Pacific/Auckland": "auckland, wellington, new zealand",
    }.items()
    for place in places.split(", ")
}
_PLACE = "|".join(re.escape(place) for place in sorted(_PLACES, key=len, reverse=True))
# London time, heure de Paris, Berliner Zeit, local time in Geneva, 18.00 Uhr (Wien)
_PLACE_TIMES = re.compile(
    rf"\b(?P<before>{_PLACE}) ?-?(?:(?:standard|daylight|summer|local) ?)?(?:time|(?:orts)?zeit|tijd|tid|aikaa)\b"
    rf"|\b(?:heure|hora|ora|tijd|tid|zeit)s?(?: locale?)? (?:de |do |di |da |von |van |i |in |a )?(?:la )?"
    rf"(?P<of>{_PLACE})\b"
    r"|\b(?:local time|ortszeit|plaatselijke tijd|lokal tid)\W{1,2}(?:in |at |a |i )?"
    rf"(?P<local>{_PLACE})\b"
    rf"|(?<=[\dmrhs.] )\((?P<bracket>{_PLACE})\)"
    r"|\b(?P<area>eastern(?! european)|(?:central|mountain|pacific)(?=(?: standard| daylight)? time\b))"
    r"(?: standard| daylight)?(?: time\b)?"
    r"|\b(?P<middle>mitteleuropaische[rn]? (?:sommer)?zeit|central european (?:summer |standard )?time)\b"
    r"|\b(?P<universal>greenwich mean time|coordinated universal time|temps universel|weltzeit)\b"
)
# Without one of these, a text has none of them: looked for first, since that pattern is slow.
_TIMES = AnyOf(["time", "zeit", "tijd", "tid", "aikaa", "heure", "ora", "(", "eastern", "temps universel"])
_FIXED: dict[str, tzinfo] = {name: timezone(timedelta(hours=hours)) for name, hours in ZONES.items()}
# A word that stands for a place's time in a text, so that a clock has it as its zone.
_MARKS = {
    name: f"zone{chr(97 + number // 26)}{chr(97 + number % 26)}"
    for number, name in enumerate(sorted({*_PLACES.values(), *_AREAS.values(), "UTC"}))
}
_MARKED = {mark: name for name, mark in _MARKS.items()}
LETTERS = frozenset([*_FIXED, *_LETTERS])
NAMES = frozenset([*LETTERS, *_MARKED])
_OFFSET = re.compile(r"(?:gmt|utc)?\s?([+-])(\d{1,2})(?::?(\d{2}))?$")


def with_marks(text: str) -> str:
    """A text in which every place's time is one word, which `zone_of` understands."""
    return " ".join(without_places(text, lambda match: f" {_MARKS[_named(match)]} ").split())


def without_places(text: str, instead: Callable[["re.Match[str]"], str]) -> str:
    """A text with something else instead of every place's time."""
    return _PLACE_TIMES.sub(instead, text) if _TIMES.is_in(text) else text


def _named(match: "re.Match[str]") -> str:
    if match["universal"]:
        return "UTC"
    if match["middle"]:
        return "Europe/Berlin"
    if match["area"]:
        return _AREAS[match["area"]]
    return _PLACES[match["before"] or match["of"] or match["local"] or match["bracket"]]


def zone_of(name: str) -> tzinfo | None:
    """The zone of a name or of a mark; ``None`` where it is none, as for an offset beyond all zones."""
    if name in _FIXED:
        return _FIXED[name]
    if place := _MARKED.get(name) or _LETTERS.get(name):
        return _place(place)
    match = _OFFSET.match(name)
    if not match or int(match[2]) > FURTHEST_ZONE:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-offset if match[1] == "-" else offset)


@lru_cache
def _place(name: str) -> tzinfo:
    return UTC if name == "UTC" else ZoneInfo(name)
