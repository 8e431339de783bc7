"""API keys of those who come by HTTP: takes lines ``name:sha256[:source[:scopes]]``, says whose a presented key is.

Only the SHA-256 of a key is kept. Keys are made here, long and random, so that a plain hash is enough. A key may do
what its scopes say and nothing else: ``feed`` articles in, ``search``, see ``embargoed`` texts in what is found,
``admin``. Scopes are parted by ``+``; a line without any is for feeding.

    ab-news:9f86d0…:ab-news           feeds, for the source ab-news only
    desk:60303a…::search              searches
    legal:fd61a0…::search+embargoed   searches, and sees stories before their time
"""

import hashlib
import hmac
import logging
import math
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from search.http.shared_counts import SharedCounts

log = logging.getLogger(__name__)

MAX_FILE = 1024 * 1024
ANY = "*"
SCOPES = ("feed", "search", "embargoed", "admin")
MOST_TROUBLES = 5  # broken lines of a file that are named
NO_VALID_KEY = "a valid key is required, in Authorization: Bearer or X-API-Key"
REMEMBERED = 10_000  # clients whose rate is known; those longest silent are forgotten first

_ENTRY = re.compile(
    r"(?P<name>[A-Za-z0-9_.-]{1,100}):(?P<digest>[0-9a-fA-F]{64})"
    r"(?::(?P<source>[^\s,:]{0,200})(?::(?P<scopes>[a-z]+(?:\+[a-z]+)*))?)?"
)


class KeysError(Exception):
    """Keys that cannot be used. The message says where and shows no key."""


@dataclass(frozen=True)
class Key:
    """One key: whose it is, the source that its articles get (``*`` leaves it to the articles), what it may do."""

    name: str
    digest: bytes
    source: str
    scopes: frozenset[str] = frozenset(["feed"])


def parse_keys(text: str, where: str) -> list[Key]:
    """The keys in a text, parted by spaces, commas or lines; ``#`` starts a comment. ``where`` is named in errors."""
    return [_key(at, entry) for at, entry in _entries(text, where)]


def _entries(text: str, where: str) -> list[tuple[str, str]]:
    """The keys' texts, each with where it stands."""
    lines = text.splitlines()
    return [
        (f"{where}, line {number}" if len(lines) > 1 else where, entry)
        for number, line in enumerate(lines, 1)
        for entry in re.split(r"[\s,]+", line.partition("#")[0])
        if entry
    ]


def _key(where: str, entry: str) -> Key:
    match = _ENTRY.fullmatch(entry)
    scopes = frozenset((match["scopes"] or "feed").split("+")) if match else frozenset()
    if not match or not scopes <= set(SCOPES):
        raise KeysError(
            f"{where}: a key is name:sha256[:source[:scopes]], with 64 hex digits and scopes of {'+'.join(SCOPES)}"
        )
    return Key(match["name"], bytes.fromhex(match["digest"]), match["source"] or match["name"], scopes)


def find_key(keys: Iterable[Key], presented: str) -> Key | None:
    """Whose a key is. Takes the same time whichever it is, and whether there is one."""
    digest = hashlib.sha256(presented.encode("utf-8", "replace")).digest()
    found = None
    for key in keys:
        if hmac.compare_digest(key.digest, digest):
            found = key
    return found


def make_key(name: str, source: str = "", scopes: Iterable[str] = ()) -> tuple[str, str]:
    """A new key, and the line to put in the key file for it."""
    key = secrets.token_urlsafe(32)
    asked = "+".join(scopes)
    tail = f":{source}:{asked}" if asked else f":{source}" if source else ""
    line = f"{name}:{hashlib.sha256(key.encode()).hexdigest()}{tail}"
    _key("the new key", line)
    return key, line


class KeyRing:
    """The keys of a setting and of a file, which is read again when it changes: a line taken out ends a key.

    A file that is gone or cannot be read has no keys, and of one with a broken line the other lines count: whoever
    takes a key away is obeyed, whatever else went wrong. ``trouble`` says what did.
    """

    def __init__(self, setting: str = "", path: Path | None = None, where: str = "the keys") -> None:
        self._fixed = parse_keys(setting, where)
        self._path = path
        self._seen = self._stamp()
        self.keys = self._fixed + parse_keys(self._text(), str(path))
        self.trouble = ""

    def of(self, presented: str, scope: str) -> tuple[Key | None, bool]:
        """Whose a key is, and whether it may do what ``scope`` says."""
        self._look()
        key = find_key(self.keys, presented)
        return key, key is not None and scope in key.scopes

    def _stamp(self) -> tuple[int, ...] | None:
        """What changes with the file, its rights among it; ``None`` for no file."""
        try:
            known = self._path.stat() if self._path else None
        except OSError:
            return None
        return (known.st_mtime_ns, known.st_ctime_ns, known.st_size, known.st_ino) if known else None

    def _look(self) -> None:
        stamp = self._stamp()
        if stamp == self._seen:
            return
        found: list[Key] = []
        troubles = []
        try:
            for where, entry in _entries(self._text(), str(self._path)):
                try:
                    found.append(_key(where, entry))
                except KeysError as error:
                    troubles.append(str(error))
        except KeysError as error:
            troubles.append(str(error))
        self.keys, self.trouble = self._fixed + found, "; ".join(troubles[:MOST_TROUBLES])
        self._seen = stamp
        if troubles:
            log.error("%s; keys that cannot be read do not count", self.trouble)

    def _text(self) -> str:
        if self._path is None:
            return ""
        try:
            with self._path.open(encoding="utf-8") as file:
                return file.read(MAX_FILE)
        except (OSError, UnicodeDecodeError) as error:
            raise KeysError(f"{self._path}: keys cannot be read: {error}") from error


class Denied(Exception):
    """A request that may not pass: the status to answer, why, and the seconds after which to try again."""

    def __init__(self, status: int, reason: str, retry_after: int = 0) -> None:
        super().__init__(reason)
        self.status, self.reason, self.retry_after = status, reason, retry_after
        self.sign_in = False  # whether somebody can log in elsewhere, and come back


class RateLimit:
    """So many requests a minute from each client, up to as many at once; 0 is no limit.

    Processes that serve one port count together: each with what is ``shared``, under the limit's ``name``.
    """

    def __init__(
        self,
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        shared: SharedCounts | None = None,
        name: str = "",
    ) -> None:
        self._shared, self._name = shared, name
        self._per_second = per_minute / 60
        self._most = float(per_minute)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """0 where the client may go on, which is counted; else the seconds until it may."""
        if not self._most:
            return 0.0
        if self._shared is None:
            return self._counted(client, self._left.pop(client, None))
        with self._shared.alone():
            return self._counted(client, self._shared.rate(f"{self._name} {client}"))

    def _counted(self, client: str, known: tuple[float, float] | None) -> float:
        now = self._clock()
        left, then = known or (self._most, now)
        left = min(self._most, left + (now - then) * self._per_second)
        going = left >= 1
        self._keep(client, left - going, now)
        return 0.0 if going else (1 - left) / self._per_second

    def _keep(self, client: str, left: float, now: float) -> None:
        if self._shared:
            self._shared.keep_rate(f"{self._name} {client}", left, now)
            return
        self._left[client] = (left, now)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)


def presented(headers: Mapping[str, str]) -> str:
    """The key that a request comes with, "" for none."""
    kind, _, token = headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else headers.get("X-API-Key", "").strip()


class KeyGate:
    """Lets requests pass by their key. Rates are requests a minute: by key, and by address for wrong keys.

    A right key always passes, whatever others behind the same address do with wrong ones. A request without any key
    guesses nothing and is not counted: browsers begin so, and must be asked for the key, also where many share one
    address.
    """

    def __init__(self, ring: KeyRing, key_rate: int, wrong_key_rate: int, shared: SharedCounts | None = None) -> None:
        self.ring = ring
        self._by_key = RateLimit(key_rate, shared=shared, name="key")
        self._by_address = RateLimit(wrong_key_rate, shared=shared, name="address")

    def admit(self, headers: Mapping[str, str], address: str, scope: str) -> Key:
        """Whose request this is, from its headers and the client's address; `Denied` where it may not pass."""
        given = presented(headers)
        key, allowed = self.ring.of(given, scope)
        seconds = self._by_key.wait(key.name) if key else self._by_address.wait(address) if given else 0.0
        if seconds:
            raise Denied(429, f"too many requests{'' if key else ' with an invalid key'}", math.ceil(seconds))
        if key is None:
            raise Denied(401, NO_VALID_KEY)
        if not allowed:
            raise Denied(403, f"this key does not allow {scope}; ask an administrator for one that does")
        return key
