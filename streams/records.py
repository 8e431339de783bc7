"""Every message's shape: what travels on the topics, as JSON, and how ids and versions are made.

Decoding is strict: a missing, unknown or wrongly typed field raises ``Rejected`` with its path. A reader
takes only the schema version that it knows.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from processors.annotations import Annotations, Record
from streams.errors import Rejected

SCHEMA_VERSION = 1

Utc = Annotated[datetime, msgspec.Meta(tz=True)]
Status = Literal["usable", "withheld", "canceled"]
Kind = Literal["new", "update", "correction", "kill", "advisory"]
Stage = Literal["read", "enrich", "index"]


class RawPosition(Record, frozen=True):
    """Where an article's raw bytes lie in Kafka."""

    topic: str
    partition: int
    offset: int


class Concept(Record, frozen=True):
    """A subject or place as the provider coded it: a name, a code (``medtop:11000000``), or both."""

    name: str = ""
    code: str = ""


class Link(Record, frozen=True):
    """A link to another version or item: IPTC's ``rel`` (``evolvedFrom``, ``derivedFrom``, …) and its guid."""

    rel: str
    guid: str


class Article(Record, frozen=True):
    """One version of one story, decoded from its wire format. Times are UTC; absent text is ``""``.

    ``version`` orders the versions of a story (see `article_version`); ``provider_version`` is the agency's own
    number, which orders nothing. ``notes`` are what the reader had to assume (a missing time zone, say).
    """

    id: str
    source: str
    guid: str
    version: int
    format: str
    version_created: Utc
    received_at: Utc
    first_created: Utc | None = None
    provider_version: str = ""
    status: Status = "usable"
    kind: Kind = "new"
    embargo_until: Utc | None = None
    urgency: int | None = None  # 1 (flash) … 9, as in IPTC
    headline: str = ""
    slugline: str = ""
    byline: str = ""
    dateline: str = ""
    language: str = ""  # BCP 47, as the provider or the detector says
    body: str = ""
    subjects: tuple[Concept, ...] = ()
    places: tuple[Concept, ...] = ()
    keywords: tuple[str, ...] = ()
    genre: str = ""
    editorial_note: str = ""
    credit: str = ""
    copyright_holder: str = ""
    copyright_notice: str = ""
    usage_terms: str = ""
    url: str = ""
    links: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()
    raw: RawPosition | None = None
    trace_id: str = ""
    schema_version: int = SCHEMA_VERSION

    @property
    def text(self) -> str:
        """The text that is annotated: headline, blank line, body. All offsets point into it."""
        return annotated_text(self.headline, self.body)


class EnrichedArticle(Record, frozen=True):
    """An article with its annotations, which may be partial: ``annotations.failures`` names what is missing."""

    article: Article
    annotations: Annotations
    enriched_at: Utc
    read_at: Utc | None = None  # when the read stage sent the article
    schema_version: int = SCHEMA_VERSION


class DeadLetter(Record, frozen=True):
    """What was refused, whole: the bytes, their headers, where they lay, at which step and why.

    ``value`` and header values are base64 in JSON. ``error`` is an error class by its bare name. ``part`` names
    the annotator where only that annotation failed.
    """

    id: str  # topic, partition, offset and part: the same refusal seen twice is one
    stage: Stage
    error: str
    message: str
    source: str
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    attempts: int
    failed_at: Utc
    software_version: str
    part: str = ""
    article_id: str = ""
    schema_version: int = SCHEMA_VERSION


class Replayed(Record, frozen=True):
    """On ``news.dead``, under the dead letter's own key: it is about to be put back where it came from, or has been.

    ``topic``, ``partition`` and ``offset`` say where its message lies now; the last two are -1 as long as it has only
    begun.
    """

    letter: str  # the dead letter's id
    state: Literal["begun", "done"]
    at: Utc
    topic: str
    partition: int = -1
    offset: int = -1
    schema_version: int = SCHEMA_VERSION


RECORDS: tuple[type[Record], ...] = (Article, EnrichedArticle, DeadLetter, Replayed)

R = TypeVar("R", Article, EnrichedArticle, DeadLetter, Replayed)


def encode(record: Record) -> bytes:
    """JSON bytes of a record, for the wire."""
    return msgspec.json.encode(record)


def decode(data: bytes | None, kind: type[R]) -> R:
    """A record from its JSON bytes, or ``Rejected`` naming the field that is wrong."""
    if data is None:
        raise Rejected(f"{kind.__name__}: the message has no value")
    try:
        record = msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Rejected(f"{kind.__name__}: {error}") from error
    if record.schema_version != SCHEMA_VERSION:
        raise Rejected(f"{kind.__name__}: schema version {record.schema_version}, this reader knows {SCHEMA_VERSION}")
    return record


def annotated_text(headline: str, body: str) -> str:
    """The one text that annotations point into."""
    return f"{headline}\n\n{body}" if headline and body else headline or body


def article_id(source: str, guid: str) -> str:
    """The id of a story: 32 hex digits of SHA-256 over source and provider guid; also the key on every topic."""
    return hashlib.sha256(f"{source}\n{guid}".encode()).hexdigest()[:32]


FORGOTTEN_VERSION = 2**63 - 2  # above every version of a story: what is forgotten on request stays so
RANKS = {"usable": 0, "correction": 1, "withheld": 2, "canceled": 3}
MAX_PROVIDER_VERSION = 63
HASH_BITS, NUMBER_BITS, RANK_BITS = 12, 6, 2


def article_version(version_created: datetime, status: Status, kind: Kind, provider_version: str, content: str) -> int:
    """The number that orders a story's versions, the same however often and in whatever order they arrive.

    Milliseconds of ``version_created``, then 20 low bits that matter only at equal times: rank (a kill beats a
    withheld story beats a correction beats a usable one), the provider's version number where it is one, and
    12 bits of the content's hash. Fits Elasticsearch's signed 64-bit external versions until the year 2248.
    """
    milliseconds = max(0, int(version_created.timestamp() * 1000))
    rank = RANKS["correction" if status == "usable" and kind == "correction" else status]
    digits = provider_version if provider_version.isascii() and provider_version.isdigit() else "0"
    number = min(int(digits[:9]), MAX_PROVIDER_VERSION)
    digest = int.from_bytes(hashlib.sha256(content.encode("utf-8", "replace")).digest()[:2]) >> (16 - HASH_BITS)
    return (((milliseconds << RANK_BITS | rank) << NUMBER_BITS | number) << HASH_BITS) | digest


def json_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of every record, by its name."""
    return {record.__name__: msgspec.json.schema(record) for record in RECORDS}
