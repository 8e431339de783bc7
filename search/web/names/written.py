"""Other spellings of a name: "Acme Corp" on the page of Acme Corporation. Queries the library.

An id is made of a name without its corporate ending, and stories show the name as they write it. So one id may have
several names, each with a page and counts of its own, until somebody merges them.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from processors.vocabulary.names import key
from search.query.checking import ParsedQuery
from search.query.fields import NAMED
from search.web.library import Library
from search.web.names.same import called

LOOKED_AT = 50  # newest stories that have the words that the spellings share
MOST = 4
LOOKED_FOR = ("id", "entities.id", "entities.name")


class Spelling(NamedTuple):
    """Another name with the same id, and the number of stories that have it."""

    name: str
    stories: int


async def other_spellings(
    library: Library, query: ParsedQuery, documents: Iterable[Mapping[str, Any]], name: str
) -> list[Spelling]:
    """What a reader's other stories call the thing that these have under this name."""
    ids = [row["id"] for row in called(documents, name)[:1]]
    if not ids:
        return []
    every = msgspec.structs.replace(query, since=None, until=None, sort="newest", position=None)
    wanted = msgspec.structs.replace(every.naming(entity=shared(name)), limit=LOOKED_AT, brief=True, fields=LOOKED_FOR)
    hits = (await library.find(wanted)).hits
    names = named_so((hit.document for hit in hits), ids[0], name)
    totals = await asyncio.gather(*(library.total(every.having(NAMED, one)) for one in names))
    return [Spelling(one, stories) for one, stories in zip(names, totals, strict=True) if stories]


def shared(name: str) -> str:
    """The words of a name that are in every spelling of it: those without a corporate ending."""
    return " ".join(name.split()[: len(key(name).split())]).rstrip(",")


def named_so(documents: Iterable[Mapping[str, Any]], entity: str, name: str) -> list[str]:
    """Other names of an entity in stories, the most frequent first."""
    rows = (row for document in documents for row in document.get("entities") or ())
    names = Counter(row["name"] for row in rows if row["id"] == entity and row["name"] != name)
    return [one for one, _ in names.most_common(MOST)]
