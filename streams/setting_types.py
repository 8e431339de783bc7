"""Types of settings with checks: take text, return the value, or raise ``ValueError`` with the valid forms."""

import ssl
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


def _is_an_authority(value: Path | None) -> Path | None:
    if value:
        try:
            ssl.create_default_context(cafile=value)
        except OSError as error:
            raise ValueError(f"{value} is no readable PEM file of certificates: {error.strerror or error}") from None
    return value


def _has_ports(value: str) -> str:
    if "@" in value:  # not shown: what is before it may be a password
        raise ValueError("give host:port only; user and password have settings of their own")
    for server in value.split(","):
        host, _, port = server.strip().rpartition(":")
        if not host or not port.isdigit():
            raise ValueError(f"{server.strip()!r} is not host:port")
    return value


def _is_a_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is no time zone known here; write one such as Europe/Prague") from None
    return value


def _is_a_store(value: str) -> str:
    if not value.startswith(("http://", "https://", "sqlite:///")):
        raise ValueError("use http://host:port, https://host:port or sqlite:///path")
    if value.startswith("http") and "@" in value:
        raise ValueError("no password in the address: use NEWSWIRE_INDEX_USER and NEWSWIRE_INDEX_PASSWORD")
    return value


File = Annotated[Path | None, BeforeValidator(_empty_is_none)]
Authority = Annotated[File, AfterValidator(_is_an_authority)]
Servers = Annotated[str, AfterValidator(_has_ports)]
Zone = Annotated[str, AfterValidator(_is_a_zone)]
StoreAddress = Annotated[str, AfterValidator(_is_a_store)]
