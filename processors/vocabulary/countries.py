"""Countries by every name a wire gives them. Takes a name, gives an ISO 3166-1 alpha-2 code and what it was.

Official names come from pycountry (Debian's iso-codes); common names, demonyms and seats of government from
``data/countries.tsv``, since no maintained library has them. The European Union counts as a country here: in
the news it acts as one.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, get_args

import pycountry

from processors.text.alternatives import any_of

CountryNameKind = Literal["name", "demonym", "seat", "institution"]

# Also a person's given name or surname, a US state or an everyday word: never taken for the country by name alone.
AMBIGUOUS = frozenset({"Chad", "Georgia", "Jordan", "Male", "Pole", "Poles", "Israel", "Lima", "Sofia", "EC", "Rome"})
_GEORGIAN = re.compile(r"\b(?:Tbilisi|Saakashvili|Abkhazia|Georgian|Ossetia)")


class Country(NamedTuple):
    """A country as a text names it: ``kind`` says whether by name, nationality, seat of government or institution."""

    code: str
    name: str
    kind: CountryNameKind


_TYPES = {"name": "GPE", "demonym": "NORP", "seat": "GPE", "institution": "ORG"}


@cache
def table() -> dict[str, Country]:
    """Every name as a text may spell it, with its case, to the country."""
    found: dict[str, Country] = {}
    common: dict[str, str] = {}
    for line in (files("processors") / "data" / "countries.tsv").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, name, others, demonyms, seats, institutions = line.split("\t")
        common[code] = name
        columns = (f"{name},{others}", demonyms, seats, institutions)
        for kind, column in zip(get_args(CountryNameKind), columns, strict=True):
            found.update({each: Country(code, name, kind) for each in column.split(",") if each})
    for entry in pycountry.countries:
        name = common.get(entry.alpha_2, getattr(entry, "common_name", entry.name))
        for spelling in (entry.name, getattr(entry, "official_name", ""), getattr(entry, "common_name", "")):
            if spelling and "," not in spelling:
                found.setdefault(spelling.removeprefix("The "), Country(entry.alpha_2, name, "name"))
    return found


def country(name: str) -> Country | None:
    """The country that ``name`` (without article or possessive) stands for; in capitals it may be a whole name.

    "US" is the country and "us" is not: letters' case counts, except that names of four letters or more are
    also known in capitals.
    """
    names = table()
    if name in names:
        return names[name]
    if name.isupper() and len(name) > 3:  # noqa: PLR2004 - shorter words in capitals are too often others
        return _capitals().get(name)
    return None


def country_name(code: str) -> str:
    """The common name of the country with that code, or the code itself where it is unknown."""
    return _names().get(code, code)


def entity_type(found: Country) -> str:
    """The OntoNotes type of a country's name, nationality, seat or institution."""
    return "ORG" if found.code == "EU" and found.kind == "name" else _TYPES[found.kind]


def demonym(code: str) -> str:
    """The first demonym of the country with that code ("Russian"), or its name where it has none."""
    return _demonyms().get(code, country_name(code))


def is_state_of_georgia(text: str) -> bool:
    """Does "Georgia" in this text mean the US state? Yes, unless the text names something of the country's."""
    return not _GEORGIAN.search(text)


@cache
def pattern() -> re.Pattern[str]:
    """Finds every unambiguous country name, demonym and seat that stands as a word of its own."""
    known = (name for name in table() if name not in AMBIGUOUS)
    return re.compile(rf"(?<![\w.])(?<![a-z]-){any_of(known)}(?!\w)")


@cache
def _capitals() -> dict[str, Country]:
    return {name.upper(): found for name, found in table().items()}


@cache
def _names() -> dict[str, str]:
    return {found.code: found.name for found in table().values()}


@cache
def _demonyms() -> dict[str, str]:
    first: dict[str, str] = {}
    for name, found in table().items():
        if found.kind == "demonym":
            first.setdefault(found.code, name)
    return first
