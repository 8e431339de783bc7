"""What a reader asks of a store, and what it may cost: a `Query`, its `Limits`, and the error of one that cannot be."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from processors.annotations import Record
from search.visibility import EVERY_SOURCE, Sources

# By the agency's times, but for ``arrived``: what reached readers last first, whatever times their agencies gave it.
Sort = Literal["relevance", "newest", "oldest", "arrived"]


class QueryError(Exception):
    """A query that cannot be understood or is too expensive. The message says where and what to write instead."""


class Query(Record, frozen=True):
    """What a reader asks for. All given parts must hold; ``text`` is in the language of `search.query.language`.

    ``entity`` is any name of a thing in the text; ``holder``, ``target`` and ``label`` are asked of one and the same
    stance; ``about`` is the holder or target of any. ``since`` is inclusive, ``until`` is not; both are of the
    version's creation. ``exact`` holds names of fields (of `search.query.fields`, or `search.query.fields.NAMED`) with
    whole values that a story must have, as facets give them; ``excluded`` those that it must not have.
    """

    text: str = ""
    entity: str = ""
    holder: str = ""
    target: str = ""
    label: Literal["", "favor", "against"] = ""
    about: str = ""
    source: str = ""
    language: str = ""
    since: datetime | None = None
    until: datetime | None = None
    exact: tuple[tuple[str, str], ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()
    hidden: bool = False  # tombstones, withheld and embargoed stories too
    kills: bool = False  # tombstones too, which every reader may know of
    sources: Sources = EVERY_SOURCE  # nothing of any other is there
    arrived_since: datetime | None = None  # by our own clock, whatever times the agencies give; inclusive
    sort: Sort = "relevance"
    limit: int = 20
    after: str = ""  # where the last page ended
    brief: bool = False  # without the long parts that a list does not show: `search.mapping.LONG_PARTS`


def only_itself(source: str) -> tuple[str, ...]:
    """The names of a source of which no others are known."""
    return (source,)


class Limits(Record, frozen=True):
    """What a query may cost, and what it may mean: ``names_of`` gives all names of a source, the given one first."""

    characters: int = 1000
    words: int = 64
    depth: int = 20
    prefixes: int = 8
    hits: int = 1000  # in one page
    megabytes: int = 64  # of stored stories in one page, which then ends earlier
    seconds: float = 30.0
    names_of: Callable[[str], tuple[str, ...]] = only_itself


DEFAULT_LIMITS = Limits()
