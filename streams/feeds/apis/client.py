"""An HTTP client for polled APIs: fetches pages of a listing, and the content of single items."""

import asyncio
import copy
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from lxml import etree
from yarl import URL

from search.http.public import shown
from streams.errors import Rejected
from streams.feeds.apis.credentials import Credentials
from streams.feeds.apis.description import Api
from streams.feeds.apis.paths import ItemPath, decoded, encoded
from streams.feeds.fetch import Fetcher, HttpRequest, check_url
from streams.feeds.polling import UnexpectedStatus

OK, UNAUTHORIZED = 200, 401
ACCEPT = {"json": "application/json", "xml": "application/xml, text/xml;q=0.9", "bytes": "*/*"}
ID = "{id}"


@dataclass(frozen=True)
class PageRequest:
    """A page to request, by an address from the last answer (``link``) or by parameters of the endpoint."""

    link: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Identifies the request, to find loops."""
        return f"{self.link} {sorted(self.parameters.items())}"


@dataclass(frozen=True)
class ApiItem:
    """An item of a listing. ``digest`` changes with its version; ``value`` is decoded JSON, or an element."""

    id: str
    digest: str
    value: Any


@dataclass(frozen=True)
class Page:
    """A page of a listing. ``next`` is the address or cursor of the next one; ``more`` is None if it is not stated."""

    items: list[ApiItem]
    next: str = ""
    more: bool | None = None
    values: tuple[str, ...] = ()  # the items' times or numbers


class ApiClient:
    """A client for one API."""

    def __init__(self, api: Api, fetcher: Fetcher, secrets: Path) -> None:
        self._api, self._fetcher = api, fetcher
        self._credentials = Credentials(api.about.auth, secrets, fetcher)
        self._fetching = asyncio.Semaphore(api.about.limits.fetches_at_once)
        self._free_at = 0.0  # when the next request may be made

    async def page(self, request: PageRequest) -> Page:
        """A page of the listing. Raises ``UnexpectedStatus`` for a bad status, else ``Unavailable`` or ``Rejected``."""
        about = self._api.about
        headers = {"Accept": ACCEPT[about.answer], **about.headers}
        if request.link:
            http_request = HttpRequest(self._next_address(request.link), about.method, headers)
        else:
            http_request = _http_request(
                about.endpoint, about.method, headers, about.body, {**about.query, **request.parameters}
            )
        return await asyncio.to_thread(self._read, await self._send(http_request, "the server"))

    def _next_address(self, link: str) -> str:
        url = check_url(str(URL(self._api.about.endpoint).join(URL(link))))
        if str(url.origin()) not in self._api.origins:
            raise Rejected(f"the next page is on another server, {shown(str(url))}: if that is right, add it to hosts")
        return str(url.with_user(None))

    def _without_key(self, following: str) -> str:
        """The next page's address without the API key, which some servers include: it is saved between polls."""
        parameter = self._api.about.auth.parameter
        if not parameter or self._api.about.paging.kind != "next" or parameter not in following:
            return following
        return str(URL(following).without_query_params(parameter))

    def _read(self, body: bytes) -> Page:
        api, limit = self._api, self._api.about.limits.items
        answer = decoded(body, api.about.answer)
        following = self._without_key(api.next.text(answer)) if api.next else ""
        expected = api.expect or (api.items if api.about.answer == "json" and not following else None)
        if expected and not expected.matches(answer):
            where = api.about.items.expect or api.about.items.path
            raise Rejected(f"the answer has nothing at {where!r}: not the listing that was asked for")
        found = api.items.find_all(answer)
        if len(found) > limit:
            raise Rejected(f"{len(found)} items on one page, more than limits.items ({limit})")
        more = api.more.text(answer).lower() not in ("", "false", "0", "no") if api.more else None
        values = tuple(value for one in found if (value := api.value.text(one))) if api.value else ()
        return Page([self._item(one) for one in found], following, more, values)

    def _item(self, value: Any) -> ApiItem:
        api = self._api
        if isinstance(value, dict) and api.about.items.drop:
            value = {key: part for key, part in value.items() if key not in api.about.items.drop}
        version = api.version.text(value) if api.version else ""
        digest = hashlib.sha256(version.encode("utf-8", "replace") if version else _canonical(value)).hexdigest()[:32]
        return ApiItem(api.item_id.text(value) or digest, digest, value)

    async def content(self, item: ApiItem) -> bytes:
        """The bytes to send for an item: the item itself, or the content at its address."""
        fetch = self._api.about.fetch
        address = self._address(item) if fetch else ""
        if fetch is None or not address:
            return encoded(item.value)
        headers = {"Accept": ACCEPT[fetch.answer], **fetch.headers}
        http_request = _http_request(address, fetch.method, headers, _with_item_id(fetch.body, item.id), {})
        async with self._fetching:
            body = await self._send(http_request, "the item's server")
        return await asyncio.to_thread(self._merged, item, body)

    def _address(self, item: ApiItem) -> str:
        fetch, base = self._api.about.fetch, URL(self._api.about.endpoint)
        if fetch and fetch.template:
            return str(check_url(fetch.template.replace(ID, quote(item.id, safe=""))))
        found = self._api.address.text(item.value) if self._api.address else ""
        return str(check_url(str(base.join(URL(found)))).with_user(None)) if found else ""

    def _merged(self, item: ApiItem, body: bytes) -> bytes:
        fetch = self._api.about.fetch
        assert fetch is not None
        part: Any = body.decode("utf-8", "replace") if fetch.into and fetch.answer == "bytes" else body
        if fetch.answer != "bytes":
            part = _first(self._api.part, decoded(body, fetch.answer))
            if part is None:
                raise Rejected(f"the item's content has nothing at {fetch.path!r}")
        elif not body:
            raise Rejected("the item's content is empty")
        if not fetch.into:
            return part if isinstance(part, bytes) else encoded(part)
        if isinstance(part, etree._Element):  # noqa: SLF001 - lxml has no other name for it
            part = etree.tostring(part, encoding="unicode", with_tail=False)
        return encoded({**item.value, fetch.into: part})

    async def _send(self, http_request: HttpRequest, server: str) -> bytes:
        """The body of a 200; after a 401, retry once with a new token."""
        for is_last in (False, True):
            await self._wait_for_turn()
            secrets = await self._credentials.secrets()
            answer = await self._fetcher.send(
                replace(
                    http_request,
                    secret_headers=secrets.headers,
                    secret_parameters=secrets.parameters,
                    trusted=self._api.origins,
                )
            )
            if answer.status == OK:
                return answer.body
            if answer.status != UNAUTHORIZED or is_last or not self._credentials.refused(secrets):
                raise UnexpectedStatus(server, answer)
        raise AssertionError("the last try returns or raises")

    async def _wait_for_turn(self) -> None:
        if rate := self._api.about.limits.requests_per_minute:
            now = time.monotonic()
            turn = max(now, self._free_at)
            self._free_at = turn + 60 / rate
            await asyncio.sleep(turn - now)


def _http_request(
    address: str, method: str, headers: dict[str, str], body: dict[str, Any], parameters: Mapping[str, str]
) -> HttpRequest:
    """A request whose parameters are in the address or, with POST, in the JSON body under dotted names."""
    if method == "GET":
        return HttpRequest(str(URL(address).update_query(parameters)) if parameters else address, headers=headers)
    content: dict[str, Any] = copy.deepcopy(body)
    for name, value in parameters.items():
        *tables, last = name.split(".")
        table = content
        for table_name in tables:
            table = table.setdefault(table_name, {})
        table[last] = value
    return HttpRequest(address, method, {"Content-Type": "application/json", **headers}, msgspec.json.encode(content))


def _with_item_id(value: Any, item_id: str) -> Any:
    """A body with the item's id in place of ``{id}``; inside a longer text, as in a string of JSON or GraphQL."""
    if isinstance(value, dict):
        return {key: _with_item_id(part, item_id) for key, part in value.items()}
    if not isinstance(value, str) or value == ID:
        return item_id if value == ID else value
    return value.replace(ID, msgspec.json.encode(item_id)[1:-1].decode())


def _first(path: ItemPath | None, answer: Any) -> Any:
    return next(iter(path.find_all(answer)), None) if path else answer


def _canonical(value: Any) -> bytes:
    return msgspec.json.encode(value, order="sorted") if isinstance(value, dict) else encoded(value)
