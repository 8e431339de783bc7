"""Repairs malformed XML: takes bytes, returns a tree, with notes on what was repaired.

What stands before and after the document goes (a warning, a script, a comment before the declaration), stray
ampersands, control characters and "<" that begin no tag are mended, and prefixes without a declaration get the
namespace they are known by. A document type is left out whole where it declares anything: nothing of it is fetched,
and nothing expanded.
"""

import re
from contextlib import suppress
from html.entities import html5
from typing import Any

from lxml import etree

from streams.errors import Rejected

Element = Any  # lxml's elements have no types of their own
LONGEST_DOCTYPE = 256 * 1024
PROLOG = 64 * 1024  # bytes in which the root element must begin

_MISC = re.compile(rb"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_IN_DOCTYPE = re.compile(rb"<!--|<\?|<!ENTITY\s+(%\s)?\s*([^\s>\"'%]+)|[\"'\[\]>]")
_CLOSERS = {b"<!--": b"-->", b"<?": b"?>", b'"': b'"', b"'": b"'"}
_BARE_AMPERSAND = re.compile(rb"&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
# "<" before what is no name, or with another "<" behind it before any ">", as no tag has.
_BARE_BRACKET = re.compile(rb"<(?![A-Za-z_:\x80-\xff/?!])|</(?![A-Za-z_:\x80-\xff])|<(?=/?[A-Za-z_:\x80-\xff][^<>]*<)")
_VERBATIM = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
_VERBATIM_OPENS = re.compile(rb"<!\[CDATA\[|<!--")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CONTROL_REFERENCES = re.compile(rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bceBCEfF]|1[0-9a-fA-F]));")
_NAMESPACE = re.compile(rb"(\sxmlns(?::[\w.-]{1,40})?\s?=\s?)(\"[^\"<>]{0,500}\"|'[^'<>]{0,500}')")
_ROOT = re.compile(
    rb"<((?:[\w.-]{1,40}:)?(?:rss|RDF|feed|NewsML|nitf|newsMessage|newsItem|packageItem|contentSet))(?=[\s/>])"
)
_FIRST_TAG = re.compile(rb"<([A-Za-z_][\w.:-]{0,100})(?=[\s/>])")
# Errors that leave libxml2's own recovery with the whole tree: only names are in doubt, never what is text.
_ONLY_NAMES = ("NS_ERR_", "WAR_NS_", "ERR_ATTRIBUTE_REDEFINED")
# What prefixes mean where a document forgets to say so. Others are kept apart under a name of their own, so that
# <foo:title> is never taken for the title.
NAMESPACES = {
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "atom": "http://www.w3.org/2005/Atom",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "yandex": "http://news.yandex.ru",
}


def parser(*, recover: bool = False) -> Any:
    """A parser that fetches nothing, expands nothing and keeps libxml2's bounds."""
    return etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, recover=recover,
    )  # fmt: skip


def without_declarations(data: bytes) -> bytes:
    """The document without a DOCTYPE that declares anything. Raises ``Rejected`` for one that declares entities.

    Parameter entities (``%nitf;``) build document types, which we never read, so they may be declared. Of the
    others only those pass whose names HTML knows, for they are read as HTML's.
    """
    at = 0
    while match := _MISC.match(data, at):
        at = match.end()
    if not data.startswith(b"<!DOCTYPE", at):
        return data
    end, declares = _end_of_doctype(data, at + len(b"<!DOCTYPE"))
    return data[:at] + data[end:] if declares else data


def _end_of_doctype(data: bytes, at: int) -> tuple[int, bool]:
    """Where a DOCTYPE ends, and whether it has declarations of its own."""
    depth, declares, last = 0, False, at + LONGEST_DOCTYPE
    while match := _IN_DOCTYPE.search(data, at, last):
        token, at = match[0], match.end()
        if token in _CLOSERS:
            end = data.find(_CLOSERS[token], at, last)
            if end < 0:
                break
            at = end + len(_CLOSERS[token])
        elif match[2]:
            if not match[1] and f"{match[2].decode('latin-1')};" not in html5:
                raise Rejected("XML: declares entities, which are not read")
        elif token in b"[]":
            depth, declares = depth + (1 if token == b"[" else -1), True
        elif depth <= 0:
            return at, declares
    raise Rejected("XML: a DOCTYPE without an end")


def cleaned(data: bytes) -> bytes:
    """Without stray ampersands and brackets, control characters, and spaces inside the addresses of namespaces."""
    data = _without_bare_brackets(_BARE_AMPERSAND.sub(b"&amp;", data))
    data = _CONTROL_REFERENCES.sub(b"", _CONTROLS.sub(b"", data))
    return _NAMESPACE.sub(lambda match: match[1] + b"".join(match[2].split()), data)


def _without_bare_brackets(data: bytes) -> bytes:
    """The document with ``&lt;`` for each "<" that begins no tag; sections and comments are left as they are."""
    out: list[bytes] = []
    at = 0
    while match := _VERBATIM_OPENS.search(data, at):
        closer = _VERBATIM[match[0]]
        end = data.find(closer, match.end())
        if end < 0:
            break
        out += [_BARE_BRACKET.sub(_escaped, data[at : match.start()]), data[match.start() : end + len(closer)]]
        at = end + len(closer)
    return b"".join([*out, _BARE_BRACKET.sub(_escaped, data[at:])])


def _escaped(match: "re.Match[bytes]") -> bytes:
    return match[0].replace(b"<", b"&lt;")


def mended(data: bytes, error: Exception, notes: list[str]) -> Element:
    """The tree of a document that the parser refused with ``error``, or ``Rejected`` with that error."""
    clean = cleaned(data)
    for attempt, note in ((clean, ""), (trimmed(clean), "XML: what stood before or after the document, left out")):
        reader = parser()
        try:
            root = etree.fromstring(attempt, reader)
        except etree.XMLSyntaxError:
            # The parser's own log; the exception's holds whatever this thread has parsed lately.
            if any(not entry.type_name.startswith(_ONLY_NAMES) for entry in reader.error_log):
                continue
            notes.append("XML: namespace prefixes without a declaration, or attributes twice")
            return _with_namespaces(attempt)
        notes.append(note or "XML: stray ampersands, brackets or control characters mended")
        return root
    raise Rejected(f"XML: {str(error)[:200]}") from error


def trimmed(data: bytes) -> bytes:
    """The document alone: from its root's first tag to its root's last, where these can be told."""
    match = _ROOT.search(data, 0, PROLOG) or _FIRST_TAG.search(data, 0, PROLOG)
    if match is None:
        return data
    close = data.rfind(b"</" + match[1])
    end = data.find(b">", close) + 1
    return data[match.start() : end] if match.start() < close < end else data[match.start() :]


def root_start(data: bytes) -> int:
    """Where a root of a known kind starts, -1 where there is none near the beginning."""
    match = _ROOT.search(data, 0, PROLOG)
    return match.start() if match else -1


def _with_namespaces(data: bytes) -> Element | None:
    """The tree with a namespace for each undeclared prefix, which libxml2 leaves in the names."""
    root = etree.fromstring(data, parser(recover=True))
    for element in root.iter(etree.Element) if root is not None else ():
        with suppress(ValueError):  # a name that is none, such as a:1
            if element.tag[0] != "{":
                element.tag = _named(element.tag)
            for name in [name for name in element.attrib if ":" in name and name[0] != "{"]:
                element.set(_named(name), element.attrib.pop(name))
    return root


def _named(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMESPACES.get(prefix, f'urn:newswire:undeclared:{prefix}')}}}{local}" if prefix and local else name
