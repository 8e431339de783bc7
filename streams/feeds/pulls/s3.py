"""Pulls objects from an S3 bucket, or a compatible one, with botocore.

All keys below the prefix are listed at each poll and compared with what was taken: keys need not arrive in the order
of their names, so no key may serve as a marker. An object is whole when it is listed, and is known by its ETag. The
requests go through a client of our own, with limits on what an answer may be.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO, Any, BinaryIO

import botocore.session
import urllib3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from streams.errors import Unavailable
from streams.feeds.files import Refusal, cut_items
from streams.feeds.folder import is_temporary
from streams.feeds.producer import FeedItem
from streams.feeds.pulls.remote import (
    CHANGED,
    CHUNK,
    CONTROL,
    PullLimits,
    RemoteFile,
    ReportProblem,
    TemporaryError,
    TooMany,
    copy,
    within,
)
from streams.feeds.pulls.sources import PullSource
from streams.feeds.pulls.tls import AbortableSockets, context_of

PAGE_BYTES = 16 * 1024 * 1024  # of one answer that is no object: a page of a thousand keys has some hundred kB
STATUS = "HTTPStatusCode"
PRECONDITION_FAILED, CLIENT_ERROR, SERVER_ERROR = 412, 400, 500


class _Answer:
    """The body of an answer, read in pieces as they come, and no longer than it may be."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def stream(self) -> Iterator[bytes]:
        """All of a short answer."""
        size = 0
        while chunk := self.read(CHUNK):
            size += len(chunk)
            if size > PAGE_BYTES:
                raise urllib3.exceptions.ResponseError("the answer is too long")
            yield chunk

    def read(self, size: int | None = None) -> bytes:
        """The next piece."""
        return bytes(self._answer.read1(size or CHUNK))

    def close(self) -> None:
        """Close the connection."""
        self._answer.close()


class S3:
    """The objects of a bucket below a prefix."""

    errors: tuple[type[Exception], ...] = (BotoCoreError, ClientError, urllib3.exceptions.HTTPError, OSError)
    settles = False
    by_content = False

    def __init__(self, source: PullSource, limits: PullLimits) -> None:
        self._source, self._limits = source, limits
        self._prefix = source.path.removeprefix("/")
        self._client: Any = None

    def connect(self) -> None:
        """Make a client; it connects when it is used."""
        source, options = self._source, self._source.options
        self._connections = AbortableSockets()
        self._client = None
        self._pool = _pool(self._connections, source, self._limits.answer)
        session = botocore.session.Session()
        if source.user:
            session.set_credentials(source.user, source.password())
        self._client = session.create_client(
            "s3",
            region_name=options.region or session.get_config_variable("region") or "us-east-1",
            endpoint_url=options.endpoint or None,
            config=Config(
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"} if options.endpoint else {},
            ),
        )
        self._client.meta.events.register("before-send.s3", self._send)

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        answer = self._pool.urlopen(
            request.method,
            request.url,
            headers=dict(request.headers.items()),
            body=request.body,
            preload_content=False,
            decode_content=False,
            redirect=False,
            retries=False,
        )
        return AWSResponse(request.url, answer.status, answer.headers, _Answer(answer))

    def listing(self, report: ReportProblem) -> Iterator[RemoteFile]:
        """Every object below the prefix."""
        with within(self._limits.listing, self.abort, "listing"):
            for seen, one in enumerate(self._objects(), 1):
                if seen > self._limits.listed:
                    raise TooMany(self._limits.listed)
                key = one["Key"]
                if CONTROL.search(key):
                    report(key, "refused: control characters in the name")
                elif not key.endswith("/") and not is_temporary(key.rpartition("/")[2]):
                    changed = one["LastModified"]
                    # An ETag changes with the content. Not all compatible servers have one.
                    yield RemoteFile(
                        key, one.get("ETag", "").strip('"') or changed.isoformat(), one["Size"], changed.timestamp()
                    )

    def _objects(self) -> Iterator[dict[str, Any]]:
        more: dict[str, str] = {}
        while True:
            try:
                page = self._client.list_objects_v2(Bucket=self._source.host, Prefix=self._prefix, **more)
            except ClientError as error:
                raise Unavailable(_reason(error)) from None
            yield from page.get("Contents", ())
            if not page.get("IsTruncated") or not page.get("NextContinuationToken"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def fetch(self, file: RemoteFile, into: IO[bytes]) -> None:
        """Read an object, unless it is no longer what was listed."""
        self._limits.check_size(file.size)
        condition = {} if "T" in file.fingerprint else {"IfMatch": f'"{file.fingerprint}"'}
        with within(self._limits.fetching, self.abort, f"fetching {file.name}"):
            try:
                answer = self._client.get_object(Bucket=self._source.host, Key=file.path, **condition)
            except ClientError as error:
                status = error.response["ResponseMetadata"][STATUS]
                if not CLIENT_ERROR <= status < SERVER_ERROR:
                    raise
                raise TemporaryError(CHANGED if status == PRECONDITION_FAILED else _reason(error)) from None
            copy(answer["Body"].read, into, self._limits, file.size)

    def unpack(self, content: BinaryIO, file: RemoteFile, max_bytes: int) -> Iterable[FeedItem | Refusal]:
        """The items of an object."""
        name = f"s3://{self._source.host}/{file.name}"
        return cut_items(content, name, self._source.options.source, max_bytes)

    def move(self, file: RemoteFile, to: str) -> None:
        """Objects stay: moving one would be a copy and a removal, which may remove what has been written since."""
        raise TemporaryError(f"{file.name} cannot be moved to {to}")

    def abort(self) -> None:
        """End what waits on the connection."""
        self._connections.abort()

    def close(self) -> None:
        """Close the connections."""
        with suppress(*self.errors):
            self._pool.clear()
        if self._client:
            self._client.close()
        self._connections.close()


def _pool(connections: AbortableSockets, source: PullSource, timeout: float) -> urllib3.PoolManager:
    """A pool whose connections end with ``connections``."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> Any:
            return connections.keep(super()._new_conn(), "control")

    class Secure(HTTPSConnection):
        def _new_conn(self) -> Any:
            return connections.keep(super()._new_conn(), "control")

    plain = type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": Plain})
    secure = type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": Secure})
    pool = urllib3.PoolManager(maxsize=1, block=False, timeout=timeout, ssl_context=context_of(source))
    pool.pool_classes_by_scheme = {"http": plain, "https": secure}
    return pool


def _reason(error: ClientError) -> str:
    said = error.response.get("Error", {})
    return f"{said.get('Code', '')}: {said.get('Message', '')}"[:300]
