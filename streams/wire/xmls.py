"""Safe reading of XML: bytes in, an element tree out, with notes of what had to be mended.

No entity is declared or expanded, no DTD, schema or XInclude is fetched, nothing touches the network. A plain
DOCTYPE passes, as real NITF and NewsML 1.2 files have one. Encodings are resolved before the parser sees the
bytes: it is always given UTF-8.
"""

import codecs
import re
from html.entities import html5
from typing import Any

from lxml import etree

from streams.errors import Rejected

_DECLARATION = re.compile(rb"^\s*<\?xml\b[^>]{0,200}?\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_BARE_AMPERSAND = re.compile(rb"&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CONTROL_REFERENCES = re.compile(rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bceBCEfF]|1[0-9a-fA-F]));")
_BUILT_IN = frozenset([b"amp", b"lt", b"gt", b"quot", b"apos"])
_SAFE_ENCODINGS = re.compile(
    r"(?:utf_?-?(?:8|16|32)|us-?ascii|ascii|iso|latin|windows|cp|koi8|mac|gb|big5|shift|sjis|euc)", re.IGNORECASE
)
ENTITY = b"<!ENTITY"
Element = Any  # lxml's elements have no types of their own


def read_xml(data: bytes, max_depth: int) -> tuple[Element, list[str]]:
    """The root element and notes. Raises ``Rejected`` for entity declarations, depth, or what cannot be mended."""
    notes: list[str] = []
    data = _to_utf8(data, notes)
    if b"<!DOCTYPE" in data and ENTITY in data:
        raise Rejected("XML: declares entities, which are not read")
    data = _NAMED.sub(_numeric, data) if b"&" in data else data
    try:
        root = _parse(data)
    except etree.XMLSyntaxError as error:
        root = _mended(data, error, notes)
    if root is None:
        raise Rejected("XML: no root element")
    _check_depth(root, data, max_depth)
    return root, notes


def _parser(*, recover: bool = False) -> Any:
    return etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, recover=recover,
    )  # fmt: skip


def _parse(data: bytes) -> Element:
    return etree.fromstring(data, _parser())


def _mended(data: bytes, error: Any, notes: list[str]) -> Element:
    """What agencies get wrong: bare ampersands, control characters, prefixes without a declaration."""
    cleaned = _CONTROL_REFERENCES.sub(b"", _CONTROLS.sub(b"", _BARE_AMPERSAND.sub(b"&amp;", data)))
    parser = _parser()
    try:
        root = etree.fromstring(cleaned, parser)
    except etree.XMLSyntaxError:
        # The parser's own log; the exception's holds whatever this thread has parsed lately.
        if {entry.type_name for entry in parser.error_log} != {"NS_ERR_UNDEFINED_NAMESPACE"}:
            raise Rejected(f"XML: {str(error)[:200]}") from error
        notes.append("XML: namespace prefixes without a declaration, left out")
        return _without_prefixes(cleaned)
    notes.append("XML: stray ampersands or control characters mended")
    return root


def _without_prefixes(data: bytes) -> Element | None:
    """The tree without its undeclared prefixes, which libxml2 leaves in the names."""
    root = etree.fromstring(data, _parser(recover=True))
    for element in root.iter(etree.Element) if root is not None else ():
        prefix, _, name = element.tag.rpartition("}")[2].rpartition(":")
        if prefix:
            element.tag = name
    return root


def _numeric(match: "re.Match[bytes]") -> bytes:
    """HTML's named characters, which many feeds use without declaring them, as numbers."""
    name = match[1]
    if name in _BUILT_IN:
        return match[0]
    characters = html5.get(f"{name.decode('ascii')};", "")
    return b"".join(b"&#%d;" % ord(c) for c in characters) if characters else b"&amp;" + match[0][1:]


def _to_utf8(data: bytes, notes: list[str]) -> bytes:
    """UTF-8 without a declaration's claim: the encoding as declared, unless the bytes show that it is another."""
    data = data.lstrip(b" \t\r\n\x00")
    declaration = _DECLARATION.match(data[:300])
    found = _ENCODING.search(declaration[0]) if declaration else None
    name = found[1].decode("ascii").lower() if found else "utf-8"
    if declaration and found:
        data = b'<?xml version="1.0"?>' + data[declaration.end() :]
    if data.isascii() and not name.startswith("utf-7"):
        return data
    valid = _is_utf8(data)
    if valid:
        if not name.startswith(("utf", "us-ascii", "ascii")):
            notes.append(f"XML: declared {name}, found UTF-8")
        return data
    if name.startswith(("utf", "us-ascii", "ascii")):
        notes.append(f"XML: declared {name}, found Windows-1252")
        name = "windows-1252"
    return _decoded(data, name)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


# As browsers do (WHATWG Encoding): what calls itself Latin-1 holds Windows-1252's quotes and dashes.
ALIASES = {
    "iso-8859-1": "windows-1252", "latin-1": "windows-1252", "latin1": "windows-1252", "us-ascii": "windows-1252",
    "x-sjis": "cp932", "windows-31j": "cp932", "shift-jis": "cp932", "ks-c-5601-1987": "cp949", "x-gbk": "gbk",
}  # fmt: skip


def _decoded(data: bytes, name: str) -> bytes:
    name = ALIASES.get(name.lower().replace("_", "-"), name)
    try:
        codec = codecs.lookup(name) if _SAFE_ENCODINGS.match(name) else None
    except LookupError:
        codec = None
    if codec is None:
        raise Rejected(f"XML: encoding {name!r} is not known")
    try:
        return data.decode(name, "replace" if name == "windows-1252" else "strict").encode()
    except (UnicodeError, LookupError) as error:
        raise Rejected(f"XML: not {name} as declared: {str(error)[:120]}") from error


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


def path(element: Element | None, *names: str) -> Element | None:
    """The first descendant by a path of names."""
    for name in names:
        element = child(element, name)
    return element


def descendants(element: Element | None, name: str) -> list[Element]:
    """All descendants of that name, in document order."""
    return [] if element is None else list(element.iter("{*}" + name))


def inner_text(element: Element | None) -> str:
    """All text inside an element as one line; parts of different elements are parted by a space."""
    return "" if element is None else " ".join(" ".join(element.itertext()).split())


def attribute(element: Element | None, *names: str) -> str:
    """The first of these attributes that is there and not empty."""
    if element is None:
        return ""
    return next((value.strip() for name in names if (value := element.get(name)) and value.strip()), "")


XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
