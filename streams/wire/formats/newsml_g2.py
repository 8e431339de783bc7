"""NewsML-G2: takes an item element, returns a draft; anything except a news item is rejected by name.

Source: IPTC NewsML-G2 2.35 (power conformance). Read with lxml rather than IPTC's ``newsmlg2`` package: see
``docs/formats.md`` for the measurement.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from search.articles import Concept, Link
from streams.errors import Rejected
from streams.wire.draft import Draft
from streams.wire.formats.g2_content import FORMAT, fill_from_content, has_inline_text, language_of
from streams.wire.formats.languages import same_language
from streams.wire.identity import stable_uri
from streams.wire.lines import creator_name
from streams.wire.markup import element_text
from streams.wire.publication.claims import in_xml, is_status_name, stated_by
from streams.wire.publication.embargo_fields import Claim, Empty
from streams.wire.publication.lifecycle import Signs
from streams.wire.raw import OTHER, NotAnArticle, kind_of
from streams.wire.xmls import (
    XML_LANG,
    Element,
    attribute,
    by_name,
    child,
    children,
    descendants,
    inner_text,
    name_of,
    path,
)

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
    if item_class not in TEXT_CLASSES and not (kind_of(item_class) == OTHER and has_inline_text(item)):
        raise _no_article(item, item_class[:40], guid)
    draft = _described(item, meta, guid)
    fill_from_content(child(item, "contentSet"), draft, child(item, "contentMeta"))
    draft.headline = draft.headline or inner_text(child(meta, "title"))
    _hops(child(item, "hopHistory"), draft)
    if not draft.body:
        _stand_in_body(child(item, "contentMeta"), draft)
    if item_class == "composite" and not draft.body and _local(draft.signs.status) != "canceled":
        reason = "composite: a package without text of its own"
        raise NotAnArticle(reason, "package", guid, draft.headline, draft)
    return draft


def _described(item: Element, meta: Element | None, guid: str) -> Draft:
    """What stands around the content of an item of any kind."""
    draft = Draft(format=FORMAT, provider_version=attribute(item, "version"))
    draft.guid = stable_uri(guid, draft.provider_version)
    draft.former[draft.guid] = [guid]
    draft.language = _language(item)
    _item_meta(meta, draft)
    draft.claims += in_xml(item)
    content = by_name(child(item, "contentMeta"))
    draft.asides += [inner_text(e) for name in ("headline", "description", "instruction") for e in content[name]]
    _rights(child(item, "rightsInfo"), draft)
    _content_meta(content, draft)
    parts = (*descendants(child(item, "contentSet"), "remoteContent"), *descendants(child(item, "groupSet"), "itemRef"))
    draft.links += [Link(name_of(part), ref) for part in parts if (ref := attribute(part, "residref"))]
    return draft


def _language(item: Element) -> str:
    """The language of the content: as the item says, else its only rendition, else that of the item's own words."""
    stated = attribute(path(item, "contentMeta", "language"), "tag")
    if stated:
        return stated
    content = child(item, "contentSet")
    said = [language_of(rendition) for rendition in content] if content is not None else []
    own = attribute(item, XML_LANG)
    if any(said) and not any(same_language(one, own) for one in said):
        return next(filter(None, said))
    return own or next(filter(None, said), "")


def _no_article(item: Element, what: str, guid: str) -> NotAnArticle:
    meta = child(item, "contentMeta")
    titles = (*children(meta, "headline"), child(child(item, "itemMeta"), "title"), *children(meta, "description"))
    title = next((found for element in titles if (found := inner_text(element))), "")
    refusal = NotAnArticle(f"{what}: not an article", kind_of(what), guid, title)
    with suppress(Rejected):  # an odd field is no reason to refuse what is understood to be a picture
        draft = _described(item, child(item, "itemMeta"), guid)
        _stand_in_body(meta, draft)
        refusal.draft = draft
    return refusal


def read_content_set(root: Element) -> Draft:
    """The draft of a ``contentSet`` without its item."""
    draft = Draft(format=FORMAT, notes=["contentSet: a fragment without its newsItem"])
    fill_from_content(root, draft, None)
    return draft


def _local(code: str) -> str:
    """The code of a QCode or the last part of a URI: ``stat:usable`` is ``usable``."""
    return code.strip().rstrip("/").rpartition("/")[2].rpartition(":")[2]


def _item_meta(meta: Element | None, draft: Draft) -> None:
    inner = by_name(meta)
    draft.provider = _provider(next(iter(inner["provider"]), None), draft)
    draft.version_created = _first(inner["versionCreated"])
    draft.first_created = _first(inner["firstCreated"])
    content = child(meta.getparent(), "contentMeta") if meta is not None else None
    draft.other_times = [(name, inner_text(child(content, name))) for name in ("contentModified", "contentCreated")]
    # Empty, it holds the item without an end.
    draft.claims += [Claim("embargoed", inner_text(e) or Empty.EMPTY) for e in inner["embargoed"]]
    notes = [element_text(note) for note in inner["edNote"]]
    draft.editorial_note = "\n".join(dict.fromkeys(note for note in notes if note))
    _links(inner["link"], draft)
    evolved = [link.guid for link in draft.links if link.rel in ("evolvedFrom", "previousVersion", "replaces")]
    kills = [link.guid for link in draft.links if link.rel in ("kills", "cancels")]
    fields = [part for part in (meta if meta is not None else ()) if is_status_name(name_of(part))]
    statuses = [said for field in fields for said in (stated_by(field), inner_text(field)) if said]
    draft.signs = Signs(
        status=next(iter(statuses), ""),
        statuses=statuses[1:],
        signals=[
            *(attribute(signal, "qcode", "uri", "literal") for signal in inner["signal"]),
            *(inner_text(child(role, "name")) for role in inner["role"]),  # AP's editorial types
        ],
        evolved=bool(evolved),
        target=next(iter(kills), ""),
        forerunner=next(iter(evolved), ""),
    )


def _provider(provider: Element | None, draft: Draft) -> str:
    """The provider's code: of a QCode or of a URI in a vocabulary; of another URI its host; else the name.

    Ids are made of the code, since a version may leave out the name; readers see the name.
    """
    draft.provider_name = _name(provider, draft)
    if code := _local(attribute(provider, "qcode", "literal")):
        return code
    uri = attribute(provider, "uri")
    host = _HOST.match(uri)
    if host and not host[1].startswith("cv") and "newsprovider" not in uri:
        return host[1].lower()
    return _local(uri) or _name(provider, draft)


def _links(links: list[Element], draft: Draft) -> None:
    for link in links:
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


def _content_meta(fields: Mapping[str, list[Element]], draft: Draft) -> None:
    draft.urgency = _first(fields["urgency"])
    draft.headline = _in_language(fields["headline"], draft)
    separator = next((attribute(slugline, "separator") or "-" for slugline in fields["slugline"]), "")
    draft.slugline = separator.join(text for slugline in fields["slugline"] if (text := inner_text(slugline)))
    draft.byline = _in_language(fields["by"], draft)
    if not draft.byline:
        creators = [(_name(c, draft), attribute(c, "qcode", "literal")) for c in fields["creator"]]
        draft.byline = ", ".join(
            found for name, code in creators if (found := creator_name(name, code, draft.provider))
        )
    draft.dateline = _in_language(fields["dateline"], draft)
    draft.credit = _first(fields["creditline"]) or ", ".join(
        name for source in fields["infoSource"] if (name := _name(source, draft))
    )
    draft.genre = ", ".join(
        name for genre in fields["genre"] if (name := _name(genre, draft) or _local(attribute(genre, "qcode")))
    )
    draft.keywords += [inner_text(word) for word in fields["keyword"]]
    for located in fields["located"]:
        draft.places.append(_concept(located, draft))
        draft.places += [_concept(wider, draft) for wider in children(located, "broader")]
    for subject in fields["subject"]:
        _subject(subject, draft)
    if not draft.dateline and fields["located"]:
        draft.dateline = _name(fields["located"][0], draft)


def _subject(subject: Element, draft: Draft) -> None:
    kind = _local(attribute(subject, "type"))
    inner = by_name(subject)
    if inner["mainConcept"]:
        concept = _concept(inner["mainConcept"][0], draft)
    else:
        concept = Concept(_in_language(inner["name"], draft), attribute(subject, "qcode", "uri", "literal"))
    if kind in PLACE_TYPES:
        draft.places.append(concept)
    else:
        draft.subjects.append(concept)
        if kind in PERSON_TYPES and concept.name:
            draft.keywords.append(concept.name)
    draft.subjects += [_concept(facet, draft) for facet in inner["facetConcept"]]


def _concept(element: Element, draft: Draft) -> Concept:
    return Concept(_name(element, draft), attribute(element, "qcode", "uri", "literal"))


def _name(element: Element | None, draft: Draft) -> str:
    return _in_language(children(element, "name"), draft)


def _in_language(elements: list[Element], draft: Draft) -> str:
    """The text in the item's language where there are several, else the first that is not empty."""
    if len(elements) > 1 and draft.language:
        same = [e for e in elements if attribute(e, XML_LANG).lower()[:2] == draft.language.lower()[:2]]
        elements = same + [e for e in elements if e not in same]
    for element in elements:
        if text := inner_text(element):
            return text
    return ""


def _first(elements: list[Element]) -> str:
    return inner_text(elements[0]) if elements else ""


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
