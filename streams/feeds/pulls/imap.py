"""Pulls mails from an IMAP mailbox, with the standard library's client. Mails are not marked as read.

A mail is known by the mailbox's UIDVALIDITY and its UID. When a server gives new ones to all, each mail's content is
compared with what was taken before, so nothing is sent again.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO, Any, BinaryIO

from streams.errors import Rejected, Unavailable
from streams.feeds.files import Refusal
from streams.feeds.producer import FeedItem
from streams.feeds.pulls.mail import unpack_mail
from streams.feeds.pulls.remote import PullLimits, RemoteFile, ReportProblem, TemporaryError, TooMany, within
from streams.feeds.pulls.sources import PullSource
from streams.feeds.pulls.tls import AbortableSockets, context_of

LISTED = re.compile(rb"UID (\d+)")
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
BYTES_FOR_A_NAME = 200  # of a listing's answer, at most


class _Client(imaplib.IMAP4):
    """The library's client with a socket that can be aborted, and a limit on what one answer may take."""

    def __init__(self, connections: AbortableSockets, source: PullSource, timeout: float) -> None:
        self._connections, self._source = connections, source
        self.left = 0
        self.allow(0)
        super().__init__(source.host, source.port, timeout)

    def allow(self, size: int) -> None:
        """How many bytes the server may send until this is called again, beside some for answers."""
        self.left = size + 1024 * 1024

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = self._connections.connect(self.host, self.port, timeout or 30.0)
        if self._source.scheme == "imaps":
            return context_of(self._source).wrap_socket(plain, server_hostname=self.host)
        return plain

    def read(self, size: int) -> bytes:
        """Read so many bytes, unless that is more than is allowed."""
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        """Read a line."""
        line = super().readline()
        self._spend(len(line))
        return line

    def _spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise self.abort("the server sends more than was asked for")


class Imap:
    """One mailbox."""

    errors: tuple[type[Exception], ...] = (imaplib.IMAP4.error, OSError, EOFError, ssl.SSLError)
    settles = False
    by_content = True

    def __init__(self, source: PullSource, limits: PullLimits) -> None:
        self._source, self._limits = source, limits
        self._mailbox = source.path.strip("/") or "INBOX"

    def connect(self) -> None:
        """Connect with TLS, log in, open the mailbox."""
        self._connections = AbortableSockets()
        self._imap: _Client | None = None
        with within(self._limits.answer, self.abort, "connecting"):
            self._imap = _Client(self._connections, self._source, self._limits.answer)
            if self._source.scheme == "imap":
                self._imap.starttls(context_of(self._source))  # an error where the server has none
            self._log_in(self._imap)
            # What it can do is often said only to those who have logged in.
            self._can = (self._checked(*self._imap.capability())[0] or b"").decode("ascii", "replace").upper().split()
            moves = bool(self._source.options.done or self._source.options.failed)
            self._checked(*self._imap.select(_quoted(self._mailbox), readonly=not moves))
            self._validity = (self._imap.response("UIDVALIDITY")[1][0] or b"0").decode("ascii", "replace")

    def _log_in(self, imap: _Client) -> None:
        try:
            imap.login(self._source.user, self._source.password())
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:  # its message may repeat what was sent
            raise Unavailable(f"the server refuses user {self._source.user} or the password") from None

    def _checked(self, status: str, data: list[Any]) -> list[Any]:
        if status != "OK":
            message = data[0].decode("utf-8", "replace") if data and isinstance(data[0], bytes) else ""
            raise Unavailable(f"{self._mailbox}: {message[:200]}")
        return data

    def listing(self, report: ReportProblem) -> Iterator[RemoteFile]:  # noqa: ARG002 - no name is refused here
        """Every mail in the mailbox, the oldest first."""
        assert self._imap
        limit = self._limits.listed
        self._imap.allow((limit + 1) * BYTES_FOR_A_NAME)
        with within(self._limits.listing, self.abort, "listing"):
            lines = self._checked(*self._imap.uid("FETCH", "1:*", "(RFC822.SIZE)"))
        found = 0
        for line in lines:
            uid, size = (pattern.search(line) if isinstance(line, bytes) else None for pattern in (LISTED, SIZE))
            if uid and size:
                found += 1
                if found > limit:
                    raise TooMany(limit)
                number = int(uid[1][:10])
                yield RemoteFile(f"{self._validity}/{number}", "mail", int(size[1][:18]), float(number))

    def fetch(self, file: RemoteFile, into: IO[bytes]) -> None:
        """Read a mail without marking it as read."""
        assert self._imap
        self._limits.check_size(file.size)
        self._imap.allow(self._limits.file_bytes)
        with within(self._limits.fetching, self.abort, f"fetching {file.name}"):
            status, data = self._imap.uid("FETCH", _uid(file), "(BODY.PEEK[])")
        parts = [part[1] for part in data if isinstance(part, tuple) and len(part) > 1]
        if status != "OK" or not parts:
            raise TemporaryError("gone, or not readable")
        self._limits.check_size(len(parts[0]))
        into.write(parts[0])

    def unpack(self, content: BinaryIO, file: RemoteFile, max_bytes: int) -> Iterable[FeedItem | Refusal]:
        """The attachments or the text of a mail."""
        name, limits = f"{self._source.name}/{file.name}", self._limits
        return unpack_mail(content.read(), name, self._source.options.source, limits.parts, max_bytes)

    def move(self, file: RemoteFile, to: str) -> None:
        """Move a mail to another mailbox, which is made if it is not there."""
        assert self._imap
        if "MOVE" not in self._can:
            raise TemporaryError("the server cannot move mails (RFC 6851)")
        self._imap.allow(0)
        with within(self._limits.answer, self.abort, f"moving {file.name}"):
            status, data = self._imap.uid("MOVE", _uid(file), _quoted(to))
            if status != "OK":
                self._imap.create(_quoted(to))
                status, data = self._imap.uid("MOVE", _uid(file), _quoted(to))
        if status != "OK":
            raise TemporaryError(str(data[0])[:200])

    def abort(self) -> None:
        """End what waits on the connection."""
        self._connections.abort()

    def close(self) -> None:
        """Log out."""
        if self._imap:
            with suppress(*self.errors, Unavailable), within(1.0, self.abort, "closing"):
                self._imap.logout()
            with suppress(*self.errors):  # what logging out does, where it could not
                self._imap.shutdown()
        self._connections.close()


def _uid(file: RemoteFile) -> str:
    return file.path.rpartition("/")[2]


def _quoted(mailbox: str) -> str:
    """A mailbox's name in IMAP's form: a quoted string in modified UTF-7."""
    if any(letter in mailbox for letter in "\r\n\0"):
        raise Rejected(f"{mailbox!r} is no name of a mailbox")
    encoded = re.sub(r"&|[^ -~]+", lambda m: _utf7(m[0]), mailbox)
    return '"' + encoded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _utf7(text: str) -> str:
    if text == "&":
        return "&-"
    return "&" + text.encode("utf-7").decode("ascii").strip("+-").replace("/", ",") + "-"
