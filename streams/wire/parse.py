"""The entry point of this package: takes a raw message in any format, returns its articles.

The format is found by content, never by name. ``parse_all`` keeps the good members of a message and reports the
others; ``parse`` gives the articles or raises ``Rejected``.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from processors.annotations import Record
from streams.errors import Rejected
from streams.records import Article
from streams.wire.decoding import to_utf8
from streams.wire.draft import Draft
from streams.wire.finishing import finish
from streams.wire.formats.broken_feeds import cut_by_tags, is_feed
from streams.wire.formats.forgotten import CONTENT_TYPE, read_forgotten
from streams.wire.formats.json_shapes import is_ninjs, refuse_what_is_no_article, shared_by_items
from streams.wire.formats.ninjs import read_ninjs
from streams.wire.formats.plain import read_plain
from streams.wire.formats.syndication import ENTRY
from streams.wire.formats.teletype import looks_like_teletype, messages
from streams.wire.formats.xml_formats import members
from streams.wire.jsons import read_json
from streams.wire.publication.claims import around_items, in_json
from streams.wire.publication.embargo_fields import Claim
from streams.wire.publication.statuses import WITHHELD, bare_status
from streams.wire.raw import NotAnArticle, ParseLimits, Raw
from streams.wire.text import clean_line, shorten
from streams.wire.xml_mending import root_start
from streams.wire.xmls import read_xml

Member = tuple[str, str]  # what it is and where, and why it is no article
ENVELOPES = ("item", "items", "newsItems", "news_items", "articles", "stories", "entries", "results", "hits", "data",
             "_items", "docs", "response")  # fmt: skip
MAX_ENVELOPES = 6
MAX_NAMED = 300  # characters of what is kept of an item that is no article


class Skip(Record, frozen=True):
    """An item that was understood and is no article: ``kind`` is one of a few, ``reason`` has the provider's own word.

    ``part`` says which of the message's items it is, "" where it is all of the message.
    """

    part: str
    kind: str
    guid: str
    title: str
    reason: str


class ParsedMessage(Record, frozen=True):
    """The content of a message.

    ``refused`` members are broken and become dead letters. ``skipped`` ones were understood and are no articles:
    pictures, events, packages, also those that came with a story. ``unnamed`` more of them were only counted.
    """

    articles: tuple[Article, ...] = ()
    refused: tuple[Member, ...] = ()
    skipped: tuple[Skip, ...] = ()
    unnamed: int = 0


class TooMany(Rejected):
    """A message with more members than allowed."""

    def __init__(self, bound: int) -> None:
        super().__init__(f"more than max_articles ({bound}) in one message")


class _Reading:
    """The members of one message as they are read."""

    def __init__(self, raw: Raw, limits: ParseLimits) -> None:
        self.raw, self.limits = raw, limits
        self.articles: list[Article] = []
        self.shared: dict[str, str] = {}  # what an envelope says of all its items, by field
        self.refused: list[Member] = []
        self.skipped: list[Skip] = []
        self.unnamed = 0
        self.claims: list[Claim] = []  # of embargoes, by what lies around the members
        self.statuses: list[Any] = []

    def take(self, draft: Draft, what: str) -> None:
        """Judge one draft: it becomes an article or a refused member."""
        if len(self.articles) + len(self.refused) >= self.limits.max_articles:
            raise TooMany(self.limits.max_articles)
        for name, value in self.shared.items():
            if not getattr(draft, name):
                setattr(draft, name, value)
        if self.raw.guid and what.startswith(ENTRY):
            draft.guid = self.raw.guid
        draft.claims += self.claims
        draft.signs.statuses += self.statuses
        try:
            self.articles.append(finish(draft, self.raw, self.limits))
        except Rejected as refusal:
            guid = draft.guid[:100]
            self.refuse(what if guid in what else f"{what} {guid}", refusal)

    def refuse(self, what: str, refusal: Rejected) -> None:
        """Report one member that is no article, or a broken one."""
        if isinstance(refusal, NotAnArticle):
            self.skip(what, refusal)
            return
        if len(self.refused) >= self.limits.max_articles:
            raise TooMany(self.limits.max_articles)
        self.refused.append((what, str(refusal)))

    def skip(self, what: str, why: NotAnArticle) -> None:
        """Name one member that is no article; of very many the rest is only counted."""
        if len(self.skipped) >= self.limits.max_skipped:
            self.unnamed += 1
            return
        part, guid, title, reason = (
            shorten(clean_line(text[: 4 * MAX_NAMED]), MAX_NAMED) for text in (what, why.guid, why.title, str(why))
        )
        self.skipped.append(Skip(part, why.kind, guid, title, reason))

    def parsed(self) -> ParsedMessage:
        """What was found, an item that is all of its message without a name for its part."""
        skipped = self.skipped
        if len(skipped) == 1 and not (self.articles or self.refused):
            skipped = [msgspec.structs.replace(skipped[0], part="")]
        return ParsedMessage(tuple(self.articles), tuple(self.refused), tuple(skipped), self.unnamed)


def parse(raw: Raw, limits: ParseLimits | None = None) -> list[Article]:
    """The articles of a message. Raises ``Rejected`` if there is none, with every member's reason."""
    parsed = parse_all(raw, limits)
    if not parsed.articles:
        raise _none_of((*parsed.refused, *((skip.part, skip.reason) for skip in parsed.skipped)))
    return list(parsed.articles)


def _none_of(members: Sequence[Member]) -> Rejected:
    if len(members) == 1:
        return Rejected(members[0][1])
    reasons = "; ".join(f"{what}: {reason}" for what, reason in members[:5])
    return Rejected(f"none of {len(members)} members is an article: {reasons}")


def parse_all(raw: Raw, limits: ParseLimits | None = None) -> ParsedMessage:
    """The articles of a message and its other members.

    Raises ``Rejected`` where there is neither an article nor anything that was understood to be none.
    """
    limits = limits or ParseLimits()
    size = len(raw.value)
    if size > limits.max_bytes:
        raise Rejected(f"{size} bytes, more than max_bytes ({limits.max_bytes})")
    if raw.content_type == CONTENT_TYPE:
        return ParsedMessage((read_forgotten(raw),))
    reading = _Reading(raw, limits)
    _read(raw.value, reading)
    if not (reading.articles or reading.skipped):
        raise _none_of(reading.refused)
    return reading.parsed()


def _read(value: bytes, reading: _Reading) -> None:
    try:
        _read_any(value, reading)
    except NotAnArticle as whole:  # what stands for all of the message, such as a root without an item
        reading.skip("", whole)


def _read_any(value: bytes, reading: _Reading) -> None:
    data = to_utf8(value)
    start = data[:4096].lstrip()
    if not start and not data.strip():
        raise Rejected("empty")
    if start[:1] in (b"{", b"["):
        _read_json(data, reading)
    elif start[:1] == b"<" or root_start(data) >= 0:
        _read_xml(data, reading)
    elif looks_like_teletype(data):
        for what, read in messages(data, reading.raw.received_at, reading.limits.max_articles):
            _take(what, read, reading, [])
    else:
        raise Rejected(f"unknown format: begins with {start[:40]!r}")


def _read_xml(data: bytes, reading: _Reading) -> None:
    try:
        root, notes = read_xml(data, reading.limits.max_depth)
    except Rejected:
        if not is_feed(data) or b"<!ENTITY" in data:
            raise
        root, notes = _read_broken_feed(data, reading)
    reading.claims = around_items(root)
    for what, read in members(root, reading.limits.max_articles):
        _take(what, read, reading, notes)


def _read_broken_feed(data: bytes, reading: _Reading) -> tuple[Any, list[str]]:
    """A feed of those entries that are whole and can be read; the others are refused one by one."""
    feed = cut_by_tags(data, reading.limits.max_articles)
    whole: list[bytes] = []
    for number, (start, end) in enumerate(feed.entries, 1):
        try:
            read_xml(feed.head + data[start:end] + feed.tail, reading.limits.max_depth)
            whole.append(data[start:end])
        except Rejected as refusal:
            reading.refuse(f"entry {number}", refusal)
    if feed.unfinished:
        reading.refuse("entry", Rejected(f"{feed.unfinished} entries that are cut off before their end"))
    root, notes = read_xml(feed.head + b"".join(whole) + feed.tail, reading.limits.max_depth)
    return root, [*notes, "XML: the feed is not well-formed; its whole entries were read"]


def _take(what: str, read: Callable[[], Draft], reading: _Reading, notes: list[str]) -> None:
    try:
        draft = read()
    except Rejected as refusal:
        reading.refuse(what, refusal)
        return
    draft.notes += notes
    reading.take(draft, what)


def _read_json(data: bytes, reading: _Reading) -> None:
    """One JSON document, or else JSON Lines: each line that cannot be read costs only itself."""
    depth = reading.limits.max_depth
    try:
        value = read_json(data, depth)
    except Rejected:
        lines = [(n, line) for n, line in enumerate(data.splitlines(), 1) if line.strip()]
        if len(lines) < 2 or not _is_lines(lines[0][1], lines[1][1]):  # noqa: PLR2004
            raise
        for number, line in lines:
            try:
                _take_value(read_json(line, depth), reading, f"line {number}")
            except TooMany:
                raise
            except Rejected as refusal:
                reading.refuse(f"line {number}", refusal)
        return
    _take_value(value, reading, "item")


def _is_lines(*lines: bytes) -> bool:
    return any(line.strip().startswith(b"{") and line.strip().endswith(b"}") for line in lines)


def _take_value(value: Any, reading: _Reading, where: str, level: int = 0) -> None:
    if isinstance(value, list):
        for number, member in enumerate(value, 1):
            try:
                _take_value(member, reading, f"{where} {number}", level)
            except TooMany:
                raise
            except Rejected as refusal:
                reading.refuse(_named(member, f"{where} {number}"), refusal)
    elif isinstance(value, dict):
        _take_object(value, reading, where, level)
    else:
        raise Rejected("JSON: an article is an object")


def _take_object(value: dict[str, Any], reading: _Reading, where: str, level: int) -> None:
    if is_ninjs(value):
        members = read_ninjs(value)
        for draft in members.drafts:
            reading.take(draft, where)
        for what, why in members.attached:
            reading.skip(what, why)
        return
    name = next((key for key in ENVELOPES if isinstance(value.get(key), dict | list) and value[key]), "")
    inner = value[name] if name else None
    # A title alone is that of the list (JSON Feed); a text is an article's own.
    own = {"headline", "body", "text", "content"} if isinstance(inner, list) else {"headline", "title", "body", "text"}
    if inner is not None and level < MAX_ENVELOPES and not own & value.keys():
        outer = reading.claims, reading.statuses, reading.shared
        reading.shared = {**reading.shared, **shared_by_items(value)}
        _take_claims({key: part for key, part in value.items() if key != name}, reading, of_one=isinstance(inner, dict))
        _take_value(inner, reading, where, level + 1)
        reading.claims, reading.statuses, reading.shared = outer
        return
    refuse_what_is_no_article(value)
    reading.take(read_plain(value), where)


def _take_claims(envelope: dict[str, Any], reading: _Reading, *, of_one: bool) -> None:
    """What an envelope says of embargoes holds for all its members. Its status may be that of an answer only."""
    stated = in_json(envelope)
    reading.claims = [*reading.claims, *stated.claims]
    hiding = (value for value in stated.statuses if isinstance(value, str) and bare_status(value) in WITHHELD)
    reading.statuses = [*reading.statuses, *(stated.statuses if of_one else hiding)]


def _named(member: Any, where: str) -> str:
    if not isinstance(member, dict):
        return where
    name = next((member[k] for k in ("uri", "guid", "id") if isinstance(member.get(k), str)), "")
    return f"{where} {name[:200]}".strip()
