"""NewsML-G2: takes an item element, returns a draft; anything except a news item is rejected by name.

Source: IPTC NewsML-G2 2.35 (power conformance). Read with lxml rather than IPTC's ``newsmlg2`` package: see
``docs/formats.md`` for the measurement.
"""

import base64
import binascii
import re
from typing import Any

from search.articles import Concept, Link
from streams.errors import Rejected
from streams.wire.draft import Draft
from streams.wire.formats.nitf import fill_from_body
from streams.wire.formats.sportsml import sports_text
from streams.wire.identity import stable_uri
from streams.wire.markup import element_text, html_text, looks_like_html
from streams.wire.publication.claims import in_xml, is_status_name, stated_by
from streams.wire.publication.embargo_fields import Claim
from streams.wire.publication.lifecycle import Signs
from streams.wire.raw import NotAnArticle, kind_of
from streams.wire.xmls import XML_LANG, Element, attribute, child, children, descendants, inner_text, name_of, path

FORMAT = "newsml-g2"
ITEMS = frozenset(
    ["newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem", "eventItem", "event"]
)
FRAGMENTS = frozenset(["contentMeta", "itemMeta", "groupSet", "partMeta", "rightsInfo", "conceptSet"])
STORIES = frozenset(["evolvedFrom", "previousVersion", "replaces", "kills", "cancels"])
TEXT_CLASSES = frozenset(["", "text", "composite"])
PLACE_TYPES = frozenset(["geoArea", "poi", "geoarea", "city", "country", "location"])
PERSON_TYPES = frozenset(["person", "organisation"])
_HOST = re.compile(r"https?://(?:www\.)?([^/:?#]+)")


def read_item(item: Element) -> Draft:
    """The draft of a ``newsItem``. Raises ``NotAnArticle``, naming what it is, for everything else."""
    meta = child(item, "itemMeta")
    guid = attribute(item, "guid")
    if name_of(item) != "newsItem":
        raise _no_article(item, name_of(item), guid)
    item_class = _local(attribute(child(meta, "itemClass"), "qcode", "uri", "literal"))
    if item_class not in TEXT_CLASSES:
        raise _no_article(item, item_class[:40], guid)
    draft = Draft(format=FORMAT, provider_version=attribute(item, "version"))
    draft.guid = stable_uri(guid, draft.provider_version)
    draft.former[draft.guid] = [guid]
    draft.language = attribute(path(item, "contentMeta", "language"), "tag") or attribute(item, XML_LANG)
    _item_meta(meta, draft)
    draft.claims += in_xml(item)
    draft.asides += [
        inner_text(e)
        for name in ("headline", "description", "instruction")
        for e in children(child(item, "contentMeta"), name)
    ]
    _rights(child(item, "rightsInfo"), draft)
    _content_meta(child(item, "contentMeta"), draft)
    _content(child(item, "contentSet"), draft)
    draft.headline = draft.headline or inner_text(child(meta, "title"))
    _hops(child(item, "hopHistory"), draft)
    if not draft.body:
        _stand_in_body(child(item, "contentMeta"), draft)
    if item_class == "composite" and not draft.body and _local(draft.signs.status) != "canceled":
        raise NotAnArticle("composite: a package without text of its own", "package", guid, draft.headline)
    return draft


def _no_article(item: Element, what: str, guid: str) -> NotAnArticle:
    meta = child(item, "contentMeta")
    titles = (*children(meta, "headline"), child(child(item, "itemMeta"), "title"), *children(meta, "description"))
    title = next((found for element in titles if (found := inner_text(element))), "")
    return NotAnArticle(f"{what}: not an article", kind_of(what), guid, title)


def read_content_set(root: Element) -> Draft:
    """The draft of a ``contentSet`` without its item."""
    draft = Draft(format=FORMAT, notes=["contentSet: a fragment without its newsItem"])
    _content(root, draft)
    return draft


def _local(code: str) -> str:
    """The code of a QCode or the last part of a URI: ``stat:usable`` is ``usable``."""
    return code.strip().rstrip("/").rpartition("/")[2].rpartition(":")[2]


def _item_meta(meta: Element | None, draft: Draft) -> None:
    draft.provider = _provider(child(meta, "provider"), draft)
    draft.version_created = inner_text(child(meta, "versionCreated"))
    draft.first_created = inner_text(child(meta, "firstCreated"))
    # Empty, it holds the item without an end.
    draft.claims += [Claim("embargoed", inner_text(e) or True) for e in children(meta, "embargoed")]
    notes = [element_text(note) for note in children(meta, "edNote")]
    draft.editorial_note = "\n".join(dict.fromkeys(note for note in notes if note))
    _links(meta, draft)
    evolved = [link.guid for link in draft.links if link.rel in ("evolvedFrom", "previousVersion", "replaces")]
    kills = [link.guid for link in draft.links if link.rel in ("kills", "cancels")]
    fields = [part for part in (meta if meta is not None else ()) if is_status_name(name_of(part))]
    statuses = [said for field in fields for said in (stated_by(field), inner_text(field)) if said]
    draft.signs = Signs(
        status=next(iter(statuses), ""),
        statuses=statuses[1:],
        signals=[attribute(signal, "qcode", "uri", "literal") for signal in children(meta, "signal")],
        evolved=bool(evolved),
        target=next(iter(kills), ""),
        forerunner=next(iter(evolved), ""),
    )


def _provider(provider: Element | None, draft: Draft) -> str:
    """The provider's code: of a QCode or of a URI in a vocabulary; of another URI its host; else the name."""
    if code := _local(attribute(provider, "qcode", "literal")):
        return code
    uri = attribute(provider, "uri")
    host = _HOST.match(uri)
    if host and not host[1].startswith("cv") and "newsprovider" not in uri:
        return host[1].lower()
    return _local(uri) or _name(provider, draft)


def _links(meta: Element | None, draft: Draft) -> None:
    for link in children(meta, "link"):
        rel = _local(attribute(link, "rel", "reluri")) or "seeAlso"
        target = attribute(link, "residref", "guidref", "href", "qcode", "uri")
        if target:
            guid = stable_uri(target) if rel in STORIES else target
            draft.links.append(Link(rel, guid))
            draft.former.setdefault(guid, []).append(target)


def _rights(rights: Element | None, draft: Draft) -> None:
    holder = child(rights, "copyrightHolder")
    draft.copyright_holder = _name(holder, draft) or attribute(holder, "literal", "uri") or inner_text(holder)
    draft.copyright_notice = _in_language(children(rights, "copyrightNotice"), draft)
    draft.usage_terms = _in_language(children(rights, "usageTerms"), draft)


def _content_meta(meta: Element | None, draft: Draft) -> None:
    draft.urgency = inner_text(child(meta, "urgency"))
    draft.headline = _in_language(children(meta, "headline"), draft)
    slugline = child(meta, "slugline")
    separator = (attribute(slugline, "separator") or "-") if slugline is not None else ""
    draft.slugline = separator.join(inner_text(s) for s in children(meta, "slugline") if inner_text(s))
    draft.byline = _in_language(children(meta, "by"), draft)
    if not draft.byline:
        draft.byline = ", ".join(name for c in children(meta, "creator") if (name := _name(c, draft)))
    draft.dateline = _in_language(children(meta, "dateline"), draft)
    draft.credit = inner_text(child(meta, "creditline")) or ", ".join(
        name for source in children(meta, "infoSource") if (name := _name(source, draft))
    )
    draft.genre = ", ".join(
        name for genre in children(meta, "genre") if (name := _name(genre, draft) or _local(attribute(genre, "qcode")))
    )
    draft.keywords += [inner_text(word) for word in children(meta, "keyword")]
    for located in children(meta, "located"):
        draft.places.append(_concept(located, draft))
        draft.places += [_concept(wider, draft) for wider in children(located, "broader")]
    for subject in children(meta, "subject"):
        _subject(subject, draft)
    if not draft.dateline and (located := child(meta, "located")) is not None:
        draft.dateline = _name(located, draft)


def _subject(subject: Element, draft: Draft) -> None:
    kind = _local(attribute(subject, "type", "typeuri") if attribute(subject, "type") else "")
    main = child(subject, "mainConcept")
    concept = _concept(subject if main is None else main, draft)
    if kind in PLACE_TYPES:
        draft.places.append(concept)
    else:
        draft.subjects.append(concept)
        if kind in PERSON_TYPES and concept.name:
            draft.keywords.append(concept.name)
    draft.subjects += [_concept(facet, draft) for facet in children(subject, "facetConcept")]


def _concept(element: Element, draft: Draft) -> Concept:
    return Concept(_name(element, draft), attribute(element, "qcode", "uri", "literal"))


def _name(element: Element | None, draft: Draft) -> str:
    return _in_language(children(element, "name"), draft)


def _in_language(elements: list[Element], draft: Draft) -> str:
    """The text in the item's language where there are several, else the first that is not empty."""
    if len(elements) > 1 and draft.language:
        same = [e for e in elements if attribute(e, XML_LANG).lower()[:2] == draft.language.lower()[:2]]
        elements = same + [e for e in elements if e not in same]
    return next((text for element in elements if (text := inner_text(element))), "")


def _content(content: Element | None, draft: Draft) -> None:
    """The best of the renditions: in the item's language, NITF before XHTML before plain text."""
    best: tuple[int, Element] | None = None
    for rendition in content.iterchildren() if content is not None else ():
        rank = _rank(rendition, draft)
        if rank > 0 and (best is None or rank > best[0]):
            best = rank, rendition
    if best is not None:
        _render(best[1], draft)


def _rank(rendition: Element, draft: Draft) -> int:
    name, kind = name_of(rendition), attribute(rendition, "contenttype").lower()
    if name not in ("inlineXML", "inlineData") or not (len(rendition) or (rendition.text or "").strip()):
        return 0
    language = attribute(rendition, XML_LANG).lower()
    rank = 10 if not language or language[:2] == draft.language.lower()[:2] else 1
    inner = name_of(rendition[0]).lower() if len(rendition) else ""
    if inner == "nitf" or "nitf" in kind:
        return rank + 5
    if "html" in kind or inner in ("html", "body", "div", "p", "section", "article"):
        return rank + 4
    return rank + (3 if name == "inlineData" and kind.startswith(("text/", "")) else 2)


def _render(rendition: Element, draft: Draft) -> None:
    first = next((e for e in rendition if name_of(e)), None)
    if first is None:
        draft.body = _data(rendition)
        return
    if name_of(first).lower() == "nitf":
        fill_from_body(first, draft)
        return
    if name_of(first) == "events":
        raise NotAnArticle("events: not an article", "event", draft.guid, draft.headline)
    if name_of(first) == "sports-content":
        draft.body = sports_text(first)
        draft.notes.append("body: made from SportsML")
        return
    draft.body = element_text(rendition)
    if not draft.headline:
        title = next(iter((*descendants(first, "h1"), *descendants(first, "title"))), None)
        draft.headline = inner_text(title)


def _data(rendition: Element) -> str:
    text = rendition.text or ""
    if "base64" in attribute(rendition, "encoding").lower():
        try:
            text = base64.b64decode(text, validate=False).decode("utf-8", "replace")
        except (binascii.Error, ValueError) as error:
            raise Rejected(f"inlineData: not base64 as it says: {error}") from error
    kind = attribute(rendition, "contenttype").lower()
    return html_text(text) if "html" in kind or looks_like_html(text) else text


def _stand_in_body(meta: Element | None, draft: Draft) -> None:
    described = [(attribute(d, "role"), d) for d in children(meta, "description")]
    for role, description in described:
        if text := element_text(description):
            draft.body = text
            draft.notes.append(f"body: none, taken from the description {_local(role)}".rstrip())
            return


def _hops(history: Element | None, draft: Draft) -> None:
    """Through whose hands the item went, in order."""
    for hop in children(history, "hop")[:20]:
        party = child(hop, "party")
        who: Any = _name(party, draft) or _local(attribute(party, "qcode", "literal"))
        did = ", ".join(_local(attribute(a, "qcode")) for a in children(hop, "action"))
        draft.notes.append(f"hop {attribute(hop, 'seq')}: {who} {did} {attribute(hop, 'timestamp')}".strip())
