"""Reads our own notices that a story must be forgotten: takes JSON, returns the story's permanent tombstone.

It lies behind what it is about, so that a replay ends the same way: forgotten. Its version is above every other.
"""

from datetime import datetime

import msgspec

from processors.annotations import Record
from streams.errors import Rejected
from streams.records import ITEMS_NEED, NEEDS, Article
from streams.wire.article_ids import FORGOTTEN_VERSION
from streams.wire.raw import Raw

CONTENT_TYPE = "application/vnd.newswire.forget+json"  # no feed lets this through


class Forgotten(Record, frozen=True):
    """Which story: its id, and what of it may stay. No word of it, and not who asked."""

    id: str
    source: str
    version_created: datetime
    first_created: datetime | None = None
    item_class: str = ""  # of an item that is no text, which is in another index


def read_forgotten(raw: Raw) -> Article:
    """The tombstone for a notice."""
    try:
        notice = msgspec.json.decode(raw.value, type=Forgotten)
    except msgspec.MsgspecError as error:
        raise Rejected(f"no notice of forgetting: {error}") from error
    if not notice.id or notice.version_created.tzinfo is None:
        raise Rejected("a notice of forgetting needs an id, and a time with its zone")
    return Article(
        id=notice.id,
        source=notice.source,
        guid="",
        version=FORGOTTEN_VERSION,
        format="forgotten",
        version_created=notice.version_created,
        first_created=notice.first_created,
        received_at=raw.received_at,
        status="canceled",
        kind="kill",
        editorial_note="forgotten on request",
        item_class=notice.item_class,
        needs=ITEMS_NEED if notice.item_class else NEEDS,
        raw=raw.position,
        trace_id=raw.trace_id,
    )


def encode_notice(notice: Forgotten) -> bytes:
    """A notice as JSON bytes for ``news.raw``."""
    return msgspec.json.encode(notice)
