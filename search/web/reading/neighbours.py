"""The next and the previous story of a list: the list's question and a story in, the id of its neighbour out."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from search.query.checking import ParsedQuery
from search.visibility import arrived_at, milliseconds, milliseconds_of
from search.web.library import Library

Way = Literal["next", "previous"]


async def neighbour(library: Library, query: ParsedQuery, document: Mapping[str, Any], way: Way) -> str:
    """The id of the story that stands beside a story in the list of a query, "" at its end.

    A story that the query does not find has a place in its list all the same, by its times; by relevance it has none.
    """
    position = await _position(library, query, document)
    if position is None:
        return ""
    beside = msgspec.structs.replace(query, position=position, backward=way == "previous", limit=1, brief=True)
    found = await library.find(beside)
    return found.hits[0].id if found.hits else ""


async def _position(library: Library, query: ParsedQuery, document: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Where a story stands in the order of a query."""
    made, received = (milliseconds_of(document[field]) for field in ("version_created", "received_at"))
    if query.sort == "arrived":
        return milliseconds(arrived_at(document)), received, made, document["id"]
    if query.sort != "relevance":
        return made, document["id"]
    itself = msgspec.structs.replace(query.having("id", document["id"]), position=None, limit=1, brief=True)
    found = await library.find(itself)
    return (found.hits[0].score, made, document["id"]) if found.hits else None
