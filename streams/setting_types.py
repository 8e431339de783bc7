"""Types of settings with checks: take text, return the value, or raise ``ValueError`` with the valid forms.

`fault_in` says what is wrong with the value of any setting, in words for whoever set it.
"""

import os.path
import re
import ssl
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import ErrorDetails

LONGEST_SHOWN = 60  # characters of a wrong value
_KINDS = {
    "int_parsing": "is not a whole number",
    "int_from_float": "is not a whole number",
    "float_parsing": "is not a number",
    "bool_parsing": "is neither true nor false",
}


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


def _is_host_and_port(value: str) -> str:
    return _has_ports(value) if value else value


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


def _is_an_archive(value: str) -> str:
    if value.startswith("s3://"):
        bucket, _, prefix = value.removeprefix("s3://").partition("/")
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{1,62}", bucket) or "?" in prefix or "#" in prefix:
            raise ValueError("use s3://bucket or s3://bucket/prefix; credentials go into settings of their own")
    elif "://" in value:
        raise ValueError("use a folder or s3://bucket/prefix")
    return value


def _is_no_file(value: Path) -> Path:
    if os.path.isfile(value):  # noqa: PTH113 - Path's own raises where a folder above may not be read
        raise ValueError(f"{str(value)!r} is a file; name a folder")
    return value


def fault_in(error: ErrorDetails, *, secret: bool = False) -> str:
    """What pydantic found wrong with a setting, with its value unless that is ``secret``."""
    value = "the value" if secret else repr(str(error["input"])[:LONGEST_SHOWN])
    if error["type"] in _KINDS:
        return f"{value} {_KINDS[error['type']]}"
    if error["type"] == "literal_error":
        return f"{value} is not {error['ctx']['expected']}"
    message, own = re.subn("^Value error, ", "", error["msg"])
    return message if own else re.sub("^(?:Input|String|Value) should", lambda _: f"{value} should", message)


File = Annotated[Path | None, BeforeValidator(_empty_is_none)]
ArchivePlace = Annotated[str, AfterValidator(_is_an_archive)]
Authority = Annotated[File, AfterValidator(_is_an_authority)]
Folder = Annotated[Path, AfterValidator(_is_no_file)]
HostPort = Annotated[str, AfterValidator(_is_host_and_port)]
Security = Literal["starttls", "tls", "none"]
Servers = Annotated[str, AfterValidator(_has_ports)]
Zone = Annotated[str, AfterValidator(_is_a_zone)]
StoreAddress = Annotated[str, AfterValidator(_is_a_store)]
