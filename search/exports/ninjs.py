"""A story as a ninjs 3.1 item (IPTC, News in JSON). Takes a stored document, gives the JSON object."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

SCHEMA = "https://iptc.org/std/ninjs/ninjs-schema_3.1.json"
IS_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
URGENCIES = range(1, 10)
MENTIONED = {"PERSON": "people", "ORG": "organisations", "GPE": "places", "LOC": "places", "FAC": "places"}
MOST_NAMES = 100
TEXTS = {
    "by": "byline", "slugline": "slugline", "located": "dateline", "copyrightHolder": "copyright_holder",
    "copyrightNotice": "copyright_notice", "usageTerms": "usage_terms", "edNote": "editorial_note",
    "language": "language",
}  # fmt: skip
TIMES = {"firstCreated": "first_created", "versionCreated": "version_created", "embargoedUntil": "embargo_until"}


def ninjs_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The item; what the story lacks is left out."""
    item: dict[str, Any] = {
        "standard": {"name": "ninjs", "version": "3.1", "schema": SCHEMA},
        "uri": uri_of(document),
        "type": "text",
        "representationType": "full",
        "version": str(document["version"]),
        "pubStatus": document["status"],
        "altIds": [{"role": "guid", "value": document["guid"]}],
        "infoSources": [{"name": document["source"], "role": "provider"}],
        "headlines": [{"role": "main", "contentType": "text/plain", "value": document["headline"]}],
        "bodies": [_body(document["body"])],
    }
    item |= {name: document[field] for name, field in TIMES.items() if document[field]}
    item |= {name: document[field] for name, field in TEXTS.items() if document[field]}
    if document["urgency"] in URGENCIES:
        item["urgency"] = document["urgency"]
    if document["credit"]:
        item["descriptions"] = [{"role": "creditline", "value": document["credit"]}]
    if document["genre"]:
        item["genres"] = [{"name": document["genre"]}]
    if web := document["url"] if IS_URI.fullmatch(document["url"] or "") else "":
        item["renditions"] = [{"name": "web", "href": web, "contentType": "text/html"}]
    return item | _named(document)


def uri_of(document: Mapping[str, Any]) -> str:
    """The agency's own id where it is a URI, else one made of ours."""
    guid: str = document["guid"]
    return guid if IS_URI.fullmatch(guid) else f"urn:newswire:{re.sub(r'[^A-Za-z0-9-]', '-', document['id'])}"


def _body(text: str) -> dict[str, Any]:
    return {
        "role": "main",
        "contentType": "text/plain",
        "charCount": len(text),
        "wordCount": len(text.split()),
        "value": text,
    }


def _named(document: Mapping[str, Any]) -> dict[str, Any]:
    """Subjects and places as the agency coded them, and whom the text names."""
    rows: dict[str, list[dict[str, Any]]] = {
        "subjects": [*_coded(document["subjects"]), *({"name": word} for word in document["keywords"])],
        "places": list(_coded(document["places"])),
        "people": [],
        "organisations": [],
    }
    for entity in sorted(document["entities"] or (), key=lambda row: -row["salience"])[:MOST_NAMES]:
        if kind := MENTIONED.get(entity["type"]):
            rows[kind].append({"name": entity["name"], "rel": "mentions", "literal": entity["id"]})
    return {name: found for name, found in rows.items() if found}


def _coded(concepts: Iterable[Mapping[str, str]]) -> Iterable[dict[str, str]]:
    for concept in concepts:
        code, name = concept["code"], concept["name"]
        kind = "uri" if re.match(r"https?:", code) and IS_URI.fullmatch(code) else "literal"
        yield {**({"name": name} if name else {}), **({kind: code} if code else {})}
