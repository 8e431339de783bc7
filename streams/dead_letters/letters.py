"""Refusals made into records: what a stage could not do anything with, kept whole on ``news.dead``.

A letter is bounded by the message that it is about: members share one, which lists them as far as there is room, and
bytes that would not fit on the topic stay where they lay. Any header that a message has may be anything.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Protocol

import msgspec

from streams.records import Bundled, DeadBundle, DeadLetter, Refused, Stage, encode

SOFTWARE_VERSION = version("newswire")
MAX_MESSAGE_CHARACTERS = 2000
MAX_REFUSED_BYTES = 64 * 1024  # what the list of a letter's members may take
MAX_MEMBER, MAX_REASON = 300, 400  # characters
MAX_ATTEMPTS = 10**6
MAX_SOURCE = MAX_TRACE = 200  # characters
MAX_OWN_HEADER = 1000  # bytes of a header that a letter without its message's bytes keeps
MOST_BUNDLED = 500  # letters in one bundle
MEMBERS = "members"  # the part of a letter that members of one message share
ATTEMPTS_HEADER = "attempts"
TRACE_HEADER = "trace-id"  # from feed to document the same
SOURCE_HEADER = "source"
REPLAYED_FROM_HEADER = "replayed-from"  # topic:partition:offset of the first message that a copy goes back to
REPLAY_OF_HEADER = "replay-of"  # the dead letter that a copy was made from
OWN_HEADERS = (ATTEMPTS_HEADER, TRACE_HEADER, SOURCE_HEADER, REPLAYED_FROM_HEADER, REPLAY_OF_HEADER)
ORIGIN = re.compile(rb"(.{1,300}):(\d{1,9}):(\d{1,18})")
ATTEMPTS = re.compile(rb"\d{1,7}")
RECORD_HEADER = "record"  # on ``news.dead``: the record's name, where it is no dead letter


class Message(Protocol):
    """What is needed of a Kafka message."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Any


def headers_of(message: Message | DeadLetter) -> dict[str, bytes]:
    """A message's headers by name; of repeated ones the last."""
    pairs: Iterable[tuple[str, bytes | None]] = (
        message.headers.items() if isinstance(message.headers, Mapping) else message.headers or ()
    )
    return {name: value or b"" for name, value in pairs}


def text_of(message: Message | DeadLetter, header: str, longest: int) -> str:
    """A header as text, whatever its bytes are, cut to so many characters."""
    return headers_of(message).get(header, b"")[: 4 * longest].decode("utf-8", "replace")[:longest]


def copied_headers(message: Message | DeadLetter, **changes: bytes) -> list[tuple[str, bytes]]:
    """The headers for a copy of a message: its own, ``changes`` on top, and where the first of all copies lay.

    The names in ``changes`` are written with underscores for hyphens.
    """
    headers = headers_of(message)
    headers[REPLAYED_FROM_HEADER] = ":".join(map(str, origin_of(message))).encode()
    return list((headers | {name.replace("_", "-"): value for name, value in changes.items()}).items())


def origin_of(message: Message | DeadLetter) -> tuple[str, int, int]:
    """Topic, partition and offset of the first message that this one is a copy of: its own where it is none.

    Copies go back to the topic of their original, so what names another topic was not written by us.
    """
    found = ORIGIN.fullmatch(headers_of(message).get(REPLAYED_FROM_HEADER, b""))
    if found and found[1] == message.topic.encode():
        return message.topic, int(found[2]), int(found[3])
    return message.topic, message.partition, message.offset


def attempts_of(message: Message) -> int:
    """How often a message was refused before, as its header says: 0 where that is no number."""
    said = headers_of(message).get(ATTEMPTS_HEADER, b"")
    if ATTEMPTS.fullmatch(said):
        return min(int(said), MAX_ATTEMPTS)
    return MAX_ATTEMPTS if said.isdigit() else 0


def dead_letter(
    message: Message,
    stage: Stage,
    error: str,
    reason: str,
    *,
    source: str = "",
    part: str = "",
    article_id: str = "",
) -> DeadLetter:
    """The dead letter for one refused message, or for the one ``part`` of it that failed."""
    value = message.value or b""
    return DeadLetter(
        id=":".join(filter(None, (message.topic, str(message.partition), str(message.offset), part))),
        stage=stage,
        error=error,
        message=reason[:MAX_MESSAGE_CHARACTERS],
        source=(source or text_of(message, SOURCE_HEADER, MAX_SOURCE))[:MAX_SOURCE],
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=value,
        headers=tuple(headers_of(message).items()),
        attempts=1 + attempts_of(message),
        failed_at=datetime.now(UTC),
        software_version=SOFTWARE_VERSION,
        part=part,
        article_id=article_id,
        size=len(value),
    )


def members_letter(
    message: Message, stage: Stage, refused: Sequence[tuple[str, str]], read: int, *, source: str = ""
) -> DeadLetter:
    """The one dead letter for all members of a message that were ``refused``, with reasons; so many were ``read``."""
    listed, room = [], MAX_REFUSED_BYTES
    for member, reason in refused:
        one = Refused(member[:MAX_MEMBER], reason[:MAX_REASON])
        room -= len(msgspec.json.encode(one)) + 1
        if room < 0:
            break
        listed.append(one)
    first = "; ".join(f"{member[:MAX_MEMBER]}: {reason[:MAX_REASON]}" for member, reason in refused[:3])
    said = f"{len(refused)} of {len(refused) + read} members refused: {first}"
    letter = dead_letter(message, stage, "Rejected", said, source=source, part=MEMBERS)
    return msgspec.structs.replace(letter, refused=tuple(listed), unlisted=len(refused) - len(listed))


def by_reference(letter: DeadLetter) -> DeadLetter:
    """A letter without the bytes, which stay where the message lies."""
    own = headers_of(letter)
    headers = tuple((name, own[name][:MAX_OWN_HEADER]) for name in OWN_HEADERS if name in own)
    key = "" if letter.stage == "read" else (letter.key or b"")[:64].decode("utf-8", "replace")
    article = letter.article_id or key
    return msgspec.structs.replace(letter, key=None, value=b"", headers=headers, whole=False, article_id=article)


def encode_letter(letter: DeadLetter, most: int) -> bytes:
    """JSON bytes of a letter, of at most about ``most``: one that would be larger leaves the message's bytes out."""
    # Base64 takes four bytes for three; names, in JSON, at most six for one.
    size = 4 * (len(letter.value) + len(letter.key or b"")) // 3
    size += sum(6 * len(name) + 4 * len(value) // 3 + 8 for name, value in letter.headers)
    return encode(letter if size + 2 * MAX_REFUSED_BYTES < most else by_reference(letter))


def bundled(letters: Sequence[DeadLetter]) -> list[DeadBundle]:
    """Letters without their bytes, those of one source and topic in one record."""
    groups: dict[tuple[str, str], list[DeadLetter]] = {}
    for letter in letters:
        groups.setdefault((letter.source, letter.topic), []).append(letter)
    return [
        DeadBundle(
            stage=own[0].stage,
            source=source,
            topic=topic,
            failed_at=own[0].failed_at,
            software_version=SOFTWARE_VERSION,
            letters=tuple(map(_in_bundle, own[first : first + MOST_BUNDLED])),
        )
        for (source, topic), own in groups.items()
        for first in range(0, len(own), MOST_BUNDLED)
    ]


def _in_bundle(letter: DeadLetter) -> Bundled:
    letter = by_reference(letter)
    return Bundled(
        id=letter.id,
        partition=letter.partition,
        offset=letter.offset,
        error=letter.error,
        message=letter.message[:MAX_REASON],
        attempts=letter.attempts,
        part=letter.part,
        article_id=letter.article_id,
        unlisted=len(letter.refused) + letter.unlisted,
        size=letter.size,
        replayed_from=text_of(letter, REPLAYED_FROM_HEADER, MAX_OWN_HEADER),
    )


def letters_of(bundle: DeadBundle) -> list[DeadLetter]:
    """The letters of a bundle, whose bytes lie where their messages lie."""
    return [
        DeadLetter(
            id=one.id,
            stage=bundle.stage,
            error=one.error,
            message=one.message,
            source=bundle.source,
            topic=bundle.topic,
            partition=one.partition,
            offset=one.offset,
            key=None,
            value=b"",
            headers=((REPLAYED_FROM_HEADER, one.replayed_from.encode()),) if one.replayed_from else (),
            attempts=one.attempts,
            failed_at=bundle.failed_at,
            software_version=bundle.software_version,
            part=one.part,
            article_id=one.article_id,
            unlisted=one.unlisted,
            whole=False,
            size=one.size,
        )
        for one in bundle.letters
    ]
