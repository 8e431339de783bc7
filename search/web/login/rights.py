"""What each reader may see and do: the file of roles, and a login that gives readers their rights by it.

Takes a TOML file; gives readers with their sources and permissions, or raises `Denied`.

    [roles.editor]
    may = ["correct", "merge", "claim", "export"]

    [roles.sport]
    sources = ["AP", "AFP"]          # these only; without the line all
    may = ["claim", "export"]

    [roles.freelance]
    not_sources = ["Reuters"]        # all but these

    [readers]
    "ada@example.org" = ["editor"]

    [groups]
    sports-desk = ["sport"]          # of the OpenID provider or the proxy

    [otherwise]
    roles = ["freelance"]            # everybody else; without the line nobody else reads
    closed = ["bob@example.org"]     # these do not read, whatever else is said of them

A reader with several roles may see and do what any of them allows. The file is read again when it changes. One that is
gone or broken gives nobody any right: whoever takes a right away is obeyed, whatever else went wrong.
"""

import logging
import tomllib
from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Annotated

import msgspec

from processors.text.toml_errors import placed
from search.http.keys import Denied
from search.visibility import NO_SOURCE, Sources, sources_named
from search.web.login.access import Login, Permission, Reader

log = logging.getLogger(__name__)

MAX_FILE = 1024 * 1024
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
CLOSED = "This account is closed."
NO_ROLE = "Your account has no role here. Ask an administrator for one."
NO_RIGHTS = "The rights of readers cannot be read. The reason is in the server's log."


class RightsError(Exception):
    """A file of roles that cannot be used. The message says where and what."""


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a role allows. ``embargoed`` is the right to see stories before their time."""

    may: tuple[Permission, ...] = ()
    sources: tuple[Name, ...] | None = None
    not_sources: tuple[Name, ...] = ()
    embargoed: bool = False

    @property
    def seen(self) -> Sources:
        """The sources that are there for it."""
        if self.sources is None:
            return sources_named(self.not_sources, only=False)
        without = {name.lower() for name in self.not_sources}
        return sources_named((name for name in self.sources if name.lower() not in without), only=True)


class Otherwise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Roles of those who are not named, and accounts that are closed."""

    roles: tuple[Name, ...] = ()
    closed: tuple[Name, ...] = ()


class Rights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All roles, and who has them."""

    roles: dict[Name, Role] = {}
    readers: dict[Name, tuple[Name, ...]] = {}
    groups: dict[Name, tuple[Name, ...]] = {}
    otherwise: Otherwise = Otherwise()

    def of(self, reader: Reader) -> Reader:
        """The reader with the rights of all their roles; `Denied` for one without any."""
        if reader.name in self.otherwise.closed:
            raise Denied(403, CLOSED)
        named = [self.readers.get(reader.name, ()), *(self.groups.get(group, ()) for group in reader.groups)]
        names = list(dict.fromkeys(name for some in named for name in some))
        roles = [self.roles[name] for name in names or self.otherwise.roles]
        if not roles:
            raise Denied(403, NO_ROLE)
        return msgspec.structs.replace(
            reader,
            sources=reduce(Sources.joined, (role.seen for role in roles), NO_SOURCE),
            permissions=frozenset(one for role in roles for one in role.may),
            hidden=reader.hidden or any(role.embargoed for role in roles),
        )


def parse_rights(text: str, where: str) -> Rights:
    """The rights in a text; `RightsError` says what is wrong with it."""
    try:
        rights = msgspec.convert(tomllib.loads(text), Rights)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RightsError(placed(where, text, error)) from None
    given = {"readers": rights.readers, "groups": rights.groups, "otherwise": {"roles": rights.otherwise.roles}}
    for part, who in given.items():
        for name, roles in who.items():
            for role in roles:
                if role not in rights.roles:
                    raise RightsError(f"{where}: {part}: {name!r} has the role {role!r}, which is not in [roles]")
    return rights


class RightsFile:
    """The rights of a file, which is read again when it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._stamp()
        self._rights: Rights | None = self._read()

    def current(self) -> Rights:
        """The rights as the file has them now; `Denied` for everybody where it cannot be read."""
        stamp = self._stamp()
        if stamp != self._seen:
            try:
                self._rights = self._read()
            except RightsError as error:
                self._rights = None
                log.error("%s; nobody has any rights until it is mended", error)  # noqa: TRY400 - it is said
            self._seen = stamp
        if self._rights is None:
            raise Denied(503, NO_RIGHTS, 5)
        return self._rights

    def _stamp(self) -> tuple[int, ...] | None:
        try:
            known = self._path.stat()
        except OSError:
            return None
        return known.st_mtime_ns, known.st_ctime_ns, known.st_size, known.st_ino

    def _read(self) -> Rights:
        try:
            with self._path.open(encoding="utf-8") as file:
                text = file.read(MAX_FILE)
        except (OSError, UnicodeDecodeError) as error:
            raise RightsError(f"{self._path}: rights cannot be read: {error}") from error
        return parse_rights(text, str(self._path))


class RightsLogin:
    """A login, whose readers have the rights of a file."""

    def __init__(self, login: Login, file: RightsFile) -> None:
        self._login = login
        self.file = file

    async def admit(self, headers: Mapping[str, str], address: str) -> Reader:
        """Who sent the request, with their rights."""
        return self.file.current().of(await self._login.admit(headers, address))

    async def known(self, headers: Mapping[str, str], address: str) -> Reader | None:
        """Who sent the request, with the rights that they have now."""
        reader = await self._login.known(headers, address)
        try:
            return self.file.current().of(reader) if reader else None
        except Denied:
            return None
