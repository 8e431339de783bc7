"""NewsML 1.2: takes a ``NewsItem`` element, returns a draft. Source: IPTC's DTD, AFP's and Business Wire's use.

The guid is ``urn:newsml:provider:date:item`` without the revision and what else changes with it (`identity`).
"""

from search.articles import Concept, Link
from streams.wire.draft import Draft
from streams.wire.formats.nitf import fill_from_body
from streams.wire.identity import Newsml1, newsml1_former, newsml1_guid, newsml1_reference
from streams.wire.markup import element_text, html_text, looks_like_html
from streams.wire.publication.claims import in_xml, stated_by
from streams.wire.publication.embargo_fields import Claim
from streams.wire.publication.lifecycle import Signs
from streams.wire.raw import NotAnArticle, kind_of
from streams.wire.xmls import XML_LANG, Element, attribute, child, children, descendants, inner_text, name_of, path

FORMAT = "newsml-1.2"
NO_TEXT_ROLES = frozenset(
    [
        "stylesheet",
        "headline",
        "subheadline",
        "contact",
        "logo",
        "photo",
        "picture",
        "video",
        "graphic",
        "caption",
        "audio",
    ]
)
TEXT_ROLES = frozenset(["main", "body", "maintext", "text", "story"])
NO_TEXT_MEDIA = frozenset(["photo", "picture", "graphic", "video", "audio", "animation", "image"])


def read_item(item: Element, envelope: Element | None) -> Draft:
    """The draft of a ``NewsItem``. Raises ``NotAnArticle``, naming the media, where it holds no text."""
    draft = Draft(format=FORMAT)
    management = child(item, "NewsManagement")
    _identity(item, draft)
    _management(management, draft)
    draft.claims += in_xml(item)
    draft.asides += [inner_text(part) for lines in descendants(item, "NewsLines") for part in lines]
    component = child(item, "NewsComponent")
    _lines(component, draft)
    _metadata(component, draft)
    draft.slugline = draft.slugline or inner_text(path(item, "Identification", "NameLabel"))
    draft.language = draft.language or attribute(item, XML_LANG)
    draft.version_created = draft.version_created or inner_text(child(envelope, "DateAndTime"))
    chosen = _main_text(item)
    if chosen is not None:
        draft.language = draft.language or _language_of(chosen)
        _text(chosen, draft)
    elif draft.signs.status.lower() not in ("canceled", "cancelled", "killed", "deleted"):
        media = [attribute(m, "FormalName") for m in descendants(item, "MediaType")]
        media += [_formal(role) for role in descendants(item, "Role")]
        kinds = sorted({name for name in media if name.lower() in NO_TEXT_MEDIA})
        if kinds or child(item, "TopicSet") is not None or child(item, "Catalog") is not None:
            what = ", ".join(kinds) or "NewsItem without text"
            kind = kind_of(kinds[0]) if kinds else "concept"
            raise NotAnArticle(f"{what}: not an article", kind, draft.guid, draft.headline)
    return draft


def _language_of(element: Element) -> str:
    """The language of the innermost element around a text that says one."""
    return next((said for around in element.iterancestors() if (said := attribute(around, XML_LANG))), "")


def _formal(element: Element | None) -> str:
    return attribute(element, "FormalName")


def _identity(item: Element, draft: Draft) -> None:
    identifier, management = path(item, "Identification", "NewsIdentifier"), child(item, "NewsManagement")
    label = inner_text(path(item, "Identification", "NameLabel"))
    said = Newsml1(
        provider=inner_text(child(identifier, "ProviderId")),
        date=inner_text(child(identifier, "DateId")),
        item=inner_text(child(identifier, "NewsItemId")),
        revision=inner_text(child(identifier, "RevisionId")),
        public=inner_text(child(identifier, "PublicIdentifier")),
        first_created=inner_text(child(management, "FirstCreated")),
        this_created=inner_text(child(management, "ThisRevisionCreated")),
        named=label or inner_text(next(iter(descendants(child(item, "NewsComponent"), "HeadLine")), None)),
    )
    draft.provider, draft.provider_version = said.provider, said.revision
    draft.guid = newsml1_guid(said)
    draft.former[draft.guid] = newsml1_former(said)


def _management(management: Element | None, draft: Draft) -> None:
    draft.first_created = inner_text(child(management, "FirstCreated"))
    draft.version_created = inner_text(child(management, "ThisRevisionCreated"))
    urgencies = (child(management, name) for name in ("Urgency", "Priority"))
    draft.urgency = next((said for one in urgencies if (said := _formal(one) or inner_text(one))), "")
    statuses = [stated_by(status) for status in children(management, "Status")]
    status = next(iter(statuses), "")
    change = child(management, "StatusWillChange")
    if status.lower() in ("embargoed", "withheld") and _formal(child(change, "FutureStatus")).lower() == "usable":
        draft.claims.append(Claim("DateAndTime", inner_text(child(change, "DateAndTime")) or True, "end"))
    elif status.lower() == "embargoed":
        draft.claims.append(Claim("Status", status, "end"))
    for rel in ("DerivedFrom", "AssociatedWith"):
        for link in children(management, rel):
            if target := attribute(link, "NewsItem"):
                relation = "evolvedFrom" if rel == "DerivedFrom" else "seeAlso"
                guid, former = newsml1_reference(target)
                draft.links.append(Link(relation, guid))
                draft.former.setdefault(guid, []).append(former)
    instructions = [_formal(i) for i in children(management, "Instruction")]
    derived = [link.guid for link in draft.links if link.rel == "evolvedFrom"]
    signals = [*instructions, _formal(child(management, "NewsItemType"))]
    update = attribute(path(management, "..", "Identification", "NewsIdentifier", "RevisionId"), "Update")
    draft.signs = Signs(
        status=status, statuses=statuses[1:], signals=[s for s in signals if s],
        evolved=bool(derived) or update in ("U", "A"), forerunner=next(iter(derived), ""),
    )  # fmt: skip


def _lines(component: Element | None, draft: Draft) -> None:
    """Headline and its company: the outermost component that has them, not those of pictures further in."""
    for lines in (e for e in descendants(component, "NewsLines") if not _within_media(e)):
        draft.headline = draft.headline or inner_text(child(lines, "HeadLine"))
        draft.slugline = draft.slugline or inner_text(child(lines, "SlugLine"))
        draft.byline = draft.byline or inner_text(child(lines, "ByLine"))
        draft.dateline = draft.dateline or inner_text(child(lines, "DateLine"))
        draft.credit = draft.credit or inner_text(child(lines, "CreditLine"))
        draft.copyright_notice = draft.copyright_notice or inner_text(child(lines, "CopyrightLine"))
        draft.usage_terms = draft.usage_terms or inner_text(child(lines, "RightsLine"))
        draft.keywords += [inner_text(word) for word in children(lines, "KeywordLine")]
        for line in children(lines, "NewsLine"):
            kind = _formal(child(line, "NewsLineType")).lower()
            if "advisory" in kind or "ednote" in kind or "note" in kind:
                draft.editorial_note = "\n".join(
                    filter(None, (draft.editorial_note, inner_text(child(line, "NewsLineText"))))
                )


def _within_media(element: Element) -> bool:
    return any(
        _formal(child(parent, "Role")).lower() in NO_TEXT_ROLES for parent in element.iterancestors("{*}NewsComponent")
    )


def _metadata(component: Element | None, draft: Draft) -> None:
    administrative, descriptive = child(component, "AdministrativeMetadata"), child(component, "DescriptiveMetadata")
    creators = [_formal(p) for c in children(administrative, "Creator") for p in children(c, "Party")]
    draft.byline = draft.byline or ", ".join(name for name in creators if name)
    draft.provider = draft.provider or _formal(path(administrative, "Provider", "Party"))
    draft.credit = draft.credit or _formal(path(administrative, "Source", "Party"))
    rights = child(component, "RightsMetadata")
    draft.copyright_holder = inner_text(path(rights, "Copyright", "CopyrightHolder"))
    draft.usage_terms = draft.usage_terms or inner_text(path(rights, "UsageRights"))
    language = next(iter(descendants(component, "Language")), None)
    draft.language = _formal(language)
    genres = [_formal(genre) for genre in children(descriptive, "Genre")]
    draft.genre = ", ".join(name for name in genres if name)
    draft.signs.signals += [name for name in genres if name]
    for code in descendants(descriptive, "SubjectCode"):
        draft.subjects += [Concept("", f"subj:{_formal(part)}") for part in code if name_of(part) and _formal(part)]
    for kind in ("TopicOccurrence", "OfInterestTo"):
        draft.keywords += [_formal(e) for e in children(descriptive, kind) if kind == "TopicOccurrence"]
    for location in children(descriptive, "Location"):
        parts = {attribute(p, "FormalName"): attribute(p, "Value") for p in children(location, "Property")}
        code = parts.pop("Country", "") if len(parts) > 1 else ""
        draft.places.append(Concept(", ".join(value for value in parts.values() if value), code))
    draft.keywords += [
        attribute(p, "Value") for p in children(descriptive, "Property") if _formal(p).lower() == "keyword"
    ]
    for metadata in children(component, "Metadata"):
        if "keyword" in _formal(child(metadata, "MetadataType")).lower():
            draft.subjects += [Concept(attribute(p, "Value")) for p in children(metadata, "Property")]


def _main_text(item: Element) -> Element | None:
    """The content of the story: by its role where roles are given, else the longest text."""
    best: tuple[int, int, Element] | None = None
    for content in descendants(item, "ContentItem"):
        data = child(content, "DataContent")
        media = _formal(child(content, "MediaType")).lower()
        if data is None or media in NO_TEXT_MEDIA or _formal(child(content, "Format")).upper() == "CSS":
            continue
        role = _formal(child(content.getparent(), "Role")).lower()
        length = sum(len(part) for part in data.itertext())
        if role in NO_TEXT_ROLES or _within_media(content) or not length:
            continue
        rank = 1 if role in TEXT_ROLES else 0
        if best is None or (rank, length) > best[:2]:
            best = rank, length, data
    return None if best is None else best[2]


def _text(data: Element, draft: Draft) -> None:
    first = next((e for e in data if name_of(e)), None)
    if first is None:
        text = data.text or ""
        draft.body = html_text(text) if looks_like_html(text) else text
    elif name_of(first).lower() == "nitf":
        fill_from_body(first, draft)
    else:
        draft.body = element_text(data)
