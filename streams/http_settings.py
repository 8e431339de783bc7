"""The settings of the HTTP feed and of the page: keys, limits and appearance. A part of `streams.settings`."""

from typing import Literal

from pydantic import Field, SecretStr

from streams.secret_files import SettingsFromFiles
from streams.setting_types import File, Zone


class HttpSettings(SettingsFromFiles):
    """Who may use the HTTP feed and the page, how much, and what the page looks like."""

    keys: SecretStr = Field(
        SecretStr(""),
        description="API keys of HTTP clients: name:sha256[:source[:scopes]], several separated by spaces or commas; "
        "`newswire key` makes one",
    )
    keys_file: File = Field(
        None, description="File with such keys, one per line, read again when it changes; # starts a comment"
    )
    key_rate: int = Field(6000, ge=0, description="Requests a minute with one key over HTTP; 0 for no limit")
    wrong_key_rate: int = Field(
        60, ge=0, description="Requests a minute from one address with a wrong key; 0 for no limit"
    )
    push_at_once: int = Field(
        32,
        ge=1,
        description="Requests that newswire feed http accepts at once; together with --max-body this bounds its memory",
    )
    push_each: int = Field(8, ge=1, description="Requests with one key that newswire feed http accepts at once")
    push_seconds: float = Field(
        60.0, gt=0, description="Seconds within which the body of an HTTP request must have arrived"
    )
    push_pace: float = Field(
        4096.0, gt=0, description="Minimum rate of an HTTP body in bytes per second, after its first 5 s"
    )
    page_login: Literal["local", "key", "proxy", "open"] = Field(
        "local",
        description="Who may read the page: local serves this machine only, key requires a key with the scope search, "
        "proxy trusts the user that a reverse proxy names, open allows everybody",
    )
    page_user_header: str = Field(
        "X-Forwarded-User", pattern=r"^[A-Za-z0-9-]{1,100}$", description="Header in which the proxy names the reader"
    )
    page_proxies: str = Field(
        "127.0.0.1", description="Addresses of trusted reverse proxies, separated by spaces or commas"
    )
    page_hosts: str = Field(
        "",
        description="Host names of the page, separated by spaces or commas; any if empty and not on loopback",
    )
    page_title: str = Field("Newswire", min_length=1, max_length=60, description="The page's name")
    page_zone: Zone = Field("UTC", description="Time zone in which the page shows times, such as Europe/Prague")
    page_size: int = Field(40, ge=1, le=200, description="Stories on one page of the wire")
    page_marks: int = Field(
        2000,
        ge=0,
        description="Most names, and most sentences with a tone, that the page highlights in one story",
    )
    page_characters: int = Field(
        1_000_000, ge=1000, description="Most characters of a story's text that the page shows"
    )
    page_seconds: float = Field(10.0, gt=0, description="Seconds that the page waits for the index at most")
    page_at_once: int = Field(16, ge=1, description="Searches that the page runs at once; others wait")
    page_live: int = Field(200, ge=0, description="Live pages at once (pages that are updated while they are open)")
    page_live_each: int = Field(
        20,
        ge=0,
        description="Live pages at once for one reader, or for one address if readers have no "
        "names; all readers of an address together get at most half of NEWSWIRE_PAGE_LIVE",
    )
    page_live_seconds: float = Field(
        900.0,
        gt=0,
        description="Seconds after which a live page must authenticate again, which browsers do automatically",
    )
