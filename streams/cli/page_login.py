"""How readers of the page log in, and where they keep things: takes the settings, gives what the page is made with."""

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from streams.errors import SettingsError
from streams.settings import Settings

if TYPE_CHECKING:
    from fastapi import APIRouter

    from search.desk import Desk
    from search.http.shared_counts import SharedCounts
    from search.web.login.access import Login


def desk_of(config: Settings) -> "Desk | None":
    """The database of what readers keep; ``None`` for a page that goes without."""
    from search.desk import Desk, open_database
    from streams.alerts.searches import search_publisher

    if config.desk == "none":
        return None
    address = config.desk or f"sqlite:///{config.data / 'desk.sqlite'}"
    try:
        database = open_database(address, config.desk_password.get_secret_value(), seconds=config.desk_seconds)
        return Desk(database, on_search_changed=search_publisher(config))
    except ValueError as error:
        raise SettingsError(f"NEWSWIRE_DESK: {error}") from None


def login_of(
    config: Settings, host: str, desk: "Desk | None" = None, shared: "SharedCounts | None" = None
) -> "tuple[Login, APIRouter | None]":
    """How readers log in, with the rights that they get, and the pages of a login at another server.

    ``shared`` is where processes of one port count requests together.
    Raises ``SettingsError`` for settings that do not go together.
    """
    from search.web.login.rights import RightsError, RightsFile, RightsLogin

    by_provider = config.page_login == "openid"
    login, pages = _openid(config, desk, shared) if by_provider else (_login(config, host, shared), None)
    if config.access is None:
        return login, pages
    if config.page_login in ("local", "open"):
        raise SettingsError(
            "NEWSWIRE_ACCESS gives rights to readers by name: set NEWSWIRE_PAGE_LOGIN to key, proxy or openid"
        )
    try:
        return RightsLogin(login, RightsFile(config.access)), pages
    except RightsError as error:
        raise SettingsError(f"NEWSWIRE_ACCESS: {error}") from None


def _login(config: Settings, host: str, shared: "SharedCounts | None") -> "Login":
    """How readers log in. Raises ``SettingsError`` if there is no login and strangers could reach the page."""
    from search.web.login.access import KeyLogin, OpenAccess, ProxyLogin
    from streams.cli.key import gate_of

    if config.page_login == "key":
        return KeyLogin(gate_of(config, shared=shared))
    if config.page_login == "proxy":
        return ProxyLogin(config.page_user_header, listed(config.page_proxies), config.page_groups_header)
    if config.page_login == "local" and not is_local(host):
        raise SettingsError(
            f"NEWSWIRE_PAGE_LOGIN: anybody could read at {host} without a login; set it to key, proxy or openid, or "
            "to open if that is intended"
        )
    return OpenAccess(alone=config.page_login == "local")


def _openid(config: Settings, desk: "Desk | None", shared: "SharedCounts | None") -> "tuple[Login, APIRouter]":
    """The login at an OpenID provider; programs may come with a key."""
    from search.web.login.access import KeyLogin
    from search.web.login.openid import OpenIdProvider, OpenIdSettings
    from search.web.login.sessions import SessionLogin, pages_of
    from streams.cli.key import gate_of

    for name in ("page_url", "openid_issuer", "openid_client"):
        if not getattr(config, name):
            raise SettingsError(f"NEWSWIRE_{name.upper()} is needed for NEWSWIRE_PAGE_LOGIN=openid")
    for name in ("page_url", "openid_issuer"):
        url = urlsplit(getattr(config, name))
        if url.scheme != "https" and not (url.scheme == "http" and is_local(url.hostname or "")):
            raise SettingsError(f"NEWSWIRE_{name.upper()}: write an address that begins with https://")
    if desk is None:
        raise SettingsError("NEWSWIRE_DESK: sessions are kept there, so NEWSWIRE_PAGE_LOGIN=openid needs a database")
    settings = OpenIdSettings(
        config.openid_issuer,
        config.openid_client,
        config.openid_secret.get_secret_value(),
        config.page_url,
        config.openid_claim,
        config.openid_groups,
        config.openid_scopes,
    )
    keys = KeyLogin(gate_of(config, shared=shared)) if config.keys_file or config.keys.get_secret_value() else None
    secure = urlsplit(config.page_url).scheme == "https"
    login = SessionLogin(desk, secure=secure, seconds=config.page_session_seconds, keys=keys)
    return login, pages_of(OpenIdProvider(settings), login, desk, shared)


def listed(setting: str) -> frozenset[str]:
    """The values of a setting, separated by spaces or commas."""
    return frozenset(setting.replace(",", " ").split())


def is_local(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
