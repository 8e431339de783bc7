"""POST requests to servers that readers name. Private addresses are refused, and redirects are not followed.

Takes a URL, a body and headers; returns when the server has accepted it. Private, loopback and link-local addresses are
refused where the connection is made, so neither a name that leads to one nor a change of it in between gets there.
"""

import socket
from collections.abc import Mapping
from typing import Any

import aiohttp
from yarl import URL

from search.http.public import is_public
from streams.alerts.channels.outcome import PermanentFailure, TemporaryFailure
from streams.settings import Settings

LONGEST_ANSWER = 1024  # bytes of an answer
ACCEPTED = range(200, 300)
RETRYABLE = frozenset([408, 409, 423, 425, 429])  # and all 5xx
SERVER_ERROR = 500
NO_URL = "no URL to send to"


class PrivateTarget(OSError):
    """A connection to an address outside the public Internet."""


def _public_socket(info: Any) -> socket.socket:
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise PrivateTarget("it is a private address, which only NEWSWIRE_ALERT_ALLOW_PRIVATE allows")
    return socket.socket(family=family, type=kind, proto=protocol)


class Poster:
    """An HTTP client for all servers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Post, and return when the server has accepted it."""
        try:
            host = URL(url).host or ""
        except ValueError:
            raise PermanentFailure(NO_URL) from None
        try:
            async with self._opened().post(url, data=body, headers=dict(headers), allow_redirects=False) as answer:
                await answer.content.read(LONGEST_ANSWER)
                status = answer.status
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, PrivateTarget):
                raise PermanentFailure(f"{host}: {error.os_error}") from None
            raise TemporaryFailure(f"{host} cannot be reached: {type(error.os_error).__name__}") from None
        except ValueError:  # also of a host that has no name in DNS
            raise PermanentFailure(f"{host}: {NO_URL}") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TemporaryFailure(f"{host} did not answer: {type(error).__name__}", maybe_delivered=True) from None
        if status in ACCEPTED:
            return
        reason = f"{host} answers {status}"
        raise TemporaryFailure(reason) if status in RETRYABLE or status >= SERVER_ERROR else PermanentFailure(reason)

    async def close(self) -> None:
        """Close connections."""
        if self._session:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            private = self._settings.alert_allow_private
            seconds = self._settings.alert_seconds
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    use_dns_cache=False, limit=0, socket_factory=None if private else _public_socket
                ),
                timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=min(5.0, seconds)),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,  # a proxy would connect where we must not
                headers={"User-Agent": "newswire"},
            )
        return self._session
