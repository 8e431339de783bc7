"""NITF 3.x: takes an ``nitf`` element, returns a draft. Source: IPTC NITF 3.6 schema.

The guid is ``doc-id``; a ``du-key`` is only a link, for the standard lets providers use a key again after a day.
"""

import re

from search.articles import Concept, Link
from streams.wire.draft import Draft
from streams.wire.markup import element_text
from streams.wire.publication.claims import in_xml, is_status_name
from streams.wire.publication.embargo_fields import Claim
from streams.wire.publication.lifecycle import Signs
from streams.wire.times import read_latest
from streams.wire.xmls import XML_LANG, Element, attribute, child, children, descendants, inner_text, path

FORMAT = "nitf"
_OF_SUBJECTS = re.compile(r"iptc|subject|categor|topic|tema|materia|argomento")
_NUMBERS = re.compile(r"(?<!\d)(?:0[1-9]|1[0-7])\d{6}(?!\d)")
PLACE_PARTS = ("city", "county-dist", "state-prov", "region", "country", "iso-cc")


def read_nitf(root: Element) -> Draft:
    """The draft of a NITF document."""
    draft = Draft(format=FORMAT)
    head, docdata = child(root, "head"), path(root, "head", "docdata")
    fill_from_body(root, draft)
    draft.headline = draft.headline or inner_text(child(head, "title"))
    document = child(docdata, "doc-id")
    draft.guid = attribute(document, "id-string") or attribute(root, "uno")
    draft.provider = attribute(document, "regsrc") or inner_text(path(root, "body", "body.head", "distributor"))
    draft.language = draft.language or attribute(root, "baselang", XML_LANG) or _language_within(root)
    draft.urgency = attribute(child(docdata, "urgency"), "ed-urg") or _meta(head, "urgency", "priority", "prioridad")
    _times(head, docdata, draft)
    _subjects(head, docdata, draft)
    _rights(root, docdata, draft)
    _life_cycle(docdata, draft)
    draft.claims += in_xml(root)
    draft.signs.statuses += [
        attribute(meta, "content") for meta in children(head, "meta") if is_status_name(attribute(meta, "name"))
    ]
    heads = path(root, "body", "body.head")
    draft.asides += [element_text(e) for name in ("hedline", "abstract", "note") for e in children(heads, name)]
    return draft


def fill_from_body(root: Element, draft: Draft) -> None:
    """Headline, byline, dateline and text of an ``nitf`` element, where the draft has none yet."""
    head, content = path(root, "body", "body.head"), path(root, "body", "body.content")
    hedline = child(head, "hedline")
    draft.headline = draft.headline or inner_text(child(hedline, "hl1")) or inner_text(hedline)
    bylines = [inner_text(line) for line in children(head, "byline")]
    draft.byline = draft.byline or ", ".join(line for line in bylines if line)
    draft.dateline = draft.dateline or inner_text(child(head, "dateline"))
    draft.credit = draft.credit or inner_text(child(head, "distributor"))
    if not draft.body and content is not None:
        draft.body = _text(content, hedline)
    abstract = child(head, "abstract")
    if not draft.body and abstract is not None:
        draft.body = element_text(abstract)
        draft.notes.append("body: none, taken from the abstract")
    if not draft.body and content is None and (body := child(root, "body")) is not None:
        draft.body = element_text(body)


def _text(content: Element, hedline: Element | None) -> str:
    """The text; the blocks of a further language follow their own headline, where the item has one for it."""
    languages = [attribute(part, XML_LANG)[:2].lower() for part in content]
    further = {attribute(line, XML_LANG)[:2].lower(): inner_text(line) for line in children(hedline, "hl1")[1:]}
    if (content.text or "").strip() or not all(languages) or not further.keys() & {*languages}:
        return element_text(content)
    texts: list[str] = []
    for part, language in zip(content, languages, strict=True):
        texts += [further.pop(language, ""), element_text(part)]
    return "\n\n".join(filter(None, texts))


def _language_within(root: Element) -> str:
    """The language of the first part of the text that says one."""
    parts = (
        attribute(part, XML_LANG)
        for part in (child(root, "body"), *descendants(root, "block"), *descendants(root, "p"))
    )
    return next(filter(None, parts), "")


def _times(head: Element | None, docdata: Element | None, draft: Draft) -> None:
    """``date.issue`` is the version's time; ``date.release`` an embargo where it lies later or cannot be read."""
    published = attribute(child(head, "pubdata"), "date.publication")
    draft.version_created = attribute(child(docdata, "date.issue"), "norm") or published
    draft.other_times = [("date.publication", published), ("story.date", _story_date(head))]
    release = attribute(child(docdata, "date.release"), "norm")
    if release:
        draft.claims.append(Claim("date.release", release, "release" if read_latest(release).time else "end"))


def _story_date(head: Element | None) -> str:
    date = (
        next(iter(descendants(path(head, "..", "body", "body.head"), "story.date")), None) if head is not None else None
    )
    return attribute(date, "norm") or inner_text(date)


def _subjects(head: Element | None, docdata: Element | None, draft: Draft) -> None:
    draft.subjects += [Concept("", f"subj:{number}") for number in _subject_numbers(head)]
    for subject in descendants(child(head, "tobject"), "tobject.subject"):
        name = attribute(subject, "tobject.subject.detail", "tobject.subject.matter", "tobject.subject.type")
        number = attribute(subject, "tobject.subject.refnum", "tobject.subject.code")
        draft.subjects.append(Concept(name, f"subj:{number}" if number else ""))
    draft.genre = attribute(path(head, "tobject", "tobject.property"), "tobject.property.type")
    draft.keywords += [attribute(word, "key") for word in descendants(docdata, "keyword")]
    for content in descendants(docdata, "classifier"):
        draft.keywords.append(attribute(content, "value"))
    for location in [*descendants(docdata, "evloc"), *descendants(child(docdata, "identified-content"), "location")]:
        parts = [attribute(location, part) for part in PLACE_PARTS[:-1]]
        name = ", ".join(part for part in parts if part) or inner_text(location)
        draft.places.append(Concept(name, attribute(location, "iso-cc", "location-code")))
    for kind in ("person", "org"):
        found = descendants(child(docdata, "identified-content"), kind)
        draft.keywords += [inner_text(name) or attribute(name, "value") for name in found]
    key = child(docdata, "du-key")
    draft.slugline = _meta(head, "slug", "slugline", "anpa-keyword", "catchline") or attribute(key, "key")


def _subject_numbers(head: Element | None) -> list[str]:
    """The IPTC's subject numbers that some put into ``meta`` of names of their own, such as ``category_iptc``."""
    said = [(attribute(meta, "name").lower(), attribute(meta, "content")) for meta in children(head, "meta")]
    return [number for name, content in said if _OF_SUBJECTS.search(name) for number in _NUMBERS.findall(content[:400])]


def _meta(head: Element | None, *names: str) -> str:
    found = {attribute(meta, "name").lower(): attribute(meta, "content") for meta in children(head, "meta")}
    return next((found[name] for name in names if found.get(name)), "")


def _rights(root: Element, docdata: Element | None, draft: Draft) -> None:
    copyright_ = child(docdata, "doc.copyright")
    draft.copyright_holder = attribute(copyright_, "holder")
    if draft.copyright_holder and (year := attribute(copyright_, "year")):
        draft.copyright_notice = f"© {year} {draft.copyright_holder}"
    rights = path(root, "body", "body.head", "rights") if child(docdata, "doc.rights") is None else None
    draft.usage_terms = attribute(child(docdata, "doc.rights"), "agent", "limitations", "type") or inner_text(rights)
    messages = [attribute(message, "info") for message in children(docdata, "ed-msg")]
    notes = [element_text(note) for note in children(path(root, "body", "body.head"), "note")]
    draft.editorial_note = "\n".join(text for text in (*messages, *notes) if text)


def _life_cycle(docdata: Element | None, draft: Draft) -> None:
    status = attribute(docdata, "management-status")
    target = attribute(docdata, "management-doc-idref")
    target_status = attribute(docdata, "management-idref-status")
    signals = [attribute(m, "msg-type") for m in children(docdata, "ed-msg")]
    signals += [attribute(m, "info") for m in children(docdata, "ed-msg") if len(attribute(m, "info")) < 40]  # noqa: PLR2004
    if (correction := child(docdata, "correction")) is not None:
        signals.append("correction")
        if corrected := attribute(correction, "id-string"):
            draft.links.append(Link("evolvedFrom", corrected))
    if target:
        draft.links.append(Link("evolvedFrom", target))
    key = child(docdata, "du-key")
    if attribute(key, "key"):
        draft.links.append(Link("du-key", attribute(key, "key")))
    draft.provider_version = attribute(key, "version", "generation")
    for series in descendants(docdata, "series"):
        draft.links.append(Link("series", attribute(series, "series.name")))
    draft.signs = Signs(
        status=status or target_status,
        signals=[signal for signal in signals if signal], evolved=bool(target), target=target,
    )  # fmt: skip
