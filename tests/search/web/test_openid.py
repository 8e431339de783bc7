"""Logins at an OpenID provider: with a real one on loopback, and what a browser, or somebody else's, may bring back."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from search.alerts.saved import SavedSearch
from search.desk import Desk, open_database
from search.http.keys import Denied, KeyGate, KeyRing, make_key
from search.open import open_store
from search.visibility import NO_SOURCE, sources_named
from search.web import Options, create_app
from search.web.login import sessions
from search.web.login.access import KeyLogin
from search.web.login.openid import OpenIdError, OpenIdProvider, OpenIdSettings, person_of
from search.web.login.reviewing import review
from search.web.login.rights import RightsFile, RightsLogin, parse_rights
from search.web.login.sessions import SessionLogin, pages_of
from tests.search.samples import START, document
from tests.search.web.conftest import asking

ADA = {"email": "ada@example.org", "email_verified": True, "name": "Ada Lovelace", "groups": ["editors", "all"]}
SETTINGS = OpenIdSettings("https://login.test", "newswire", "secret", "http://page.test")
ROLES = '[roles.editor]\nmay = ["claim"]\n[groups]\neditors = ["editor"]\n[otherwise]\nclosed = []\n'


def test_who_somebody_is() -> None:
    ada = person_of(ADA, SETTINGS)
    assert (ada.name, ada.display, ada.groups) == ("ada@example.org", "Ada Lovelace", ("all", "editors"))
    wrong: list[dict[str, Any]] = [
        {}, {"email": ""}, {"email": 3}, {"email": "a\n"}, {"email": "x" * 300}, {**ADA, "email_verified": False},
        {"email": "ada@example.org"}, {**ADA, "email_verified": "true"},
    ]  # fmt: skip
    for claims in wrong:
        with pytest.raises(OpenIdError):
            person_of(claims, SETTINGS)
    assert person_of({**ADA, "groups": "editors"}, SETTINGS).groups == ()


async def test_a_session_is_believed_for_a_moment_and_longer_while_the_database_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(open_database(f"sqlite:///{tmp_path / 'desk' / 'desk.db'}"))
    login = SessionLogin(desk, secure=True, seconds=60)
    token = await login.begin(person_of(ADA, SETTINGS))
    headers = {"cookie": f"other=1; __Host-newswire={token}"}
    ada = await login.admit(headers, "::1")
    assert (ada.owner, ada.display, ada.groups, ada.address) == (
        "ada@example.org",
        "Ada Lovelace",
        ("all", "editors"),
        "::1",
    )
    for wrong in ({}, {"cookie": "__Host-newswire=x"}, {"cookie": f"newswire={token}"}, {"cookie": "\x00=;;"}):
        with pytest.raises(Denied) as denied:
            await login.admit(wrong, "::1")
        assert (denied.value.status, denied.value.sign_in) == (401, True)
        assert await login.known(wrong, "::1") is None
    elsewhere = SessionLogin(desk, secure=True, seconds=60)
    assert await elsewhere.known(headers, "::1") == ada
    await login.end(headers)
    assert await login.known(headers, "::1") is None
    assert await elsewhere.known(headers, "::1") == ada  # for a moment
    monkeypatch.setattr(sessions, "BELIEVED", 0.0)
    assert await elsewhere.known(headers, "::1") is None
    token = await login.begin(person_of(ADA, SETTINGS))
    headers = {"cookie": f"__Host-newswire={token}"}
    await elsewhere.admit(headers, "::1")
    await desk.close()
    (tmp_path / "desk").rename(tmp_path / "gone")
    (tmp_path / "desk").write_text("in its place")
    assert await elsewhere.admit(headers, "::1") == ada
    with pytest.raises(Denied) as denied:
        await SessionLogin(desk, secure=True, seconds=60).admit(headers, "::1")
    assert denied.value.status == 503
    monkeypatch.setattr(sessions, "GRACE", 0.0)
    assert await elsewhere.known(headers, "::1") is None


async def test_searches_alert_of_what_their_owners_may_see_now(tmp_path: Path) -> None:
    told: list[tuple[str, SavedSearch | None]] = []

    async def changed(name: str, found: SavedSearch | None) -> None:
        told.append((name, found))

    desk = Desk(open_database(f"sqlite:///{tmp_path / 'desk.db'}"), changed)
    await desk.meet("ada", "Ada", ("sports",))
    token = await desk.sessions.begin("ada", "{}", 60)
    await desk.searches.save(SavedSearch("s", "ada", "oil", {"q": "oil"}, START))
    roles = '[roles.sport]\nsources = ["AP"]\n[groups]\nsports = ["sport"]\n'
    for text, sources in (
        (roles, sources_named(["ap"], only=True)),
        (roles.replace("AP", "PA"), sources_named(["pa"], only=True)),
        (f'{roles}[otherwise]\nclosed = ["ada"]', NO_SOURCE),
        (roles, sources_named(["ap"], only=True)),
    ):
        await review(desk, parse_rights(text, "roles"))
        await review(desk, parse_rights(text, "roles"))
        await desk.searches.tell()
        assert told[-1][1]
        assert told[-1][1].sources == sources
    assert len(told) == 5  # saved, and each change once
    assert await desk.sessions.of(token) is None  # it was closed meanwhile
    await desk.close()


async def test_programs_come_with_a_key(tmp_path: Path) -> None:
    desk = Desk(open_database(f"sqlite:///{tmp_path / 'desk.db'}"))
    key, line = make_key("desk", scopes=["search"])
    login = SessionLogin(desk, secure=True, seconds=60, keys=KeyLogin(KeyGate(KeyRing(line), 0, 0)))
    assert (await login.admit({"X-API-Key": key}, "")).owner == "desk"
    with pytest.raises(Denied) as denied:
        await login.admit({"X-API-Key": "x"}, "")
    assert not denied.value.sign_in
    await desk.close()


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider on loopback, which asks nobody for a password."""
    import oidc_provider_mock  # noqa: PLC0415 - with flask, which takes long to load

    users = [
        oidc_provider_mock.User(sub="ada", claims=ADA),
        oidc_provider_mock.User(sub="mallory", claims={**ADA, "email_verified": False}),
        oidc_provider_mock.User(sub="bob", claims={"email": "bob@example.org", "email_verified": True}),
    ]
    with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


class Browser:
    """A browser at the page and at the provider, by hand: each step can be looked at, or left out."""

    def __init__(self, page: httpx.AsyncClient) -> None:
        self.page = page

    async def start(self, path: str = "/") -> str:
        """Be sent to the provider; gives the address there."""
        first = await self.page.get(path)
        assert first.status_code == 303
        assert first.headers["location"].startswith("/login?back=")
        sent = await self.page.get(first.headers["location"])
        assert sent.status_code == 303
        return str(sent.headers["location"])

    async def agree(self, address: str, user: str) -> str:
        """Log in at the provider; gives where it sends the browser back to."""
        async with httpx.AsyncClient() as client:
            answer = await client.post(address, data={"sub": user})
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["location"])
        return f"{back.path}?{back.query}"

    async def log_in(self, user: str, path: str = "/") -> httpx.Response:
        return await self.page.get(await self.agree(await self.start(path), user))


@pytest.fixture
async def browser(tmp_path: Path, provider: str) -> AsyncIterator[Browser]:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    await store.write([document("one", headline="Copper rises")])
    desk = Desk(open_database(f"sqlite:///{tmp_path / 'desk.db'}"))
    login = SessionLogin(desk, secure=False, seconds=60)
    pages = pages_of(OpenIdProvider(OpenIdSettings(provider, "newswire", "secret", "http://page.test")), login, desk)
    (tmp_path / "roles.toml").write_text(ROLES)
    rights = RightsLogin(login, RightsFile(tmp_path / "roles.toml"))
    app = create_app(store, login=rights, desk=desk, sign_in=pages, options=Options(remember=0.0, signs_out=True))
    async with asking(app) as client:
        yield Browser(client)
    await desk.close()
    await store.close()


@pytest.mark.servers
async def test_a_reader_logs_in_works_and_signs_out(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = await browser.start("/story/one?show=names")
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://page.test/login/back"]
    assert {"nonce", "state", "code_challenge"} <= asked.keys()
    back = await browser.agree(address, "ada")
    answer = await browser.page.get(back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/story/one?show=names")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("newswire="))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    page = await browser.page.get("/story/one")
    assert "Signed in as Ada Lovelace" in page.text
    assert ">Take<" in page.text  # by the group that the provider named
    assert (await browser.page.get(back)).status_code == 400  # a code and a state count once
    token = re.search(r'name="token" value="(\w+)"', page.text)
    assert token
    own = {"Origin": "http://page.test"}
    assert (await browser.page.post("/logout", data={"token": "x"}, headers=own)).status_code == 403
    kept = browser.page.cookies["newswire"]
    out = await browser.page.post("/logout", data={"token": token[1]}, headers=own)
    assert out.headers["location"] == "/login/out"
    assert "You are signed out" in (await browser.page.get("/login/out")).text
    browser.page.cookies.set("newswire", kept)  # a copy of the cookie is worth nothing
    assert (await browser.page.get("/")).status_code == 303
    assert (await browser.page.get("/api/stories")).status_code == 401
    browser.page.cookies.clear()
    # A closed account loses everything at once.
    assert (await browser.log_in("ada")).status_code == 303
    assert (await browser.page.get("/")).status_code == 200
    (tmp_path / "roles.toml").write_text(ROLES.replace("closed = []", 'closed = ["ada@example.org"]'))
    closed = await browser.page.get("/")
    assert closed.status_code == 403
    assert "account is closed" in closed.text


@pytest.mark.servers
async def test_who_is_not_let_in(browser: Browser, provider: str) -> None:
    assert (await browser.log_in("mallory")).status_code == 503  # her mail address is not verified
    assert "newswire" not in browser.page.cookies
    assert (await browser.log_in("bob")).status_code == 303
    assert (await browser.page.get("/")).status_code == 403  # somebody, but without a role
    browser.page.cookies.clear()
    for back in ("/login/back", "/login/back?state=x&code=y", "/login/back?error=access_denied"):
        assert (await browser.page.get(back)).status_code == 400
    # Somebody else's browser cannot finish it: whoever sends a link with their own code logs nobody in as them.
    back = await browser.agree(await browser.start(), "ada")
    browser.page.cookies.clear()
    assert (await browser.page.get(back)).status_code == 400
    # A code of another login does not go with this one's nonce and verifier.
    first = await browser.agree(await browser.start(), "ada")
    second = await browser.agree(await browser.start(), "ada")
    code = parse_qs(urlsplit(first).query)["code"][0]
    state = parse_qs(urlsplit(second).query)["state"][0]
    assert (await browser.page.get(f"/login/back?code={code}&state={state}")).status_code == 503
    # A provider that calls itself by another name, and one that is away.
    for issuer in (provider.replace("localhost", "LOCALHOST"), "http://localhost:1"):
        with pytest.raises(OpenIdError):
            await OpenIdProvider(OpenIdSettings(issuer, "newswire", "secret", "http://page.test")).begin()
