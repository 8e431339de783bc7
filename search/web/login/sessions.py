"""Logins at an OpenID provider: who a session's cookie says somebody is, and the pages /login, /login/back and /logout.

A session is kept in the desk's database, so it holds at every process and ends there for all of them. What was read is
believed for a moment; while the database is away, those who were known go on reading for a while.
"""

import hmac
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import TypeVar

import msgspec
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from processors.annotations import Record
from search.desk import Desk, DeskUnavailable
from search.desk.sessions import digest
from search.http.keys import Denied, RateLimit, presented
from search.http.shared_counts import SharedCounts
from search.web.desk.forms import Form, form_of
from search.web.login.access import KeyLogin, Reader, named_reader
from search.web.login.openid import Attempt, OpenIdError, OpenIdProvider, Person
from search.web.site import reader_of, site_of

log = logging.getLogger(__name__)

BELIEVED = 2.0  # seconds for which a session that was read is not read again
GRACE = 900.0  # seconds for which who was known goes on reading while the database is away
REMEMBERED = 10_000  # sessions
LOGIN_SECONDS = 600.0  # for a login at the provider
LOGIN_RATE = 60  # logins that one address may begin in a minute
SIGN_IN = "Sign in first."
AWAY = "Sign-in is not available at the moment. Try again soon."
EXPIRED = "This sign-in took too long, or was begun in another browser. Sign in again."

T = TypeVar("T")


class SignInFirst(Denied):
    """A request of somebody who has to log in at a provider first."""

    def __init__(self) -> None:
        super().__init__(401, SIGN_IN)
        self.sign_in = True


class _Begun(Record, frozen=True):
    """What is kept of a login under way. ``browser`` is the digest of a cookie: no other browser finishes it."""

    attempt: Attempt
    browser: str
    back: str


class SessionLogin:
    """Login by a session's cookie; programs may come with a key, where ``keys`` are given."""

    def __init__(self, desk: Desk, *, secure: bool, seconds: float, keys: KeyLogin | None = None) -> None:
        self._sessions = desk.sessions
        self._keys = keys
        self._seconds = seconds
        self.secure = secure
        # Browsers take a name with this beginning from the page itself only, and over TLS.
        self.cookie = "__Host-newswire" if secure else "newswire"
        self._read: OrderedDict[str, tuple[float, Person | None, float]] = OrderedDict()

    async def admit(self, headers: Mapping[str, str], address: str) -> Reader:
        """Whose session or key it is."""
        if self._keys and presented(headers):
            return await self._keys.admit(headers, address)
        reader = await self._reader(headers, address)
        if reader is None:
            raise SignInFirst
        return reader

    async def known(self, headers: Mapping[str, str], address: str) -> Reader | None:
        """Whose session or key it still is."""
        if self._keys and presented(headers):
            return await self._keys.known(headers, address)
        try:
            return await self._reader(headers, address)
        except Denied:
            return None

    async def begin(self, person: Person) -> str:
        """A session for somebody who has just logged in; gives the cookie's value."""
        return await self._sessions.begin(person.name, msgspec.json.encode(person).decode(), self._seconds)

    async def end(self, headers: Mapping[str, str]) -> None:
        """End the session of a request."""
        token = self._token(headers)
        await self._sessions.end(token)
        self._read.pop(digest(token), None)

    def give(self, answer: Response, token: str) -> None:
        """Have an answer bring the session's cookie."""
        answer.set_cookie(
            self.cookie, token, max_age=int(self._seconds), path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def _token(self, headers: Mapping[str, str]) -> str:
        return cookie_in(headers, self.cookie)

    async def _reader(self, headers: Mapping[str, str], address: str) -> Reader | None:
        token = self._token(headers)
        person = await self._person(token) if token else None
        if person is None:
            return None
        return named_reader(person.name, display=person.display, groups=person.groups, address=address)

    async def _person(self, token: str) -> Person | None:
        name, now = digest(token), time.monotonic()
        read, person, ends = self._read.get(name, (0.0, None, 0.0))
        if now - read < BELIEVED and name in self._read:
            return person if time.time() < ends else None
        try:
            found = await self._sessions.of(token)
        except DeskUnavailable:
            if person is not None and now - read < GRACE and time.time() < ends:
                return person
            raise Denied(503, AWAY, 5) from None
        person = msgspec.json.decode(found[0], type=Person) if found else None
        self._read[name] = now, person, found[1] / 1000 if found else 0.0
        self._read.move_to_end(name)
        if len(self._read) > REMEMBERED:
            self._read.popitem(last=False)
        return person


def cookie_in(headers: Mapping[str, str], name: str) -> str:
    """A cookie of a request, "" where there is none."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def pages_of(
    provider: OpenIdProvider, login: SessionLogin, desk: Desk, shared: SharedCounts | None = None
) -> APIRouter:
    """The pages by which readers log in and out."""
    router = APIRouter()
    rate = RateLimit(LOGIN_RATE, shared=shared, name="login")
    begun = "__Host-newswire-login" if login.secure else "newswire-login"

    @router.get("/login")
    async def sign_in(request: Request) -> Response:
        """Send the browser to the provider."""
        if seconds := rate.wait(request.client.host if request.client else ""):
            raise HTTPException(429, "Too many sign-ins.", {"Retry-After": str(int(seconds) + 1)})
        back = Form([("back", request.query_params.get("back", "/"))]).back
        address, attempt = await _said(provider.begin())
        browser = cookie_in(request.headers, begun) or digest(attempt.verifier + attempt.nonce)
        kept = msgspec.json.encode(_Begun(attempt, digest(browser), back)).decode()
        await _kept(desk.sessions.keep_login(attempt.state, kept, LOGIN_SECONDS))
        answer = RedirectResponse(address, 303)
        answer.set_cookie(
            begun, browser, max_age=int(LOGIN_SECONDS), path="/", secure=login.secure, httponly=True, samesite="lax"
        )
        return answer

    @router.get("/login/back")
    async def come_back(request: Request) -> Response:
        """Begin a session for who comes back from the provider."""
        asked = request.query_params
        kept = await _kept(desk.sessions.take_login(asked.get("state", "")))
        mine = msgspec.json.decode(kept, type=_Begun) if kept else None
        browser = digest(cookie_in(request.headers, begun))
        if mine is None or not hmac.compare_digest(mine.browser, browser):
            raise HTTPException(400, EXPIRED)
        if not asked.get("code"):
            raise HTTPException(403, "The sign-in service did not let you in.")
        person = await _said(provider.finish(asked["code"], mine.attempt))
        await _kept(desk.meet(person.name, person.display, person.groups))
        answer = RedirectResponse(mine.back, 303)
        login.give(answer, await _kept(login.begin(person)))
        answer.delete_cookie(begun, path="/", secure=login.secure, httponly=True, samesite="lax")
        return answer

    @router.post("/logout")
    async def sign_out(request: Request) -> Response:
        """End the session, for every process."""
        await form_of(request, reader_of(request))
        await _kept(login.end(request.headers))
        answer = RedirectResponse("/login/out", 303)
        answer.delete_cookie(login.cookie, path="/", secure=login.secure, httponly=True, samesite="lax")
        return answer

    @router.get("/login/out")
    async def signed_out(request: Request) -> Response:
        """What one sees who has signed out."""
        return await site_of(request).page(request, "signed_out.html", {})

    return router


async def _said(work: Awaitable[T]) -> T:
    """What the provider gives; its trouble as an answer."""
    try:
        return await work
    except OpenIdError as error:
        log.warning("login: %s: %s", error, error.__cause__)
        raise HTTPException(503, str(error)) from None


async def _kept(work: Awaitable[T]) -> T:
    """What the database gives; that it is away as an answer."""
    try:
        return await work
    except DeskUnavailable:
        raise HTTPException(503, AWAY, {"Retry-After": "5"}) from None
