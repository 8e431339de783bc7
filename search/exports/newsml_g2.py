"""A story as a NewsML-G2 2.35 news item (IPTC, power conformance). Takes a stored document, gives XML."""

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from search.characters import for_xml

G2 = "http://iptc.org/std/nar/2006-10-01/"
XHTML = "http://www.w3.org/1999/xhtml"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
CATALOG = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_38.xml"
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
KNOWN_CODE = re.compile(r"(medtop|subj):[0-9]+")  # of the catalog's schemes; other codes are literals
BLANK = re.compile(r"\n[ \t\r]*\n\s*")
URGENCIES = range(1, 10)


def newsml_g2_of(document: Mapping[str, Any]) -> bytes:
    """The item as a document of its own, in UTF-8."""
    item = etree.Element(f"{{{G2}}}newsItem", nsmap={None: G2})
    item.set("standard", "NewsML-G2")
    item.set("standardversion", "2.35")
    item.set("conformance", "power")
    item.set("guid", for_xml(document["guid"]))
    item.set("version", str(max(1, document["version"])))
    if LANGUAGE.fullmatch(document["language"]):
        item.set(XML_LANG, document["language"])
    _add(item, "catalogRef", href=CATALOG)
    _rights(item, document)
    _item_meta(item, document)
    _content_meta(item, document)
    _content(item, document)
    made: bytes = etree.tostring(item, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return made


def _rights(item: Any, document: Mapping[str, Any]) -> None:
    if not any(document[field] for field in ("copyright_holder", "copyright_notice", "usage_terms")):
        return
    rights = _add(item, "rightsInfo")
    if document["copyright_holder"]:
        _add(
            _add(rights, "copyrightHolder", literal=document["copyright_holder"]), "name", document["copyright_holder"]
        )
    for name, field in (("copyrightNotice", "copyright_notice"), ("usageTerms", "usage_terms")):
        if document[field]:
            _add(rights, name, document[field])


def _item_meta(item: Any, document: Mapping[str, Any]) -> None:
    meta = _add(item, "itemMeta")
    _add(meta, "itemClass", qcode="ninat:text")
    _add(_add(meta, "provider", literal=document["source"]), "name", document["source"])
    times = (("versionCreated", "version_created"), ("firstCreated", "first_created"), ("embargoed", "embargo_until"))
    for name, field in times:
        if document[field]:
            _add(meta, name, document[field])
    _add(meta, "pubStatus", qcode=f"stat:{document['status']}")
    if document["editorial_note"]:
        _add(meta, "edNote", document["editorial_note"])


def _content_meta(item: Any, document: Mapping[str, Any]) -> None:
    meta = _add(item, "contentMeta")
    if document["urgency"] in URGENCIES:
        _add(meta, "urgency", str(document["urgency"]))
    if LANGUAGE.fullmatch(document["language"]):
        _add(meta, "language", tag=document["language"])
    if document["genre"]:
        _add(_add(meta, "genre", literal=document["genre"]), "name", document["genre"])
    for word in document["keywords"]:
        _add(meta, "keyword", word)
    for kind, field in (("cpnat:abstract", "subjects"), ("cpnat:geoArea", "places")):
        for concept in document[field]:
            _concept(meta, kind, concept)
    fields = (("slugline", "slugline"), ("headline", "headline"), ("dateline", "dateline"), ("by", "byline"))
    for name, field in (*fields, ("creditline", "credit")):
        if document[field]:
            _add(meta, name, document[field])


def _concept(meta: Any, kind: str, concept: Mapping[str, str]) -> None:
    code = concept["code"]
    known = {"qcode": code} if KNOWN_CODE.fullmatch(code) else {"literal": code or concept["name"]}
    subject = _add(meta, "subject", type=kind, **known)
    if concept["name"]:
        _add(subject, "name", concept["name"])


def _content(item: Any, document: Mapping[str, Any]) -> None:
    inline = _add(_add(item, "contentSet"), "inlineXML", contenttype="application/xhtml+xml")
    html = etree.SubElement(inline, f"{{{XHTML}}}html", nsmap={None: XHTML})
    title = etree.SubElement(etree.SubElement(html, f"{{{XHTML}}}head"), f"{{{XHTML}}}title")
    title.text = for_xml(document["headline"])
    body = etree.SubElement(html, f"{{{XHTML}}}body")
    for paragraph in BLANK.split(document["body"]):
        if paragraph.strip():
            _paragraph(body, for_xml(paragraph.strip()))


def _paragraph(body: Any, text: str) -> None:
    """A paragraph, with a break for each line end of a table or a list."""
    element = etree.SubElement(body, f"{{{XHTML}}}p")
    first, *others = text.split("\n")
    element.text = first
    for line in others:
        etree.SubElement(element, f"{{{XHTML}}}br").tail = line


def _add(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    element = etree.SubElement(parent, f"{{{G2}}}{name}")
    for attribute, value in attributes.items():
        element.set(attribute, for_xml(value))
    if text:
        element.text = for_xml(text)
    return element
