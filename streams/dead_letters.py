"""Refusals made into records: what a stage could not do anything with, kept whole on ``news.dead``.

Also the limit: a stage that refuses nearly everything stops, because then the fault is ours.
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Protocol

from streams.errors import TooManyRejected
from streams.records import DeadLetter, Stage

SOFTWARE_VERSION = version("newswire")
MAX_MESSAGE_CHARACTERS = 2000
ATTEMPTS_HEADER = "attempts"
TRACE_HEADER = "trace-id"  # from feed to document the same
REPLAYED_FROM_HEADER = "replayed-from"  # topic:partition:offset of the first message that a copy goes back to
REPLAY_OF_HEADER = "replay-of"  # the dead letter that a copy was made from
ORIGIN = re.compile(rb"(.{1,300}):(\d{1,9}):(\d{1,18})")
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


def copied_headers(message: Message | DeadLetter, **changes: bytes) -> list[tuple[str, bytes]]:
    """The headers for a copy of a message: its own, ``changes`` on top, and where the first of all copies lay.

    The names in ``changes`` are written with underscores for hyphens.
    """
    headers = headers_of(message)
    headers.setdefault(REPLAYED_FROM_HEADER, f"{message.topic}:{message.partition}:{message.offset}".encode())
    return list((headers | {name.replace("_", "-"): value for name, value in changes.items()}).items())


def origin_of(message: Message | DeadLetter) -> tuple[str, int, int]:
    """Topic, partition and offset of the first message that this one is a copy of: its own where it is none."""
    found = ORIGIN.fullmatch(headers_of(message).get(REPLAYED_FROM_HEADER, b""))
    if found:
        return found[1].decode("utf-8", "replace"), int(found[2]), int(found[3])
    return message.topic, message.partition, message.offset


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
    headers = headers_of(message)
    attempts = headers.get(ATTEMPTS_HEADER, b"0")
    return DeadLetter(
        id=":".join(filter(None, (message.topic, str(message.partition), str(message.offset), part))),
        stage=stage,
        error=error,
        message=reason[:MAX_MESSAGE_CHARACTERS],
        source=source or headers.get("source", b"").decode("utf-8", "replace"),
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value or b"",
        headers=tuple(headers.items()),
        attempts=1 + (int(attempts) if attempts.isdigit() else 0),
        failed_at=datetime.now(UTC),
        software_version=SOFTWARE_VERSION,
        part=part,
        article_id=article_id,
    )


class RefusedShare:
    """The share of refusals among the most recent articles of a stage."""

    def __init__(self, stage: Stage, share: float, window: int) -> None:
        self.stage = stage
        self.share = share
        self.recent: deque[bool] = deque(maxlen=window)

    def count(self, *, done: int, refused: int, example: str = "") -> None:
        """Add a batch. Raises ``TooManyRejected`` when a full window holds more than the share."""
        self.recent.extend([False] * done + [True] * refused)
        bad = sum(self.recent)
        if len(self.recent) == self.recent.maxlen and bad > self.share * len(self.recent):
            raise TooManyRejected(
                f"{self.stage} refused {bad} of the last {len(self.recent)} articles, so it stops. Last reason: "
                f"{example or 'see newswire dead list'}. If the articles really are bad, raise NEWSWIRE_REFUSED_SHARE."
            )
