"""Pulls files by SFTP, with asyncssh: the server's host key is always checked, against known_hosts or a fingerprint."""

import asyncio
import stat
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, BinaryIO, TypeVar

import asyncssh

from streams.errors import Unavailable
from streams.feeds.files import Refusal, cut_items
from streams.feeds.producer import FeedItem
from streams.feeds.pulls.remote import (
    CHANGED,
    CHUNK,
    Entry,
    PullLimits,
    RemoteFile,
    ReportProblem,
    TemporaryError,
    walk,
)
from streams.feeds.pulls.sources import PullSource

FILE_ERRORS = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPPermissionDenied, asyncssh.SFTPFailure)
HOW_TO_TRUST = "add it to known_hosts (ssh-keyscan, and compare), or give its fingerprint as host_key"
FREE_NAMES = 100  # tried when what is moved finds its name taken

R = TypeVar("R")


class _Pinned(asyncssh.SSHClient):
    """Trusts one host key, by its fingerprint as ``ssh-keygen -lf`` shows it."""

    fingerprint = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        """Whether it is the one."""
        return key.get_fingerprint("sha256") == self.fingerprint


class Sftp:
    """A folder on an SFTP server."""

    errors: tuple[type[Exception], ...] = (OSError, EOFError, asyncssh.Error, TimeoutError)
    settles = True
    by_content = False

    def __init__(self, source: PullSource, limits: PullLimits) -> None:
        self._source, self._limits = source, limits
        self._root = source.path.rstrip("/").removeprefix("/~/") if source.path.startswith("/~") else source.path
        self._root = (self._root.rstrip("/") or "/") if self._root.startswith("/") else self._root or "."
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient
        self._apart = frozenset(one for one in (source.options.done, source.options.failed) if one)

    def connect(self) -> None:
        """Connect, check the host key, log in."""
        self._runner, self._connection = asyncio.Runner(), None
        self._run(self._connect(), self._limits.answer, "connecting")

    async def _connect(self) -> None:
        source, options = self._source, self._source.options
        pinned = type("Pinned", (_Pinned,), {"fingerprint": options.host_key}) if options.host_key else None
        secret = source.password()
        try:
            self._connection = await asyncssh.connect(
                source.host,
                source.port,
                username=source.user,
                client_factory=pinned,
                # With an empty list no key is known, so asyncssh asks the factory.
                known_hosts=([], [], []) if pinned else _known_hosts(options.known_hosts),
                client_keys=[asyncssh.read_private_key(options.key_file, secret or None)] if options.key_file else None,
                password=None if options.key_file else secret or None,
                agent_path=None,
                config=None,
                keepalive_interval=self._limits.answer,
            )
        except asyncssh.HostKeyNotVerifiable as error:
            raise Unavailable(f"the server's host key is not known ({error.reason}): {HOW_TO_TRUST}") from None
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
            raise Unavailable(f"{options.key_file}: {error}") from None
        assert self._connection
        self._client = await self._connection.start_sftp_client(path_errors="surrogateescape")

    def _run(self, work: Coroutine[Any, Any, R], seconds: float, doing: str) -> R:
        async def limited() -> R:
            async with asyncio.timeout(seconds):
                return await work

        try:
            return self._runner.run(limited())
        except TimeoutError as error:
            raise Unavailable(f"{doing}: not done within {seconds:g} s") from error

    def listing(self, report: ReportProblem) -> Iterator[RemoteFile]:
        """Every regular file below the folder."""
        for path, entry in walk(self._entries, self._limits, self._apart, report):
            yield RemoteFile(path, f"{entry.size}:{entry.changed}", entry.size, float(entry.changed or 0))

    def _entries(self, folder: str) -> list[Entry]:
        try:
            return self._run(self._folder(self._path(folder)), self._limits.listing, "listing")
        except FILE_ERRORS as error:
            if not folder:
                raise Unavailable(f"{self._root}: {error.reason}") from None
            return []  # a folder that is gone meanwhile, or not for us

    async def _folder(self, path: str) -> list[Entry]:
        found: list[Entry] = []
        async for one in _scan(self._client, path):
            if one.filename not in (".", ".."):
                found.append(_entry(one))
            if len(found) > self._limits.listed:
                break  # `walk` reports it
        return found

    def fetch(self, file: RemoteFile, into: IO[bytes]) -> None:
        """Read a file, unless it is no longer what was listed."""
        self._limits.check_size(file.size)
        try:
            self._run(self._read(file, into), self._limits.fetching, f"fetching {file.name}")
        except FILE_ERRORS as error:
            raise TemporaryError(f"cannot be read: {error.reason}") from None

    async def _read(self, file: RemoteFile, into: IO[bytes]) -> None:
        async with self._client.open(self._path(file.path), "rb") as remote:
            size = 0
            while chunk := await remote.read(CHUNK, size):
                size += len(chunk)
                self._limits.check_size(size)
                into.write(bytes(chunk, "latin-1") if isinstance(chunk, str) else chunk)
            now = await remote.stat()
        if f"{now.size}:{now.mtime}" != file.fingerprint or size != file.size:
            raise TemporaryError(CHANGED)

    def unpack(self, content: BinaryIO, file: RemoteFile, max_bytes: int) -> Iterable[FeedItem | Refusal]:
        """The items of a file."""
        return cut_items(content, f"{self._source.name}/{file.name}", self._source.options.source, max_bytes)

    def move(self, file: RemoteFile, to: str) -> None:
        """Move a file below the folder ``to`` of the server, overwriting nothing."""
        try:
            self._run(self._move(file, to), self._limits.answer, f"moving {file.name}")
        except FILE_ERRORS as error:
            raise TemporaryError(error.reason) from None

    async def _move(self, file: RemoteFile, to: str) -> None:
        goal = f"{self._path(to)}/{file.path}"
        await self._client.makedirs(goal.rpartition("/")[0], exist_ok=True)
        for number in range(FREE_NAMES):
            free = f"{goal}.{number}" if number else goal
            if not await self._client.lexists(free):
                await self._client.rename(self._path(file.path), free)
                return
        raise asyncssh.SFTPFailure(f"{FREE_NAMES} files of that name")

    def _path(self, inner: str) -> str:
        if inner.startswith("/"):
            return inner
        return f"{self._root.rstrip('/')}/{inner}".rstrip("/") or "/"

    def abort(self) -> None:
        """End what waits on the connection."""
        if self._connection:
            self._runner.get_loop().call_soon_threadsafe(self._connection.abort)

    def close(self) -> None:
        """Close the connection."""
        with suppress(Exception):
            if self._connection:
                self._connection.abort()
                self._run(self._connection.wait_closed(), 1.0, "closing")
        self._runner.close()


def _known_hosts(path: str) -> Any:
    """The known_hosts file; if the user has none, no host is trusted. Never None, which would trust every host."""
    usual = Path.home() / ".ssh" / "known_hosts"
    return path or (str(usual) if usual.exists() else ([], [], []))


async def _scan(client: asyncssh.SFTPClient, path: str) -> AsyncIterator[asyncssh.SFTPName]:
    async for one in client.scandir(path):
        yield one


def _entry(one: asyncssh.SFTPName) -> Entry:
    attributes, name = one.attrs, str(one.filename)
    mode = attributes.permissions or 0
    kind = "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"
    return Entry(name, kind, attributes.size or 0, str(attributes.mtime or ""))  # type: ignore[arg-type]
