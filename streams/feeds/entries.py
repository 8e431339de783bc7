"""Cuts an RSS or Atom document into single-entry documents, in the provider's own bytes.

Each piece is what stands before the first entry, one entry, and what stands after the last one, byte for byte and in
the document's own encoding; nothing is rewritten. So an unchanged entry costs nothing in the pipeline when another one
changes, and what is sent still reads, and can be shown, as the provider's feed. Where the document is not well-formed,
or its head is so long that repeating it would cost more than the entries, each entry gets a short, clean head instead.
"""

import hashlib
import re
from dataclasses import dataclass
from html.entities import html5
from xml.parsers import expat

from streams.errors import Rejected
from streams.wire.formats.broken_feeds import bare_head, clean_head, cut_by_tags, fits
from streams.wire.formats.side_by_side import EntryFields
from streams.wire.xmls import Element, name_of, read_xml

MAX_ENTRIES = 2000
MAX_DEPTH = 200
MAX_ID = 1000  # characters
LONGEST_ENTITY = 20  # characters that an entity with a name of HTML's may stand for
ROOTS = frozenset(["rss", "RDF", "feed"])
PARENTS = ROOTS | {"channel"}
ENTRIES = frozenset(["item", "entry"])
TOMBSTONE = "deleted-entry"
IDS = ("guid", "id", "link")  # best first
DATES = ("pubDate", "published", "dc:date")
WANTED = frozenset([*IDS, *DATES, "title"])

# Counts of comments change by the minute and are no change of the story.
_VOLATILE = re.compile(rb"<(slash:comments|thr:total)\b[^<>]*>[^<]*</\1\s*>")


@dataclass(frozen=True)
class FeedEntry:
    """One entry: where its bytes lie in the document, and what it says of itself ("" where it says nothing)."""

    start: int
    end: int
    id: str
    link: str = ""
    title: str = ""
    when: str = ""


@dataclass(frozen=True)
class FeedDocument:
    """A feed document with its entries, in document order, and what goes around each of them."""

    data: bytes
    entries: tuple[FeedEntry, ...]
    head: bytes = b""
    tail: bytes = b""
    broken: str = ""  # why it is not well-formed XML, and what of it could not be read

    def alone(self, entry: FeedEntry) -> bytes:
        """The document with only this entry in it."""
        return self.head + self.data[entry.start : entry.end] + self.tail

    def described(self) -> list[tuple[EntryFields, str, FeedEntry]]:
        """Each entry with what it says of itself, and the fingerprint of its bytes."""
        entries = []
        for entry in self.entries:
            digest = hashlib.sha256(_VOLATILE.sub(b"", self.data[entry.start : entry.end])).hexdigest()
            entries.append((EntryFields(entry.id, entry.link, entry.title, entry.when, digest), digest, entry))
        return entries


def cut(data: bytes) -> FeedDocument:
    """Find the entries of a document. What is not well-formed is cut by its tags, as well as that goes.

    Raises ``Rejected`` for what is no RSS or Atom, declares entities, or is beyond the bounds.
    """
    finder = _Finder(data)
    try:
        finder.parser.Parse(data, True)  # noqa: FBT003 - pyexpat takes no keyword
    except expat.ExpatError as error:
        if finder.root and finder.root not in ROOTS and not cut_by_tags(data, MAX_ENTRIES).entries:
            raise Rejected(f"not RSS or Atom: the document is <{finder.root[:50]}>") from error
        return _cut_by_tags(data, str(error))
    except (LookupError, ValueError) as error:  # an encoding that expat lacks: GB 2312, Shift JIS …
        # None of them has "<" or ">" as half of another character, so tags are found as well as in ASCII.
        return _cut_by_tags(data, str(error))
    if finder.root not in ROOTS:
        raise Rejected(f"not RSS or Atom: the document is <{finder.root[:50]}>")
    return _with_own_head(data, tuple(finder.entries))


def _with_own_head(data: bytes, entries: tuple[FeedEntry, ...], broken: str = "") -> FeedDocument:
    """The document with its own head and tail, or where they are too long for that, a short head."""
    if not entries:
        return FeedDocument(data, entries, broken=broken)
    first = entries[0].start
    head, tail = data[:first], data[entries[-1].end :]
    if not fits(len(head) + len(tail), len(entries), len(data)):
        if _closing(data)[0] > 1:
            raise Rejected(
                f"{len(head)} bytes before the first of {len(entries)} entries, too many to repeat in UTF-16"
            )
        head, tail = clean_head(data, first)
        if not fits(len(head) + len(tail), len(entries), len(data)):
            head, tail = bare_head(data, first)
    return FeedDocument(data, entries, head, tail, broken)


def _cut_by_tags(data: bytes, broken: str) -> FeedDocument:
    try:
        pieces = cut_by_tags(data, MAX_ENTRIES)
    except Rejected as refusal:
        raise Rejected(f"{refusal}: {broken}") from None
    if not (pieces.entries or pieces.unfinished):
        raise Rejected(f"not well-formed, and no entry can be found: {broken}")
    entries: list[FeedEntry] = []
    for start, end in pieces.entries:
        try:
            root, _ = read_xml(pieces.head + data[start:end] + pieces.tail, MAX_DEPTH)
        except Rejected:
            continue
        entries.append(_described(root, start, end))
    unread = len(pieces.entries) - len(entries) + pieces.unfinished
    if not unread and _is_readable(data):
        return _with_own_head(data, tuple(entries))
    broken = f"not well-formed: {broken}" + (f"; {unread} entries could not be read" if unread else "")
    return FeedDocument(data, tuple(entries), pieces.head, pieces.tail, broken)


def _is_readable(data: bytes) -> bool:
    """Whether a document is well-formed in its declared encoding."""
    try:
        _, notes = read_xml(data, MAX_DEPTH)
    except Rejected:
        return False
    return not notes


def _described(root: Element, start: int, end: int) -> FeedEntry:
    """The only entry of a document, described as `_Finder` does."""
    entry = next((e for e in root.iter("{*}item", "{*}entry")), None)
    fields: dict[str, str] = {}
    for child in entry if entry is not None else ():
        name = name_of(child) if child.prefix is None else f"{child.prefix}:{name_of(child)}"
        if name == "link" and child.get("href") is not None and child.get("rel", "alternate") == "alternate":
            fields.setdefault("link", child.get("href")[:MAX_ID])
        if name in WANTED and child.text:
            fields[name] = (fields.get(name, "") + child.text)[:MAX_ID]
    about = entry.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") if entry is not None else ""
    return _entry(start, end, {"id": about[:MAX_ID], **fields} if about else fields)


def _entry(start: int, end: int, fields: dict[str, str]) -> FeedEntry:
    fields = {name: value.strip() for name, value in fields.items()}
    best = next((fields[name] for name in IDS if fields.get(name)), "")
    when = next((fields[name] for name in DATES if fields.get(name)), "")
    return FeedEntry(start, end, best, fields.get("link", ""), fields.get("title", ""), when)


class _Finder:
    """The state of one reading: where we are, and the entries found so far."""

    def __init__(self, data: bytes) -> None:
        self.root = ""
        self.entries: list[FeedEntry] = []
        self._data = data
        self._step, self._close = _closing(data)
        self._path: list[str] = []
        self._start = -1  # byte where the present entry starts; -1 outside of entries
        self._entry_depth = 0
        self._ids: dict[str, str] = {}
        self._wanted = ""
        self._has_content = False
        self._is_tombstone = False
        self.parser = self._make_parser()

    def _make_parser(self) -> "expat.XMLParserType":
        parser = expat.ParserCreate()
        parser.buffer_text = True
        # With a DTD said to be elsewhere, and never fetched, &nbsp; and the like are skipped instead of fatal.
        parser.UseForeignDTD(True)  # noqa: FBT003 - pyexpat takes no keyword
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.EntityDeclHandler = _refuse_entities
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._shut
        parser.CharacterDataHandler = self._text
        return parser

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if not self._path:
            self.root = local
        elif len(self._path) >= MAX_DEPTH:
            raise Rejected(f"nested more than {MAX_DEPTH} deep")
        is_tombstone = local == TOMBSTONE and "ref" in attributes
        if self._start < 0 and (local in ENTRIES or is_tombstone) and self._path and self._path[-1] in PARENTS:
            self._start, self._entry_depth, self._ids = self.parser.CurrentByteIndex, len(self._path), {}
            self._has_content = self._is_tombstone = is_tombstone
            if about := attributes.get("rdf:about"):
                self._ids["id"] = about[:MAX_ID]
            if is_tombstone:
                self._ids["id"] = f"deleted {attributes['ref']}"[:MAX_ID]
        elif self._start >= 0 and len(self._path) == self._entry_depth + 1:
            self._has_content = True
            # Only unprefixed names: a media:id or thr:link is another thing's.
            self._wanted = name if name in WANTED and not self._is_tombstone else ""
            if name == "link" and "href" in attributes and attributes.get("rel", "alternate") == "alternate":
                self._ids.setdefault("link", attributes["href"][:MAX_ID])
        self._path.append(local)

    def _text(self, text: str) -> None:
        if self._wanted and len(self._path) == self._entry_depth + 2:
            self._ids[self._wanted] = (self._ids.get(self._wanted, "") + text)[:MAX_ID]

    def _shut(self, _: str) -> None:
        self._path.pop()
        if self._start < 0:
            return
        if len(self._path) == self._entry_depth + 1:
            self._wanted = ""
        elif len(self._path) == self._entry_depth:
            self._add()

    def _add(self) -> None:
        start, at, self._start = self._start, self.parser.CurrentByteIndex, -1
        if not self._has_content:  # an empty tag, behind which expat stands, or nothing between two tags
            return
        if len(self.entries) == MAX_ENTRIES:
            raise Rejected(f"more than {MAX_ENTRIES} entries")
        self.entries.append(_entry(start, self._end(start, at), self._ids))

    def _end(self, start: int, at: int) -> int:
        """The byte behind an entry whose end expat saw at ``at``: behind its only tag where that is an empty one."""
        first = self._after_tag(start)
        slash = self._data[first - 2 * self._step : first - self._step].strip(b"\0")
        return first if self._is_tombstone and slash == b"/" else self._after_tag(at)

    def _after_tag(self, at: int) -> int:
        """The byte behind the tag that starts at ``at``."""
        found = self._data.find(self._close, at)
        while (found - at) % self._step:  # half of another character
            found = self._data.find(self._close, found + 1)
        return found + self._step


def _closing(data: bytes) -> tuple[int, bytes]:
    """The bytes of a character, and those of ``>``, by the byte order mark or the first character."""
    if data[:2] in (b"\xff\xfe", b"<\0"):
        return 2, b">\0"
    if data[:2] in (b"\xfe\xff", b"\0<"):
        return 2, b"\0>"
    return 1, b">"


def _refuse_entities(name: str, is_parameter: bool, value: str | None, *_: object) -> None:
    """Let pass what builds document types, which is never read, and short characters under a name of HTML's."""
    if is_parameter or (
        value is not None and f"{name};" in html5 and "&" not in value and len(value) <= LONGEST_ENTITY
    ):
        return
    raise Rejected(f"declares an entity, {name[:50]}")
