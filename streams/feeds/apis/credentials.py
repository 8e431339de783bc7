"""Authenticates requests to an API: takes what the description says, returns the secret headers and parameters.

Secrets are read from their files for each request, so a new key counts at once. Tokens are kept in memory only, and
renewed before they expire or when the API refuses them.
"""

import asyncio
import time
from base64 import b64encode
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec

from streams.errors import Rejected
from streams.feeds.apis.description import Auth
from streams.feeds.apis.paths import MAX_DEPTH
from streams.feeds.fetch import Fetcher, HttpRequest
from streams.feeds.polling import UnexpectedStatus
from streams.secret_files import read_secret
from streams.wire.jsons import read_json

EARLY = 60.0  # seconds before its end at which a token is renewed, or a tenth of its life if that is less
USUAL_LIFE = 300.0  # of a token if its server does not say
TOKENS = "the token server"  # what answered, in errors
OK = 200


class Secrets(NamedTuple):
    """What authenticates a request."""

    headers: dict[str, str]
    parameters: dict[str, str]


class Credentials:
    """The credentials of one API."""

    def __init__(self, auth: Auth, folder: Path, fetcher: Fetcher) -> None:
        self._auth, self._folder, self._fetcher = auth, folder, fetcher
        self._token, self._renew_at = "", 0.0
        self._asking = asyncio.Lock()

    async def secrets(self) -> Secrets:
        """What the next request needs. Raises ``SettingsError`` for files, ``Unavailable`` for the token server."""
        auth = self._auth
        if auth.kind == "key":
            key = self._read("key_file", auth.key_file)
            return (
                Secrets({}, {auth.parameter: key}) if auth.parameter else Secrets({auth.header: auth.prefix + key}, {})
            )
        if auth.kind == "basic":
            pair = f"{auth.user}:{self._read('password_file', auth.password_file)}".encode()
            return Secrets({"Authorization": f"Basic {b64encode(pair).decode()}"}, {})
        if auth.kind == "client-credentials":
            return Secrets({"Authorization": f"Bearer {await self._current_token()}"}, {})
        return Secrets({}, {})

    def refused(self, used: Secrets) -> bool:
        """Record that the API answered 401; says whether a retry with another token may succeed."""
        if self._auth.kind != "client-credentials":
            return False
        if used.headers.get("Authorization") == f"Bearer {self._token}":  # else it has been renewed since
            self._token = ""
        return True

    def _read(self, field: str, file: str) -> str:
        return read_secret(f"auth.{field}", self._folder / file)

    async def _current_token(self) -> str:
        async with self._asking:
            if not self._token or time.monotonic() >= self._renew_at:
                await self._renew()
            return self._token

    async def _renew(self) -> None:
        auth = self._auth
        fields = {
            "grant_type": "client_credentials",
            "client_id": auth.client_id or self._read("client_id_file", auth.client_id_file),
            "client_secret": self._read("client_secret_file", auth.client_secret_file),
            "scope": auth.scope,
            "audience": auth.audience,
        }
        fields = {name: value for name, value in fields.items() if value}
        as_json = auth.send_as == "json"
        body = msgspec.json.encode(fields) if as_json else urlencode(fields).encode()
        kind = "application/json" if as_json else "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "Accept": "application/json"}
        answer = await self._fetcher.send(HttpRequest(auth.token_endpoint, "POST", headers, body))
        if answer.status != OK:
            raise UnexpectedStatus(TOKENS, answer)
        told = read_json(answer.body, MAX_DEPTH)
        token = told.get("access_token") if isinstance(told, dict) else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise Rejected("the token server's answer has no access_token")
        life = told.get("expires_in")
        life = float(life) if isinstance(life, int | float) and life > 0 else USUAL_LIFE
        self._token, self._renew_at = token, time.monotonic() + life - min(EARLY, life / 10)
