"""The entry point of this package: takes a raw message in any format, returns its articles.

The format is found by content, never by name. ``parse_all`` keeps the good members of a message and reports the
others; ``parse`` gives the articles or raises ``Rejected``.
"""

import codecs
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from streams.errors import Rejected
from streams.records import Article
from streams.wire.binaries import binary_file
from streams.wire.decoding import to_utf8
from streams.wire.draft import Draft
from streams.wire.formats.broken_feeds import CutFeed, cut_by_tags, is_feed, with_texts_escaped
from streams.wire.formats.forgotten import CONTENT_TYPE, read_forgotten
from streams.wire.formats.headed_text import has_headers, read_headed
from streams.wire.formats.json_shapes import is_ninjs, refuse_what_is_no_article, shared_by_items, with_inner_fields
from streams.wire.formats.ninjs import read_ninjs
from streams.wire.formats.plain import read_plain
from streams.wire.formats.plain_text import read_text
from streams.wire.formats.teletype import looks_like_teletype, messages
from streams.wire.formats.xml_formats import members
from streams.wire.habits import decoded
from streams.wire.jsons import read_json
from streams.wire.message import Member, ParsedMessage, Reading, TooMany
from streams.wire.profile import NO_PROFILE, NO_PROFILES, Profiles
from streams.wire.publication.claims import around_items, in_json
from streams.wire.publication.statuses import WITHHELD, bare_status
from streams.wire.raw import NotAnArticle, ParseLimits, Raw
from streams.wire.text import with_newlines
from streams.wire.xml_mending import root_start
from streams.wire.xmls import read_xml

ENVELOPES = ("item", "items", "newsItems", "news_items", "articles", "stories", "entries", "results", "hits", "data",
             "_items", "docs", "response", "article", "story", "news", "payload")  # fmt: skip
MAY_BE_TEXTS = ("article", "story", "news")  # or the paragraphs of an article that has a title
MAX_ENVELOPES = 6


def parse(raw: Raw, limits: ParseLimits | None = None) -> list[Article]:
    """The articles of a message. Raises ``Rejected`` if there is none, with every member's reason."""
    parsed = parse_all(raw, limits)
    if not parsed.articles:
        raise _no_articles((*parsed.refused, *((skip.part, skip.reason) for skip in parsed.skipped)))
    return list(parsed.articles)


def _no_articles(members: Sequence[Member]) -> Rejected:
    if len(members) == 1:
        return Rejected(members[0][1])
    reasons = "; ".join(f"{what}: {reason}" for what, reason in members[:5])
    return Rejected(f"none of {len(members)} members is an article: {reasons}")


def parse_all(raw: Raw, limits: ParseLimits | None = None, profiles: Profiles = NO_PROFILES) -> ParsedMessage:
    """The articles of a message and its other members, each read by the profile of its source.

    Raises ``Rejected`` where there is neither an article nor anything that was understood to be none.
    """
    limits = limits or ParseLimits()
    size = len(raw.value)
    if size > limits.max_bytes:
        raise Rejected(f"{size} bytes, more than max_bytes ({limits.max_bytes})")
    if raw.content_type == CONTENT_TYPE:
        return ParsedMessage((read_forgotten(raw),), profiles=("",))
    reading = Reading(raw, limits, profiles)
    habits = reading.profile or NO_PROFILE
    value, reading.notes = decoded(raw.value, habits.charset)
    _read(value, reading, habits.format)
    if not (reading.articles or reading.skipped):
        raise _no_articles(reading.refused)
    return reading.parsed()


def _read(value: bytes, reading: Reading, shape: str) -> None:
    try:
        if shape == "text":
            data = _lines(value)
            _take("text", lambda: read_headed(data) if has_headers(data) else read_text(data), reading, [])
        else:
            _read_any(value, reading)
    except NotAnArticle as whole:  # what stands for all of the message, such as a root without an item
        reading.skip("", whole)


def _read_any(value: bytes, reading: Reading) -> None:
    if file := binary_file(value):
        raise NotAnArticle(f"{file.name} file: not an article", file.kind)
    data = _lines(value)
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
    elif has_headers(data):
        _take("text", lambda: read_headed(data), reading, [])
    else:
        raise Rejected(f"unknown format: begins with {start[:40]!r}")


def _lines(value: bytes) -> bytes:
    """The bytes as UTF-8, or in another encoding that has ASCII in it, with one kind of line end (`with_newlines`)."""
    data = to_utf8(value)
    return with_newlines(data.decode("latin-1")).encode("latin-1") if b"\r" in data else data


def _read_xml(data: bytes, reading: Reading) -> None:
    try:
        root, notes = read_xml(data, reading.limits.max_depth)
    except Rejected as refusal:
        if not is_feed(data) or b"<!ENTITY" in data:
            raise
        root, notes = _read_broken_feed(data, reading, refusal)
    reading.claims = around_items(root)
    for what, read in members(root, reading.limits.max_articles):
        _take(what, read, reading, notes)


def _read_broken_feed(data: bytes, reading: Reading, why: Rejected) -> tuple[Any, list[str]]:
    """A feed of those entries that are whole and can be read; the others are refused one by one.

    Raises ``why``, which says what is wrong with the whole, where no entry can be read.
    """
    feed = cut_by_tags(data, reading.limits.max_articles)
    whole: list[bytes] = []
    for number, (start, end) in enumerate(feed.entries, 1):
        try:
            whole.append(_readable(data[start:end], feed, reading.limits.max_depth))
        except Rejected as refusal:
            reading.refuse(f"entry {number}", refusal)
    if feed.unfinished:
        reading.refuse("entry", Rejected(f"{feed.unfinished} entries that are cut off before their end"))
    if not whole:
        raise why
    root, notes = read_xml(feed.head + b"".join(whole) + feed.tail, reading.limits.max_depth)
    return root, [*notes, "XML: the feed is not well-formed; its whole entries were read"]


def _readable(entry: bytes, feed: CutFeed, max_depth: int) -> bytes:
    """An entry that can be read in its feed, with the tags in its texts as text where it has to be."""
    try:
        read_xml(feed.head + entry + feed.tail, max_depth)
    except Rejected:
        if (mended := with_texts_escaped(entry)) == entry:
            raise
        entry = mended
        read_xml(feed.head + entry + feed.tail, max_depth)
    return entry


def _take(what: str, read: Callable[[], Draft], reading: Reading, notes: list[str]) -> None:
    try:
        draft = read()
    except Rejected as refusal:
        reading.refuse(what, refusal)
        return
    draft.notes += notes
    reading.take(draft, what)


def _read_json(data: bytes, reading: Reading) -> None:
    """One JSON document, or else JSON Lines: each line that cannot be read costs only itself."""
    depth, said, notes = reading.limits.max_depth, reading.notes, list[str]()
    try:
        value = read_json(data, depth, notes)
    except Rejected:
        stripped = (line.strip().removeprefix(codecs.BOM_UTF8) for line in data.splitlines())
        lines = [(n, line) for n, line in enumerate(stripped, 1) if line]
        if len(lines) < 2 or not _is_lines(lines[0][1], lines[1][1]):  # noqa: PLR2004
            raise
        for number, line in lines:
            notes = []
            try:
                value = read_json(line, depth, notes)
                reading.notes = [*said, *notes]
                _take_value(value, reading, f"line {number}")
            except TooMany:
                raise
            except Rejected as refusal:
                reading.refuse(f"line {number}", refusal)
        return
    reading.notes = [*said, *notes]
    _take_value(value, reading, "item")


def _is_lines(*lines: bytes) -> bool:
    return any(line.strip().startswith(b"{") and line.strip().endswith(b"}") for line in lines)


def _take_value(value: Any, reading: Reading, where: str, level: int = 0) -> None:
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


def _take_object(value: dict[str, Any], reading: Reading, where: str, level: int) -> None:
    value = with_inner_fields(value)
    dialect = reading.profile.format if reading.profile else ""
    if dialect == "ninjs" or (dialect != "plain" and is_ninjs(value)):
        members = read_ninjs(value)
        for draft in members.drafts:
            reading.take(draft, where)
        for what, why in members.attached:
            reading.skip(what, why)
        return
    name = next((key for key in ENVELOPES if _holds_items(value.get(key))), "")
    inner = value[name] if name else None
    # A title alone is that of the list (JSON Feed); a text is an article's own.
    own = {"headline", "body", "text", "content"} if isinstance(inner, list) else {"headline", "title", "body", "text"}
    own |= {"title"} if name in MAY_BE_TEXTS else set()
    if inner is not None and level < MAX_ENVELOPES and not own & value.keys():
        outer = reading.claims, reading.statuses, reading.shared
        reading.shared = {**reading.shared, **shared_by_items(value)}
        _take_claims({key: part for key, part in value.items() if key != name}, reading, of_one=isinstance(inner, dict))
        _take_value(inner, reading, where, level + 1)
        reading.claims, reading.statuses, reading.shared = outer
        return
    try:
        refuse_what_is_no_article(value)
    except NotAnArticle as refusal:
        with suppress(Rejected):
            refusal.draft = read_plain(value)
        raise
    reading.take(read_plain(value), where)


def _holds_items(inner: Any) -> bool:
    """Whether there are objects in what may be an envelope's list, or an object itself; paragraphs are none."""
    return bool(inner) and (isinstance(inner, dict) or (isinstance(inner, list) and not isinstance(inner[0], str)))


def _take_claims(envelope: dict[str, Any], reading: Reading, *, of_one: bool) -> None:
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
