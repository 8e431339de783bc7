"""Pulls files by FTP, plain or with TLS, with the standard library's client.

A file's time comes from MLSD or, where the server has none, from MDTM: LIST is too coarse to tell a file that is
written again within a minute. Names go as the server's own bytes.
"""

import ftplib
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, BinaryIO

from streams.errors import Unavailable
from streams.feeds.files import Refusal, cut_items
from streams.feeds.producer import FeedItem
from streams.feeds.pulls.ftp_listing import read_list, read_mlsd
from streams.feeds.pulls.remote import (
    CHANGED,
    Entry,
    PullLimits,
    RemoteFile,
    ReportProblem,
    TemporaryError,
    copy,
    walk,
    within,
)
from streams.feeds.pulls.sources import IMPLICIT_TLS, PullSource
from streams.feeds.pulls.tls import AbortableSockets, context_of

MINUTE = 61.0  # LIST shows a change after this many seconds
LONGEST_LINE = 8192
FREE_NAMES = 100


class _Enough(Exception):
    """More names than are read."""


class _Client(ftplib.FTP_TLS):
    """The library's client with sockets that can be aborted, TLS from the start, and one TLS session for all."""

    def __init__(
        self, connections: AbortableSockets, context: ssl.SSLContext, timeout: float, *, implicit: bool
    ) -> None:
        super().__init__(context=context, timeout=timeout, encoding="latin-1")
        self._connections, self._implicit, self._seconds = connections, implicit, timeout

    def dial(self, host: str, port: int) -> None:
        """Connect and read the greeting."""
        self.host, self.port = host, port
        self.sock = self._connections.connect(host, port, self._seconds)
        self.af = self.sock.family
        if self._implicit:
            self.sock = self.context.wrap_socket(self.sock, server_hostname=host)
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        """A data connection; in the TLS session of the control connection, on which servers insist."""
        made, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321 - what agencies have; TLS by ftps://
        self._connections.keep(made, "data")
        if self._prot_p:  # type: ignore[attr-defined]
            session = getattr(self.sock, "session", None)
            made = self.context.wrap_socket(made, server_hostname=self.host, session=session)
        return made, size


class Ftp:
    """A folder on an FTP server."""

    errors: tuple[type[Exception], ...] = (ftplib.Error, OSError, EOFError)
    settles = True
    by_content = False

    def __init__(self, source: PullSource, limits: PullLimits) -> None:
        self._source, self._limits = source, limits
        self._apart = frozenset(one for one in (source.options.done, source.options.failed) if one)
        self._times: dict[str, tuple[Entry, float, float, str]] = {}  # by path: as listed, since when, asked, time

    def connect(self) -> None:
        """Connect, with TLS unless the address says ftp://, and log in."""
        source, tls = self._source, self._source.scheme == "ftps"
        self._connections = AbortableSockets()
        implicit = tls and source.port == IMPLICIT_TLS
        self._ftp = _Client(self._connections, context_of(source), self._limits.answer, implicit=implicit)
        with within(self._limits.answer, self.abort, "connecting"):
            self._ftp.dial(source.host, source.port)
            if tls and not implicit:
                self._auth_tls()
            ftplib.FTP.login(self._ftp, source.user, source.password())  # noqa: S321 - TLS is on by now, if it is wanted
            if tls:
                self._ftp.prot_p()
            self._ftp.voidcmd("TYPE I")
            self._root = self._enter()
            self._mlsd = self._has("MLST")

    def _auth_tls(self) -> None:
        """Ask for TLS before anything secret is sent. A server without it is refused."""
        self._ftp.voidcmd("AUTH TLS")
        assert self._ftp.sock
        self._ftp.sock = self._ftp.context.wrap_socket(self._ftp.sock, server_hostname=self._source.host)
        self._ftp.file = self._ftp.sock.makefile("r", encoding=self._ftp.encoding)

    def _enter(self) -> str:
        """The folder's whole path: below the one in which the login begins, unless it starts with two slashes."""
        inner = self._source.path.removeprefix("/").encode().decode("latin-1")
        if inner:
            self._ftp.cwd(inner)
        return self._ftp.pwd().rstrip("/")

    def _has(self, feature: str) -> bool:
        try:
            features = self._ftp.sendcmd("FEAT")
        except ftplib.error_perm:
            return False
        return any(line.strip().upper().startswith(feature) for line in features.splitlines())

    def listing(self, report: ReportProblem) -> Iterator[RemoteFile]:
        """Every file below the folder."""
        before, self._times = self._times, {}
        for path, entry in walk(self._entries, self._limits, self._apart, report):
            if path in before:
                self._times[path] = before[path]
            changed = entry.changed if self._mlsd else self._time(path, entry, report)
            if changed:
                yield RemoteFile(path, f"{entry.size}:{changed}", entry.size, _number(changed))

    def _entries(self, folder: str) -> list[Entry]:
        found: list[Entry] = []
        read = read_mlsd if self._mlsd else read_list
        with within(self._limits.listing, self.abort, "listing"):
            try:
                self._ftp.cwd(f"{self._root}/{folder}".rstrip("/") or "/")
            except ftplib.error_perm as error:
                if not folder:
                    raise Unavailable(f"{self._source.path}: {error}") from None
                return []
            with suppress(_Enough), self._transfer("MLSD" if self._mlsd else "LIST") as made:
                for line in _lines(made):
                    if entry := read(line):
                        found.append(entry)
                    if len(found) > self._limits.listed:
                        raise _Enough  # `walk` reports it
        return found

    @contextmanager
    def _transfer(self, command: str) -> Iterator[socket.socket]:
        """A data connection, whose end the server must confirm: else the transfer may have been cut short."""
        made = self._ftp.transfercmd(command)
        try:
            yield made
        except BaseException:
            self._hang_up(made)
            with suppress(*self.errors):
                self._ftp.getresp()
            raise
        if isinstance(made, ssl.SSLSocket):
            with suppress(OSError):
                made.unwrap()
        self._hang_up(made)
        self._ftp.voidresp()

    def _hang_up(self, made: socket.socket) -> None:
        made.close()
        self._connections.drop("data")

    def _time(self, path: str, entry: Entry, report: ReportProblem) -> str:
        """When a file was changed, to the second; "" if that is not known. Asked only if it may have changed."""
        now = time.monotonic()
        before = self._times.get(path)
        if before and before[0] == entry:
            _, since, checked, changed = before
            if checked - since > MINUTE:
                return changed
        else:
            since = now
        try:
            changed = self._command(f"MDTM {self._root}/{path}")
        except ftplib.error_perm as error:
            report(path, f"its time is not known: {error}")
            return ""
        self._times[path] = (entry, since, now, changed)
        return changed

    def _command(self, command: str) -> str:
        with within(self._limits.answer, self.abort, "waiting for an answer"):
            return self._ftp.sendcmd(command)[4:].strip()

    def fetch(self, file: RemoteFile, into: IO[bytes]) -> None:
        """Read a file, unless it is no longer what was listed."""
        self._limits.check_size(file.size)
        path = f"{self._root}/{file.path}"
        try:
            with within(self._limits.fetching, self.abort, f"fetching {file.name}"):
                with self._transfer(f"RETR {path}") as made:
                    copy(made.recv, into, self._limits, file.size)
                if not self._mlsd and f"{file.size}:{self._command(f'MDTM {path}')}" != file.fingerprint:
                    raise TemporaryError(CHANGED)
        except (ftplib.error_perm, ftplib.error_temp) as error:
            raise TemporaryError(f"cannot be read: {error}") from None

    def unpack(self, content: BinaryIO, file: RemoteFile, max_bytes: int) -> Iterable[FeedItem | Refusal]:
        """The items of a file."""
        return cut_items(content, f"{self._source.name}/{file.name}", self._source.options.source, max_bytes)

    def move(self, file: RemoteFile, to: str) -> None:
        """Move a file below the folder ``to``, overwriting nothing that the server would show."""
        goal = to if to.startswith("/") else f"{self._root}/{to}"
        with within(self._limits.answer, self.abort, f"moving {file.name}"):
            self._make_folders(goal, file.path)
            free = next((one for one in _names(f"{goal}/{file.path}") if self._is_free(one)), "")
            try:
                self._ftp.rename(f"{self._root}/{file.path}", free)
            except ftplib.error_perm as error:
                raise TemporaryError(str(error)) from None

    def _make_folders(self, goal: str, path: str) -> None:
        for folder in [goal, *(f"{goal}/{path[:end]}" for end, letter in enumerate(path) if letter == "/")]:
            with suppress(ftplib.error_perm):  # it is there
                self._ftp.mkd(folder)

    def _is_free(self, path: str) -> bool:
        try:
            self._ftp.size(path)
        except ftplib.error_perm:
            return True
        return False

    def abort(self) -> None:
        """End what waits on the connections."""
        self._connections.abort()

    def close(self) -> None:
        """Close the connection."""
        if self._ftp.sock:
            with suppress(*self.errors, Unavailable), within(1.0, self.abort, "closing"):
                self._ftp.quit()
            with suppress(*self.errors):
                self._ftp.close()
        self._connections.close()


def _number(changed: str) -> float:
    """A time as FTP writes it (YYYYMMDDHHMMSS.sss) as a number that sorts."""
    digits = changed.partition(".")[0]
    return float(digits) if digits.isdecimal() else 0.0


def _lines(made: socket.socket) -> Iterator[str]:
    with made.makefile("rb") as lines:
        while line := lines.readline(LONGEST_LINE):
            yield line.rstrip(b"\r\n").decode("latin-1")


def _names(path: str) -> Iterator[str]:
    yield path
    yield from (f"{path}.{number}" for number in range(1, FREE_NAMES))
