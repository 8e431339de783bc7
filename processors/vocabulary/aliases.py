"""Names that are known beforehand, with whom they mean. Takes TOML tables, gives an `Aliases` to look names up in.

The table that ships is ``data/aliases.toml``; an administrator's own file comes on top of it and is read again when
it changes, without a restart. Each entry:

    [[entity]]
    name = "North Atlantic Treaty Organization"
    type = "ORG"                          # an OntoNotes type
    aliases = ["NATO", "Atlantic alliance"]
    id = "org:nato"                       # if left out, made of type and name
    country = "BE"                        # ISO 3166-1, may be left out; so may lat and lon
    find = true                           # look also its names of a single word up in every text
    local = true                          # "Congress", "Supreme Court": not where only other countries are named
"""

import hashlib
import logging
import re
import threading
import time
import tomllib
from collections.abc import Collection, Iterable
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

import msgspec

from processors.annotations import Record
from processors.text.alternatives import any_of
from processors.text.toml_errors import placed
from processors.vocabulary.identifiers import identifier
from processors.vocabulary.names import LOCATED, PERSON, key, parts

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0  # seconds between looks at the administrator's file
_SHIPPED = files("processors") / "data" / "aliases.toml"
_TYPES = frozenset({"PERSON", "ORG", "GPE", "LOC", "NORP", "FAC", "EVENT", "PRODUCT", "LAW", "WORK_OF_ART", "LANGUAGE"})


class BadAliasesError(ValueError):
    """A table of aliases cannot be used; says where and why."""


class KnownEntity(Record, frozen=True, forbid_unknown_fields=True):
    """A thing that is known beforehand, and every name of it."""

    name: str
    type: str
    aliases: tuple[str, ...] = ()
    id: str = ""
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    local: bool = False
    find: bool = False

    def fits(self, countries: Collection[str]) -> bool:
        """May a text that names these countries, by ISO code, mean it?"""
        return not self.local or not countries or self.country in countries


class _File(Record, frozen=True, forbid_unknown_fields=True):
    entity: tuple[KnownEntity, ...] = ()


class Aliases:
    """Known things by name; where two share a name, the later entry has it."""

    def __init__(self, known: Iterable[KnownEntity]) -> None:
        self._by_name: dict[str, KnownEntity] = {}
        known = tuple(known)
        self.version = hashlib.sha256(msgspec.json.encode(known)).hexdigest()[:8]
        for each in known:
            for name in (each.name, *each.aliases):
                self._by_name[_folded(name, each.type)] = each
        self._sought = {
            name: each
            for each in self._by_name.values()
            for name in (each.name, *each.aliases)
            if " " in name or each.find
        }

    def get(self, name: str, kind: str) -> KnownEntity | None:
        """What ``name``, found as a thing of type ``kind``, means.

        A single word must be found as the kind of thing that it is known for ("Amazon" the company is no river);
        several words, or an acronym, need only not be a person instead of a thing or the other way round.
        """
        found = self._by_name.get(_folded(name, kind))
        if found is None or (PERSON in (kind, found.type) and kind != found.type):
            return None
        if " " in name.strip() or name.replace(".", "").isupper():
            return found
        return found if (kind in LOCATED) == (found.type in LOCATED) else None

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """Finds every known name of several words, and those marked `find`, as they are spelt in the table."""
        return re.compile(rf"(?<![\w-]){any_of(self._sought)}(?![\w-])") if self._sought else None

    def type_of(self, name: str) -> str:
        """The type of a name that `pattern` has found."""
        return self._sought[name].type


def _folded(name: str, kind: str) -> str:
    return " ".join(parts(name)) if kind == PERSON else key(name)


def read(text: str, where: str) -> list[KnownEntity]:
    """The entries of a TOML table; `BadAliasesError` says what in ``where`` is wrong."""
    try:
        entries = msgspec.convert(tomllib.loads(text), _File).entity
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadAliasesError(placed(where, text, error)) from None
    return [_checked(number, entry, where) for number, entry in enumerate(entries, 1)]


def _checked(number: int, entry: KnownEntity, where: str) -> KnownEntity:
    at = f"{where}: entity {number}"
    if not all(name.strip() for name in (entry.name, *entry.aliases)):
        raise BadAliasesError(f"{at}: a name is empty")
    if entry.type not in _TYPES:
        raise BadAliasesError(f"{at} ({entry.name}): type {entry.type!r} is none of {', '.join(sorted(_TYPES))}")
    if (entry.lat is None) != (entry.lon is None) or abs(entry.lat or 0) > 90 or abs(entry.lon or 0) > 180:  # noqa: PLR2004 - degrees on a globe
        raise BadAliasesError(f"{at} ({entry.name}): lat and lon go together, as degrees")
    if entry.country is not None and not re.fullmatch(r"[A-Z]{2}", entry.country):
        raise BadAliasesError(f"{at} ({entry.name}): country {entry.country!r} is no ISO 3166-1 alpha-2 code")
    return msgspec.structs.replace(entry, id=entry.id or identifier(entry.type, entry.name))


class AliasBook:
    """The aliases in force: the shipped ones and, over them, those of a file that may change at any time."""

    def __init__(self, path: Path | None = None) -> None:
        """Read both tables; `BadAliasesError` if the file is missing or wrong."""
        self._path = path
        self._shipped = read(_SHIPPED.read_text("utf-8"), "data/aliases.toml")
        self._lock = threading.Lock()
        self._seen, self._looked = self._state(), time.monotonic()
        self._aliases = self._read()

    def current(self) -> Aliases:
        """The aliases as the file has them now. A file that became wrong or went away is logged and changes nothing."""
        with self._lock:
            if self._path is not None and time.monotonic() - self._looked >= LOOK_EVERY:
                self._looked = time.monotonic()
                state = self._state()
                if state != self._seen:
                    self._seen = state
                    try:
                        self._aliases = self._read()
                        log.info("%s: aliases read again", self._path)
                    except BadAliasesError as error:
                        log.warning("the aliases stay as they were: %s", error)
            return self._aliases

    def _state(self) -> tuple[int, int] | None:
        """What changes when the file does."""
        try:
            status = self._path.stat() if self._path else None
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_size) if status else None

    def _read(self) -> Aliases:
        if self._path is None:
            return Aliases(self._shipped)
        try:
            text = self._path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadAliasesError(f"{self._path}: {error}") from None
        return Aliases([*self._shipped, *read(text, str(self._path))])


@cache
def shipped() -> AliasBook:
    """The aliases that ship, and no others."""
    return AliasBook()
