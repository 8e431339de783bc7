"""Checks the table of a source and makes a `Profile` of it. Raises `Wrong` with the key.

Takes the values by key and the profile that they override. An operator's mistakes are found here, before any article.
"""

import codecs
import re
from collections.abc import Mapping
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from streams.spans import parse_span
from streams.wire.charsets import codec_of
from streams.wire.profile import KindWord, Profile, folded

LONGEST = 20_000  # characters of a text
LONGEST_NAME = 200
MOST_VALUES = 1000  # in a list
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
FORMATS = ("ninjs", "plain", "text")
IDS = ("guid", "url", "slugline", "headline")
EMPTY_EMBARGO = ("none", "withhold")
KINDS: tuple[str, ...] = get_args(KindWord)
# Fields in which a value may mean nothing. None of them says when a story may be published.
PLACEHOLDERS = (
    "headline", "slugline", "byline", "dateline", "language", "genre", "editorial_note", "credit", "copyright_holder",
    "copyright_notice", "usage_terms", "url", "keywords", "subjects", "places", "urgency", "provider_version",
    "version_created", "first_created",
)  # fmt: skip
TEXTS = ("usage_terms", "copyright_notice")
LINES = ("display_name", "copyright_holder", "credit", "source")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class Wrong(ValueError):
    """A key whose value cannot be used."""

    def __init__(self, key: str, what: str) -> None:
        super().__init__(f"{key}: {what}")
        self.key, self.what = key, what


def checked(name: str, given: Mapping[str, Any], below: Profile | None = None) -> Profile:
    """The profile of a table on the one that it stands on. ``below`` is given for an operator's table only."""
    _line("", name)
    if not name.strip():
        raise Wrong("", "the name is empty")
    values: dict[str, Any] = {key: _value(key, value) for key, value in given.items() if key != "like"}
    basis = below or Profile()
    for key in ("placeholders", "kinds"):
        if key in values:
            values[key] = {**getattr(basis, key), **values[key]}
    fields = {field: getattr(basis, field) for field in Profile.__struct_fields__} | values | {"name": name}
    if below is not None:
        fields["is_named"] = True
        fields["embargo_zone"] = values.get("zone", "")  # an embargo ends by what an operator has written, or later
    profile = Profile(**fields)
    if profile.source and not profile.is_bound:
        raise Wrong("source", "needs feeds, folders or keys: only what comes through them is kept under it")
    return profile


def _value(key: str, value: Any) -> Any:
    if key in ("names", "feeds", "keys", "folders"):
        return tuple(_list(key, value))
    if key == "placeholders":
        return _placeholders(value)
    if key == "kinds":
        return _kinds(value)
    if key == "silence":
        return _silence(value)
    if key in TEXTS:
        if len(value) > LONGEST:
            raise Wrong(key, f"{len(value)} characters, more than {LONGEST}")
        return value
    _line(key, value)
    _CHECKS.get(key, _anything)(key, value)
    return value


def _anything(key: str, value: str) -> None:
    """Any line is valid."""


def _line(key: str, value: str) -> None:
    if len(value) > LONGEST_NAME:
        raise Wrong(key, f"{len(value)} characters, more than {LONGEST_NAME}")
    if _CONTROL.search(value):
        raise Wrong(key, f"{value!r} has control characters")


def _list(key: str, values: tuple[str, ...]) -> list[str]:
    if len(values) > MOST_VALUES:
        raise Wrong(key, f"{len(values)} values, more than {MOST_VALUES}")
    for value in values:
        _line(key, value)
        if not value.strip():
            raise Wrong(key, "a value is empty")
        if key == "folders" and (not value.startswith("/") or ".." in value.split("/")):
            raise Wrong(key, f"{value!r} is not an absolute path")
    return [value.rstrip("/") or "/" for value in values] if key == "folders" else list(values)


def _one_of(*words: str) -> Any:
    def check(key: str, value: str) -> None:
        if value not in words:
            raise Wrong(key, f"{value!r} is none of {', '.join(words)}")

    return check


def _zone(key: str, value: str) -> None:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong(key, f"{value!r} is no time zone known here; write one such as Europe/Prague") from None


def _charset(key: str, value: str) -> None:
    try:
        name = codec_of(value)
        known = bool(name and not codecs.lookup(name).name.startswith("utf-7") and b"\0a\0a".decode(name, "replace"))
    except (LookupError, ValueError):
        known = False
    if not known:
        raise Wrong(key, f"{value!r} is no encoding known here; write one such as windows-1252")


def _colour(key: str, value: str) -> None:
    if not COLOUR.fullmatch(value):
        raise Wrong(key, f"{value!r} is no colour; write it as #rrggbb")


def _language(key: str, value: str) -> None:
    if not LANGUAGE.fullmatch(value):
        raise Wrong(key, f"{value!r} is no BCP 47 tag such as de or pt-BR")


def _shape(key: str, value: str) -> None:
    if value.count("{}") != 1:
        raise Wrong(key, f"{value!r} needs {{}} once, for the part that stays the same")
    if re.search(r"\*\*|\*\{\}|\{\}\*", value):
        raise Wrong(key, f"{value!r}: there must be a character between * and {{}}, and between two *")


def _silence(value: str) -> float:
    try:
        seconds = parse_span(value)
    except ValueError as error:
        raise Wrong("silence", str(error)) from None
    if not seconds:
        raise Wrong("silence", "must be more than 0")
    return seconds


def _placeholders(fields: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    for field in fields:
        if field not in PLACEHOLDERS:
            raise Wrong(f"placeholders.{field}", f"is none of {', '.join(PLACEHOLDERS)}")
    return {field: tuple(map(folded, _list(f"placeholders.{field}", values))) for field, values in fields.items()}


def _kinds(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, each in words.items():
        if kind not in KINDS:
            raise Wrong(f"kinds.{kind}", f"is none of {', '.join(KINDS)}")
        for word in map(folded, _list(f"kinds.{kind}", each)):
            if found.setdefault(word, kind) != kind:
                raise Wrong(f"kinds.{kind}", f"{word!r} means {found[word]} as well")
    return found


_CHECKS = {
    "zone": _zone,
    "charset": _charset,
    "colour": _colour,
    "language": _language,
    "format": _one_of(*FORMATS),
    "id": _one_of(*IDS),
    "id_shape": _shape,
    "empty_embargo": _one_of(*EMPTY_EMBARGO),
}
