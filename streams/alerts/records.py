"""The records on ``news.alerts``: wanted alerts, their delivery, the stories concerned, and stories under embargo.

Encodes and decodes keys and values. Each key has one writer: the owner of the story's partition writes ``wanted``,
``story`` and ``held``; the owner of the partition that an alert is sent from writes ``got``, the delivery record; and
``newswire searches retry`` writes ``again``. So the topic can be compacted, and no process overwrites what another
wrote.
"""

from typing import Any, Literal, NamedTuple

import msgspec

from processors.annotations import Record
from search.alerts.deciding import DeliveryRecord, WantedAlert
from search.articles import Utc
from search.versions.history import Story

Kind = Literal["wanted", "got", "again", "story", "held"]


class AlertKey(NamedTuple):
    """The key of a record. ``search`` and ``channel`` are "" for kinds ``story`` and ``held``."""

    kind: Kind
    story: str
    search: str = ""
    channel: str = ""


class KnownStory(Record, frozen=True):
    """A story that has alerted, or that readers must not see, with what is known of its versions."""

    story: Story
    at: Utc


class EmbargoedStory(Record, frozen=True):
    """A story under embargo, with its whole ``news.enriched`` message, which is matched again when the embargo ends."""

    until: Utc
    enriched: msgspec.Raw


class RetryRequest(Record, frozen=True):
    """A request to retry an alert that was given up before this time."""

    at: Utc


class JournalEntry(NamedTuple):
    """One record to write to a partition; a value of ``None`` is a tombstone."""

    partition: int
    key: AlertKey
    value: msgspec.Struct | None


def encoded_key(key: AlertKey) -> bytes:
    """The key as bytes."""
    return msgspec.json.encode(key)


def decoded_key(key: bytes | None) -> AlertKey | None:
    """The key of a record; ``None`` if its kind is unknown, as from a later release."""
    try:
        return AlertKey(*msgspec.json.decode(key or b"", type=tuple[Kind, str, str, str]))
    except msgspec.MsgspecError:
        return None


VALUE_TYPES: dict[str, Any] = {
    "wanted": WantedAlert,
    "got": DeliveryRecord,
    "again": RetryRequest,
    "story": KnownStory,
    "held": EmbargoedStory,
}


def decoded(kind: Kind, value: bytes) -> Any:
    """A record's value; raises ``msgspec.MsgspecError`` if it cannot be decoded."""
    return msgspec.json.decode(value, type=VALUE_TYPES[kind])


def wanted_entries(wanted: WantedAlert, partition: int) -> list[JournalEntry]:
    """The records of a wanted alert: in its story's partition, and in the one that it is sent from."""
    key = AlertKey("wanted", wanted.story, wanted.search, wanted.channel.name)
    return [JournalEntry(target, key, wanted) for target in dict.fromkeys((partition, wanted.home))]


def delivery_entry(delivery: DeliveryRecord, partition: int) -> JournalEntry:
    """The record of a delivery, in the partition that the alert is sent from."""
    return JournalEntry(partition, AlertKey("got", delivery.story, delivery.search, delivery.channel), delivery)
