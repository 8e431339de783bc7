"""Ids of entities: stable, readable, the same for every spelling of a name. Takes types and names, gives ids."""

import hashlib
import re

from processors.vocabulary.names import NUMERIC, key
from processors.vocabulary.places import plain

LONGEST = 80  # characters of a name in an id; of longer ones a hash tells them apart

_KINDS = {"GPE": "place", "LOC": "place", "FAC": "facility", "NORP": "group", "WORK_OF_ART": "work"}
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
_APART = re.compile(r"[\W_]+")
_SIGNS = {"%": "percent", "$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee", "₦": "naira", "&": "and"}
_SIGN = re.compile(f"[{''.join(map(re.escape, _SIGNS))}]")


def identifier(kind: str, name: str) -> str:
    """The id of a thing by its type and name: ``person:vladimir-putin``, ``org:nato``, ``date:last-tuesday``."""
    if kind in NUMERIC:
        name = _DECIMAL.sub("-", name)
    return f"{_KINDS.get(kind, kind.lower())}:{slug(key(name))}"


def country_id(code: str) -> str:
    """The id of the country with that ISO code."""
    return f"country:{code}"


def slug(name: str) -> str:
    """A name as words of letters and digits, in lower case and without accents, joined by hyphens."""
    spelt = _SIGN.sub(lambda sign: f" {_SIGNS[sign.group()]} ", name)
    words = _APART.sub("-", plain(spelt).casefold()).strip("-")
    if words and len(words) <= LONGEST:
        return words
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]
    return f"{words[:LONGEST]}-{digest}".strip("-")
