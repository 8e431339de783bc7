"""Turns due alerts into messages: a reader's digest is one message, every other alert a message of its own. Pure.

The id of a message is a hash of its contents, so a message that is sent again has the same id.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from processors.annotations import Record
from search.alerts.deciding import RETRACTIONS, DeliveryRecord, WantedAlert, kind_to_send
from search.alerts.notices import Notice, NoticeKind
from search.alerts.permitted import Form, bare, form_of
from search.alerts.saved import SavedSearch
from search.alerts.wording import Message, MessageItem
from streams.alerts.table import AlertTable, OpenAlert

ID_LENGTH = 48  # hexadecimal digits: what a push service takes as a topic, too
URGENT = ("kill", "hold", "correction")
MOST_IN_DIGEST = 200
RETRACTED_UNSENT = "it was withdrawn before it was sent"
ANOTHER_REPORT = "another report of its event was sent"


class Item(Record, frozen=True):
    """One alert to send: its key in the table, what is wanted, and its last delivery record."""

    alert: OpenAlert
    wanted: WantedAlert
    delivery: DeliveryRecord | None
    form: Form = "whole"


class Job(Record, frozen=True):
    """The items of one message to send."""

    items: tuple[Item, ...]

    @property
    def first(self) -> Item:
        """The first of them; search, channel and partition are the same for all."""
        return self.items[0]

    @property
    def is_urgent(self) -> bool:
        """Whether it is a kill, hold or correction of something already sent: these are sent first."""
        return self.first.wanted.kind in URGENT and bool(self.first.delivery)

    @property
    def in_doubt(self) -> bool:
        """Whether the reader may have received it already."""
        return any(item.delivery is not None and item.delivery.state == "sending" for item in self.items)


class SendAttempt(NamedTuple):
    """A job that is about to be sent: which of its items, in which message, and their ``sending`` records."""

    job: Job
    to_send: Job
    message: Message
    sending: tuple[DeliveryRecord, ...]

    def is_current(self, table: AlertTable) -> bool:
        """Whether these are still the newest records: if not, another process has sent it, or is sending it."""
        pairs = zip(self.to_send.items, self.sending, strict=True)
        return all(table.wanted_and_delivery(item.alert)[1] == record for item, record in pairs)

    def is_wanted(self, table: AlertTable) -> bool:
        """Whether it is still what is wanted: the story may be killed or corrected while the message waits."""
        return all(table.wanted_and_delivery(item.alert)[0] == item.wanted for item in self.to_send.items)


def jobs_of(items: Iterable[Item]) -> list[Job]:
    """Messages to send: urgent ones first, then by time.

    Items that were being sent together when a process died are sent together again, under the same id. A kill, hold
    or correction that has come since then has a message of its own: under that id a server might take it for a repeat.
    """
    together: dict[tuple[str, ...], list[Item]] = {}
    alone: list[Job] = []
    for item in items:
        received = item.delivery is not None and item.delivery.received and item.delivery.state != "sending"
        if item.wanted.digest == "at once" or received or _has_changed(item):
            alone.append(Job((item,)))
            continue
        message_id = item.delivery.message_id if item.delivery and item.delivery.state == "sending" else ""
        together.setdefault((str(item.alert.partition), *item.wanted.key[:2], message_id), []).append(item)
    jobs = list(alone)
    for (*_, message_id), group in together.items():
        ordered = sorted(group, key=lambda item: (item.wanted.notice.version_created, item.wanted.story), reverse=True)
        size = len(ordered) if message_id else MOST_IN_DIGEST
        jobs += [Job(tuple(ordered[at : at + size])) for at in range(0, len(ordered), size)]
    return sorted(jobs, key=lambda job: (not job.is_urgent, job.first.wanted.made))


def _has_changed(item: Item) -> bool:
    """Whether to send what has happened since, not the same again, to a reader who may have received it."""
    if item.delivery is None or item.delivery.state != "sending":
        return False
    same = (item.delivery.version, item.delivery.kind) == (item.wanted.version, item.wanted.kind)
    return not same and kind_to_send(item.wanted, item.delivery) not in (None, "alert")


def message_of(job: Job, page: str) -> Message:
    """The message of a job. Every item has something to send (`SendFilter`)."""
    first = job.first
    message_items = tuple(
        MessageItem(kind, _notice_of(item, kind))
        for item in job.items
        if (kind := kind_to_send(item.wanted, item.delivery)) is not None
    )
    refers_to: tuple[str, ...] = ()
    is_follow_up = first.delivery and (first.delivery.state in ("sent", "dropped") or _has_changed(first))
    if first.delivery and first.delivery.received and is_follow_up and len(job.items) == 1:
        refers_to = tuple(
            dict.fromkeys(earlier for earlier in (first.delivery.thread, first.delivery.message_id) if earlier)
        )
    is_digest = first.wanted.digest != "at once" and not refers_to
    return Message(
        id=_message_id(job),
        search=first.wanted.search,
        name=first.wanted.name,
        kind=message_items[0].kind if len(message_items) == 1 else "alert",
        items=message_items,
        zone=first.wanted.zone,
        digest=is_digest,
        refers_to=refers_to,
        page=page,
    )


def _notice_of(item: Item, kind: NoticeKind) -> Notice:
    """What a reader is told; without changes if they have not seen the story before."""
    if item.form == "bare":
        return bare(item.wanted.notice)
    if kind != "alert":
        return item.wanted.notice
    return msgspec.structs.replace(item.wanted.notice, changes=(), more_changes=0)


def _message_id(job: Job) -> str:
    first = job.first
    if first.delivery and first.delivery.state == "sending":
        same = (first.delivery.version, first.delivery.kind) == (first.wanted.version, first.wanted.kind)
        if same or len(job.items) > 1:
            return first.delivery.message_id
    parts = [first.wanted.search, first.wanted.channel.name]
    parts += [f"{item.wanted.story} {item.wanted.version} {item.wanted.kind}" for item in job.items]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:ID_LENGTH]


def delivery_record(item: Item, state: str, message: Message, now: datetime, reason: str = "") -> DeliveryRecord:
    """The delivery record of one item of a message."""
    before = item.delivery
    received = state in ("sending", "sent") or bool(before and before.received and before.state == "sent")
    thread = before.thread if before and before.thread else message.id
    return DeliveryRecord(
        item.wanted.search,
        item.wanted.channel.name,
        item.wanted.story,
        item.wanted.version,
        item.wanted.kind,
        state,  # type: ignore[arg-type]  # one of the states of DeliveryRecord
        now,
        message.id,
        thread,
        reason,
        received,
    )


def dropped_record(item: Item, now: datetime, reason: str) -> DeliveryRecord:
    """The delivery record of an alert that need not be sent."""
    wanted, before = item.wanted, item.delivery
    known = (before.message_id, before.thread) if before and before.received else ("", "")
    return DeliveryRecord(
        wanted.search, wanted.channel.name, wanted.story, wanted.version, wanted.kind, "dropped", now, *known,
        reason=reason, received=bool(before and before.received),
    )  # fmt: skip


class SendFilter:
    """Leaves out alerts that need not, or must not, be sent.

    These are kills of what was never sent, further reports of one event, and what a search has ended or its owner may
    not see any more.
    """

    def __init__(
        self,
        table: AlertTable,
        reports_beside: Callable[[str], Sequence[str]],
        search_of: Callable[[str], SavedSearch | None],
    ) -> None:
        self._table = table
        self._reports_beside = reports_beside
        self._search_of = search_of
        self._sending: set[OpenAlert] = set()

    def split(self, items: Sequence[Item]) -> tuple[tuple[Item, ...], list[tuple[Item, str]]]:
        """The items to send, in their order, and the others with the reasons."""
        left_out: list[tuple[Item, str]] = []
        forms: dict[OpenAlert, Form] = {}
        for item in sorted(items, key=lambda item: item.wanted.made):
            form, reason = form_of(item.wanted, item.delivery, self._search_of(item.wanted.search))
            if kind_to_send(item.wanted, item.delivery) is None:
                left_out.append((item, RETRACTED_UNSENT))
            elif form is None:
                left_out.append((item, reason))
            elif self._is_known(item):
                left_out.append((item, ANOTHER_REPORT))
            else:
                self._sending.add(item.alert)
                forms[item.alert] = form
        to_send = (msgspec.structs.replace(item, form=forms[item.alert]) for item in items if item.alert in forms)
        return tuple(to_send), left_out

    def _is_known(self, item: Item) -> bool:
        if not item.wanted.one_an_event or (item.delivery and item.delivery.received):
            return False
        other_reports = [item.alert._replace(story=story) for story in self._reports_beside(item.wanted.story)]
        return any(other in self._sending or self._was_sent(other) for other in other_reports)

    def _was_sent(self, alert: OpenAlert) -> bool:
        _, delivery = self._table.wanted_and_delivery(alert)
        return delivery is not None and delivery.received and delivery.kind not in RETRACTIONS
