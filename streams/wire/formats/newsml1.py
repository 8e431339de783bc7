"""NewsML 1.2: takes a ``NewsItem`` element, returns a draft. Source: IPTC's DTD, AFP's and Business Wire's use.

The guid is ``urn:newsml:provider:date:item`` without the revision and what else changes with it (`identity`).
"""

from contextlib import suppress
from itertools import islice

from search.articles import Concept, Link
from streams.errors import Rejected
from streams.wire.draft import Draft
from streams.wire.formats.languages import MOST_LANGUAGES, LanguageText, add_languages, same_language
from streams.wire.formats.nitf import fill_from_body
from streams.wire.identity import Newsml1Id, newsml1_former, newsml1_guid, newsml1_reference
from streams.wire.lines import creator_name
from streams.wire.markup import element_text, prose
from streams.wire.publication.claims import in_xml, stated_by
from streams.wire.publication.embargo_fields import Claim
from streams.wire.publication.lifecycle import Signs
from streams.wire.raw import NotAnArticle, kind_of
from streams.wire.xmls import XML_LANG, Element, attribute, child, children, descendants, inner_text, name_of, path

FORMAT = "newsml-1.2"
LEAD_ROLES = frozenset(["lead", "leadin", "lede", "intro", "introduction", "chapeau", "standfirst", "teaser"])
MOST_LEADS = 3
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
SHORT_TAG = 2  # letters
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
    texts = _texts(item)
    _metadata(component, draft)
    draft.language = _language(item, texts, draft.language)
    _lines(component, draft)
    draft.byline = draft.byline or _creators(component, draft.provider)
    draft.slugline = draft.slugline or inner_text(path(item, "Identification", "NameLabel"))
    draft.version_created = draft.version_created or inner_text(child(envelope, "DateAndTime"))
    draft.other_times = [
        (name, inner_text(next(iter(descendants(around, name)), None)))
        for around, name in ((item, "DateLineDate"), (envelope, "DateAndTime"), (item, "DateId"))
    ]
    if texts:
        _fill(item, texts, draft)
    elif draft.signs.status.lower() not in ("canceled", "cancelled", "killed", "deleted"):
        media = [attribute(m, "FormalName") for m in descendants(item, "MediaType")]
        media += [_formal(role) for role in descendants(item, "Role")]
        kinds = sorted({name for name in media if name.lower() in NO_TEXT_MEDIA})
        if kinds or child(item, "TopicSet") is not None or child(item, "Catalog") is not None:
            what = ", ".join(kinds) or "NewsItem without text"
            kind = kind_of(kinds[0]) if kinds else "concept"
            with suppress(Rejected):  # an odd caption is no reason to refuse what is understood to be a picture
                draft.body = _caption(item)
            raise NotAnArticle(f"{what}: not an article", kind, draft.guid, draft.headline, draft)
    return draft


def _caption(item: Element) -> str:
    """The caption of a picture or video: the text of the component in that role."""
    for component in descendants(item, "NewsComponent"):
        if _formal(child(component, "Role")).lower() == "caption":
            return "\n\n".join(filter(None, map(element_text, descendants(component, "DataContent"))))
    return ""


def _language(item: Element, texts: list[Element], described: str) -> str:
    """The language of the story: of the item where a text is in it, else of the component of the first text."""
    own = attribute(item, XML_LANG)
    tags = [tag for text in texts if (tag := _language_of(text))]
    stated = next((one for one in (described, own) if one and any(same_language(one, tag) for tag in tags)), "")
    return stated or next(iter(tags), "") or described or own


def _language_of(element: Element) -> str:
    """The language of a text: its own, or that of the innermost element around it that says one."""
    around = (element, *element.iterancestors())
    return next((language for one in around if (language := attribute(one, XML_LANG) or _described_language(one))), "")


def _described_language(element: Element) -> str:
    """The language that the metadata of a component states, where it is a tag and no word."""
    language = _formal(path(element, "DescriptiveMetadata", "Language")) if name_of(element) == "NewsComponent" else ""
    return language if len(language.partition("-")[0]) == SHORT_TAG else ""


def _formal(element: Element | None) -> str:
    return attribute(element, "FormalName")


def _identity(item: Element, draft: Draft) -> None:
    element, management = path(item, "Identification", "NewsIdentifier"), child(item, "NewsManagement")
    label = inner_text(path(item, "Identification", "NameLabel"))
    identifier = Newsml1Id(
        provider=inner_text(child(element, "ProviderId")),
        date=inner_text(child(element, "DateId")),
        item=inner_text(child(element, "NewsItemId")),
        revision=inner_text(child(element, "RevisionId")),
        public=inner_text(child(element, "PublicIdentifier")),
        first_created=inner_text(child(management, "FirstCreated")),
        this_created=inner_text(child(management, "ThisRevisionCreated")),
        named=label or inner_text(next(iter(descendants(child(item, "NewsComponent"), "HeadLine")), None)),
    )
    draft.provider, draft.provider_version = identifier.provider, identifier.revision
    draft.guid = newsml1_guid(identifier)
    draft.former[draft.guid] = newsml1_former(identifier)


def _management(management: Element | None, draft: Draft) -> None:
    draft.first_created = inner_text(child(management, "FirstCreated"))
    draft.version_created = inner_text(child(management, "ThisRevisionCreated"))
    urgencies = (child(management, name) for name in ("Urgency", "Priority"))
    draft.urgency = next((urgency for one in urgencies if (urgency := _formal(one) or inner_text(one))), "")
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
    own: list[Element] = []
    others: list[Element] = []
    for lines in (e for e in descendants(component, "NewsLines") if not _within_media(e)):
        (own if same_language(_language_of(lines), draft.language) else others).append(lines)
    for lines in own or others:
        draft.headline = draft.headline or _in_language(children(lines, "HeadLine"), draft.language)
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
                draft.add_editorial_note(inner_text(child(line, "NewsLineText")))


def _within_media(element: Element) -> bool:
    return any(
        _formal(child(parent, "Role")).lower() in NO_TEXT_ROLES for parent in element.iterancestors("{*}NewsComponent")
    )


def _in_language(lines: list[Element], language: str) -> str:
    """The line in a language, else the first."""
    matching = [line for line in lines if same_language(attribute(line, XML_LANG), language)]
    return next((text for line in matching or lines if (text := inner_text(line))), "")


def _creators(component: Element | None, provider: str) -> str:
    """Who made the item, where no line says it: of the outermost component that names anybody."""
    for administrative in descendants(component, "AdministrativeMetadata"):
        parties = [party for creator in children(administrative, "Creator") for party in children(creator, "Party")]
        names = [creator_name(_formal(party), _formal(party), provider) for party in parties]
        if any(names) and not _within_media(administrative):
            return ", ".join(filter(None, names))
    return ""


def _metadata(component: Element | None, draft: Draft) -> None:
    administrative, descriptive = child(component, "AdministrativeMetadata"), child(component, "DescriptiveMetadata")
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


def _texts(item: Element) -> list[Element]:
    """All that may be the story's text, in the order of the document."""
    texts = []
    for content in descendants(item, "ContentItem"):
        data = child(content, "DataContent")
        media = _formal(child(content, "MediaType")).lower()
        if data is None or media in NO_TEXT_MEDIA or _formal(child(content, "Format")).upper() == "CSS":
            continue
        if _role(data) in NO_TEXT_ROLES or _within_media(content) or not _length(data):
            continue
        texts.append(data)
    return texts


def _fill(item: Element, texts: list[Element], draft: Draft) -> None:
    """The story in the draft's language, and what the item says in others."""
    by_language: dict[str, list[Element]] = {}
    for text in texts:
        language = _language_of(text)
        own = same_language(language, draft.language)
        by_language.setdefault(draft.language if own else language, []).append(text)
    if draft.language not in by_language:
        draft.language = next(iter(by_language))
    _fill_one_language(by_language.pop(draft.language), draft)
    add_languages(draft, [_in_language_of(item, *pair) for pair in islice(by_language.items(), MOST_LANGUAGES)])


def _in_language_of(item: Element, language: str, texts: list[Element]) -> LanguageText:
    draft = Draft(format=FORMAT)
    _fill_one_language(texts, draft)
    headlines = [
        line
        for line in descendants(item, "HeadLine")
        if _language_of(line) == language or attribute(line, XML_LANG) == language
        if not _within_media(line)
    ]
    return LanguageText(language, draft.headline or inner_text(next(iter(headlines), None)), draft.body)


def _fill_one_language(texts: list[Element], draft: Draft) -> None:
    """Fill a draft from the texts of one language: the main one by role, else the longest, with its lead first."""
    best = max(texts, key=lambda text: (_role(text) in TEXT_ROLES, _length(text)))
    _text(best, draft)
    for lead in islice((text for text in texts if text is not best and _role(text) in LEAD_ROLES), MOST_LEADS):
        above = Draft(format=FORMAT)
        _text(lead, above)
        if _role(best) in TEXT_ROLES and above.body.strip() and above.body.strip() not in draft.body:
            draft.body = f"{above.body.strip()}\n\n{draft.body}"


def _role(data: Element) -> str:
    """The role of the component that a text is in."""
    return _formal(child(data.getparent().getparent(), "Role")).lower()


def _length(data: Element) -> int:
    return sum(len(part) for part in data.itertext())


def _text(data: Element, draft: Draft) -> None:
    first = next((e for e in data if name_of(e)), None)
    if first is None:
        draft.body = prose(data.text or "")
    elif name_of(first).lower() == "nitf":
        fill_from_body(first, draft)
    else:
        draft.body = element_text(data)
