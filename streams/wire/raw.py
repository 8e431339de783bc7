"""What the wire room takes: one raw message as it lay on ``news.raw``, and the limits on reading it."""

from datetime import datetime

from processors.annotations import Record
from streams.errors import Rejected
from streams.records import RawPosition


class Raw(Record, frozen=True):
    """The provider's bytes with what the feed knew about them. ``source`` is "" where the feed was told none."""

    value: bytes
    received_at: datetime
    source: str = ""
    content_type: str = ""
    name: str = ""  # file name, URL or similar, for messages only
    position: RawPosition | None = None
    trace_id: str = ""
    guid: str = ""  # what the feed calls the only entry in it, where its document does not tell it from others


class Limits(Record, frozen=True):
    """Bounds on what is read. Beyond the first five an input is ``Rejected``, naming the bound.

    The last three only shorten: what is cut from a headline, a rights text or a list is said in ``notes``.
    """

    max_bytes: int = 4 * 1024 * 1024
    max_depth: int = 100
    max_articles: int = 1000
    max_body_characters: int = 200_000
    max_guid_characters: int = 1000
    max_line_characters: int = 2000  # headline, slugline, byline, a name, a code …
    max_terms_characters: int = 20_000  # usage terms, copyright notice, editorial note
    max_list: int = 500  # subjects, places, keywords, links


def named(reason: str, guid: str) -> str:
    """A reason with the item it is about, where that has an id."""
    return f"{reason} ({guid[:200]})" if guid else reason


class NotAnArticle(Rejected):
    """Something that was understood and is no article: a picture, an event, a package. Named in the message."""
