"""Which items (pictures, videos …) a story cites: takes a stored story, gives the query for the items' store."""

from collections.abc import Mapping
from typing import Any

from search.query.request import Query

MOST = 20  # items of one story
LONGEST = 400  # characters of a guid


def cited_by(document: Mapping[str, Any], *, hidden: bool = False) -> Query | None:
    """The query for the items that a story links to; ``None`` if it links to nothing."""
    guids = dict.fromkeys(
        link["guid"] for link in document.get("links") or () if len(link["guid"]) <= LONGEST and '"' not in link["guid"]
    )
    if not guids:
        return None
    text = " OR ".join(f'guid:"{guid}"' for guid in [guid.replace("\\", "\\\\") for guid in guids][:MOST])
    return Query(text, hidden=hidden, kills=True, sort="newest", limit=MOST, brief=True)
