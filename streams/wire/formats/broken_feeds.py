"""Cuts malformed feeds into entries by their tags: takes bytes, returns the complete entries with a head and a tail.

What stands between the pieces may be anything: a warning, a script, half an entry. A head is made of the elements
that say whose feed it is, so that each entry reads as if it stood in the feed alone; nothing else of the old head goes
with it. Works on bytes of any encoding that keeps ASCII's, in time linear in their number.
"""

import re
from copy import copy
from dataclasses import dataclass

from lxml import etree

from streams.errors import Rejected
from streams.wire.xml_mending import PROLOG, Element, parser
from streams.wire.xmls import name_of, to_utf8

_ROOT = re.compile(rb"<((?:[A-Za-z_][\w.-]{0,40}:)?)(rss|RDF|feed)(?=[\s>])")
_TOKEN = re.compile(rb"<!--|<!\[CDATA\[|<(/?)((?:[A-Za-z_][\w.-]{0,40}:)?(?:item|entry))(?=[\s/>])")
_BOUNDARY = re.compile(rb"</(?:item|entry)\s*>\s*<(?:item|entry)[\s>]")
_TEXT = re.compile(rb"<((?:[A-Za-z_][\w.-]{0,40}:)?(?:title|description|summary|encoded))(?:\s[^<>]{0,500})?(?<!/)>")
_NO_HTML = re.compile(
    rb"<(?!/?(?:a|abbr|b|big|blockquote|br|center|cite|code|d[dlt]|del|div|em|fig(?:ure|caption)|font|h[1-6]|hr|i|iframe"
    rb"|img|ins|li|mark|ol|p|pre|q|s|script|section|article|small|span|strike|strong|style|su[bp]|table|t[dhrt]|tbody"
    rb"|tfoot|thead|u|ul|video|audio|source)[\s/>])",
    re.IGNORECASE,
)
_AMPERSAND = re.compile(rb"&(?!#?\w{1,32};)")
_DECLARATION = re.compile(rb"<\?xml\b[^>]{0,200}?\?>")
# What a head is made of: whose feed it is, where, in what language and under what rights.
SAYS_WHOSE = frozenset(
    ["title", "link", "language", "copyright", "rights", "publisher", "creator", "author", "id", "updated", "pubDate"]
)
LONGEST_ELEMENT = 2000  # bytes of one of them
LONGEST_NAMESPACES = 4000  # bytes of all declarations; an undeclared prefix is borne
HEADS_SHARE = 4  # times a document's own bytes that the heads of its entries may come to
MARK = b"<!--here-->"


@dataclass(frozen=True)
class CutFeed:
    """The ranges of the complete entries, a head and tail for each, and the number of unterminated entries."""

    head: bytes
    tail: bytes
    entries: tuple[tuple[int, int], ...]
    unfinished: int = 0


def is_feed(data: bytes) -> bool:
    """Whether the bytes contain a feed's root tag near their beginning."""
    return _ROOT.search(data, 0, PROLOG) is not None


def cut_by_tags(data: bytes, max_entries: int) -> CutFeed:
    """The entries that have a first and a last tag. Raises ``Rejected`` for what is no feed or beyond the bound."""
    root = _ROOT.search(data, 0, PROLOG)
    if root is None:
        raise Rejected("not RSS or Atom")
    scan = _Scan(data, root, max_entries)
    scan.run()
    first = scan.entries[0][0] if scan.entries else scan.opened_at
    head, tail = clean_head(data, first if first >= 0 else len(data))
    if not fits(len(head) + len(tail), len(scan.entries), len(data)):
        head, tail = bare_head(data, len(data))
    return CutFeed(head, tail, tuple(scan.entries), scan.unfinished)


def fits(size: int, entries: int, document: int) -> bool:
    """Whether a head of that size may go with each entry: all of them cost at most some times the document."""
    return size * entries <= HEADS_SHARE * document


class _Scan:
    """One pass over the tags of entries. Whatever is looked for ahead is looked for once, however often it is asked."""

    def __init__(self, data: bytes, root: "re.Match[bytes]", max_entries: int) -> None:
        self.entries: list[tuple[int, int]] = []
        self.unfinished = 0
        self.opened_at = -1
        name = b"entry" if root[2] == b"feed" else b"item"
        self._names = {name, root[1] + name, b"rss:" + name}
        self._data, self._at, self._max = data, root.end(), max_entries
        self._ahead: dict[bytes, int] = {}
        self._boundary = -1

    def run(self) -> None:
        """Find all entries."""
        while match := _TOKEN.search(self._data, self._at):
            self._at = match.end()
            if match[2] is None:
                self._skip(b"-->" if match[0] == b"<!--" else b"]]>")
            elif match[2] in self._names:
                self._tag(match)
        self.unfinished += self.opened_at >= 0

    def _find(self, what: bytes) -> int:
        """Where ``what`` comes next; the length of the document where it never does."""
        if self._ahead.get(what, -1) < self._at:
            found = self._data.find(what, self._at)
            self._ahead[what] = found if found >= 0 else len(self._data)
        return self._ahead[what]

    def _skip(self, closer: bytes) -> None:
        """Behind a comment or a CDATA section, unless it swallows the next entry: then its end was forgotten."""
        end = self._find(closer)
        if closer == b"]]>" and self._boundary < self._at:
            match = _BOUNDARY.search(self._data, self._at)
            self._boundary = match.start() if match else len(self._data)
        if end < len(self._data) and (end <= self._boundary or closer != b"]]>"):
            self._at = end + len(closer)

    def _tag(self, match: "re.Match[bytes]") -> None:
        end = self._find(b">") + 1
        if end > len(self._data):
            self._at = len(self._data)
            return
        self._at = end
        empty = self._data[end - 2 : end - 1] == b"/"
        if not match[1] and not empty:
            self.unfinished += self.opened_at >= 0
            self.opened_at = match.start()
        elif match[1] and self.opened_at >= 0:
            start, self.opened_at = self.opened_at, -1
            if self._data[self._data.find(b">", start) + 1 : match.start()].strip():
                if len(self.entries) == self._max:
                    raise Rejected(f"more than {self._max} entries")
                self.entries.append((start, end))


def with_texts_escaped(entry: bytes) -> bytes:
    """An entry whose title and texts are taken for text, with what looks like tags in them: ``AT&T <T.N> up<br>``.

    HTML's tags are then HTML, and others are what they look like.
    """
    out: list[bytes] = []
    at, unended = 0, set[bytes]()
    for match in _TEXT.finditer(entry):
        if match.start() < at or match[1] in unended:
            continue
        end = entry.find(b"</" + match[1], match.end())
        if end < 0:
            unended.add(match[1])
            continue
        text = entry[match.end() : end]
        if b"<![CDATA[" not in text:
            text = _NO_HTML.sub(b"&amp;lt;", _AMPERSAND.sub(b"&amp;", text)).replace(b"<", b"&lt;")
        out += [entry[at : match.end()], text]
        at = end
    return b"".join([*out, entry[at:]])


def clean_head(data: bytes, first: int) -> tuple[bytes, bytes]:
    """A well-formed head and tail, in ASCII, for an entry of the document whose first entry starts at ``first``."""
    start, given, _ = _beginning(data, first)
    try:
        root = etree.fromstring(to_utf8(given + data[start:first], []), parser(recover=True))
        framed = _frame(root, inside_channel=b"</channel" not in data[start:first]) if root is not None else b""
    except (etree.LxmlError, ValueError, Rejected):
        framed = b""
    head, mark, tail = framed.partition(MARK)
    return (given + head, tail) if mark else bare_head(data, first)


def bare_head(data: bytes, first: int) -> tuple[bytes, bytes]:
    """The shortest head and tail for an entry of the document."""
    _, given, kind = _beginning(data, first)
    head, tail = {
        b"feed": (b'<feed xmlns="http://www.w3.org/2005/Atom">', b"</feed>"),
        b"RDF": (b'<RDF xmlns="http://purl.org/rss/1.0/">', b"</RDF>"),
    }.get(kind, (b"<rss><channel>", b"</channel></rss>"))
    return given + head, tail


def _beginning(data: bytes, first: int) -> tuple[int, bytes, bytes]:
    """Where the root starts, the declaration before it, and the root's name."""
    root = _ROOT.search(data, 0, min(first, PROLOG))
    start = root.start() if root else 0
    declaration = _DECLARATION.search(data, 0, start)
    return start, declaration[0] if declaration else b"", root[2] if root else b"rss"


def _frame(root: Element, *, inside_channel: bool) -> bytes:
    """The root and its channel with what says whose they are, and a mark where the entry goes."""
    frame = _bare_copy(root)
    inner = frame
    for old in root:
        if name_of(old) == "channel":
            channel = etree.SubElement(frame, old.tag, {k: v for k, v in old.attrib.items() if ":" not in k})
            _take_over(old, channel)
            if inside_channel and name_of(root) != "RDF":
                inner = channel
            break
    if name_of(root) != "RDF":
        _take_over(root, frame)
    inner.append(etree.Comment("here"))
    framed: bytes = etree.tostring(frame, encoding="us-ascii", xml_declaration=False)
    return framed


def _bare_copy(root: Element) -> Element:
    spaces = {prefix: "".join(uri.split()) for prefix, uri in root.nsmap.items()}
    if sum(len(prefix or "") + len(uri) + 10 for prefix, uri in spaces.items()) > LONGEST_NAMESPACES:
        spaces = {prefix: uri for prefix, uri in spaces.items() if root.tag.startswith(f"{{{uri}}}")}
    attributes = {
        name: value
        for name, value in root.attrib.items()
        if len(value) < LONGEST_ELEMENT and (":" not in name or name[0] == "{")
    }
    return etree.Element(root.tag.rpartition(":")[2] if root.tag[0] != "{" else root.tag, attributes, nsmap=spaces)


def _take_over(old: Element, new: Element) -> None:
    """The first of each child that says whose the feed is."""
    seen: set[str] = set()
    for child in old:
        name = name_of(child)
        key = f"{name} {child.get('rel', 'alternate')}"
        if name not in SAYS_WHOSE or ":" in name or key in seen:
            continue
        whole = copy(child)
        whole.tail = None
        if len(etree.tostring(whole)) <= LONGEST_ELEMENT:
            seen.add(key)
            new.append(whole)
