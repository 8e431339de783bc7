"""RSS, RDF and Atom: takes an XML root, returns a draft per entry, read with feedparser.

feedparser is handed a tree that lxml has already read safely, so it sees no entities and nothing too deep.
Atom tombstones (RFC 6721, ``deleted-entry``) are kills.
"""

import io
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin

import feedparser
from lxml import etree

from search.articles import Concept
from streams.errors import Rejected
from streams.wire.draft import Draft
from streams.wire.formats.feed_languages import set_apart
from streams.wire.formats.languages import LanguageText, add_languages
from streams.wire.formats.side_by_side import EntryFields, unique_guids
from streams.wire.formats.unread import with_unread_noted
from streams.wire.jsons import loose_text
from streams.wire.markup import html_text
from streams.wire.publication.claims import in_xml, is_status_name, stated_by
from streams.wire.publication.lifecycle import Signs
from streams.wire.xmls import XML_LANG, Element, attribute, descendants, name_of

ROOTS = frozenset(["rss", "feed", "RDF", "channel"])
MAX_ELEMENTS = 50_000
ENTRY = "entry"
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
CAPTIONS = frozenset(["description", "title", "text", "subTitle", "copyright", "credit"])
TEXTS = frozenset(["summary", "description", "full-text", "fulltext"])
NAMED_TEXTS = frozenset(["fulltext", "articlebody", "bodytext", "storybody", "storytext", "newstext"])  # whoever's
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
LANGUAGE_OF = ("content", "encoded", "summary", "description")  # parts whose language is that of the story
LANGUAGE_FIELDS = frozenset(["language", "lang"])  # of an entry, in any vocabulary
UNREAD = "urn:newswire:unread"
_MEDIA = re.compile(r"\{https?://(?:search\.yahoo\.com/mrss|(?:www\.)?rssboard\.org/media-rss)", re.IGNORECASE)
_TEXTS = re.compile(
    r"\{https?://(?:www\.)?(?:itunes\.com/dtds/podcast|google\.com/schemas/play-podcasts|news\.yandex\.ru|mailru)",
    re.IGNORECASE,
)
_TAGS = re.compile(r"<[^<>]*>")
_HOST = re.compile(r"https?://(?:www\.)?([^/:?#]+)", re.IGNORECASE)


def entries(root: Element, max_entries: int) -> Iterator[tuple[str, Callable[[], Draft]]]:
    """Each entry of a feed, unread. Raises ``Rejected`` where there is none."""
    # Counted before feedparser sees them: its time grows faster than their number.
    counted = sum(1 for _ in root.iter("{*}item", "{*}entry"))
    if counted > max_entries:
        raise Rejected(f"{counted} entries, more than max_articles ({max_entries}) in one message")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise Rejected(f"{name_of(root)}: more than {MAX_ELEMENTS} elements")
    _leave_only_texts(root)
    further = set_apart(root)
    feed = _parse(root)
    deleted = descendants(root, "deleted-entry") if name_of(root) == "feed" else []
    if not feed.entries and not deleted:
        raise Rejected(f"{name_of(root)}: a feed without entries")
    kind = "atom" if name_of(root) == "feed" else "rss"
    guids = unique_guids([_fields_of(entry) for entry in feed.entries])
    elements = list(root.iter("{*}item", "{*}entry"))
    for number, (entry, guid) in enumerate(zip(feed.entries, guids, strict=True), 1):
        own = elements[number - 1 : number] if len(elements) == len(feed.entries) else elements
        apart = further.get(own[0], []) if further and len(own) == 1 else []
        yield f"{ENTRY} {number}", _reader(entry, guid, feed.feed, kind, own, apart)
    for tombstone in deleted:
        yield f"deleted-entry {attribute(tombstone, 'ref')[:100]}", _tombstone(tombstone, feed.feed)


def _leave_only_texts(root: Element) -> None:
    """Take out what feedparser would put in the place of a story's title and text: the words to its pictures.

    Texts in vocabularies of their own (a podcast's summary, a search engine's full text) become further contents.
    """
    for element in list(root.iter(etree.Element)):
        namespace, _, name = element.tag.rpartition("}")
        if name.lower().replace("_", "").replace("-", "") in NAMED_TEXTS:
            element.tag = CONTENT
        if not namespace:
            continue
        if _MEDIA.match(namespace) and name in CAPTIONS:
            element.clear()
            element.tag = f"{{{UNREAD}}}{name}"
        elif name in TEXTS and _TEXTS.match(namespace):
            element.tag = CONTENT


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


def _reader(
    entry: Any, guid: str, feed: Any, kind: str, elements: list[Element], further: list[tuple[str, Element]]
) -> Callable[[], Draft]:
    """``elements`` are the entry's own, or all entries' where it cannot be told which is its own.

    ``further`` are languages, and feeds of an entry with what this one says in them.
    """
    element = elements[0] if len(elements) == 1 else None

    def read() -> Draft:
        draft = with_unread_noted(_read(entry, guid, feed, kind, elements), element, take=True)
        alone = ((language, one) for language, apart in further for one in _parse(apart).entries[:1])
        add_languages(
            draft, [LanguageText(tag, html_text(loose_text(one.get("title"))), _body(one)) for tag, one in alone]
        )
        return draft

    return read


def _fields_of(entry: Any) -> EntryFields:
    link = loose_text(entry.get("link"))
    return EntryFields(
        loose_text(entry.get("id")) or link, link, loose_text(entry.get("title")), _published(entry), str(_texts(entry))
    )


def _read(entry: Any, guid: str, feed: Any, kind: str, elements: list[Element]) -> Draft:
    draft = Draft(format=kind, guid=guid)
    link = loose_text(entry.get("link"))
    if guid != (loose_text(entry.get("id")) or link):
        draft.notes.append("guid: shared with another entry of the feed, so told apart by what they say")
    draft.url = _absolute(link, feed, elements[0] if len(elements) == 1 else None)
    draft.provider = _provider(feed, link)
    draft.headline = _title(entry)
    draft.body = _body(entry)
    published = _published(entry)
    draft.version_created = loose_text(entry.get("updated")) or published
    draft.first_created = published
    draft.other_times = [
        (key, loose_text(entry.get(key))) for key in ("published", "created", "updated") if entry.get(key)
    ]
    draft.byline = _byline(entry) or (_byline(feed) if kind == "atom" else "")
    draft.language = _stated_language(elements) or _language(entry, feed)
    for tag in entry.get("tags") or []:
        draft.subjects.append(Concept(loose_text(tag.get("label")) or loose_text(tag.get("term")), ""))
    draft.copyright_notice = loose_text(entry.get("rights")) or loose_text(feed.get("rights"))
    draft.credit = loose_text((entry.get("source") or {}).get("title"))
    draft.claims = [claim for element in elements for claim in in_xml(element)]
    parts = [part for element in elements for part in element if not _is_media(part)]
    statuses = [stated_by(part) for part in parts if is_status_name(name_of(part))]
    draft.signs = Signs(statuses=statuses)
    draft.asides = [html_text(loose_text(entry.get(key))) for key in ("summary", "subtitle") if entry.get(key)]
    return draft


def _is_media(element: Element) -> bool:
    """Whether an element describes a picture or video of the entry, and not the entry."""
    return "/mrss" in str(element.tag)


def _published(entry: Any) -> str:
    return loose_text(entry.get("published")) or loose_text(entry.get("created"))


def _byline(entry: Any) -> str:
    """The authors, each once: many feeds name them as author and again as creator."""
    authors = [loose_text(author.get("name")) for author in entry.get("authors") or [] if isinstance(author, dict)]
    names = dict.fromkeys(_whole(" ".join(name.split())) for name in authors)
    return ", ".join(name for name in names if name) or loose_text(entry.get("author"))


def _whole(name: str) -> str:
    """A name of which feedparser has cut the bracket's end: it takes ``a@x.example (A. Writer)`` apart too early."""
    return name.partition("(")[2] if name.count("(") > name.count(")") else name


def _absolute(link: str, feed: Any, element: Element | None) -> str:
    """A link's whole address; some feeds give it from the ``xml:base`` around it, or from their own address."""
    if not link or link.startswith(("http://", "https://")):
        return link
    bases = (
        [base for around in (element, *element.iterancestors()) if (base := around.get(XML_BASE))]
        if element is not None
        else []
    )
    own = [
        loose_text(feed.get("link")),
        *(loose_text(other.get("href")) for other in feed.get("links") or ()),
        loose_text(feed.get("id")),
    ]
    try:
        base = next((base for base in own if base.startswith("http")), "")
        for further in reversed(bases):
            base = urljoin(base, further)
        whole = urljoin(base or "https:", link)
    except ValueError:
        return ""
    return whole if _HOST.match(whole) else ""


def _title(entry: Any) -> str:
    return html_text(loose_text(entry.get("title")))


def _texts(entry: Any) -> list[str]:
    texts = [loose_text(content.get("value")) for content in entry.get("content") or []]
    return [text for text in (*texts, loose_text(entry.get("summary"))) if text.strip()]


def _body(entry: Any) -> str:
    """The longest of what is meant as the story's text: the contents and the summary."""
    ranked = sorted(_texts(entry), key=_length, reverse=True)
    # Markup may hold more or less text than it seems to, so the runner-up is read where it is near.
    near = [text for text in ranked[:2] if 2 * _length(text) >= _length(ranked[0])]
    return max(map(html_text, dict.fromkeys(near)), key=len, default="")


def _length(text: str) -> int:
    return len(_TAGS.sub("", text)) if "<" in text else len(text)


def _stated_language(elements: list[Element]) -> str:
    """The language that an entry states itself: of its text, in a field of its own, or of all that it holds.

    feedparser gives every text the language of the feed, so it cannot tell what the entry says.
    """
    if len(elements) != 1:
        return ""
    (entry,) = elements
    of_texts = [part.get(XML_LANG) for part in entry if name_of(part) in LANGUAGE_OF and not _is_media(part)]
    fields = [part.text for part in entry if name_of(part).lower() in LANGUAGE_FIELDS]
    said = (*of_texts, *fields, entry.get(XML_LANG))
    return next((tag for text in said if text and (tag := text.strip())), "")


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
        format="atom", guid=guid, provider=_provider(feed, guid), version_created=when, signs=Signs(status="deleted")
    )
