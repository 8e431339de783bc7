"""Cities, regions and countries by name, with where they lie. Takes names, gives `GazetteerPlace` tuples.

Cities of 15,000 people or more come from GeoNames (CC BY 4.0), states and provinces from ISO 3166-2, in tables that
``python -m training.places`` makes; the middles of countries from countryinfo. Nothing here looks at a text;
`processors.entities.linking` does.
"""

import gzip
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from countryinfo import CountryInfo
from countryinfo.exceptions import CountryNotFoundError

from processors.vocabulary.countries import country_name

ALTERNATE_SHARE = 0.2  # of its people, what a city counts under a name that is not its first
KNOWN_CITY = 50_000  # people from which a city is taken to be meant where nothing in the text points to its country
IN_COUNTRY, IN_REGION = 8, 30  # how many times likelier a city is where the text names its country, or its state

_REGIONS_BY_ISO = frozenset({"US", "GB"})  # as in GeoNames
# Of countries for which countryinfo knows no middle.
_CAPITALS = {
    "AX": "Mariehamn", "CW": "Willemstad", "PS": "East Jerusalem", "VG": "Road Town", "VI": "Charlotte Amalie",
    "XK": "Pristina",
}  # fmt: skip
# Associated Press style, which is not the post's.
_ABBREVIATED = (
    "Ala=AL Ariz=AZ Ark=AR Calif=CA Colo=CO Conn=CT Del=DE Fla=FL Ga=GA Ill=IL Ind=IN Kan=KS Ky=KY La=LA Md=MD "
    "Mass=MA Mich=MI Minn=MN Miss=MS Mo=MO Mont=MT Neb=NE Nev=NV NH=NH NJ=NJ NM=NM NY=NY NC=NC "
    "ND=ND Okla=OK Ore=OR Pa=PA RI=RI SC=SC SD=SD Tenn=TN Tex=TX Vt=VT Va=VA Wash=WA WVa=WV Wis=WI Wyo=WY DC=DC"
)
CITIES = files("processors") / "data" / "cities.tsv.gz"
REGIONS = files("processors") / "data" / "regions.tsv"


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
def _cities() -> dict[str, list[tuple[str, float]]]:
    """Folded name → lines of the table for the cities of that name, with what share of their people counts."""
    found: dict[str, list[tuple[str, float]]] = {}
    for line in gzip.decompress(CITIES.read_bytes()).decode().splitlines():
        place, names, others = line.rsplit("\t", 2)
        for name in names.split("|"):
            found.setdefault(name, []).append((place, 1.0))
        for name in others.split("|") if others else ():
            found.setdefault(name, []).append((place, ALTERNATE_SHARE))
    return found


def _cities_called(name: str) -> list[tuple[GazetteerPlace, float]]:
    """The cities of that name with their weights, heaviest first."""
    found = []
    for line, share in _cities().get(fold(name), ()):
        number, first, country, region, lat, lon, people = line.split("\t")
        place = GazetteerPlace(f"city:{number}", first, country, region, float(lat), float(lon), int(people))
        found.append((place, place.people * share))
    return sorted(found, key=lambda each: (-each[1], each[0].id))


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

    candidates = _cities_called(name)
    if only:
        here = [each for each in candidates if f"{each[0].country}-{each[0].region}" in states]
        candidates = here or [e for e in candidates if e[0].country in near - _REGIONS_BY_ISO]
    if not candidates:
        return None
    best = max(candidates, key=likely)
    return best[0] if likely(best) >= KNOWN_CITY else None


@cache
def _regions() -> dict[str, GazetteerPlace]:
    found = {}
    for line in REGIONS.read_text("utf-8").splitlines():
        code, name, lat, lon, people = line.split("\t")
        place = GazetteerPlace(f"region:{code}", name, code[:2], code[3:], people=int(people))
        found[fold(name)] = place._replace(lat=float(lat), lon=float(lon)) if lat else place
    return found


def region(name: str) -> GazetteerPlace | None:
    """The US state, Canadian, Australian, Indian or Nigerian state or province, or British nation of that name."""
    return _regions().get(fold(name)) or _regions().get(fold(_states_by_abbreviation().get(fold(name), "")))


@cache
def _states_by_abbreviation() -> dict[str, str]:
    states = {place.region: place.name for place in _regions().values() if place.country == "US"}
    pairs = (pair.split("=") for pair in _ABBREVIATED.split())
    return {fold(short): states[code] for short, code in pairs if code in states}


@cache
def country_place(code: str) -> GazetteerPlace:
    """The country with that ISO code; it lies at its middle, or at its capital where no middle is known."""
    name = country_name(code)
    middle = _middle(code)
    if middle is None:
        capital = _CAPITALS.get(code)
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
    """Read the gazetteers now rather than with the first place that is looked up."""
    _cities()
    _regions()
