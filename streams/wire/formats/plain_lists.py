"""The lists of plain articles: takes the values of an object's fields, returns subjects, keywords, names, links."""

from typing import Any

from search.articles import Concept, Link
from streams.wire.formats.plain_names import FOLDED
from streams.wire.jsons import as_list, loose_text, name_in


def concepts(value: Any) -> list[Concept]:
    """Names, or objects with ``name`` and ``code`` (``qcode``, ``uri``, ``literal``), as concepts."""
    coded: list[Concept] = []
    for entry in as_list(value):
        if isinstance(entry, dict):
            name = loose_text(entry.get("name")) or loose_text(entry.get("title")) or loose_text(entry.get("label"))
            code = next((c for key in ("code", "qcode", "uri", "literal") if (c := loose_text(entry.get(key)))), "")
            coded.append(Concept(name, code))
        elif name := loose_text(entry):
            coded.append(Concept(name))
    return coded


def all_concepts(item: dict[str, Any], name: str, used: set[str]) -> list[Concept]:
    """The concepts under all names of a field; ``used`` takes the names that are there."""
    found: list[Concept] = []
    for key in FOLDED[name]:
        if key in item:
            used.add(key)
            found += concepts(item[key])
    return found


def keywords(item: dict[str, Any], used: set[str]) -> list[str]:
    """The keywords under all names that they go by; ``used`` takes the names that are there."""
    words: list[str] = []
    for key in FOLDED["keywords"]:
        if key not in item:
            continue
        used.add(key)
        value = item[key]
        if isinstance(value, str):
            words += value.split(",")
        else:
            words += [concept.name or concept.code for concept in concepts(value)]
    return words


def names(value: Any) -> str:
    """One or several people or parties: strings, or objects that have a name, joined by commas."""
    return ", ".join(name for entry in as_list(value) if (name := name_in(entry).strip()))


def links(value: Any) -> list[Link]:
    """Objects with a relation and a guid or an address, as links."""
    return [
        Link(loose_text(entry.get("rel")) or "seeAlso", guid)
        for entry in as_list(value)
        if isinstance(entry, dict) and (guid := loose_text(entry.get("guid")) or loose_text(entry.get("href")))
    ]
