"""What an article is: every field of it, with its type, once. Takes nothing; gives records.

A format fills in what is `Stated` (`streams.wire.draft.Draft`); the reader adds which version of which story it is. The
record that travels on Kafka (`streams.records.Article`) and the indexed document (`search.documents.Document`) are
these fields and what each needs besides. A new text is one line here and one row in `search.mapping`.

The order of the fields is that of the JSON on Kafka: those without ``kw_only`` come first, then each class's own.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec

from processors.annotations import Record

Utc = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]  # what the tables and indices take that it is put into
Place = Annotated[int, msgspec.Meta(ge=-1, le=2**63 - 1)]
Status = Literal["usable", "withheld", "canceled"]
Kind = Literal["new", "update", "correction", "kill", "advisory"]

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
# Of a version, below its milliseconds: rank, provider's number and hash of the content, as
# `streams.wire.article_ids.article_version` makes them. They matter only at equal times.
LOW_BITS = 20


class RawPosition(Record, frozen=True):
    """Where an article's raw bytes lie in Kafka."""

    topic: str
    partition: Place
    offset: Place


class Concept(Record, frozen=True):
    """A subject or place as the provider coded it: a name, a code (``medtop:11000000``), or both."""

    name: str = ""
    code: str = ""


class Link(Record, frozen=True):
    """A link to another version or item: IPTC's ``rel`` (``evolvedFrom``, ``derivedFrom``, …) and its guid."""

    rel: str
    guid: str


class NamedStory(Record, frozen=True):
    """What a notice in words calls the story that it kills. ``sent`` is a clock in UTC, such as 14:05."""

    slugline: str = ""
    headline: str = ""
    guid: str = ""
    sent: str = ""
    sure: bool = True  # whether it is another story; else it may be the notice's own, under another headline


class Stated(msgspec.Struct, kw_only=True):
    """What an agency states of a story in its own words and codes; absent text is ``""``.

    Not frozen, since a format fills it in; every record made of it is.
    """

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


class StoryVersion(Stated, frozen=True):  # type: ignore[misc]  # msgspec lets a frozen record have a base that is not
    """Which version of which story it is, and whether it may be published. Times are UTC."""

    id: str
    source: str
    guid: str
    version: Count
    format: str
    version_created: Utc
    received_at: Utc
    first_created: Utc | None = None
    provider_version: str = ""
    ordered_by: Literal["", "provider", "receipt"] = ""  # whose time ``version`` is made of; "" before this was kept
    status: Status = "usable"
    kind: Kind = "new"
    embargo_until: Utc | None = None
    urgency: Count | None = None  # 1 (flash) … 9, as in IPTC


class ArticleFields(StoryVersion, frozen=True, kw_only=True):  # type: ignore[misc]  # as above
    """All fields of an article: what is stated, which version it is, and what the reader found out besides."""

    former_ids: tuple[str, ...] = ()  # that earlier releases gave this story, which derived them in another way
    kills: NamedStory | None = None  # another story, which this one, a notice in words, kills
    notes: tuple[str, ...] = ()
    raw: RawPosition | None = None
    trace_id: str = ""
    item_class: str = ""  # of an item that is no text: picture, video, event …; "" for a story


def version_time(version: int) -> datetime | None:
    """When a version was made; ``None`` for a number that says nothing."""
    try:
        made = datetime.fromtimestamp((version >> LOW_BITS) / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return made if made > EARLIEST else None
