"""Who may read. Takes a request, gives a `Reader`, or raises `Denied` of `search.http.keys`."""

import base64
import binascii
from collections.abc import Mapping
from typing import Protocol

from processors.annotations import Record
from search.http.keys import Denied, Key, KeyGate, presented

LONGEST_NAME = 200


class Reader(Record, frozen=True):
    """Who reads: a name to show, "" for anybody; ``hidden`` is whether they see stories before their time.

    ``address`` is where they read from, "" where only their proxy's is known.
    """

    name: str = ""
    hidden: bool = False
    address: str = ""


class Login(Protocol):
    """A way to find out who reads."""

    def admit(self, headers: Mapping[str, str], address: str) -> Reader:
        """Who sent the request; `Denied` where they may not read."""

    def holds(self, reader: Reader, headers: Mapping[str, str]) -> bool:
        """Whether the request that made somebody this reader still would: asked while an answer goes on."""


class OpenAccess:
    """No login: whoever reaches the page may read what readers may find."""

    def admit(self, headers: Mapping[str, str], address: str) -> Reader:  # noqa: ARG002 - asked of all logins
        """Anybody."""
        return Reader(address=address)

    def holds(self, reader: Reader, headers: Mapping[str, str]) -> bool:  # noqa: ARG002 - asked of all logins
        """Always."""
        return True


class KeyLogin:
    """Login by an API key for search: as a bearer, in X-API-Key, or as the password that a browser asks for."""

    def __init__(self, gate: KeyGate) -> None:
        self._gate = gate

    def admit(self, headers: Mapping[str, str], address: str) -> Reader:
        """Whose key it is."""
        return _reader(self._gate.admit(_with_key(headers), address, "search"), address)

    def holds(self, reader: Reader, headers: Mapping[str, str]) -> bool:
        """Whether the key is still there and may do what it could."""
        key, allowed = self._gate.ring.of(presented(_with_key(headers)), "search")
        return key is not None and allowed and _reader(key, reader.address) == reader


class ProxyLogin:
    """Login left to a reverse proxy, which names who reads in a header. Others cannot reach the page past it."""

    def __init__(self, header: str, proxies: frozenset[str]) -> None:
        self._header = header
        self._proxies = proxies

    def admit(self, headers: Mapping[str, str], address: str) -> Reader:
        """Whom the proxy names."""
        if address not in self._proxies:
            raise Denied(403, "Open this page through its proxy.")
        name = headers.get(self._header, "").strip()
        if not name:
            raise Denied(403, f"The proxy sent no user name in the header {self._header}.")
        return Reader(name[:LONGEST_NAME])

    def holds(self, reader: Reader, headers: Mapping[str, str]) -> bool:  # noqa: ARG002 - only the proxy knows
        """As far as is known here: the proxy is asked again when an answer has gone on for long enough to end."""
        return True


def _reader(key: Key, address: str) -> Reader:
    return Reader(key.name, "embargoed" in key.scopes, address)


def _with_key(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers, with the password that a browser sends as the key that it is."""
    kind, _, value = headers.get("Authorization", "").partition(" ")
    return {"X-API-Key": _password(value)} if kind.lower() == "basic" else headers


def _password(value: str) -> str:
    try:
        return base64.b64decode(value.strip(), validate=True).decode("utf-8", "replace").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
