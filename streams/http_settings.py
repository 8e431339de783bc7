"""The settings of the HTTP feed, of the page and of alerts: keys, limits, servers. A part of `streams.settings`."""

from datetime import time
from typing import Literal

from pydantic import Field, SecretStr

from streams.secret_files import SettingsFromFiles
from streams.setting_types import File, HostPort, Security, Zone


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
    head_seconds: float = Field(
        30.0,
        gt=0,
        description="Seconds within which the head of an HTTP request must have arrived, at newswire feed http and at "
        "the page",
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
    page_login: Literal["local", "key", "proxy", "openid", "open"] = Field(
        "local",
        description="Who may read the page: local serves this machine only, key requires a key with the scope search, "
        "proxy trusts the user that a reverse proxy names, openid sends readers to an OpenID provider, open allows "
        "everybody",
    )
    page_url: str = Field(
        "", description="Address of the page as browsers see it, such as https://news.example.org; for openid"
    )
    page_session_seconds: float = Field(43_200.0, gt=0, description="Seconds after which a reader must log in again")
    openid_issuer: str = Field("", description="Address of the OpenID provider, such as https://login.example.org")
    openid_client: str = Field("", description="The page's client ID at the OpenID provider")
    openid_secret: SecretStr = Field(SecretStr(""), description="The page's secret at the OpenID provider")
    openid_claim: str = Field(
        "email",
        min_length=1,
        description="Claim of the ID token by which readers are known, in NEWSWIRE_ACCESS too; email must be verified",
    )
    openid_groups: str = Field("groups", description="Claim of the ID token that lists a reader's groups")
    openid_scopes: str = Field("openid profile email", description="Scopes that the page asks the provider for")
    page_user_header: str = Field(
        "X-Forwarded-User", pattern=r"^[A-Za-z0-9-]{1,100}$", description="Header in which the proxy names the reader"
    )
    page_groups_header: str = Field(
        "",
        pattern=r"^[A-Za-z0-9-]{0,100}$",
        description="Header in which the proxy names the reader's groups, separated by commas; none if empty",
    )
    access: File = Field(
        None,
        description="TOML file of roles: which sources each reader of the page may see, and what they may do "
        "(docs/security.md); read again when it changes. Without it readers see all sources",
    )
    page_proxies: str = Field(
        "127.0.0.1", description="Addresses of trusted reverse proxies, separated by spaces or commas"
    )
    desk: str = Field(
        "",
        description="Database of what readers keep (My desk): sqlite:///path, or postgresql://user@host:port/name for "
        "several pages; desk.sqlite in NEWSWIRE_DATA if empty, none to go without",
    )
    desk_password: SecretStr = Field(SecretStr(""), description="Password for PostgreSQL")
    desk_seconds: float = Field(3.0, gt=0, description="Seconds that the page waits for the desk's database at most")
    page_hosts: str = Field(
        "",
        description="Host names of the page, separated by spaces or commas; any if empty and not on loopback",
    )
    page_title: str = Field("Newswire", min_length=1, max_length=60, description="The page's name")
    page_zone: Zone = Field("UTC", description="Time zone in which the page shows times, such as Europe/Prague")
    page_size: int = Field(40, ge=1, le=200, description="Stories on one page of the wire")
    page_export: int = Field(10_000, ge=1, description="Most stories that one export of a search holds")
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
    page_processes: int = Field(
        1, ge=1, le=256, description="Processes that newswire serve runs behind its port; each uses one core"
    )
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


class AlertSettings(SettingsFromFiles):
    """How alerts are sent, and for how long what was sent is kept true."""

    alert_page: str = Field(
        "",
        pattern=r"^(https?://[^\s/@]+(/[^\s@]*)?)?$",
        description="Address of the page as readers reach it, such as https://wire.example.org: links in alerts lead "
        "there; no links if empty",
    )
    alert_smtp: HostPort = Field("", description="Mail server for alerts, as host:port; no mails if empty")
    alert_smtp_tls: Security = Field("starttls", description="How the mail server is spoken to: starttls, tls or none")
    alert_smtp_user: str = Field("", description="User at the mail server; no login if empty")
    alert_smtp_password: SecretStr = Field(SecretStr(""), description="Password at the mail server")
    alert_mail_from: str = Field(
        "", pattern=r"^([^\s@<>]+@[^\s@<>]+)?$", description="Sender of mails; newswire@ the mail server if empty"
    )
    alert_mail_connections: int = Field(4, ge=1, le=64, description="Connections to the mail server of one process")
    alert_secret: SecretStr = Field(
        SecretStr(""),
        description="Secret from which the key of each webhook is made (newswire searches list --keys shows them); no "
        "webhooks if empty",
    )
    alert_push_key: SecretStr = Field(
        SecretStr(""),
        description="VAPID private key for browser push, base64url or PEM; no browser push if empty",
    )
    alert_push_contact: str = Field(
        "mailto:newswire@localhost",
        pattern=r"^(mailto:|https://)\S+$",
        description="How operators of push services reach you",
    )
    alert_allow_private: bool = Field(
        default=False, description="Whether webhooks and chats may be at private addresses, as inside your own network"
    )
    alert_seconds: float = Field(10.0, gt=0, description="Seconds within which a server must answer an alert")
    alert_at_once: int = Field(
        128,
        ge=1,
        description="Alerts that one process sends at once by one kind of channel; at most a quarter of them, or 8 if "
        "that is more, to one server",
    )
    alert_longest: float = Field(60.0, gt=0, description="Maximum pause in seconds between tries of an alert")
    alert_give_up: float = Field(
        86_400.0, gt=0, description="Seconds after which an alert that no server takes is given up"
    )
    alert_oldest_hours: float = Field(
        24.0,
        gt=0,
        description="Hours after its receipt for which a story is news; older ones, as of a replay, do not alert",
    )
    alert_event_seconds: float = Field(
        5.0, ge=0, description="Seconds that alerts limited to one per event wait for a story's event to be known"
    )
    alert_merged_names_seconds: float = Field(
        5.0, ge=0, description="Seconds that the first story of an alert process waits for the names that are merged"
    )
    alert_daily_at: time = Field(time(7), description="When daily digests are sent, by the reader's clock")
    alert_days: float = Field(
        30.0, ge=1, description="Days for which corrections and kills of what was sent are sent after it"
    )
    alert_batch: int = Field(100, ge=1, description="Stories matched at a time")
    alert_rising_seconds: float = Field(
        60.0, gt=0, description="Seconds between counts for saved searches that alert when there are more than usual"
    )
    alert_rising_hours: float = Field(24.0, ge=1, description="Hours for which such a search does not alert again")
