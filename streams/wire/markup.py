"""Converts HTML, XHTML and NITF to clean text: takes an element or a string, returns paragraphs.

Paragraphs are separated by a blank line, ``br`` and table rows are lines, table cells are separated by `` | ``.
Scripts, styles, media and their captions are dropped. The walk keeps no Python stack, so depth costs nothing.
"""

import re
from functools import lru_cache
from typing import Any

from lxml import etree, html

from streams.errors import Rejected
from streams.wire.layout.markup_lines import (
    BR,
    BREAK,
    CELL,
    INDENTED,
    KEPT,
    NEWLINE,
    SPACE,
    WRAPPED,
    paragraphs_of,
)
from streams.wire.layout.touching import (
    FRACTIONS,
    INLINE,
    NEVER_APART,
    PARTS_OF_PLACES,
    SOFT,
    STOPS,
    before_fraction,
    character_of,
    joint,
)
from streams.wire.layout.unwrapping import is_row, unwrapped
from streams.wire.text import clean_text

PARAGRAPHS = frozenset([
    "address", "article", "aside", "blockquote", "bq", "block", "body", "body.content", "body.end", "body.head",
    "canvas", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hl1", "hl2", "hgroup", "hr", "main", "nav", "note", "ol", "p", "pre", "section",
    "table", "tagline", "ul", "caption", "datasource", "nitf-table", "nitf-table-metadata", "byline", "dateline",
    "abstract", "lead", "details", "summary",
])  # fmt: skip
LINES = frozenset(["br", "li", "tr", "row"])
CELLS = frozenset(["td", "th", "entry"])
STRUCTURE = frozenset(["html", "tbody", "thead", "tfoot", "tgroup", "colgroup", "col", "nitf"])
OF_WORDS = frozenset(
    ["p", "li", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "hl1", "hl2", "pre", "caption"]
)
LONGEST_CELL = 600  # characters; what is longer lays out a page and is no table
MOST_PARTS_OF_A_CELL = 100
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
# "<" that begins no tag: before another "<", before what is no name, or before a name that goes on as no tag does.
_BARE_BRACKET = re.compile(r"<(?=/?[A-Za-z][^<>=\"']*<|[A-Za-z]\w*[,;!?)]|/[^A-Za-z>])")
_EVENTS = ("start", "end", "comment", "pi")


def looks_like_html(text: str) -> bool:
    """Whether a text carries HTML markup rather than the odd angle bracket."""
    return "<" in text and _IS_HTML.search(text) is not None


def prose(text: str, *, markup: bool = False) -> str:
    """The text of what may be HTML or plain text, as paragraphs: lines that were wrapped at a margin are joined."""
    return html_text(text) if markup or looks_like_html(text) else unwrapped(text)


def html_text(source: str) -> str:
    """The text of an HTML document or fragment. Raises ``Rejected`` where it is nested beyond the parser's bound."""
    if not source.strip():
        return ""
    if "<" not in source and "&" not in source:
        return clean_text(source)
    if source.count("<") > source.count(">"):
        source = _BARE_BRACKET.sub("&lt;", source)
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
    walk = _Walk(root, drop)
    dropped: Any = None
    for started, (event, node) in enumerate(etree.iterwalk(root, events=_EVENTS)):
        if event == "start":
            if started > 2 * MAX_ELEMENTS:
                raise Rejected(f"markup: more than {MAX_ELEMENTS} elements in one text")
            if dropped is None and not walk.start(node):
                dropped = node
            continue
        if event == "end" and dropped is None:
            walk.end(node)
        elif node is dropped:
            dropped = None
        if dropped is None and node is not root:
            walk.tail(node)
    return paragraphs_of(walk.out)


class _Walk:
    """What was collected on the way through a tree: texts, and the marks of what separates them."""

    def __init__(self, root: Any, drop: frozenset[str]) -> None:
        self.out: list[str] = []
        self._root, self._drop = root, drop
        self._verbatim = self._in_paragraph = 0
        self._cells: list[int] = []  # where in ``out`` each open cell begins
        self._ended: Any = None  # an inline element that has just ended, with no text behind it yet
        self._holders: dict[Any, bool] = {}  # elements that hold elements only

    def start(self, node: Any) -> bool:
        """Enter an element; ``False`` where it is left out, or a character that it stands for was put in its place."""
        name, before = _name(node), self._ended
        self._ended = None
        if node is not self._root and (name in self._drop or _is_furniture(name, node)):
            return False
        if (mark := _MARKS.get(name)) is not None:
            if mark:
                self.out.append(mark)
            self._in_paragraph += name in OF_WORDS
            self._verbatim += name in KEPT_SPACE
            if mark == CELL:
                self._cells.append(len(self.out))
        elif node is not self._root and name:
            if (character := character_of(name, node)) is not None:
                self.out.append(character)
                return False
            if mark := self._mark_before(name, node, before):
                self.out.append(mark)
        _add(node.text, self.out, self._verbatim)
        return True

    def _mark_before(self, name: str, node: Any, before: Any) -> str:
        """What separates an element of no mark of its own from what stands before it, if anything does."""
        if name not in INLINE and not self._in_paragraph and self._holds_elements(node.getparent()):
            return BREAK
        if name in FRACTIONS and (mark := before_fraction(name, node)):
            return mark
        if before is not None:
            return joint(before, name, node, in_paragraph=self._in_paragraph > 0)
        behind_stop = self.out and self.out[-1][-1:] in STOPS and name not in NEVER_APART
        # <location>Oslo<country>Norway</country></location>, The end.<span>TT</span>
        return SOFT if name in PARTS_OF_PLACES or behind_stop else ""

    def end(self, node: Any) -> None:
        """Leave an element."""
        name = _name(node)
        mark = _MARKS.get(name)
        self._ended = None
        if mark is None:
            unknown = node is not self._root and name not in INLINE
            if unknown and not self._in_paragraph and self._holds_elements(node.getparent()):
                self.out.append(BREAK)
            if not node.tail:
                self._ended = node
            elif name not in NEVER_APART and not node.tail[0].isspace():
                self.out.append(SOFT)
            return
        self._in_paragraph -= name in OF_WORDS
        self._verbatim -= name in KEPT_SPACE
        if mark == CELL:
            self._close_cell(node)
        elif mark and name != "br":
            self.out.append(mark)

    def tail(self, node: Any) -> None:
        """What stands behind an element."""
        _add(node.tail, self.out, self._verbatim)

    def _holds_elements(self, parent: Any) -> bool:
        """Whether an element has no text of its own between its children."""
        if parent is None:
            return False
        if (held := self._holders.get(parent)) is None:
            texts = (parent.text, *(child.tail for child in parent)) if len(parent) > 1 else ("text",)
            held = self._holders[parent] = not any(text and text.strip() for text in texts)
        return held

    def _close_cell(self, node: Any) -> None:
        """A row stays a row: what would break a short cell beside others is a space."""
        start = self._cells.pop()
        beside = node.getnext() is not None or node.getprevious() is not None
        if not beside or len(self.out) - start > MOST_PARTS_OF_A_CELL:
            return
        text = "".join(self.out[start:])
        if len(text) <= LONGEST_CELL and CELL not in text:
            self.out[start:] = [" ".join(text.translate(_ON_ONE_LINE).split())]


def _is_furniture(name: str, node: Any) -> bool:
    """A picture with its caption and credit, or the block that repeats headline, date and section."""
    if name == "figure":
        return next(node.iter("{*}img", "{*}picture", "{*}video", "{*}audio", "{*}iframe"), None) is not None
    return name == "header" and next(node.iter("{*}h1"), None) is not None


def _name(node: Any) -> str:
    """The element's bare name; "" for a reference to an undeclared entity, which is kept as text."""
    tag = node.tag
    return _bare_name(tag) if isinstance(tag, str) else ""


@lru_cache(4096)
def _bare_name(tag: str) -> str:
    return "span" if tag == "o:p" else tag.rpartition("}")[2].rpartition(":")[2].lower()  # Word's, within a paragraph


_MARKS = (
    dict.fromkeys(PARAGRAPHS, BREAK) | dict.fromkeys(LINES, NEWLINE) | dict.fromkeys(CELLS, CELL)
    | dict.fromkeys(STRUCTURE, "") | {"br": BR}
)  # fmt: skip
_ON_ONE_LINE = str.maketrans(dict.fromkeys((BREAK, NEWLINE, WRAPPED, INDENTED, KEPT, BR), " "))


def _add(text: str | None, out: list[str], verbatim: int) -> None:
    if not text:
        return
    if verbatim:
        out.append(text.replace("\r", "").replace("\n", KEPT).replace(" ", SPACE))
        return
    inner = text.strip()
    if not inner:  # between elements, as half of all texts are
        if not (out and out[-1][-1:] == " "):
            out.append(" ")
        return
    words = _lines_of(inner) if "\n" in inner else " ".join(text.replace("\u200b", " ").split())
    # One space is kept at either end, but never two in a row: the separators are then found in one pass.
    if text[0].isspace() and not (out and out[-1][-1:] == " "):
        words = f" {words}"
    if words and text[-1].isspace() and words[-1] != " ":
        words = f"{words} "
    if words:
        out.append(words)


def _lines_of(text: str) -> str:
    """A text that goes over several lines of its source, with marks for their ends; columns keep their space."""
    out: list[str] = []
    for line in text.split("\n"):
        bare = line.replace("\u200b", " ").strip()
        if out:
            out.append(INDENTED if line[:2].isspace() and bare else WRAPPED)
        out.append(bare.replace("\t", "   ").replace(" ", SPACE) if is_row(bare) else " ".join(bare.split()))
    return "".join(out)
