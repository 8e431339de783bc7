"""The texts of ninjs: take an object with its names folded, return headline and body.

ninjs 1.x has ``headline`` and ``body_*``, 2.x and 3.x lists of entries with a role, perhaps in several
languages.
"""

from html import unescape
from typing import Any, NamedTuple

from streams.wire.draft import Draft
from streams.wire.formats.json_texts import text_of
from streams.wire.formats.languages import LANGUAGES, LanguageText, add_languages
from streams.wire.jsons import as_list, loose_text, text
from streams.wire.markup import html_text, looks_like_html, prose

DESCRIBED = "body: none, taken from the description"


def in_lower_case(item: dict[str, Any]) -> dict[str, Any]:
    """An object with its names in lower case, as 1.x has them."""
    return {str(key).lower(): value for key, value in item.items()}


def headline(item: dict[str, Any]) -> str:
    """The headline of an object, bare of markup."""
    line = text(item.get("headline"), "headline")
    line = line or headline_in(item, loose_text(item.get("language"))) or by_role(item.get("headlines"), "main")
    line = line or loose_text(item.get("title"))
    if looks_like_html(line):
        return html_text(line)
    return unescape(line) if "&" in line and ";" in line else line


def _entries(value: Any) -> list[Any]:
    """The entries of a list, or of an object that has them by their role."""
    if isinstance(value, dict) and "value" not in value and all(isinstance(one, dict) for one in value.values()):
        return [{"role": role, **one} for role, one in value.items()]
    return as_list(value)


def by_role(entries: Any, role: str) -> str:
    """The value of the entry with that role; for headlines, the first entry where none is called main."""
    texts = [e for e in _entries(entries) if isinstance(e, dict) and loose_text(e.get("value")).strip()]
    for entry in texts:
        if loose_text(entry.get("role")).lower() == role:
            return loose_text(entry["value"])
    return loose_text(texts[0]["value"]) if texts and role == "main" else ""


def body(item: dict[str, Any], draft: Draft) -> str:
    """The richest rendition: HTML has paragraphs that the plain text of the same story often lacks.

    What further languages say comes after it.
    """
    told: dict[str, list[Rendition]] = {}
    for one in _renditions(item, "bodies", "body"):
        if one.value.strip():
            told.setdefault(one.language[:2].lower(), []).append(one)
    own = draft.language[:2].lower()
    first = own if own in told else next(iter(told), "") if "" not in told else ""
    if told:
        best = max(told.pop(first), key=_richness)
        draft.language = draft.language or best.language
        draft.body = _rendered(best)
        # What says no language beside texts that do is a rendition of the first of them.
        further = [
            max(ones, key=_richness) for language, ones in told.items() if language and (first or language != own)
        ]
        add_languages(
            draft, [LanguageText(one.language, headline_in(item, one.language), _rendered(one)) for one in further]
        )
        return draft.body
    described = _renditions(item, "descriptions", "description")
    for rendition in described:
        if rendition.value.strip() and "credit" not in rendition.kind:
            draft.notes.append(DESCRIBED)
            return _rendered(rendition)
    return ""


class Rendition(NamedTuple):
    """One of the forms in which an object has its text: what kind it is, in which language, and the text."""

    kind: str
    value: str
    language: str = ""


def _renditions(item: dict[str, Any], plural: str, prefix: str) -> list[Rendition]:
    found = [
        Rendition(
            f"{loose_text(e.get('role'))} {loose_text(folded.get('contenttype'))}".lower(),
            _said(e.get("value")),
            _language_of(folded),
        )
        for e in _entries(item.get(plural))
        if isinstance(e, dict)
        for folded in [in_lower_case(e)]
    ]
    for key, value in item.items():
        if key.startswith(prefix) and key != plural and isinstance(value, str):
            kind = key.removeprefix(prefix).strip("_")
            _, _, last = kind.rpartition("_")
            found.append(Rendition(kind, value, last if last in LANGUAGES else ""))
    return found


def _said(value: Any) -> str:
    """A rendition's text, which some keep as paragraphs or blocks."""
    return (text_of(value) or "") if isinstance(value, dict | list) else loose_text(value)


def _language_of(folded: dict[str, Any]) -> str:
    """The language that an entry with its keys in lower case states."""
    return next(
        (tag for key in ("language", "lang", "xml:lang", "contentlanguage") if (tag := loose_text(folded.get(key)))), ""
    )


def headline_in(item: dict[str, Any], language: str) -> str:
    """The headline that says it is in a language, "" where none does."""
    if not language:
        return ""
    entries = [e for e in _entries(item.get("headlines")) if isinstance(e, dict)]
    in_it = [e for e in entries if _language_of(in_lower_case(e))[:2].lower() == language[:2].lower()]
    return next((loose_text(e.get("value")) for e in in_it), "") or next(
        (line for key in ("headline_", "headline") if (line := loose_text(item.get(f"{key}{language}")))), ""
    )


def _richness(rendition: Rendition) -> int:
    kind, value, _ = rendition
    if not value.strip():
        return 0
    if "html" in kind or looks_like_html(value):
        return 3
    return 2 if "text" in kind or "plain" in kind or not kind else 1


def _rendered(rendition: Rendition) -> str:
    return prose(rendition.value, markup="html" in rendition.kind or "nitf" in rendition.kind)
