"""Texts in JSON: takes the value of a field, returns its text, however an editor keeps it.

A string, a list of paragraphs, or blocks: of Arc XP (``content_elements``), Contentful, Draft.js, Editor.js, Gutenberg,
Lexical, ProseMirror, Sanity, Slate and the like. All have nodes with a type, and a text or further nodes inside.
"""

from typing import Any

from streams.wire.formats.json_shapes import folded
from streams.wire.formats.plain_names import speaks_of_a_story
from streams.wire.markup import html_text, looks_like_html
from streams.wire.text import word_set

# A node's own text, and what holds further nodes, in order.
TEXTS = (
    "rendered", "value", "text", "html", "#text", "plain", "content", "bodyhtml", "innerhtml", "plaintext", "bodytext",
    "copy", "raw",
)  # fmt: skip
HOLDERS = (
    "content_elements", "contentelements", "blocks", "paragraphs", "header", "rows", "items", "children", "content",
    "elements", "nodes", "leaves", "spans", "innerblocks", "root", "document", "doc", "model", "data", "body", "value",
    "text", "html", "p", "para", "paragraph", "main",
)  # fmt: skip
TYPES = ("type", "_type", "nodetype", "blockname", "object", "tag", "tagname")
INLINE = word_set(
    """
    text span leaf link a hyperlink entityhyperlink assethyperlink inline fragment mention emoji strong b em i u s bold
    italic underline mark code autolink urllink hardbreak linebreak br
    """
)
BREAKS = word_set("hardbreak linebreak br")
LISTS = word_set("list bulletlist orderedlist bulletedlist numberedlist unorderedlist ul ol bulleted numbered")
TABLES = word_set("table tbody thead tablebody")
ROWS = word_set("tablerow row tr")
# Blocks that are no part of the story's text.
ASIDE = word_set(
    """
    image picture photo gallery imagegallery video audio embed oembed oembedresponse iframe media mediatext ad
    advertisement related relatedcontent relatedarticles interstitiallink social tweet twitter instagram youtube
    graphic infographic reference divider delimiter separator horizontalrule hr promo newsletter button poll podcast map
    figure file attachment storylist embeddedentry embeddedasset embeddedassetblock script style
    """
)
OF_ITEMS = frozenset(["headline", "guid", "uri", "versioncreated", "renditions"])  # no block has these: another item
OTHER_ITEMS = OF_ITEMS | {"title", "url", "link"}
LIKE_A_TEXT = 200  # characters
BELOW_A_TEXT = ("items", "innerblocks")  # what may follow a node's own text: the list inside a list


def text_of(value: Any) -> str | None:
    """The text of a field's value, its paragraphs separated by blank lines; ``None`` where it is of no such shape."""
    if value is None or isinstance(value, str):
        return value
    blocks: list[str] = []
    if not isinstance(value, dict | list) or not _collect(value, blocks):
        return None
    if len(blocks) > 1 and any(map(looks_like_html, blocks)):
        blocks = [html_text(block) if looks_like_html(block) else block for block in blocks]
    return "\n\n".join(block for block in blocks if block.strip())


def _collect(value: Any, out: list[str]) -> bool:
    """Add the texts of a node or a list of nodes; ``False`` where there is something that is neither."""
    if isinstance(value, str):
        out.append(value)
        return True
    if isinstance(value, list) and value and all(isinstance(row, list) for row in value):
        rows: list[str] = []
        found = [_joined(row, rows, " | ") for row in value]
        out.append("\n".join(rows))
        return any(found)
    if isinstance(value, list):
        found = [_collect(one, out) for one in value]
        return (any(found) or not found) and all(isinstance(one, str | dict | list) for one in value)
    return isinstance(value, dict) and _collect_node(value, out)


def _collect_node(node: dict[str, Any], out: list[str]) -> bool:
    by_key = {str(key).replace("_", "").lower() if key not in HOLDERS else key: one for key, one in node.items()}
    kind = _kind(by_key)
    if kind in ASIDE or by_key.keys() & OF_ITEMS or ("title" in by_key and not kind):
        return True
    if kind in BREAKS:
        out.append("\n")
        return True
    texts = [text for key in TEXTS if isinstance(text := by_key.get(key), str)]
    own = next((text for text in texts if text.strip()), "")
    if own:
        out.append(own)
    held = [key for key in (BELOW_A_TEXT if own else HOLDERS) if isinstance(by_key.get(key), dict | list)]
    found = [_collect_held(by_key[key], key, kind, out) for key in held]
    return bool(texts) or any(found)


def _collect_held(held: Any, key: str, kind: str, out: list[str]) -> bool:
    if kind in ROWS or key == "header":
        return _joined(held, out, " | ")
    if kind in LISTS or kind in TABLES:
        return _joined(held, out, "\n")
    if key in ("children", "content", "nodes", "leaves", "spans") and _is_inline(held):
        return _joined(held, out, "")
    return _collect(held, out)


def _joined(held: Any, out: list[str], separator: str) -> bool:
    parts: list[str] = []
    found = _collect(held, parts)
    out.append(separator.join(parts if not separator else [part.strip() for part in parts if part.strip()]))
    return found


def _is_inline(held: Any) -> bool:
    """Whether nodes are the words of one paragraph."""
    if not isinstance(held, list):
        return False
    return all(isinstance(one, str) or (isinstance(one, dict) and _kind(one) in INLINE | {""}) for one in held)


def _kind(node: dict[str, Any]) -> str:
    """What a node says it is: ``core/paragraph`` and ``hard_break`` without their prefix, dashes and underscores."""
    folded = {str(key).replace("_", "").lower(): one for key, one in node.items()}
    said = next((one for key in TYPES if isinstance(one := folded.get(key.replace("_", "")), str)), "")
    return "".join(c for c in said.rpartition("/")[2].lower() if c.isalnum())


def sentences_in(value: Any) -> str:
    """What reads like sentences anywhere in a value of no known shape, as paragraphs; other items are left out."""
    found: list[str] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if _reads_like_a_text(one.strip()):
                found.append(one.strip())
        elif isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict) and not one.keys() & OTHER_ITEMS and _kind(one) not in ASIDE:
            waiting += [inner for key, inner in reversed(one.items()) if speaks_of_a_story(folded(str(key)))]
    return "\n\n".join(found)


def _reads_like_a_text(text: str) -> bool:
    is_long = len(text) >= LIKE_A_TEXT and (" " in text or not text.isascii())
    return is_long or (" " in text and text.endswith((".", "!", "?", "…", "”", '"', "»", "。")))
