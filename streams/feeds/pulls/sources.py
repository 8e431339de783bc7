"""The sources to pull from: reads addresses and a TOML file, gives checked `PullSource`s. Secrets are in files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from streams.errors import Rejected, SettingsError
from streams.feeds.polled_list import read_list
from streams.feeds.polling import EVERY
from streams.spans import parse_span

PORTS = {"sftp": 22, "ftp": 21, "ftps": 21, "imaps": 993, "imap": 143, "s3": 443}
IMPLICIT_TLS = 990  # FTP's port with TLS from the first byte
SETTLE = 5.0
MAX_SECRET = 64 * 1024


class PullOptions(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What may be said of a source beside its address; see ``docs/feeds.md``."""

    source: str = ""
    every: str = ""
    settle: str = ""
    done: str = ""
    failed: str = ""
    password_file: str = ""
    key_file: str = ""
    known_hosts: str = ""
    host_key: str = ""
    ca: str = ""
    endpoint: str = ""
    region: str = ""


class _PullEntry(PullOptions, frozen=True, kw_only=True):
    address: str
    name: str = ""


class _PullsFile(msgspec.Struct, forbid_unknown_fields=True):
    pull: list[_PullEntry]
    every: str = ""


@dataclass(frozen=True)
class PullSource:
    """One server and folder to pull from. ``every`` and ``settle`` are in seconds."""

    scheme: str
    host: str
    port: int
    user: str
    path: str
    name: str
    every: float = EVERY
    settle: float = SETTLE
    options: PullOptions = field(default_factory=PullOptions)

    @property
    def id(self) -> str:
        """The feed's name in the state."""
        return f"pull:{self.name}"

    def password(self) -> str:
        """What the password file holds now, "" without one. Read again for each connection, so that it may change."""
        if not self.options.password_file:
            return ""
        try:
            with Path(self.options.password_file).open(encoding="utf-8") as file:
                return file.read(MAX_SECRET).strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise SettingsError(f"{self.name}: password file {self.options.password_file}: {reason}") from None


def source_at(address: str, options: PullOptions, name: str = "", every: float = EVERY) -> PullSource:
    """A source by its address. Raises ``Rejected`` for a wrong one, without showing a password in it."""
    try:
        parts = urlsplit(address)
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:
        raise Rejected("not an address such as sftp://user@host/folder") from None
    shown = f"{scheme}://{host}{f':{port}' if port else ''}{parts.path}"
    if scheme not in PORTS or not host:
        raise Rejected(f"{shown}: give sftp://, ftps://, ftp://, imaps:// or s3:// with a host (a bucket for s3)")
    if parts.password is not None:
        raise Rejected(f"{shown}: no password in the address: use a password file")
    if parts.query or parts.fragment:
        raise Rejected(f"{shown}: nothing may follow the folder: ? and # are written %3F and %23")
    made = PullSource(
        scheme,
        # Names of buckets are taken as they are written; those of hosts are not case-sensitive.
        parts.netloc.rpartition("@")[2].partition(":")[0] if scheme == "s3" else host,
        port or PORTS[scheme],
        unquote(parts.username or ""),
        unquote(parts.path),
        name or shown,
        parse_span(options.every) if options.every else every,
        parse_span(options.settle) if options.settle else SETTLE,
        options,
    )
    _check_options(made, shown)
    return made


MAIL = ("imap", "imaps")
FILES = ("sftp", "ftp", "ftps")
FITS = {
    "known_hosts": ("sftp",),
    "host_key": ("sftp",),
    "key_file": ("sftp",),
    "endpoint": ("s3",),
    "region": ("s3",),
    "ca": ("ftps", "s3", *MAIL),
    "done": (*FILES, *MAIL),
    "failed": (*FILES, *MAIL),
}


def _check_options(made: PullSource, shown: str) -> None:
    for option, schemes in FITS.items():
        if getattr(made.options, option) and made.scheme not in schemes:
            raise Rejected(f"{shown}: {option} is for {', '.join(schemes)}")
    if made.scheme in ("sftp", *MAIL) and not made.user:
        raise Rejected(f"{shown}: name a user: {made.scheme}://user@{made.host}")
    if made.scheme in MAIL and not made.options.password_file:
        raise Rejected(f"{shown}: a mailbox needs a password file")
    if "\0" in made.path or ".." in made.path.split("/"):
        raise Rejected(f"{shown}: the folder may not contain ..")


def read_pulls(path: Path, every: float = EVERY) -> list[PullSource]:
    """The sources of a TOML file: ``[[pull]]`` tables of address, name and options. Raises ``SettingsError``."""
    return read_list(path, _PullsFile, lambda file, usual: [_source(one, usual) for one in file.pull], every)


def _source(entry: _PullEntry, every: float) -> PullSource:
    options = {name: getattr(entry, name) for name in PullOptions.__struct_fields__}
    return source_at(entry.address, PullOptions(**options), entry.name, every)


def check_secrets(sources: Sequence[PullSource]) -> None:
    """Raise ``SettingsError`` for a password file that cannot be read, before the first poll."""
    for one in sources:
        one.password()
