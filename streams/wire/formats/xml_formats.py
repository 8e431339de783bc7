"""Reads the XML formats: takes a root element, returns drafts and rejections, by the name of the root."""

from collections.abc import Callable, Iterator
from typing import Any

from streams.errors import Rejected
from streams.wire.draft import Draft
from streams.wire.formats import newsml1, newsml_g2, syndication
from streams.wire.formats.nitf import read_nitf
from streams.wire.formats.unread import with_unread_noted
from streams.wire.raw import NotAnArticle
from streams.wire.xmls import Element, attribute, child, descendants, inner_text, name_of

Member = tuple[str, Callable[[], Draft]]  # what it is, and how to read it


def members(root: Element, max_entries: int) -> Iterator[Member]:
    """Each item of a document, unread. Raises ``NotAnArticle`` or ``Rejected`` for a root that holds none."""
    name = name_of(root)
    if name == "newsMessage":
        yield from _message(root)
    elif name in newsml_g2.ITEMS:
        yield _named(root), _reader(newsml_g2.read_item, root)
    elif name == "NewsML":
        yield from _newsml(root)
    elif name == "nitf":
        yield "nitf", _reader(read_nitf, root)
    elif name == "contentSet":
        yield "contentSet", _reader(newsml_g2.read_content_set, root)
    elif name in syndication.ROOTS:
        yield from syndication.entries(root, max_entries)
    elif name in newsml_g2.FRAGMENTS:
        raise Rejected(f"{name}: a fragment of a NewsML-G2 item, not an article")
    else:
        yield from _wrapped(root, name, max_entries)


def _message(root: Element) -> Iterator[Member]:
    items = [item for item_set in descendants(root, "itemSet") for item in item_set if name_of(item)]
    if not items:
        raise Rejected("newsMessage: no items")
    for item in items:
        yield _named(item), _reader(newsml_g2.read_item, item)


def _newsml(root: Element) -> Iterator[Member]:
    envelope = child(root, "NewsEnvelope")
    items = _outermost(root, "NewsItem")
    if not items:
        if child(root, "TopicSet") is None and child(root, "Catalog") is None:
            raise Rejected("NewsML without a NewsItem: not an article")
        raise NotAnArticle("NewsML without a NewsItem: not an article", "concept")
    for item in items:
        identity = inner_text(next(iter(descendants(item, "NewsItemId")), None))
        yield f"NewsItem {identity}".strip(), _reader(newsml1.read_item, item, envelope)


def _wrapped(root: Element, name: str, max_entries: int) -> Iterator[Member]:
    """Items inside an envelope of an unknown format."""
    found = next(root.iter("{*}newsMessage", "{*}newsItem", "{*}NewsML", "{*}nitf"), None)
    if found is None:
        what = "an HTML page" if name.lower() == "html" else f"XML with the root {name[:60]!r}"
        raise Rejected(f"unknown format: {what}")
    if name_of(found) == "newsItem":
        for item in _outermost(root, "newsItem"):
            yield _named(item), _reader(newsml_g2.read_item, item)
    else:
        yield from members(found, max_entries)


def _outermost(root: Element, name: str) -> list[Element]:
    """Items that are in no other item: each is read completely, so nested ones would be read repeatedly."""
    return [item for item in descendants(root, name) if next(item.iterancestors("{*}" + name), None) is None]


def _reader(read: Callable[..., Draft], element: Element, *arguments: Any) -> Callable[[], Draft]:
    return lambda: with_unread_noted(read(element, *arguments), element)


def _named(item: Element) -> str:
    return f"{name_of(item)} {attribute(item, 'guid')[:200]}".strip()
