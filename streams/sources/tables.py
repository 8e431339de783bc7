"""Reads profiles from TOML: takes a text, gives `Profile`s, or a `BadSourcesError` that names file, line and key.

An operator's table stands on the shipped one that ``like`` names, or that has its name, and overrides it key by key.
A shipped profile that the operator's file does not name is used in part only (`safe_part`): it is not confirmed that
this really is that agency.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from processors.text.toml_errors import placed
from streams.errors import SettingsError
from streams.sources.checks import Wrong, checked
from streams.wire.profile import Profile, folded

MOST_SOURCES = 2000
_PLACE = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)
_HEADER = re.compile(r"\s*\[([^\]]+)\]")
_ENTRY = re.compile(r"""((?:"[^"]*"|'[^']*'|[^="'\n])+)=""")
_PART = re.compile(r"""\s*(?:"[^"]*"|'[^']*'|[\w-]+)\s*""")
_UNKNOWN = re.compile(r"unknown field `(?P<key>[^`]*)`")


class BadSourcesError(SettingsError):
    """A file of profiles cannot be used; says where and why."""


class SourceTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ``[source.NAME]`` table, as it is written. ``None`` is a key that is not there. See docs/sources.md."""

    like: str | None = None
    display_name: str | None = None
    colour: str | None = None
    names: tuple[str, ...] | None = None
    feeds: tuple[str, ...] | None = None
    folders: tuple[str, ...] | None = None
    keys: tuple[str, ...] | None = None
    source: str | None = None
    zone: str | None = None
    language: str | None = None
    charset: str | None = None
    format: str | None = None
    id: str | None = None
    id_shape: str | None = None
    empty_embargo: str | None = None
    placeholders: dict[str, tuple[str, ...]] | None = None
    kinds: dict[str, tuple[str, ...]] | None = None
    usage_terms: str | None = None
    copyright_holder: str | None = None
    copyright_notice: str | None = None
    credit: str | None = None
    silence: str | None = None


class Document(NamedTuple):
    """A TOML file with its tables, and where it is from, for errors."""

    where: str
    text: str
    tables: Mapping[str, SourceTable]


def read_document(text: str, where: str) -> Document:
    """The tables of a TOML text."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSourcesError(placed(where, text, error)) from None
    if extra := sorted(data.keys() - {"source"}):
        raise BadSourcesError(
            f"{where}, line {line_of(text, extra[0])}: {extra[0]!r} is not known; write [source.NAME]"
        )
    tables = data.get("source", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise BadSourcesError(f"{where}, line {line_of(text, 'source')}: source: write tables, [source.NAME]")
    if len(tables) > MOST_SOURCES:
        raise BadSourcesError(f"{where}: more than {MOST_SOURCES} sources")
    return Document(where, text, {name: _table(name, table, where, text) for name, table in tables.items()})


def _table(name: str, table: Mapping[str, Any], where: str, text: str) -> SourceTable:
    try:
        return msgspec.convert(table, SourceTable)
    except msgspec.ValidationError as error:
        match = _PLACE.match(str(error))
        assert match is not None
        unknown = _UNKNOWN.search(match["what"])
        key = unknown["key"] if unknown else (match["path"] or "").replace("[...]", "")
        what = "is not known; docs/sources.md lists the keys" if unknown else match["what"]
        raise _bad(Document(where, text, {}), name, key, what) from None


def profiles_of(shipped: Document, own: Document | None) -> list[Profile]:
    """The profiles in force: the operator's, and what is safe of the shipped ones that the operator does not name."""
    basis = {name: _profile(shipped, name, table) for name, table in shipped.tables.items()}
    mine = [_on_basis(own, name, table, basis) for name, table in own.tables.items()] if own else []
    if own:
        _check_together(own, mine)
    taken = {folded(name) for profile in mine for name in (profile.name, *profile.names)}
    rest = (_without(safe_part(profile), taken) for name, profile in basis.items() if folded(name) not in taken)
    return [*mine, *rest]


def safe_part(profile: Profile) -> Profile:
    """What may be used of a shipped profile because an item states that agency: nothing that changes what is read.

    Its name and colour; a language for texts that none is found in; who holds the rights. Its words for kinds only
    where they hold a story back or mark it.
    """
    return Profile(
        name=profile.name,
        display_name=profile.display_name,
        colour=profile.colour,
        names=profile.names,
        language=profile.language,
        copyright_holder=profile.copyright_holder,
        kinds={word: kind for word, kind in profile.kinds.items() if kind != "new"},
    )


def _without(profile: Profile, taken: set[str]) -> Profile:
    """A shipped profile without the names that the operator's file has given to another one."""
    return msgspec.structs.replace(profile, names=tuple(n for n in profile.names if folded(n) not in taken))


def _on_basis(own: Document, name: str, table: SourceTable, basis: Mapping[str, Profile]) -> Profile:
    shipped = {folded(known): profile for known, profile in basis.items()}
    below = shipped.get(folded(table.like or name), Profile())
    if table.like and not below.name:
        known = ", ".join(sorted(basis))
        raise _bad(own, name, "like", f"{table.like!r} is not shipped; there are {known}")
    names = below.names if folded(below.name) == folded(name) else ()  # another source that is like it has its own
    return _profile(own, name, table, msgspec.structs.replace(below, names=names))


def _profile(document: Document, name: str, table: SourceTable, below: Profile | None = None) -> Profile:
    try:
        given = {key: value for key, value in msgspec.structs.asdict(table).items() if value is not None}
        return checked(name, given, below)
    except Wrong as wrong:
        raise _bad(document, name, wrong.key, wrong.what) from None


def _check_together(own: Document, profiles: Sequence[Profile]) -> None:
    """No name, feed, folder or key may belong to two profiles."""
    for key in ("names", "feeds", "folders", "keys"):
        seen: dict[str, str] = {}
        for profile in profiles:
            values: Iterable[str] = getattr(profile, key)
            for value in {*map(folded, values), *((folded(profile.name),) if key == "names" else ())}:
                if other := seen.get(value):
                    raise _bad(own, profile.name, key, f"{value!r} is that of source {other!r} as well")
                seen[value] = profile.name


def _bad(document: Document, name: str, key: str, what: str) -> BadSourcesError:
    path = ("source", name, *filter(None, re.split(r"[.\[]", key)))
    shown = ".".join(filter(None, ("source", name, key)))
    return BadSourcesError(f"{document.where}, line {line_of(document.text, *path)}: {shown}: {what}")


def line_of(text: str, *path: str) -> int:
    """The line on which a key stands, or the table that it is in: TOML's reader does not say."""
    best, at = 0, 1
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = here = _parts(header[1])
        elif entry := _ENTRY.match(line):
            here = table + _parts(entry[1])
        else:
            continue
        common = next((n for n, pair in enumerate(zip(here, path, strict=False)) if pair[0] != pair[1]), None)
        common = min(len(here), len(path)) if common is None else common
        if common > best:
            best, at = common, number
    return at


def _parts(dotted: str) -> list[str]:
    return [part.strip(" \t\"'") for part in _PART.findall(dotted)]
