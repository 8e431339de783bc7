"""Reads the TOML description of a polled API: takes a file, returns a checked `ApiDescription`.

`docs/feeds.md` explains every field. Secrets are never in it: it names the files that hold them.
"""

import re
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import msgspec

from processors.text.toml_errors import placed
from search.http.public import shown
from streams.errors import Rejected, SettingsError
from streams.feeds.apis.paths import ItemPath, compiled
from streams.feeds.fetch import check_url
from streams.spans import parse_span

MAX_FILE = 256 * 1024
SHIPPED = "descriptions"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: a misspelt field is an error, not ignored."""


class Auth(_Table, frozen=True):
    """How requests are authenticated. Files are relative to ``NEWSWIRE_API_SECRETS``."""

    kind: Literal["none", "key", "basic", "client-credentials"] = "none"
    key_file: str = ""
    header: str = ""  # that the key goes into, after ``prefix``
    prefix: str = ""
    parameter: str = ""  # of the query that the key goes into instead
    user: str = ""
    password_file: str = ""
    token_endpoint: str = ""
    client_id: str = ""
    client_id_file: str = ""
    client_secret_file: str = ""
    scope: str = ""
    audience: str = ""
    send_as: Literal["form", "json"] = "form"  # how the token is asked for


class Paging(_Table, frozen=True):
    """How the next page of a listing is asked for.

    ``path`` is where the answer has the next page's address (next) or its cursor; ``parameter`` takes the cursor, the
    page's number, or the offset of its first item.
    """

    kind: Literal["none", "next", "cursor", "page", "offset"] = "none"
    path: str = ""
    more: str = ""  # where the answer says whether there is another page
    parameter: str = ""
    first: int = 1  # the first page's number
    step: int = 0  # items on a page, by which the offset grows


class Position(_Table, frozen=True):
    """What is kept between polls, so that the next one goes on where the last one ended.

    ``known``: nothing but the items; the listing is newest first and is read until it has only known ones. ``next``:
    the next page's address or cursor. ``since``: the highest time or number of the items, from which on they are asked.
    """

    kind: Literal["known", "next", "since"] = "known"
    known_pages: int = 1  # so many pages in a row with nothing new end a poll
    first_pages: int = 10  # so many pages are read by the first poll
    restart: tuple[int, ...] = ()  # statuses that say that the kept address or cursor has expired
    parameter: str = ""
    path: str = ""  # of an item's time or number
    form: Literal["iso", "seconds", "milliseconds", "number"] = "iso"
    first: str = "24h"  # how far the first poll goes back; for numbers, the first one
    overlap: str = "5m"  # is asked for again: items may turn up late
    order: Literal["oldest-first", "newest-first"] = "oldest-first"


class Items(_Table, frozen=True):
    """Where the items are in an answer, and what tells them apart."""

    path: str
    id: str
    expect: str = ""  # what every proper answer has: without it, the answer is an error and not an empty page
    version: str = ""  # changes with every version; without it, the item's bytes tell
    source: str = ""  # provider of the items; what they say themselves when left out
    content_type: str = ""
    drop: tuple[str, ...] = ()  # fields of a JSON item that are left out, such as a score


class ItemFetch(_Table, frozen=True):
    """How the content of an item is fetched, where the listing does not have it.

    The address is in the item (``address``) or made from its id (``template``). The answer replaces the item, or is put
    into it as the field ``into``. ``path`` picks a part of the answer.
    """

    address: str = ""
    template: str = ""
    method: Literal["GET", "POST"] = "GET"
    body: dict[str, Any] = {}
    headers: dict[str, str] = {}
    answer: Literal["json", "xml", "bytes"] = "bytes"
    path: str = ""
    into: str = ""


class ApiLimits(_Table, frozen=True):
    """Bounds of one API. What exceeds them is an error of its feed, by name."""

    pages: int = 50  # read by one poll
    items: int = 1000  # on one page
    bytes: int = 20 * 1024 * 1024  # of one answer, decompressed
    seconds: float = 60.0  # for one answer, redirects included
    requests_per_minute: int = 0  # 0: no limit
    fetches_at_once: int = 4
    give_up: str = "1h"  # after so long an item whose content cannot be fetched is rejected, by name


class ApiDescription(_Table, frozen=True):
    """All of a file."""

    name: str
    endpoint: str
    items: Items
    answer: Literal["json", "xml"] = "json"
    method: Literal["GET", "POST"] = "GET"
    every: str = "60s"
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    body: dict[str, Any] = {}
    namespaces: dict[str, str] = {}
    hosts: tuple[str, ...] = ()  # other origins that get the credentials too
    auth: Auth = Auth()
    paging: Paging = Paging()
    position: Position = Position()
    fetch: ItemFetch | None = None
    limits: ApiLimits = ApiLimits()


class Api:
    """A description, its paths compiled and its spans read. Raises ``Rejected`` or ``ValueError`` for wrong ones."""

    def __init__(self, description: ApiDescription) -> None:
        self.about = description
        self.name, self.id = description.name, f"api:{description.name}"
        self.every = parse_span(description.every)
        self.give_up = parse_span(description.limits.give_up)
        self.items = self._needed(description.items.path)
        self.expect = self._path(description.items.expect)
        self.item_id = self._needed(description.items.id)
        self.version = self._path(description.items.version)
        self.next = self._path(description.paging.path)
        self.more = self._path(description.paging.more)
        self.value = self._path(description.position.path)
        fetch = description.fetch or ItemFetch()
        self.address = self._path(fetch.address)
        self.part = compiled(fetch.path, fetch.answer, description.namespaces)
        position = description.position
        numbers = position.form == "number"
        self.overlap = float(position.overlap) if numbers else parse_span(position.overlap)
        self.first = float(position.first) if numbers else parse_span(position.first)

    def _needed(self, text: str) -> ItemPath:
        if (path := self._path(text)) is None:
            raise ValueError("items: path and id must not be empty")
        return path

    def _path(self, text: str) -> ItemPath | None:
        return compiled(text, self.about.answer, self.about.namespaces)

    @cached_property
    def origins(self) -> frozenset[str]:
        """The origins to which credentials go."""
        return frozenset(str(check_url(one).origin()) for one in (self.about.endpoint, *self.about.hosts))


def shipped() -> list[str]:
    """The names of the descriptions that come with Newswire."""
    folder = resources.files(__package__) / SHIPPED
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def text_of(name: str) -> str:
    """A description's text: of a file, or of a shipped one by its name. Raises ``SettingsError``."""
    try:
        if name in shipped():
            return (resources.files(__package__) / SHIPPED / f"{name}.toml").read_text("utf-8")
        with Path(name).open(encoding="utf-8") as file:
            text = file.read(MAX_FILE + 1)
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(shipped())
        raise SettingsError(f"{name}: {error}; descriptions that come with Newswire: {known}") from error
    if len(text) > MAX_FILE:
        raise SettingsError(f"{name}: longer than {MAX_FILE} characters")
    return text


def read_description(name: str, *, allow_private: bool = False) -> Api:
    """A description by its file or shipped name, checked. Raises ``SettingsError`` with what is wrong."""
    text = text_of(name)
    try:
        description = msgspec.toml.decode(text, type=ApiDescription)
        _check(description)
        if not allow_private:
            _check_tls(description)
        return Api(description)
    except (ValueError, Rejected) as error:  # msgspec's and TOML's errors are ValueErrors
        raise SettingsError(placed(name, text, error)) from error


def _check(about: ApiDescription) -> None:
    """Raise ``ValueError`` for fields that do not fit together."""
    check_url(about.endpoint)
    paging, position, auth = about.paging, about.position, about.auth
    for wrong, what in (
        (not _NAME.fullmatch(about.name), "name: letters, digits, dots, dashes and underscores only"),
        (paging.kind in ("next", "cursor") and not paging.path, f"paging: {paging.kind} needs path"),
        (paging.kind in ("cursor", "page", "offset") and not paging.parameter,
         f"paging: {paging.kind} needs parameter"),
        (paging.kind == "offset" and paging.step < 1, "paging: offset needs step"),
        (position.kind == "next" and paging.kind not in ("next", "cursor"),
         "position: next needs paging by next or cursor"),
        (position.kind == "since" and not (position.parameter and position.path),
         "position: since needs parameter and path"),
        (position.form == "number" and not (position.first.isdigit() and position.overlap.isdigit()),
         "position: with numbers, first and overlap are numbers"),
        (auth.kind == "key" and not (auth.key_file and bool(auth.header) != bool(auth.parameter)),
         "auth: key needs key_file, and either header or parameter"),
        (auth.kind == "basic" and not (auth.user and auth.password_file), "auth: basic needs user and password_file"),
        (auth.kind == "client-credentials" and not (
            auth.token_endpoint and auth.client_secret_file and bool(auth.client_id) != bool(auth.client_id_file)),
         "auth: client-credentials needs token_endpoint, client_secret_file, and client_id or client_id_file"),
        (about.fetch and bool(about.fetch.address) == bool(about.fetch.template),
         "fetch: needs either address or template"),
        (about.fetch and about.fetch.into and about.answer != "json", "fetch: into is for JSON items"),
        (min(about.limits.pages, about.limits.items, about.limits.bytes, about.limits.fetches_at_once) < 1,
         "limits: at least 1 each"),
    ):  # fmt: skip
        if wrong:
            raise ValueError(what)


def _check_tls(about: ApiDescription) -> None:
    """Raise ``ValueError`` if secrets would travel without TLS."""
    secret = () if about.auth.kind == "none" else (about.endpoint, about.auth.token_endpoint, *about.hosts)
    if plain := next((url for url in secret if url.startswith("http:")), ""):
        raise ValueError(f"{shown(plain)}: secrets are sent over https:// only")
