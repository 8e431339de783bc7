"""Parses a mail: takes its bytes, gives its articles as feed items.

Attachments that may hold articles (XML, JSON, text, gzip) are the items, in the provider's bytes. A mail without any
is an article itself: its text, with subject, sender and date as its fields. A text that is a wire message of its own
goes as it is.
"""

import email
import mimetypes
import re
from collections.abc import Iterator
from datetime import UTC
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from io import BytesIO
from itertools import islice
from typing import Any

import msgspec

from streams.errors import Rejected
from streams.feeds.files import Refusal, cut_items
from streams.feeds.producer import FeedItem
from streams.wire.formats.teletype import looks_like_teletype

ARTICLES = re.compile(
    r"text/(?!calendar|vcard|x-vcard|css|rtf)[\w.+-]+|application/(?:[\w.+-]+\+)?(?:xml|json)|"
    r"application/(?:x-)?(?:gzip|ndjson|jsonlines)"
)
UNKNOWN = ("application/octet-stream", "application/x-download", "application/force-download")
JSON = "application/json"
LONGEST_HEADER = 2000
SLOW = ("idna", "punycode")  # no charsets of mails, and quadratic


def unpack_mail(data: bytes, name: str, source: str, max_parts: int, max_bytes: int) -> Iterator[FeedItem | Refusal]:
    """The items of a mail called ``name``. What cannot be read is refused, the rest is read."""
    try:
        message = email.message_from_bytes(data)
        parts = list(islice(_leaves(message), max_parts + 1))
        if len(parts) > max_parts:
            raise Rejected(f"more than NEWSWIRE_PULL_PARTS ({max_parts}) parts")
        attached = [part for part in parts if _is_article(part)]
        if attached:
            for number, part in enumerate(attached, 1):
                yield from _items(_bytes(part), f"{name}#{_file_name(part) or number}", source, max_bytes)
        elif text := _text(parts):
            yield from _text_items(message, text, name, source, max_bytes)
        else:
            yield Refusal(name, "a mail without text or attachments that could be articles")
    except Rejected as error:
        yield Refusal(name, str(error))
    except (ValueError, LookupError, RecursionError, AssertionError, AttributeError, TypeError) as error:
        # What the library raises on headers and parts that no mailer would write.
        yield Refusal(name, f"not a readable mail: {type(error).__name__}: {error}")


def _leaves(message: Any) -> Iterator[Any]:
    """Every part that is not made of parts, in order. Without recursion: a mail may be nested without end."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload()
        if isinstance(inner, list):
            waiting += reversed(inner)
        else:
            yield part


def _is_article(part: Message) -> bool:
    named = _file_name(part)
    if not named and part.get_content_disposition() != "attachment":
        return part.get_content_maintype() == "application" and bool(ARTICLES.fullmatch(part.get_content_type()))
    kind = part.get_content_type()
    if kind in UNKNOWN:
        guessed, packed = mimetypes.guess_type(named)
        return packed == "gzip" or guessed is None or bool(ARTICLES.fullmatch(guessed))
    return bool(ARTICLES.fullmatch(kind))


def _text(parts: list[Message]) -> Message | None:
    """The part that is read as the mail's text: plain, or else HTML."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and _bytes(part).strip():
                return part
    return None


def _text_items(
    message: Message, part: Message, name: str, source: str, max_bytes: int
) -> Iterator[FeedItem | Refusal]:
    data = _bytes(part)
    if _is_wire(data):
        yield from _items(data, name, source, max_bytes)
        return
    kind = "body_html" if part.get_content_type() == "text/html" else "body"
    sender, address = parseaddr(_header(message, "From"))
    fields = {
        "guid": _header(message, "Message-ID").strip("<> "),
        "headline": _header(message, "Subject"),
        "byline": sender or address,
        "date": _date(message),
        "language": _header(message, "Content-Language"),
        kind: data.decode(_charset(part), "replace"),
    }
    value = msgspec.json.encode({field: text for field, text in fields.items() if text})
    if len(value) > max_bytes:
        yield Refusal(name, f"larger than NEWSWIRE_MAX_ARTICLE_BYTES ({max_bytes} bytes)")
    else:
        yield FeedItem(value, name, source, JSON)


def _items(data: bytes, name: str, source: str, max_bytes: int) -> Iterator[FeedItem | Refusal]:
    yield from cut_items(BytesIO(data), name, source, max_bytes)


def _is_wire(data: bytes) -> bool:
    """Whether a text is a wire message, and not an ordinary mail."""
    return looks_like_teletype(data) or data.lstrip()[:5] == b"<?xml" or _is_json(data)


def _is_json(data: bytes) -> bool:
    if data.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _file_name(part: Message) -> str:
    return _clean(part.get_filename() or "")


def _header(message: Message, name: str) -> str:
    value = _raw(message, name)
    try:
        return _clean(str(make_header(decode_header(value))))
    except (ValueError, LookupError):  # an encoding that does not exist, or other bytes
        return _clean(value)


def _raw(message: Message, name: str) -> str:
    """A header as it came; bytes that are not ASCII are read as UTF-8, which mailers send though few announce it."""
    value = next((str(value) for known, value in message.raw_items() if known.lower() == name.lower()), "")
    return value.encode("utf-8", "surrogateescape")[:LONGEST_HEADER].decode("utf-8", "replace")


def _clean(text: str) -> str:
    return " ".join(text.encode("utf-8", "replace").decode().split())


def _date(message: Message) -> str:
    try:
        at = parsedate_to_datetime(_raw(message, "Date"))
    except (ValueError, TypeError, OverflowError, IndexError):
        return ""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()


def _charset(part: Message) -> str:
    named = str(part.get_content_charset() or "utf-8")
    try:
        b"x".decode(named)
    except (LookupError, ValueError):
        return "utf-8"
    return "utf-8" if named in SLOW else named
