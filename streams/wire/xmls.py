"""Reads XML safely: takes bytes, returns an element tree, with notes on what had to be repaired.

No entity is expanded, no DTD, schema or XInclude is fetched, nothing touches the network. A DOCTYPE passes, as
real NITF and NewsML 1.2 files have one, and what it declares is left out (`xml_mending`). Encodings are resolved
before the parser sees the bytes: it is always given UTF-8.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from html.entities import html5
from typing import Any

from lxml import etree

from streams.errors import Rejected
from streams.wire.charsets import decoded
from streams.wire.decoding import from_broken_utf8
from streams.wire.xml_mending import PROLOG, mended, parser, root_start, without_declarations

_DECLARATION = re.compile(rb"<\?xml\b[^>]{0,200}?\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]{1,40})\s*[\"']")
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_BUILT_IN = frozenset([b"amp", b"lt", b"gt", b"quot", b"apos"])
SURE = 5  # characters of UTF-8 for each byte that is none
Element = Any  # lxml's elements have no types of their own


def read_xml(data: bytes, max_depth: int) -> tuple[Element, list[str]]:
    """The root element and notes. Raises ``Rejected`` for entity declarations, depth, or what cannot be mended."""
    notes: list[str] = []
    data = to_utf8(data, notes)
    if b"<!DOCTYPE" in data:
        data = without_declarations(data)
    data = _NAMED.sub(_numeric, data) if b"&" in data else data
    try:
        root = etree.fromstring(data, parser())
    except etree.XMLSyntaxError as error:
        root = mended(data, error, notes)
    if root is None:
        raise Rejected("XML: no root element")
    _check_depth(root, data, max_depth)
    return root, notes


def _numeric(match: "re.Match[bytes]") -> bytes:
    """HTML's named characters, which many feeds use without declaring them, as numbers."""
    name = match[1]
    if name in _BUILT_IN:
        return match[0]
    characters = html5.get(f"{name.decode('ascii')};", "")
    return b"".join(b"&#%d;" % ord(c) for c in characters) if characters else b"&amp;" + match[0][1:]


def to_utf8(data: bytes, notes: list[str]) -> bytes:
    """UTF-8 without a declaration's claim: the encoding as declared, unless the bytes show that it is another."""
    data = data.lstrip(b" \t\r\n\x00")
    declaration = _declaration(data)
    declared = _ENCODING.search(declaration[0]) if declaration else None
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if declaration and declaration.start():
        notes.append("XML: the declaration is not at the start")
    if declaration and (declared or declaration.start()):
        data = b'<?xml version="1.0"?>' + data[: declaration.start()] + data[declaration.end() :]
    if data.isascii():
        in_seven_bits = name.startswith("iso-2022") and b"\x1b" in data
        return decoded(data, name, "XML", notes).encode() if in_seven_bits else data
    if _is_utf8(data):
        if not name.startswith(("utf", "us-ascii", "ascii")):
            notes.append(f"XML: declared {name}, found UTF-8")
        return data
    if name.startswith(("utf", "us-ascii", "ascii")) or _is_surely_utf8(data):
        return _from_broken_utf8(data, name, notes)
    return decoded(data, name, "XML", notes).encode()


def _declaration(data: bytes) -> "re.Match[bytes] | None":
    """The XML declaration, which some put behind a comment or a warning, but never behind the root's first tag."""
    if data.startswith(b"<?xml"):
        return _DECLARATION.match(data, 0, 300)
    if not (match := _DECLARATION.search(data, 0, PROLOG)):
        return None
    return match if match.end() <= root_start(data) else None


def _from_broken_utf8(data: bytes, name: str, notes: list[str]) -> bytes:
    """A text of another encoding than it says, or one of UTF-8 with some bytes that are not."""
    text, broken = from_broken_utf8(data)
    if text:
        notes.append(f"XML: {broken} bytes that are no UTF-8, each replaced")
        return text.encode()
    notes.append(f"XML: declared {name}, found Windows-1252")
    return decoded(data, "windows-1252", "XML", notes).encode()


def _is_surely_utf8(data: bytes) -> bool:
    """Whether a document that calls itself something else is UTF-8 with the odd wrong byte."""
    text, broken = from_broken_utf8(data)
    return bool(text) and len(text) - len(text.encode("ascii", "ignore")) > SURE * broken


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _check_depth(root: Element, data: bytes, max_depth: int) -> None:
    # libxml2 itself stops at a depth of 256; only documents with enough elements need the closer look.
    if data.count(b"</") > max_depth and etree.XPath("/*" * (max_depth + 1))(root):
        raise Rejected(f"XML: nested deeper than max_depth ({max_depth})")


def name_of(element: Element) -> str:
    """An element's name without its namespace, "" for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that name, whatever its namespace."""
    return None if element is None else next(element.iterchildren("{*}" + name), None)


def children(element: Element | None, name: str) -> list[Element]:
    """The children of that name, whatever their namespace."""
    return [] if element is None else list(element.iterchildren("{*}" + name))


def by_name(element: Element | None) -> Mapping[str, list[Element]]:
    """The children by their names; none where a name is missing. Quicker than `children` where many are asked for."""
    found: dict[str, list[Element]] = defaultdict(list)
    for inner in () if element is None else element:
        found[name_of(inner)].append(inner)
    return found


def path(element: Element | None, *names: str) -> Element | None:
    """The first descendant by a path of names."""
    for name in names:
        element = child(element, name)
    return element


def descendants(element: Element | None, name: str) -> list[Element]:
    """All descendants of that name, in document order."""
    return [] if element is None else list(element.iter("{*}" + name))


def inner_text(element: Element | None) -> str:
    """All text inside an element as one line; parts of different elements are separated by a space."""
    if element is None:
        return ""
    text = " ".join(element.itertext()) if len(element) else element.text or ""
    return " ".join(text.split())


def attribute(element: Element | None, *names: str) -> str:
    """The first of these attributes that is there and not empty."""
    if element is None:
        return ""
    for name in names:
        value: str = (element.get(name) or "").strip()
        if value:
            return value
    return ""


XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
