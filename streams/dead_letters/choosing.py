"""Selects dead letters, and summarizes and groups them for display. Used by `store`.

Takes rows of the store's tables and `DeadLetter`s; returns records, and SQL conditions.
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from processors.annotations import Record
from search.articles import Count
from streams.kafka.headers import headers_of
from streams.records import DeadLetter, Refused

UNLISTED = "*"  # stands for all members that a letter does not list


class Summary(Record, frozen=True):
    """A dead letter without its bytes, of which there are ``size``; ``replayed``: "", "begun" or "done".

    The bytes are in the letter if it is ``whole``, else at its message's position. ``unlisted`` counts members that
    the letter does not list.
    """

    id: str
    stage: str
    error: str
    message: str
    source: str
    topic: str
    partition: int
    offset: int
    attempts: int
    failed_at: datetime
    part: str
    article_id: str
    software_version: str
    size: int
    whole: bool
    unlisted: int
    replayed: str


class Group(Record, frozen=True):
    """Dead letters of one stage, error and source: how many, from when to when, and the newest as an example."""

    stage: str
    error: str
    source: str
    letters: int
    attempts: int  # the most of any
    first: datetime
    last: datetime
    example: str  # its id
    message: str


class LetterSelection(Record, frozen=True):
    """A selection of dead letters; all given conditions must hold. ``since`` is inclusive, ``until`` is exclusive."""

    ids: tuple[str, ...] = ()
    stage: str = ""
    error: str = ""
    source: str = ""
    since: datetime | None = None
    until: datetime | None = None
    replayed: bool = False  # include letters that were replayed already


class UnreadableMessage(NamedTuple):
    """A message on ``news.dead`` that this version cannot read: its position, and why."""

    place: str
    reason: str


class BegunReplay(NamedTuple):
    """An unfinished replay: the letter's id, the topic that it goes back to, and when it began."""

    letter: str
    topic: str
    at: datetime


class MessageRefusal(NamedTuple):
    """The refusal of a message, or of one of its members.

    ``part`` is "", the member, or `UNLISTED`. ``replay`` is "", "begun" or "done"; ``copy_partition`` and
    ``copy_offset`` are the position of the replayed copy, -1 if there is none. ``partition`` and ``offset`` are those
    of the refused message itself, which may be a copy.
    """

    part: str
    error: str
    message: str
    replay: str
    copy_partition: int
    copy_offset: int
    partition: int
    offset: int


class ArticleRefusal(NamedTuple):
    """Why a later stage refused an article."""

    stage: str
    error: str
    message: str


class LetterReference(NamedTuple):
    """A dead letter that refers to its message instead of including its bytes."""

    summary: Summary
    refused: tuple[Refused, ...]

    def of(self, message: Any) -> DeadLetter:
        """The complete letter, with the bytes, key and headers of its message."""
        own = self.summary
        kept = {name: getattr(own, name) for name in Summary.__struct_fields__ if name in DeadLetter.__struct_fields__}
        value = message.value or b""
        now = {"value": value, "size": len(value), "whole": True}
        headers = tuple(headers_of(message).items())
        return DeadLetter(**kept | now, key=message.key, headers=headers, refused=self.refused)


class _Version(msgspec.Struct):
    id: str = ""
    version: Count | None = None


class _EnrichedVersion(msgspec.Struct):
    article: _Version


def article_in(letter: DeadLetter) -> _Version:
    """The id and version of the article in a letter of a stage after read; empty if they cannot be read."""
    if letter.stage == "read":
        return _Version()
    try:
        if letter.stage == "enrich":
            return msgspec.json.decode(letter.value, type=_Version)
        return msgspec.json.decode(letter.value, type=_EnrichedVersion).article
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _Version(id=(letter.key or b"").decode("utf-8", "replace"))


def sql_condition(selection: LetterSelection) -> tuple[str, dict[str, Any]]:
    """The selection as an SQL condition, and its parameters."""
    parts, parameters = ["1"], {}
    if not selection.replayed:
        parts.append("ifnull(replays.state, '') != 'done'")
    for name in ("stage", "error", "source"):
        if value := getattr(selection, name):
            parts.append(f"letters.{name} = :{name}")
            parameters[name] = value
    if selection.ids:
        parameters["ids"] = msgspec.json.encode(selection.ids).decode()
        parts.append("letters.id IN (SELECT value FROM json_each(:ids))")
    for name, sign, moment in (("since", ">=", selection.since), ("until", "<", selection.until)):
        if moment:
            parts.append(f"failed_at {sign} :{name}")
            parameters[name] = moment.timestamp()
    return " AND ".join(parts), parameters


def moment(seconds: float) -> datetime:
    """The UTC time of a POSIX timestamp from the tables."""
    return datetime.fromtimestamp(seconds, UTC)
