"""Fetches feed documents over HTTP from untrusted servers: within limits, and never from private addresses.

Takes a URL and the validators of the last document, gives the response. Only http and https; private, loopback and
link-local addresses are refused where the connection is made, so that neither a name that resolves to one, nor a
redirect, nor a name that changes between check and use gets there.
"""

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, quote_plus

import aiohttp
from yarl import URL

from search.http.public import HIDDEN, is_public, shown
from streams.errors import Rejected, Unavailable
from streams.feeds.bounded import gunzip

MAX_REDIRECTS = 5
MAX_BYTES = 20 * 1024 * 1024  # of a document, decompressed
TIMEOUT = 60.0  # seconds for a whole document, redirects included
REDIRECTS = frozenset([301, 302, 303, 307, 308])
METHOD_KEEPING_REDIRECTS = frozenset([307, 308])  # redirects after which a POST stays a POST
MAX_VALIDATOR = 1000  # characters of an ETag or date that are sent back
FEED_TYPES = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
HEADERS = {"User-Agent": "newswire", "Accept": FEED_TYPES, "Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class HttpResponse:
    """A server's response. ``retry_after`` is in seconds, or None; ``moved`` is a new permanent address."""

    status: int
    body: bytes = b""  # of a 200 only
    etag: str = ""
    last_modified: str = ""
    retry_after: float | None = None
    moved: str = ""


@dataclass(frozen=True)
class HttpRequest:
    """A request. Its secrets go only to the origins in ``trusted``, by default the URL's own."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    secret_headers: Mapping[str, str] = field(default_factory=dict)
    secret_parameters: Mapping[str, str] = field(default_factory=dict)
    trusted: frozenset[str] = frozenset()

    def trusts(self, url: URL) -> bool:
        """Whether secrets may be sent to this address."""
        return str(url.origin()) in (self.trusted or {str(check_url(self.url).origin())})

    def without_secrets(self, text: str) -> str:
        """The text with all secrets hidden."""
        for secret in (*self.secret_headers.values(), *self.secret_parameters.values()):
            for form in {secret, quote(secret, safe=""), quote_plus(secret)}:
                text = text.replace(form, HIDDEN) if form else text
        return text.replace(self.url, shown(self.url))


def check_url(text: str) -> URL:
    """The URL, if feeds may be fetched from it; else raises ``Rejected`` with the reason."""
    try:
        url = URL(text)
        port = url.port
    except ValueError as error:
        raise Rejected(f"{shown(text)}: not a URL") from error
    if url.scheme not in ("http", "https") or not url.host or not port:
        raise Rejected(f"{shown(text)}: only http:// and https:// addresses are fetched")
    return url


class PrivateAddress(OSError):
    """A connection to an address outside the public Internet."""


def public_socket(info: Any) -> socket.socket:
    """A socket for connecting to an address; raises ``PrivateAddress`` for one outside the public Internet."""
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise PrivateAddress(f"{address[0]} is a private address; --allow-private allows them")
    return socket.socket(family=family, type=kind, proto=protocol)


class Fetcher:
    """An HTTP client for many feeds at once."""

    def __init__(self, *, allow_private: bool = False, max_bytes: int = MAX_BYTES, timeout: float = TIMEOUT) -> None:
        self.max_bytes = max_bytes
        self._timeout = timeout
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit_per_host=4, use_dns_cache=False, socket_factory=None if allow_private else public_socket
            ),
            timeout=aiohttp.ClientTimeout(total=timeout, sock_connect=min(15, timeout)),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # we decompress, within a limit
            trust_env=False,  # a proxy would connect where we must not
            headers=HEADERS,
        )

    async def fetch(self, address: str, etag: str = "", last_modified: str = "") -> HttpResponse:
        """Get a document, if it changed. Raises ``Unavailable`` or ``Rejected``, never showing keys in the URL."""
        url = check_url(address)
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        auth = _authorization(url)
        secret = {"Authorization": auth} if auth else {}
        return await self.send(HttpRequest(str(url.with_user(None)), headers=headers, secret_headers=secret))

    async def send(self, request: HttpRequest) -> HttpResponse:
        """The response to a request, after redirects. Raises ``Unavailable`` or ``Rejected``, never showing secrets."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._follow(request)
        except TimeoutError as error:
            raise Unavailable(f"no answer within {self._timeout:g} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unavailable(request.without_secrets(_reason(error))[:300]) from None

    async def _follow(self, request: HttpRequest) -> HttpResponse:
        url = check_url(request.url)
        moved, permanent = "", True
        for _ in range(MAX_REDIRECTS + 1):
            trusted = request.trusts(url)
            headers = {**request.headers, **(request.secret_headers if trusted else {})}
            target = url.update_query(request.secret_parameters) if trusted and request.secret_parameters else url
            async with self._session.request(
                request.method, target, headers=headers, data=request.body, allow_redirects=False
            ) as response:
                if response.status not in REDIRECTS:
                    return await self._response_of(response, moved)
                location = response.headers.get("Location", "")
                url = check_url(str(url.join(URL(location)))).with_user(None)
                if request.body is not None and not (
                    request.trusts(url) and response.status in METHOD_KEEPING_REDIRECTS
                ):
                    raise Rejected(f"a POST was redirected to {shown(str(url))}: give the address where it is answered")
                permanent = permanent and response.status in (301, 308)
                moved = shown(str(url)) if permanent else moved
        raise Unavailable(f"more than {MAX_REDIRECTS} redirects")

    async def _response_of(self, response: aiohttp.ClientResponse, moved: str) -> HttpResponse:
        body = await self._body(response) if response.status == 200 else b""  # noqa: PLR2004
        headers = response.headers
        return HttpResponse(
            status=response.status,
            body=body,
            etag=headers.get("ETag", "")[:MAX_VALIDATOR],
            last_modified=headers.get("Last-Modified", "")[:MAX_VALIDATOR],
            retry_after=_retry_after(headers.get("Retry-After", ""), headers.get("Date", "")),
            moved=moved,
        )

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async for chunk in response.content.iter_chunked(65536):
            body += chunk
            if len(body) > self.max_bytes:
                raise Rejected(f"larger than {self.max_bytes} bytes")
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding in ("gzip", "x-gzip"):
            return await asyncio.to_thread(gunzip, bytes(body), self.max_bytes)
        if encoding not in ("identity", ""):
            raise Rejected(f"Content-Encoding {encoding[:50]!r}, which was not asked for")
        return bytes(body)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()


def _authorization(url: URL) -> str:
    if not url.user:
        return ""
    return aiohttp.BasicAuth(url.user, url.password or "", "utf-8").encode()


def _reason(error: Exception) -> str:
    """The error as a sentence."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"cannot connect to {error.host}:{error.port}: {error.os_error}"
    return f"{type(error).__name__}: {error}"


def _retry_after(value: str, date: str) -> float | None:
    """Seconds of a Retry-After header (RFC 9110, section 10.2.3): a number, or a date set against the server's own."""
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return max(0.0, (parsedate_to_datetime(value) - parsedate_to_datetime(date)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
