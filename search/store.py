"""The small protocol of a store: set up, write, find. Elasticsearch and SQLite both keep it.

Documents go in with their version; which one of each id stays (`search.order`) does not depend on how they arrive.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

from processors.annotations import Record
from search.documents import Document
from search.lineage import Kept

if TYPE_CHECKING:
    from search.query import Limits

# Around what matched in highlighted passages: characters for private use, which each reader replaces by its own.
MARKS = ("\ue000", "\ue001")


# By the agency's times, but for ``arrived``: the last received first, whatever times their agencies gave them.
Sort = Literal["relevance", "newest", "oldest", "arrived"]


class StoreUnavailable(Exception):
    """The store cannot take the work now; the same call can succeed later."""


class StoreError(Exception):
    """The store is there but cannot serve as it is; no retry helps. The message says what to change."""


class QueryError(Exception):
    """A query that cannot be understood or is too expensive. The message says where and what to write instead."""


class Outcome(Record, frozen=True):
    """What became of one written document.

    ``written``: it is the newest. ``superseded``: something as new or newer is there, which is success too.
    ``refused``: the store will never take it. ``busy``: not now, try this one again.
    """

    state: Literal["written", "superseded", "refused", "busy"]
    reason: str = ""


class Query(Record, frozen=True):
    """What a reader asks for. All given parts must hold; ``text`` is in the language of `search.query`.

    ``entity`` is any name of a thing in the text; ``holder``, ``target`` and ``label`` are asked of one and the same
    stance; ``about`` is the holder or target of any. ``since`` is inclusive, ``until`` is not; both are of the
    version's creation. ``exact`` holds names of fields (of `search.fields`, or `search.fields.NAMED`) with whole values
    that a story must have, as facets give them.
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
    hidden: bool = False  # tombstones, withheld and embargoed stories too
    kills: bool = False  # tombstones too, which every reader may know of
    sort: Sort = "relevance"
    limit: int = 20
    after: str = ""  # where the last page ended
    brief: bool = False  # without the long parts that a list does not show: `search.mapping.LONG_PARTS`


class Hit(Record, frozen=True):
    """One found document: its stored fields, its score, and highlighted passages by field."""

    id: str
    score: float
    document: dict[str, Any]
    highlights: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class Found(Record, frozen=True):
    """A page of hits. ``total`` counts all matches; ``after`` asks for the next page, "" at the end.

    A page may end before its limit where its stories are large.
    """

    total: int
    hits: tuple[Hit, ...]
    after: str = ""


class Store(Protocol):
    """Where documents are kept and found. ``limits`` are what a query may cost, for its views too."""

    @property
    def limits(self) -> "Limits":
        """What a query may cost."""

    async def set_up(self) -> None:
        """Make what the store needs. Safe to repeat, also by several processes at once."""

    async def write(self, documents: Sequence[Document]) -> list[Outcome]:
        """Keep the newest version of each document: one outcome each, in order.

        ``StoreUnavailable`` if none was judged.
        """

    def forget(self) -> None:
        """Trust nothing remembered of earlier writes.

        To be called when another process may have written the same stories since, as when Kafka has reassigned
        partitions.
        """

    async def find(self, query: Query) -> Found:
        """The documents that match, visible ones only unless ``query.hidden``. ``QueryError`` if it cannot be.

        What is found without ``hidden``, its order and its scores are the same whatever hidden stories there are.
        """

    async def get(self, document_id: str) -> dict[str, Any] | None:
        """One document by its id, hidden or not."""

    async def fates(self, ids: Sequence[str]) -> dict[str, Kept]:
        """What is kept of each story that is there, by id, hidden or not, as of the last `refresh`."""

    async def versions(self, ids: Sequence[str], *, hidden: bool = False) -> dict[str, int]:
        """The version that stands of each story that a reader may see or whose kill they may know of, by id.

        With ``hidden`` of each that is there. Reads no text.
        """

    async def count(self, *, hidden: bool = False) -> int:
        """How many documents a reader can find, or with ``hidden`` how many there are."""

    async def open_notices(self, since: datetime, size: int) -> list[dict[str, Any]]:
        """Notices received since then whose story was not found (`search.notices`), as stored, the last one first.

        As of the last `refresh`.
        """

    async def refresh(self) -> None:
        """Make everything written so far findable now."""

    async def close(self) -> None:
        """Give connections back."""
