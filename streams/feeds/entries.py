"""Cuts an RSS or Atom document into documents of one entry each, in the provider's own bytes.

Each piece is what stands before the first entry, one entry, and what stands after the last one, byte for byte and in
the document's own encoding; nothing is written anew. So an unchanged entry costs nothing on the road when another one
changes, and what is sent still reads, and can be shown, as the provider's feed.
"""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from xml.parsers import expat

from streams.errors import Rejected

MAX_ENTRIES = 2000
MAX_DEPTH = 200
MAX_ID = 1000  # characters
ROOTS = frozenset(["rss", "RDF", "feed"])
PARENTS = ROOTS | {"channel"}
ENTRIES = frozenset(["item", "entry"])
IDS = ("guid", "id", "link")  # best first

# Counts of comments change by the minute and are no change of the story.
_VOLATILE = re.compile(rb"<(slash:comments|thr:total)\b[^<>]*>[^<]*</\1\s*>")
_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|RDF|feed)[\s>]")
# Patterns for hostile bytes: none can look at the same byte more than a few times.
_LOOSE = re.compile(rb"<(item|entry)(?=[\s>])")
_LOOSE_ID = re.compile(rb"<(guid|id|link)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?\s*([^<\]]+)")


@dataclass(frozen=True)
class Entry:
    """One entry: where its bytes lie in the document, and what the provider calls it ("" where it says nothing)."""

    start: int
    end: int
    id: str


@dataclass(frozen=True)
class Document:
    """A feed document with its entries, in document order."""

    data: bytes
    entries: tuple[Entry, ...]
    broken: str = ""  # why it is not well-formed XML, where it is not

    def alone(self, entry: Entry) -> bytes:
        """The document with only this entry in it."""
        head, tail = self.data[: self.entries[0].start], self.data[self.entries[-1].end :]
        return head + self.data[entry.start : entry.end] + tail

    def named(self) -> list[tuple[str, str, Entry]]:
        """Each entry with a name of its own in this document, and the fingerprint of its bytes."""
        seen: Counter[str] = Counter()
        named = []
        for entry in self.entries:
            digest = hashlib.sha256(_VOLATILE.sub(b"", self.data[entry.start : entry.end])).hexdigest()
            name = entry.id or digest
            seen[name] += 1
            named.append((name if seen[name] == 1 else f"{name} ({seen[name]})", digest, entry))
        return named


def cut(data: bytes) -> Document:
    """Find the entries of a document. What is not well-formed is cut by its tags, as well as that goes.

    Raises ``Rejected`` for what is no RSS or Atom, declares entities, or is beyond the bounds.
    """
    finder = _Finder(data)
    try:
        finder.parser.Parse(data, True)  # noqa: FBT003 - pyexpat takes no keyword
    except expat.ExpatError as error:
        if finder.root and finder.root not in ROOTS:
            raise Rejected(f"not RSS or Atom: the document is <{finder.root[:50]}>") from error
        return _cut_loosely(data, str(error))
    except (LookupError, ValueError) as error:  # an encoding that expat lacks: GB 2312, Shift JIS …
        # None of them has "<" or ">" as half of another character, so tags are found as well as in ASCII.
        return _cut_loosely(data, str(error))
    if finder.root not in ROOTS:
        raise Rejected(f"not RSS or Atom: the document is <{finder.root[:50]}>")
    return Document(data, tuple(finder.entries))


def _cut_loosely(data: bytes, broken: str) -> Document:
    if not _ROOT.search(data[:65536]):
        raise Rejected(f"not RSS or Atom: {broken}")
    entries: list[Entry] = []
    at = 0
    while match := _LOOSE.search(data, at):
        at = match.end()
        close = data.find(b"</" + match[1], at)
        end = data.find(b">", close) + 1
        if close < 0 or not end:
            break
        if len(entries) == MAX_ENTRIES:
            raise Rejected(f"more than {MAX_ENTRIES} entries")
        ids = {name.decode(): value for name, value in _LOOSE_ID.findall(data, at, close)}
        best = next((ids[name] for name in IDS if name in ids), b"")
        entries.append(Entry(match.start(), end, best.decode("utf-8", "replace").strip()[:MAX_ID]))
        at = end
    if not entries:
        raise Rejected(f"not well-formed, and no entry is to be found: {broken}")
    return Document(data, tuple(entries), broken)


class _Finder:
    """The state of one reading: where we are, and the entries found so far."""

    def __init__(self, data: bytes) -> None:
        self.root = ""
        self.entries: list[Entry] = []
        self._data = data
        self._step, self._close = _closing(data)
        self._path: list[str] = []
        self._start = -1  # byte where the present entry starts; -1 outside of entries
        self._entry_depth = 0
        self._ids: dict[str, str] = {}
        self._wanted = ""
        self._has_content = False
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
        if self._start < 0 and local in ENTRIES and self._path and self._path[-1] in PARENTS:
            self._start, self._entry_depth, self._ids = self.parser.CurrentByteIndex, len(self._path), {}
            self._has_content = False
            if about := attributes.get("rdf:about"):
                self._ids["id"] = about[:MAX_ID]
        elif self._start >= 0 and len(self._path) == self._entry_depth + 1:
            self._has_content = True
            # Only unprefixed names: a media:id or thr:link is another thing's.
            self._wanted = name if name in IDS else ""
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
        best = next((self._ids[name].strip() for name in IDS if self._ids.get(name, "").strip()), "")
        self.entries.append(Entry(start, self._after_tag(at), best))

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


def _refuse_entities(name: str, *_: object) -> None:
    raise Rejected(f"declares an entity, {name[:50]}")
