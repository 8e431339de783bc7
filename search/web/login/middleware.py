"""What stands before every page: host names, login, and headers that forbid a browser all that the pages do not need.

A plain ASGI layer, so that streams of events pass through it as they come.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.http.keys import Denied
from search.web.login.access import Login, Reader

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers would not say which page a form is from
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
OPEN = ("/health", "/static/", "/login")  # who logs in is nobody yet

Refuse = Callable[[Scope, Denied], Awaitable[Any]]


class AccessMiddleware:
    """The application behind its guard. ``hosts`` are the names it answers to, none for any."""

    def __init__(self, app: ASGIApp, login: Login, hosts: frozenset[str], refuse: Refuse) -> None:
        self._app = app
        self._login = login
        self._hosts = hosts
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "private, no-cache")
            await send(message)

        try:
            self._check_host(scope)
            if not scope["path"].startswith(OPEN):
                address = scope["client"][0] if scope.get("client") else ""
                headers = Headers(scope=scope)
                reader = await self._login.admit(headers, address)
                scope.setdefault("state", {}).update(
                    reader=reader, still=partial(self._still, reader, headers, address)
                )
        except Denied as denied:
            await (await self._refuse(scope, denied))(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)

    async def _still(self, reader: Reader, headers: Headers, address: str) -> bool:
        """Whether the request still comes from this reader, with the same rights."""
        return await self._login.known(headers, address) == reader

    def _check_host(self, scope: Scope) -> None:
        host = Headers(scope=scope).get("host", "").rpartition(":")
        name = (host[0] if host[1] and host[2].isdigit() else "".join(host)).lower()
        if self._hosts and name not in self._hosts:
            raise Denied(421, "This host name is not allowed. Add it to the page's host names.")
