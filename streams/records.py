"""The records on all topics, as JSON.

Versions of this program work side by side while it is upgraded. A reader takes the fields that it knows and ignores
those that are new to it, whatever ``schema_version`` says; a missing or wrongly typed field raises ``Rejected`` with
its path. What an older reader would misread is declared: ``needs`` is the lowest schema version that may read a record.

So a new field with a default needs nothing but a higher ``SCHEMA_VERSION``. A new value of a closed list (a ``status``,
a ``kind``), a field that takes another type or meaning, and one that goes away need ``NEEDS`` raised as well.
"""

from datetime import datetime
from typing import Any, Literal, TypeVar

import msgspec

from processors.annotations import Annotations, Record
from search.articles import ArticleFields, Count, Place, RawPosition, Utc
from search.documents import Document
from streams.errors import Rejected

SCHEMA_VERSION = 4
NEEDS = 1  # the lowest schema version that reads what this one writes
ITEMS_NEED = 4  # the lowest one that tells an item, such as a picture, from a story

YEARS = range(2, 9999)  # beyond them a change of time zone overflows
Stage = Literal["read", "enrich", "index", "alert", "archive"]


class Article(ArticleFields, frozen=True, kw_only=True):  # type: ignore[misc]  # as its base
    """One version of one story, decoded from its wire format. Times are UTC; absent text is ``""``.

    ``version`` orders the versions of a story (see `article_version`); ``provider_version`` is the agency's own
    number, which orders nothing. ``notes`` are what the reader had to assume (a missing time zone, say).
    """

    schema_version: int = SCHEMA_VERSION
    needs: int = NEEDS

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
    needs: int = NEEDS


class Refused(Record, frozen=True):
    """A rejected member of a message: what and where it is, and the reason."""

    member: str
    reason: str


class DeadLetter(Record, frozen=True):
    """A rejected message: bytes, headers, position, stage and reason.

    ``value`` and header values are base64 in JSON. ``error`` is an error class by its bare name. ``part`` names
    the annotator where only that annotation failed. Where it is ``members``, the message was read but for some of its
    members: those ``refused``, and ``unlisted`` more that are not listed for want of room.

    Where ``whole`` is false the bytes, ``size`` of them, are not in here: they lie at topic, partition and offset, for
    as long as Kafka keeps that topic. The headers are then only those that the replay needs.
    """

    id: str  # topic, partition, offset and part: the same refusal seen twice is one
    stage: Stage
    error: str
    message: str
    source: str
    topic: str
    partition: Place
    offset: Place
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    attempts: Count
    failed_at: Utc
    software_version: str
    part: str = ""
    article_id: str = ""
    refused: tuple[Refused, ...] = ()
    unlisted: Count = 0
    whole: bool = True
    size: Count = 0
    schema_version: int = SCHEMA_VERSION
    needs: int = NEEDS


class Bundled(Record, frozen=True):
    """One letter of a `DeadBundle`: what `DeadLetter` says under the same names. ``replayed_from`` is its header."""

    id: str
    partition: Place
    offset: Place
    error: str
    message: str
    attempts: Count
    part: str = ""
    article_id: str = ""
    unlisted: Count = 0
    size: Count = 0
    replayed_from: str = ""


class DeadBundle(Record, frozen=True):
    """Letters about many messages of one unwell source; their bytes stay at the messages' positions.

    On ``news.dead``, under its first letter's id. Each letter is chosen, shown and replayed like any other.
    """

    stage: Stage
    source: str
    topic: str
    failed_at: Utc
    software_version: str
    letters: tuple[Bundled, ...]
    schema_version: int = SCHEMA_VERSION
    needs: int = NEEDS


class Replayed(Record, frozen=True):
    """On ``news.dead``, under the dead letter's key: its replay has begun, or is done.

    ``topic``, ``partition`` and ``offset`` say where its message lies now; the last two are -1 as long as it has only
    begun.
    """

    letter: str  # the dead letter's id
    state: Literal["begun", "done"]
    at: Utc
    topic: str
    partition: Place = -1
    offset: Place = -1
    schema_version: int = SCHEMA_VERSION
    needs: int = NEEDS


class Skipped(Record, frozen=True):
    """A skipped item on ``news.skipped``: what it is, and where its bytes are.

    ``kind`` is picture, graphic, video, audio, event, planning, package, concept, reference or other; ``reason`` has
    the provider's own word. ``part`` says which of the message's items it is, "" where it is all of it; ``alone``, that
    the message holds nothing else than such items. ``count`` is above 1 where one record stands for the rest of many.
    """

    id: str  # topic, partition, offset and number: the same item seen twice is one
    kind: str
    guid: str
    title: str
    reason: str
    source: str
    received_at: Utc
    raw: RawPosition
    trace_id: str
    part: str = ""
    alone: bool = True
    count: Count = 1
    size: Count = 0  # bytes of the whole message
    schema_version: int = SCHEMA_VERSION
    needs: int = NEEDS


RECORDS: tuple[type[msgspec.Struct], ...] = (Article, EnrichedArticle, DeadLetter, DeadBundle, Replayed, Skipped)
R = TypeVar("R", Article, EnrichedArticle, DeadLetter, DeadBundle, Replayed, Skipped)


def encode(record: msgspec.Struct) -> bytes:
    """The record as JSON bytes."""
    return msgspec.json.encode(record)


def decode(data: bytes | None, kind: type[R]) -> R:
    """Decode a record from JSON bytes; raises ``Rejected`` with the name of the wrong field."""
    if data is None:
        raise Rejected(f"{kind.__name__}: the message has no value")
    try:
        record = msgspec.json.decode(data, type=kind)
        needs = max(record.needs, record.article.needs) if isinstance(record, EnrichedArticle) else record.needs
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        needs = _needs(data)
        if needs <= SCHEMA_VERSION:
            raise Rejected(f"{kind.__name__}: {error}") from error
    if needs > SCHEMA_VERSION:
        raise Rejected(
            f"{kind.__name__}: it needs a reader of schema version {needs}, this one has {SCHEMA_VERSION}: upgrade "
            "this stage, then newswire dead replay"
        )
    _check_times(record, kind.__name__)
    return record


def _check_times(record: msgspec.Struct, where: str) -> None:
    """No time may lie where a change of its zone overflows: whoever shows or stores it would fail."""
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if isinstance(value, datetime) and value.year not in YEARS:
            raise Rejected(f"{where}: the year {value.year} is out of bounds - at `$.{name}`")
        if isinstance(value, Article):
            _check_times(value, where)


class _Needs(msgspec.Struct):
    needs: int = 0


def _needs(data: bytes) -> int:
    """What a record that cannot be decoded declares to need; 0 where it says nothing readable."""
    try:
        return msgspec.json.decode(data, type=_Needs).needs
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return 0


def document_of(enriched: EnrichedArticle, now: datetime) -> Document:
    """The document to index for an enriched article."""
    article = enriched.article
    document = Document.of(
        article, enriched.annotations, read_at=enriched.read_at, enriched_at=enriched.enriched_at, indexed_at=now
    )
    if not article.kills:
        return document
    status = article.status
    if status == "canceled":
        status = "usable" if article.kills.sure else "withheld"
    return msgspec.structs.replace(document, kind="advisory", status=status)


def annotated_text(headline: str, body: str) -> str:
    """The one text that annotations point into."""
    return f"{headline}\n\n{body}" if headline and body else headline or body


def json_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of every record, by its name."""
    return {record.__name__: msgspec.json.schema(record) for record in RECORDS}
