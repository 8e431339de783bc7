"""The HTTP feed: ``POST /articles`` takes any format, and answers 202 once Kafka has confirmed every item.

    200 GET /health         400 empty or undecodable     401 no key, or an unknown one    403 not its source
    202 confirmed           408 too slow                 413 too large    503 Kafka is unavailable, or too busy
    429 too often, or too many at once by this key

Sending again after any other answer is always safe. The key is checked before any of the body is read.
"""

import asyncio
import hashlib
import io
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
from aiohttp import StreamReader, web

from search.http.keys import ANY, Denied, Key, KeyGate
from search.http.problems import TYPE, problem_details
from search.http.slots import ClientSlots
from streams.errors import Rejected
from streams.feeds.bounded import gunzip
from streams.feeds.files import GZIP, Refusal, cut_items
from streams.feeds.producer import Feeder, FeedItem, Receipt
from streams.feeds.push_limits import PushLimits
from streams.feeds.report import SilenceLog
from streams.feeds.state import FeedState

RETRY_AFTER = 10  # seconds, where Kafka did not confirm
LINE_TYPES = frozenset(["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"])
MAX_NAME = 300

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PushRejected(Exception):
    """An answer that is not 202."""

    def __init__(self, status: int, reason: str, *, retry_after: int = 0, **more: object) -> None:
        super().__init__(reason)
        self.status, self.reason, self.retry_after, self.more = status, reason, retry_after, more

    def response(self) -> web.Response:
        """The answer: problem details, and whatever else helps."""
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        if self.status == web.HTTPUnauthorized.status_code:
            headers["WWW-Authenticate"] = 'Bearer realm="newswire"'
        return _problem(self.status, self.reason, headers, **self.more)


def _problem(status: int, detail: str, headers: Mapping[str, str], **more: object) -> web.Response:
    body = problem_details(status, detail, **more)
    return web.json_response(body, status=status, headers=headers, content_type=TYPE)


class Push:
    """The HTTP feed, with its keys, feeder and state."""

    def __init__(self, gate: KeyGate, feeder: Feeder, state: FeedState, bounds: PushLimits | None = None) -> None:
        self._gate, self._feeder, self._state = gate, feeder, state
        self.bounds = bounds or PushLimits()
        self._slots = ClientSlots(self.bounds.at_once)
        # Sending can block while Kafka is away; threads of our own leave the others' free.
        self._senders = ThreadPoolExecutor(self.bounds.at_once, "push")
        self._silence = SilenceLog(state)
        self._opened: set[str] = set()
        self._open_feeds()

    def app(self) -> web.Application:
        """The web application."""
        app = web.Application(middlewares=[_answer_errors])
        app.router.add_post("/articles", self._take)
        app.router.add_get("/health", self._health)
        return app

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "in_hand": self._slots.taken})

    async def _take(self, request: web.Request) -> web.Response:
        key = self._authenticate(request)
        source = _source(key, request.query.get("source", ""))
        if (request.content_length or 0) > self.bounds.body:
            raise PushRejected(413, f"larger than {self.bounds.body} bytes")
        if self._slots.full:
            raise PushRejected(503, "too many requests at once", retry_after=1)
        with self._slots.held({key.name: self.bounds.each}) as there_is_place:
            if not there_is_place:
                raise PushRejected(429, f"more than {self.bounds.each} requests at once by this key", retry_after=1)
            items = await self._items(request, key, source)
            receipts = await self._send(items)
        return self._settle(key, receipts)

    def _open_feeds(self) -> None:
        """Expect articles of every key for feeding, also of those made meanwhile."""
        for key in self._gate.ring.keys:
            if "feed" in key.scopes and key.name not in self._opened:
                self._opened.add(key.name)
                self._state.open_feed(f"http:{key.name}", "http")

    def _authenticate(self, request: web.Request) -> Key:
        try:
            key = self._gate.admit(request.headers, request.remote or "", "feed")
        except Denied as denied:
            raise PushRejected(denied.status, denied.reason, retry_after=denied.retry_after) from None
        self._open_feeds()
        return key

    async def _items(self, request: web.Request, key: Key, source: str) -> list[FeedItem]:
        body = await self._body(request)
        name = request.query.get("name", "")[:MAX_NAME] or hashlib.sha256(body).hexdigest()[:32]
        kind = request.content_type if "Content-Type" in request.headers else ""
        path = f"http/{key.name}/{name}"
        items = await asyncio.to_thread(self._cut, body, path, source, kind)
        return [msgspec.structs.replace(item, feed=f"http:{key.name}") for item in items]

    async def _body(self, request: web.Request) -> bytes:
        body = await self._in_pace(request.content)
        limit = self.bounds.body
        encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip", "x-gzip", ""):
            raise PushRejected(415, "Content-Encoding must be gzip, or absent")
        if encoding in ("gzip", "x-gzip") or body[:2] == GZIP:
            try:
                return await asyncio.to_thread(gunzip, body, limit)
            except Rejected as error:
                raise PushRejected(413 if "larger" in str(error) else 400, str(error)) from error
        return body

    async def _in_pace(self, content: StreamReader) -> bytes:
        """The bytes of a body, which must arrive at a minimum rate: a slow one would hold its connection for long."""
        bounds, body = self.bounds, bytearray()
        start = asyncio.get_running_loop().time()
        late = f"the body arrived more slowly than {bounds.pace:g} bytes a second"
        while not content.at_eof():
            due = start + min(bounds.body_seconds, bounds.pace_from + len(body) / bounds.pace)
            try:
                async with asyncio.timeout_at(due):
                    body += await content.read(65536)
            except TimeoutError as error:
                whole = due >= start + bounds.body_seconds
                raise PushRejected(
                    408, f"the body took more than {bounds.body_seconds:g} s" if whole else late
                ) from error
            if len(body) > bounds.body:
                raise PushRejected(413, f"larger than {bounds.body} bytes")
        return bytes(body)

    def _cut(self, body: bytes, path: str, source: str, kind: str) -> list[FeedItem]:
        """The items of a body, split like a file. Either all are accepted or none."""
        if body[:2] == GZIP:
            raise PushRejected(400, "compressed twice")
        if not body.strip():
            raise PushRejected(400, "the body is empty")
        if reason := self._feeder.refusal(FeedItem(b"", path, source, kind)):
            raise PushRejected(403, reason)
        largest = self._feeder.settings.max_article_bytes
        lines = True if kind in LINE_TYPES else None
        items: list[FeedItem] = []
        for item in cut_items(io.BytesIO(body), path, source, largest, lines=lines):
            if isinstance(item, Refusal):
                raise PushRejected(413, f"{item.name.removeprefix(path).lstrip(':') or 'the article'}: {item.reason}")
            items.append(item)
            if len(items) > self.bounds.items:
                raise PushRejected(413, f"more than {self.bounds.items} lines")
        if not items:
            raise PushRejected(400, "no article in the body")
        return [_typed(item, kind) for item in items]

    async def _send(self, items: list[FeedItem]) -> list[Receipt]:
        loop = asyncio.get_running_loop()
        futures = await loop.run_in_executor(self._senders, lambda: [self._feeder.send(item) for item in items])
        return list(await asyncio.gather(*map(asyncio.wrap_future, futures)))

    def _settle(self, key: Key, receipts: list[Receipt]) -> web.Response:
        accepted = [receipt for receipt in receipts if receipt.accepted]
        feed = f"http:{key.name}"
        if accepted:
            self._state.arrived(feed)
        if refused := next((receipt.refused for receipt in receipts if receipt.refused), ""):
            raise PushRejected(400, refused, accepted=len(accepted))
        away = next((receipt.unconfirmed for receipt in receipts if receipt.unconfirmed), "")
        self._state.checked(feed, away)
        if away:
            log.warning(
                "%s: %d of %d items not confirmed: %s", key.name, len(receipts) - len(accepted), len(receipts), away
            )
            raise PushRejected(
                503, "Kafka did not confirm everything; send it again", retry_after=RETRY_AFTER, confirmed=len(accepted)
            )
        log.info("%s: %d accepted", key.name, len(accepted))
        return web.json_response(
            {"accepted": len(accepted), "items": [self._confirmed(receipt) for receipt in accepted]}, status=202
        )

    def _confirmed(self, receipt: Receipt) -> dict[str, Any]:
        return {
            "key": receipt.item.key.decode("utf-8", "replace"),
            "topic": self._feeder.settings.topic("raw"),
            "partition": receipt.partition,
            "offset": receipt.offset,
            "trace_id": receipt.item.trace_id,
        }

    def log_silent_feeds(self) -> None:
        """Log which clients have fallen silent."""
        if self._gate.ring.trouble:
            log.error("%s; unreadable keys are ignored", self._gate.ring.trouble)
        for name in {key.name for key in self._gate.ring.keys} & self._opened:
            self._silence.check(f"http:{name}")

    def close(self) -> None:
        """Stop the sending threads."""
        self._senders.shutdown(wait=False, cancel_futures=True)


def _source(key: Key, asked: str) -> str:
    """The source for items pushed with a key. Only a key for any source may name one in the request."""
    if key.source == ANY:
        return asked[:MAX_NAME]
    if asked and asked != key.source:
        raise PushRejected(403, f"this key may only send articles from {key.source}")
    return key.source


def _typed(item: FeedItem, kind: str) -> FeedItem:
    """The item with the content type that the client gave, where cutting did not find one."""
    if item.content_type or not kind:
        return item
    return FeedItem(item.value, item.name, item.source, kind[:MAX_NAME], item.received_at, item.trace_id)


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error as JSON; one of ours is logged, and reveals nothing of ours to the client."""
    try:
        return await handler(request)
    except PushRejected as refused:
        return refused.response()
    except web.HTTPException as error:
        return _problem(error.status, error.reason, {n: v for n, v in error.headers.items() if n == "Allow"})
    except (ConnectionError, asyncio.CancelledError):
        raise
    except Exception:  # a request must not end the feed
        log.exception("unexpected")
        return PushRejected(500, "internal error; send it again", retry_after=RETRY_AFTER).response()
