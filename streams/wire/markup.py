"""Converts HTML, XHTML and NITF to clean text: takes an element or a string, returns paragraphs.

Paragraphs are separated by a blank line, ``br`` and table rows are lines, table cells are separated by `` | ``.
Scripts, styles, media and their captions are dropped. The walk keeps no Python stack, so depth costs nothing.
"""

import re
from typing import Any

from lxml import etree, html

from streams.errors import Rejected
from streams.wire.text import clean_text
from streams.wire.xmls import name_of

PARAGRAPHS = frozenset([
    "address", "article", "aside", "blockquote", "bq", "block", "body", "body.content", "body.end", "body.head",
    "canvas", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hl1", "hl2", "hgroup", "hr", "main", "nav", "note", "ol", "p", "pre", "section",
    "table", "tagline", "ul", "caption", "datasource", "nitf-table", "nitf-table-metadata", "byline", "dateline",
    "abstract", "lead",
])  # fmt: skip
LINES = frozenset(["br", "li", "tr"])
CELLS = frozenset(["td", "th"])
DROPPED = frozenset([
    "script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "head", "title",
    "meta", "link", "audio", "video", "picture", "map", "button", "select", "option", "textarea", "input",
    "figcaption", "media", "media-caption", "media-reference", "media-metadata", "media-producer", "media-object",
    "nitf-table-summary", "custom-table-summary",
])  # fmt: skip
MAX_ELEMENTS = 100_000  # a long story has some hundreds; this bounds the time that hostile markup takes
KEPT_SPACE = frozenset(["pre"])

_IS_HTML = re.compile(
    r"</(?:p|div|span|h\d|a|b|i|em|strong|ul|ol|li|table|section|article|blockquote|body|pre)>|<(?:p|br|hr)\s*/?>",
    re.IGNORECASE,
)
_EVENTS = ("start", "end", "comment", "pi")


def looks_like_html(text: str) -> bool:
    """Whether a text carries HTML markup rather than the odd angle bracket."""
    return "<" in text and _IS_HTML.search(text) is not None


def html_text(source: str) -> str:
    """The text of an HTML document or fragment. Raises ``Rejected`` where it is nested beyond the parser's bound."""
    if not source.strip():
        return ""
    if "<" not in source and "&" not in source:
        return clean_text(source)
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    # Wrapped, so that a bare text or a list of siblings parses alike. A NUL would end libxml2's reading.
    wrapped = f"<div>{source.replace(chr(0), '')}</div>".encode("utf-8", "replace")
    try:
        root = html.document_fromstring(wrapped, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise Rejected(f"HTML: {str(error)[:200]}") from error
    for entry in parser.error_log:
        if "xcessive depth" in entry.message:
            raise Rejected(f"HTML: nested too deep, line {entry.line}")
    return element_text(root)


def element_text(root: Any, drop: frozenset[str] = DROPPED) -> str:
    """The text of an element and all below it, cleaned. Namespaces do not matter."""
    out: list[str] = []
    dropped: Any = None
    verbatim = started = 0
    for event, node in etree.iterwalk(root, events=_EVENTS):
        if event == "start":
            started += 1
            if started > MAX_ELEMENTS:
                raise Rejected(f"markup: more than {MAX_ELEMENTS} elements in one text")
            if dropped is None:
                name = _name(node)
                if node is not root and (name in drop or _is_furniture(name, node)):
                    dropped = node
                    continue
                _open(name, out)
                verbatim += name in KEPT_SPACE
                _add(node.text, out, verbatim)
            continue
        if event == "end" and dropped is None:
            name = _name(node)
            verbatim -= name in KEPT_SPACE
            _close(name, out)
        elif node is dropped:
            dropped = None
        if dropped is None and node is not root:
            _add(node.tail, out, verbatim)
    return _joined(out)


def _is_furniture(name: str, node: Any) -> bool:
    """A picture with its caption and credit, or the block that repeats headline, date and section."""
    if name == "figure":
        return next(node.iter("{*}img", "{*}picture", "{*}video", "{*}audio", "{*}iframe"), None) is not None
    return name == "header" and next(node.iter("{*}h1"), None) is not None


def _name(node: Any) -> str:
    """The element's bare name; "" for a reference to an entity that nobody declared, whose text is itself."""
    return name_of(node).rpartition(":")[2].lower()


BREAK, NEWLINE, CELL, SPACE = "\x02", "\x03", "\x04", "\x05"  # cleaned text cannot hold these


def _open(name: str, out: list[str]) -> None:
    if name in PARAGRAPHS:
        out.append(BREAK)
    elif name in LINES:
        out.append(NEWLINE)
    elif name in CELLS:
        out.append(CELL)


def _close(name: str, out: list[str]) -> None:
    if name in PARAGRAPHS:
        out.append(BREAK)
    elif name in LINES and name != "br":
        out.append(NEWLINE)


def _add(text: str | None, out: list[str], verbatim: int) -> None:
    if not text:
        return
    if verbatim:
        out.append(text.replace("\r", "").replace("\n", NEWLINE).replace(" ", SPACE))
    else:
        words = " ".join(text.replace("\u200b", " ").split())
        # One space is kept at either end, but never two in a row: the separators are then found in one pass.
        if text[0].isspace() and not (out and out[-1][-1:] == " "):
            words = f" {words}"
        if words and text[-1].isspace() and words[-1] != " ":
            words = f"{words} "
        if words:
            out.append(words)


_SEPARATORS = re.compile(r" ?[\x02\x03\x04][\x02\x03\x04 ]*")


def _joined(out: list[str]) -> str:
    return clean_text(_SEPARATORS.sub(_separator, "".join(out)).replace(SPACE, " "))


def _separator(match: "re.Match[str]") -> str:
    """What a run of spaces and marks comes to: the strongest mark in it."""
    run = match[0]
    if BREAK in run:
        return "\n\n"
    if NEWLINE in run:
        return "\n"
    return " |" * run.count(CELL) + " "
