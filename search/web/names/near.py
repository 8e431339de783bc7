"""Names of the archive that are spelt nearly as somebody has typed them: a query and a name in. Asks the library."""

import asyncio

import msgspec

from search.query.checking import ParsedQuery
from search.query.language import wanted
from search.views import MOST_VALUES
from search.web.library import Library
from search.web.names.spellings import halves, spelt_nearly

NAME_FIELDS = ("person", "organization", "location", "nationality")
MOST_WORDS = 6  # of a search that may be a name


async def names_near(library: Library, query: ParsedQuery, name: str) -> list[str]:
    """The names in a query's stories that are spelt nearly so, the nearest first."""
    query = msgspec.structs.replace(query, sort="newest", position=None, limit=1)
    pages = await asyncio.gather(
        *(library.facets(query, NAME_FIELDS, size=MOST_VALUES, containing=half) for half in halves(name)),
        library.facets(query, NAME_FIELDS, size=MOST_VALUES),
    )
    return spelt_nearly(name, (one.value for page in pages for counts in page.counts.values() for one in counts))


def name_searched(query: ParsedQuery) -> str:
    """The words of a search, as a name that may be misspelt; "" where they are none, or too many for one."""
    words = [word for leaf in wanted(query.node) for word in leaf.text.split()]
    return " ".join(words) if len(words) <= MOST_WORDS else ""
