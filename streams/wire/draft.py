"""What a format says of one article: strings as they stand there, unjudged. `streams.wire.finishing` judges them."""

import msgspec

from streams.records import Concept, Link
from streams.wire.publication.embargo_fields import Claim
from streams.wire.publication.lifecycle import Signs


class Draft(msgspec.Struct):
    """One article as its format states it, unjudged. Times are the format's own strings (or Unix numbers)."""

    format: str
    guid: str = ""
    former: dict[str, list[str]] = {}  # by guid, this item's or another's: those that earlier releases derived instead
    provider: str = ""  # who sent it, where the format has a field for that
    version_created: str | float = ""
    first_created: str | float = ""
    claims: list[Claim] = []  # fields that may hold it back, unread
    asides: list[str] = []  # lines of the item that become no field, but may speak of an embargo
    provider_version: str = ""
    urgency: str | float = ""
    headline: str = ""
    slugline: str = ""
    byline: str = ""
    dateline: str = ""
    language: str = ""
    body: str = ""
    genre: str = ""
    editorial_note: str = ""
    credit: str = ""
    copyright_holder: str = ""
    copyright_notice: str = ""
    usage_terms: str = ""
    url: str = ""
    subjects: list[Concept] = []
    places: list[Concept] = []
    keywords: list[str] = []
    links: list[Link] = []
    notes: list[str] = []
    signs: Signs = msgspec.field(default_factory=Signs)
