"""Who may read. Takes a request, gives a `Reader`, or raises `Denied` of `search.http.keys`."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Literal, Protocol, get_args

from processors.annotations import Record
from search.http.keys import Denied, Key, KeyGate, presented
from search.visibility import EVERY_SOURCE, Sources

LONGEST_NAME = 200
MOST_GROUPS = 200


Permission = Literal["correct", "merge", "claim", "export"]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)
STRANGERS: frozenset[str] = frozenset(["export"])  # what somebody without a name may do
COLLEAGUES: frozenset[str] = frozenset(["claim", "export"])  # what somebody may do to whom no role was given
THIS_MACHINE = "this machine"  # in whose name somebody works who is alone with the page


class Reader(Record, frozen=True):
    """Who reads: a name, "" for anybody; ``hidden`` is whether they see stories before their time.

    ``address`` is where they read from, "" where only their proxy's is known. ``sources`` are those that are there for
    them. ``permissions`` say what they may do beside reading; ask by `may`. ``owner`` is the name under which what they
    keep is kept, "" for who keeps nothing; ``display`` is what others see of it. ``groups`` are those that the login
    says they are in; `search.web.login.rights` makes rights of names and groups.
    """

    name: str = ""
    hidden: bool = False
    address: str = ""
    groups: tuple[str, ...] = ()
    sources: Sources = EVERY_SOURCE
    permissions: frozenset[str] = STRANGERS
    owner: str = ""
    display: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether they may correct stories, merge names, claim stories or export them."""
        return permission in self.permissions


def named_reader(name: str, *, hidden: bool = False, address: str = "", display: str = "", **more: Any) -> Reader:
    """A reader whom a login knows by name, to whom no role was given yet."""
    name = name[:LONGEST_NAME]
    return Reader(
        name, hidden, address, permissions=COLLEAGUES, owner=name, display=display[:LONGEST_NAME] or name, **more
    )


class Login(Protocol):
    """A way to find out who reads."""

    async def admit(self, headers: Mapping[str, str], address: str) -> Reader:
        """Who sent the request; `Denied` where they may not read."""

    async def known(self, headers: Mapping[str, str], address: str) -> Reader | None:
        """Who sent the request, as things are now; ``None`` for who may not read. Asked while an answer goes on."""


class OpenAccess:
    """No login: whoever reaches the page may read what readers may find.

    ``alone``: only the people of this machine reach it. They may do everything, and keep things in its name.
    """

    def __init__(self, *, alone: bool = False) -> None:
        self._alone = alone

    async def admit(self, headers: Mapping[str, str], address: str) -> Reader:  # noqa: ARG002 - asked of all logins
        """Anybody."""
        if self._alone:
            everything = frozenset[str](PERMISSIONS)
            return Reader(address=address, permissions=everything, owner=THIS_MACHINE, display=THIS_MACHINE)
        return Reader(address=address)

    async def known(self, headers: Mapping[str, str], address: str) -> Reader | None:
        """Anybody, still."""
        return await self.admit(headers, address)


class KeyLogin:
    """Login by an API key for search: as a bearer, in X-API-Key, or as the password that a browser asks for."""

    def __init__(self, gate: KeyGate) -> None:
        self._gate = gate

    async def admit(self, headers: Mapping[str, str], address: str) -> Reader:
        """Whose key it is."""
        return _reader(self._gate.admit(_with_key(headers), address, "search"), address)

    async def known(self, headers: Mapping[str, str], address: str) -> Reader | None:
        """Whose key it is, if it is still there and for searching."""
        key, allowed = self._gate.ring.of(presented(_with_key(headers)), "search")
        return _reader(key, address) if key is not None and allowed else None


class ProxyLogin:
    """Login left to a reverse proxy, which names who reads in a header, and in another the groups that they are in.

    Others cannot reach the page past it.
    """

    def __init__(self, header: str, proxies: frozenset[str], groups_header: str = "") -> None:
        self._header = header
        self._proxies = proxies
        self._groups_header = groups_header

    async def admit(self, headers: Mapping[str, str], address: str) -> Reader:
        """Whom the proxy names."""
        if address not in self._proxies:
            raise Denied(403, "Open this page through its proxy.")
        name = headers.get(self._header, "").strip()
        if not name:
            raise Denied(403, f"The proxy sent no user name in the header {self._header}.")
        return named_reader(name, groups=_groups(headers.get(self._groups_header, "") if self._groups_header else ""))

    async def known(self, headers: Mapping[str, str], address: str) -> Reader | None:
        """As far as is known here: the proxy is asked again when an answer has gone on for long enough to end."""
        return await self.admit(headers, address)


def _reader(key: Key, address: str) -> Reader:
    return named_reader(key.name, hidden="embargoed" in key.scopes, address=address)


def _groups(listed: str) -> tuple[str, ...]:
    """The groups in a header, separated by commas."""
    return tuple(sorted({one.strip()[:LONGEST_NAME] for one in listed.split(",") if one.strip()}))[:MOST_GROUPS]


def _with_key(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers, with the password that a browser sends as the key that it is."""
    kind, _, value = headers.get("Authorization", "").partition(" ")
    return {"X-API-Key": _password(value)} if kind.lower() == "basic" else headers


def _password(value: str) -> str:
    try:
        return base64.b64decode(value.strip(), validate=True).decode("utf-8", "replace").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
