"""Plain articles in JSON: takes an object with ``Article``'s field names or common aliases, returns a draft.

Only a headline or a body is required. `plain_names` has the documented table: a canonical name that is present
always wins, then the aliases in their order. Where no name of a body is there, a text of an unknown name is taken.
"""

from contextlib import suppress
from html import unescape
from typing import Any

from search.articles import Link
from streams.errors import Rejected
from streams.wire.draft import Draft
from streams.wire.formats.json_shapes import folded
from streams.wire.formats.json_texts import sentences_in, text_of
from streams.wire.formats.languages import (
    HOLDERS,
    WORDS_TOO,
    LanguageText,
    add_languages,
    by_language,
    language_in_name,
    objects_by_language,
    same_language,
)
from streams.wire.formats.ninjs_texts import DESCRIBED
from streams.wire.formats.plain_lists import all_concepts, concepts, keywords, links, names
from streams.wire.formats.plain_names import (
    EVOLVED,
    FOLDED,
    IGNORED,
    STAND_INS,
    in_its_zone,
    may_be_a_time,
    may_hold_a_story,
)
from streams.wire.jsons import address_in, as_list, code_in, loose_text, text, time_value
from streams.wire.markup import html_text, looks_like_html, prose
from streams.wire.publication.claims import in_json, is_status_name
from streams.wire.publication.lifecycle import Signs

FORMAT = "json"

AROUND_TIMES = ("dates", "times", "timestamps", "meta", "metadata", "publication", "publishing")
OF_TIME = ("utc", "gmt", "iso", "iso8601", "$date", "date", "datetime", "dateTime", "value", "timestamp")
LIKE_A_TEXT = 200  # characters
LONG_UNREAD = "fields that look like text and are not read"
TEXTS = (
    "slugline", "dateline", "editorial_note", "credit", "copyright_holder", "copyright_notice",
    "usage_terms", "provider_version",
)  # fmt: skip


def read_plain(item: dict[str, Any]) -> Draft:
    """The draft of one plain article. Raises ``Rejected`` where a headline, body or id is not text."""
    used: set[str] = set()
    by_name = {folded(str(key)): value for key, value in reversed(item.items()) if value not in (None, "", [])}

    def first(name: str) -> Any:
        for key in FOLDED[name]:
            if key in by_name:
                used.add(key)
                return by_name[key]
        return None

    draft = Draft(format=FORMAT)
    draft.guid = text(first("guid"), "guid")
    headline, body = _line(first("headline")), _text(by_name)
    further = _further_languages(item, by_name, used)
    if headline is None and body is None and further:
        headline, body = {one.language: one.headline for one in further}, {one.language: one.body for one in further}
    headlines, bodies = by_language(headline), by_language(body)
    said, told = str(code_in(first("language"))), bodies or headlines
    own = next((tag for tag in told if said and same_language(tag, said)), next(iter(told), ""))
    draft.headline = _headline(headlines.get(own, "") if headlines else text(headline, "headline"))
    draft.body = _body(item, by_name, bodies.pop(own, "") if bodies else text(body, "body"), used, draft)
    draft.language = own if own and not same_language(own, said) else said or own
    add_languages(draft, [LanguageText(tag, headlines.get(tag, ""), prose(one)) for tag, one in bodies.items()])
    add_languages(draft, _in_others(further, said) if not told else [])
    draft.provider = names(first("source"))
    _times(by_name, used, draft)
    stated = in_json(item)
    draft.claims, draft.asides = stated.claims, stated.texts
    draft.urgency = code_in(first("urgency"))
    draft.url = address_in(first("url"))
    draft.byline = names(first("byline"))
    draft.genre = names(first("genre"))
    for name in TEXTS:
        value = first(name)
        setattr(draft, name, loose_text(value) or names(value))
        if isinstance(value, dict | list) and not getattr(draft, name):
            draft.notes.append(f"{name}: not understood, left out")
    draft.subjects = all_concepts(by_name, "subjects", used)
    draft.places = concepts(first("places"))
    draft.keywords = keywords(by_name, used)
    draft.links = links(first("links"))
    draft.links += [Link("evolvedFrom", guid) for key in EVOLVED if (guid := loose_text(by_name.get(folded(key))))]
    draft.signs = _signs(by_name, stated.statuses, draft)
    used.update(folded(claim.name) for claim in stated.claims)
    used.update(folded(key) for key in item if is_status_name(key))
    _note_unread(item, used, draft)
    return draft


def fill_gaps(draft: Draft, item: dict[str, Any]) -> None:
    """What the reader of another format did not find in an object, by the names that plain articles use."""
    try:
        plain = read_plain(item)
    except Rejected:
        return
    for name in ("guid", "headline", "body", "version_created", "first_created", "byline", "language", "provider"):
        if getattr(draft, name) == "" and (value := getattr(plain, name)) != "":
            setattr(draft, name, value)
    if DESCRIBED in draft.notes and len(plain.body) > len(draft.body):
        draft.body = plain.body
        draft.notes.remove(DESCRIBED)
    draft.other_times += [time for time in plain.other_times if time not in draft.other_times]
    draft.notes += [note for note in plain.notes if LONG_UNREAD in note or note.startswith("body: none")]


def _further_languages(item: dict[str, Any], by_name: dict[str, Any], used: set[str]) -> list[LanguageText]:
    """What an item says in fields that name a language, such as ``title_fr``, and in an object for each language."""
    told: dict[str, dict[str, str]] = {}
    for key, value in item.items():
        stem, language = language_in_name(str(key))
        name = next((one for one in ("headline", "body") if folded(stem) in FOLDED[one]), "") if language else ""
        if name and isinstance(value, str) and value.strip() and (language not in WORDS_TOO or " " in value):
            told.setdefault(language, {}).setdefault(name, value)  # no "text_id"
            used.add(folded(str(key)))
    found = [
        LanguageText(language, _headline(said.get("headline", "")), prose(said.get("body", "")))
        for language, said in told.items()
    ]
    for language, version in objects_by_language(by_name):
        with suppress(Rejected):
            draft = read_plain(version)
            if draft.headline or draft.body:
                found.append(LanguageText(language, draft.headline, draft.body))
                used.update(HOLDERS)
    return found


def further_languages(item: dict[str, Any], own: str) -> list[LanguageText]:
    """What an item of another format, its names in lower case, says in an object for each further language."""
    return _in_others(_further_languages({}, item, set()), own)


def _in_others(texts: list[LanguageText], own: str) -> list[LanguageText]:
    return [one for one in texts if not own or not same_language(one.language, own)]


def _times(by_name: dict[str, Any], used: set[str], draft: Draft) -> None:
    """The times of a version and a story; fields of unknown names that speak of a time stand in for them."""
    at: dict[str, str | float] = {}
    for name in ("version_created", "first_created"):
        keys = [key for key in FOLDED[name] if key in by_name]
        at |= {key: in_its_zone(key, _time(by_name[key])) for key in keys}
        used.update(keys)
        setattr(draft, name, at[keys[0]] if keys else "")
    if not at:
        used.update(key for key in by_name if key not in IGNORED and may_be_a_time(key))
    others = [key for key in by_name if key not in IGNORED and may_be_a_time(key)]
    at |= {key: in_its_zone(key, value) for key in others if isinstance(value := by_name[key], str)}
    for around in AROUND_TIMES:
        inner = (
            {folded(str(key)): one for key, one in value.items()}
            if isinstance(value := by_name.get(around), dict)
            else {}
        )
        ranked = [key for key in FOLDED["version_created"] if key in inner]
        ranked += [key for key in inner if key not in IGNORED and may_be_a_time(key)]
        at |= {f"{around}.{key}": in_its_zone(key, _time(inner[key])) for key in ranked}
    draft.other_times = list(at.items())


def _time(value: Any) -> str | float:
    """A time as it stands, or in an object with its zone: ``{"date": …, "timezone": "UTC"}``."""
    if not isinstance(value, dict):
        return time_value(value)
    said = next((value[key] for key in OF_TIME if isinstance(value.get(key), str | int | float)), "")
    zone = value.get("timezone")
    return f"{said} {zone}" if isinstance(said, str) and said and zone in ("UTC", "GMT", "Z") else time_value(said)


def _line(value: Any) -> Any:
    said = text_of(value) if isinstance(value, dict) and not by_language(value) else None
    return value if said is None else said


def _text(by_name: dict[str, Any]) -> Any:
    """The first of the bodies that has a text; where none has, the first that is of no known shape, to be refused."""
    stated = [by_name[key] for key in FOLDED["body"] if key in by_name]
    texts = [by_language(value) or text_of(value) for value in stated]
    said = next((one for one in texts if one and (isinstance(one, dict) or one.strip())), None)
    return said or next((value for value, one in zip(stated, texts, strict=True) if one is None), None)


def _headline(line: str) -> str:
    return html_text(line) if looks_like_html(line) else unescape(line) if "&" in line and ";" in line else line


def _body(item: dict[str, Any], by_name: dict[str, Any], body: str, used: set[str], draft: Draft) -> str:
    used.update(key for key in FOLDED["body"] if key in by_name)  # renditions of one text
    if not body.strip():
        stand_ins = ((key, text_of(by_name.get(key)) or sentences_in(by_name.get(key))) for key in STAND_INS)
        name, body = next(((key, said) for key, said in stand_ins if said.strip()), ("", ""))
        unknown, longest = _story(item, used)
        if len(longest) > len(body):
            used.add(folded(unknown))
            name, body = unknown, longest
        draft.notes += [f"body: none, taken from {name[:40]}"] if name else []
    used.update(key for key in STAND_INS if key in by_name)
    if looks_like_html(body):
        draft.notes.append("body: HTML, turned into text")
    return prose(body)


def _story(item: dict[str, Any], used: set[str]) -> tuple[str, str]:
    """The longest text that stands under an unknown name, and that name."""
    found = ("", "")
    for key, value in item.items():
        name = folded(str(key))
        if name in used or name in STAND_INS or not may_hold_a_story(name):
            continue
        said = text_of(value) or ""
        if not (_like_a_text(said) or _are_sentences(value)):
            said = sentences_in(value) if isinstance(value, dict | list) else ""
            said = said if _like_a_text(said) else ""
        if len(said) > len(found[1]):
            found = str(key), said
    return found


def _are_sentences(value: Any) -> bool:
    """Whether a list holds sentences, and not names or tags."""
    if not isinstance(value, list):
        return False
    lines = [line.strip() for one in value if (line := text_of(one)) and line.strip()]
    ended = [line for line in lines if line.endswith((".", "!", "?", "…", "”", '"', "»", "。", ">")) and " " in line]
    return bool(lines) and 2 * len(ended) > len(lines)


def _signs(item: dict[str, Any], statuses: list[Any], draft: Draft) -> Signs:
    """A row that states a status is taken at its word; one that has no such field may be an advisory."""
    links = {link.rel: link.guid for link in draft.links}
    said = (item.get("kind"), *as_list(item.get("signals")), *as_list(item.get("signal")))
    signals = [loose_text(signal) for signal in said]
    return Signs(
        statuses=statuses,
        signals=[s for s in signals if s],
        evolved="evolvedFrom" in links, target=links.get("kills", ""),
        forerunner=links.get("evolvedFrom", ""),
    )  # fmt: skip


def _note_unread(item: dict[str, Any], used: set[str], draft: Draft) -> None:
    """Name the fields that were not read, and first of all those that look like a text."""
    unread = sorted(str(key) for key in item if (name := folded(str(key))) not in used and name not in IGNORED)
    if not unread:
        return
    texts = [key[:40] for key in unread if _like_a_text(text_of(item[key]))]
    if texts:
        missing = "" if draft.body else "body: none, but "
        draft.notes.append(f"{missing}{LONG_UNREAD}: {', '.join(texts[:10])}")
    more = f" and {len(unread) - 10} more" if len(unread) > 10 else ""  # noqa: PLR2004
    draft.notes.append(f"fields not read: {', '.join(key[:40] for key in unread[:10])}{more}")


def _like_a_text(said: str | None) -> bool:
    """Whether a text is one that somebody would want to read; Chinese and Japanese have no spaces."""
    if not said:
        return False
    if len(said) < LIKE_A_TEXT:
        return looks_like_html(said)
    return " " in said.strip() or not said.isascii()
