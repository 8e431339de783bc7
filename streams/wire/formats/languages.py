"""Combines the languages of a multilingual item: takes texts by language, fills one draft.

An item is one story, with one id: a kill or an embargo of it holds for all that it says. So its texts become one
article, in the item's language first; each further one follows under its own headline.
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from streams.wire.draft import Draft
from streams.wire.text import word_set

MOST_LANGUAGES = 10
WORDS_TOO = frozenset(["id", "is", "no"])  # names of other fields as well
# Fields that hold what an item says in further languages, an object for each.
HOLDERS = word_set(
    """
    translations translation texts versions languageversions languages locales localizations localisations localized
    localised i18n l10n multilingual variants contents
    """
)
TAGS = ("language", "lang", "locale", "languagecode", "inlanguage", "xml:lang")
_TAG = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z]{2,4})?")
_NAMED = re.compile(r"(.+?)(?:[_.-]([A-Za-z]{2})(?:[_-][A-Za-z]{2})?|(?<=[a-z])([A-Z][A-Za-z]))")
LANGUAGES = word_set(
    """
    ar bg bn ca cs da de el en es et fa fi fr ga he hi hr hu id is it ja ko lt lv mk ms mt nb nl nn no pl pt ro ru sk sl
    sq sr sv th tr uk ur vi zh
    """
)


class LanguageText(NamedTuple):
    """What an item says in one language."""

    language: str
    headline: str
    body: str


def same_language(one: str, other: str) -> bool:
    """Whether two tags name one language: ``nl-BE`` and ``NL`` do, and a missing one is like any."""
    return not one or not other or one[:2].lower() == other[:2].lower()


def add_languages(draft: Draft, further: list[LanguageText]) -> None:
    """Append what an item says in further languages to its draft's body."""
    for text in further[:MOST_LANGUAGES]:
        headline = text.headline.strip()
        if not text.body.strip() and headline not in ("", draft.headline):
            draft.notes.append(f"headline: also in {text.language or 'another language'}, left out without its text")
        if not text.body.strip() or text.body.strip() in draft.body:
            continue
        if headline == draft.headline or text.body.lstrip().startswith(headline):
            headline = ""
        draft.body = "\n\n".join(filter(None, (draft.body.rstrip(), headline, text.body.strip())))
        draft.notes.append(f"body: also in {text.language}" if text.language else "body: also in another language")


def by_language(value: Any) -> dict[str, str]:
    """The texts of an object that has one for each language; nothing where it is no such object."""
    if isinstance(value, list):
        value = _listed(value)
    if not isinstance(value, dict) or not value:
        return {}
    said = {str(tag): text for tag, text in value.items() if isinstance(text, str)}
    tags = [match[1].lower() if (match := _TAG.fullmatch(tag)) else "" for tag in said]
    is_told = len(said) == len(value) and all(tag in LANGUAGES for tag in tags) and set(tags) - WORDS_TOO
    return said if is_told else {}


def objects_by_language(item: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The objects in which an item, its names folded, has its texts in further languages, with their languages."""
    found: list[tuple[str, dict[str, Any]]] = []
    for name in HOLDERS & item.keys():
        value = item[name]
        if isinstance(value, dict) and all(_is_tag(str(key)) for key in value):
            found += [(str(key), one) for key, one in value.items() if isinstance(one, dict)]
        elif isinstance(value, list):
            found += [(tag, one) for one in value if (tag := _tag_in(one))]
    return found[:MOST_LANGUAGES]


@lru_cache(4096)
def language_in_name(name: str) -> tuple[str, str]:
    """A field's name without the language that it ends in, and that: ``title_fr``, ``titleFR``, ``body-fr-CA``."""
    match = _NAMED.fullmatch(name[:60])
    tag = (match[2] or match[3]).lower() if match else ""
    return (match[1], tag) if match and tag in LANGUAGES else (name, "")


def _is_tag(text: str) -> bool:
    match = _TAG.fullmatch(text)
    return match is not None and match[1].lower() in LANGUAGES


def _tag_in(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    by_name = {str(key).replace("_", "").lower(): one for key, one in value.items()}
    return next((tag for key in TAGS if isinstance(tag := by_name.get(key), str) and _is_tag(tag)), "")


def _listed(entries: list[Any]) -> dict[str, Any]:
    """Texts that a list has with their languages: ``[{"language": "en", "value": …}, …]``."""
    found: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, dict):
            return {}
        tag = next((entry[key] for key in ("language", "lang", "locale") if isinstance(entry.get(key), str)), "")
        found[tag] = next(
            (entry[key] for key in ("value", "text", "content", "html") if isinstance(entry.get(key), str)), None
        )
    return found if len(found) == len(entries) > 1 else {}
