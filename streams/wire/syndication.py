"""RSS, RDF and Atom: an XML root in, a draft for each entry out, read with feedparser.

feedparser is handed a tree that lxml has already read safely, so it sees no entities and nothing too deep.
Atom tombstones (RFC 6721, ``deleted-entry``) are kills.
"""

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import feedparser
from lxml import etree

from streams.errors import Rejected
from streams.records import Concept
from streams.wire.draft import Draft
from streams.wire.jsons import loose_text
from streams.wire.lifecycle import Signs
from streams.wire.markup import html_text
from streams.wire.xmls import Element, attribute, descendants, name_of

ROOTS = frozenset(["rss", "feed", "RDF", "channel"])
MAX_ELEMENTS = 50_000
_HOST = re.compile(r"https?://(?:www\.)?([^/:?#]+)", re.IGNORECASE)


def entries(root: Element, max_entries: int) -> Iterator[tuple[str, Callable[[], Draft]]]:
    """Each entry of a feed, unread. Raises ``Rejected`` where there is none."""
    # Counted before feedparser sees them: its time grows faster than their number.
    counted = sum(1 for _ in root.iter("{*}item", "{*}entry"))
    if counted > max_entries:
        raise Rejected(f"{counted} entries, more than max_articles ({max_entries}) in one message")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise Rejected(f"{name_of(root)}: more than {MAX_ELEMENTS} elements")
    found = _parse(root)
    deleted = descendants(root, "deleted-entry") if name_of(root) == "feed" else []
    if not found.entries and not deleted:
        raise Rejected(f"{name_of(root)}: a feed without entries")
    kind = "atom" if name_of(root) == "feed" else "rss"
    for number, entry in enumerate(found.entries, 1):
        yield f"entry {number}", _reader(entry, found.feed, kind)
    for tombstone in deleted:
        yield f"deleted-entry {attribute(tombstone, 'ref')[:100]}", _tombstone(tombstone, found.feed)


def _parse(root: Element) -> Any:
    try:
        return feedparser.parse(
            io.BytesIO(etree.tostring(root, encoding="utf-8")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (LookupError, AttributeError, TypeError, ValueError) as error:  # its own, on feeds of odd structure
        raise Rejected(f"{name_of(root)}: feedparser: {type(error).__name__}: {str(error)[:120]}") from error


def _reader(entry: Any, feed: Any, kind: str) -> Callable[[], Draft]:
    return lambda: _read(entry, feed, kind)


def _read(entry: Any, feed: Any, kind: str) -> Draft:
    draft = Draft(kind)
    link = loose_text(entry.get("link"))
    draft.guid = loose_text(entry.get("id")) or link
    draft.url = link if link.startswith("http") else ""
    draft.provider = _provider(feed, link)
    draft.headline = html_text(loose_text(entry.get("title")))
    draft.body = _body(entry)
    published = loose_text(entry.get("published")) or loose_text(entry.get("created"))
    draft.version_created = loose_text(entry.get("updated")) or published
    draft.first_created = published
    authors = [loose_text(author.get("name")) for author in entry.get("authors") or [] if isinstance(author, dict)]
    draft.byline = ", ".join(name for name in authors if name) or loose_text(entry.get("author"))
    draft.language = _language(entry, feed)
    for tag in entry.get("tags") or []:
        draft.subjects.append(Concept(loose_text(tag.get("label")) or loose_text(tag.get("term")), ""))
    draft.copyright_notice = loose_text(entry.get("rights")) or loose_text(feed.get("rights"))
    draft.credit = loose_text((entry.get("source") or {}).get("title"))
    draft.signs = Signs(has_status=False)
    return draft


def _body(entry: Any) -> str:
    """The fullest content, else the summary."""
    contents = [loose_text(content.get("value")) for content in entry.get("content") or []]
    text = html_text(max(contents, key=len, default=""))
    if text:
        return text
    return html_text(loose_text(entry.get("summary")))


def _language(entry: Any, feed: Any) -> str:
    for part in (*(entry.get("content") or []), entry.get("title_detail") or {}, entry.get("summary_detail") or {}):
        if language := loose_text(part.get("language")):
            return language
    return loose_text(feed.get("language"))


def _provider(feed: Any, link: str) -> str:
    """The host that publishes the feed: its titles change, its address seldom does."""
    match = _HOST.match(loose_text(feed.get("link"))) or _HOST.match(link)
    return match[1].lower() if match else loose_text(feed.get("publisher")) or loose_text(feed.get("title"))


def _tombstone(element: Element, feed: Any) -> Callable[[], Draft]:
    guid, when = attribute(element, "ref"), attribute(element, "when")
    return lambda: Draft(
        "atom", guid=guid, provider=_provider(feed, guid), version_created=when, signs=Signs(status="deleted")
    )
