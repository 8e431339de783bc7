"""The parser's input: one raw message from ``news.raw``, and the limits on reading it."""

from datetime import datetime

from processors.annotations import Record
from search.articles import RawPosition
from streams.errors import Rejected


class Raw(Record, frozen=True):
    """The provider's bytes with what the feed knows about them. ``source`` is "" if the feed has none."""

    value: bytes
    received_at: datetime
    source: str = ""
    content_type: str = ""
    name: str = ""  # file name, URL or similar, for messages only
    position: RawPosition | None = None
    trace_id: str = ""
    feed: str = ""  # who really sent it, as `streams.feeds.producer` says
    guid: str = ""  # what the feed calls the only entry in it, where its document does not tell it from others


class ParseLimits(Record, frozen=True):
    """Bounds on what is read. Beyond the first five an input is ``Rejected``, naming the bound.

    The others only shorten: what is cut from a headline, a rights text or a list is said in ``notes``.
    """

    max_bytes: int = 4 * 1024 * 1024
    max_depth: int = 100
    max_articles: int = 1000
    max_body_characters: int = 200_000
    max_guid_characters: int = 1000
    max_line_characters: int = 2000  # headline, slugline, byline, a name, a code …
    max_terms_characters: int = 20_000  # usage terms, copyright notice, editorial note
    max_list: int = 500  # subjects, places, keywords, links
    max_skipped: int = 200  # items that are no articles and are named; further ones are counted
    max_growth: float = 8.0  # how many times its own bytes the articles of a message may take, beside GROWTH_ROOM


def with_guid(reason: str, guid: str) -> str:
    """A reason with the item it is about, where that has an id."""
    return f"{reason} ({guid[:200]})" if guid else reason


# Words that providers use for what an item is, and the kind that each means. All else is "other".
KINDS = {
    "picture": "picture", "photo": "picture", "photograph": "picture", "image": "picture", "pic": "picture",
    "gallery": "picture", "slideshow": "picture", "graphic": "graphic", "infographic": "graphic",
    "animation": "graphic",
    "interactive": "graphic", "map": "graphic", "chart": "graphic", "video": "video", "livevideo": "video",
    "audio": "audio", "event": "event", "events": "event", "eventitem": "event", "planning": "planning",
    "planningitem": "planning", "assignment": "planning", "coverage": "planning", "package": "package",
    "packageitem": "package", "composite": "package", "collection": "package", "concept": "concept",
    "conceptitem": "concept", "knowledge": "concept", "knowledgeitem": "concept", "topicset": "concept",
    "catalog": "concept", "catalogitem": "concept", "reference": "reference",
}  # fmt: skip
OTHER = "other"
REFERENCE = "reference"  # to another item, without anything of it


def kind_of(word: str) -> str:
    """The kind of an item that its provider calls by this word: one of a few, whatever the word is."""
    return KINDS.get(word.strip().lower().replace(" ", "").replace("-", ""), OTHER)


class NotAnArticle(Rejected):
    """A recognized item that is no article, such as a picture, an event or a package. It is skipped, not refused.

    ``reason`` says what it is, in the provider's word; ``kind`` is one of ours. ``draft`` is what its format states of
    it (`streams.wire.draft.Draft`), where it is an item of its own.
    """

    def __init__(self, reason: str, kind: str, guid: str = "", title: str = "", draft: object = None) -> None:
        super().__init__(with_guid(reason, guid))
        self.kind, self.guid, self.title, self.draft = kind, guid, title, draft
