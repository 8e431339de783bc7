"""Decides which alerts a story version needs: first alerts, and follow-ups to readers of an earlier version. Pure.

Takes the known story, the version and the searches that match it; gives a `WantedAlert` for each search and channel.
The result is the same when a version is delivered twice. Only the sender knows what was actually sent (`is_done`,
`kind_to_send`): a kill of what was never sent is not sent, and an alert that waits in a digest is replaced by the
newest version.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Literal, Protocol

import msgspec

from processors.annotations import Record
from search.alerts.notices import Notice, NoticeKind, changes_between, notice_of, retraction_notice
from search.alerts.saved import DAILY_AT, Channel, Digest, SavedSearch, due_at
from search.articles import Utc
from search.documents import Document
from search.versions.history import Story, arrive, light, stands
from search.versions.lineage import stored
from search.visibility import VISIBLE, WAITING, holds, is_forgotten

RETRACTIONS = ("kill", "hold")


class WantedAlert(Record, frozen=True):
    """An alert about one story, for one saved search and channel.

    ``due`` is when the first message may be sent; follow-ups are sent at once, except updates. ``home`` is the
    partition of ``news.alerts`` whose owner sends it. With ``one_an_event`` it is not sent if another report of its
    event was.
    """

    search: str
    name: str
    owner: str
    channel: Channel
    story: str
    version: int
    kind: NoticeKind
    due: Utc
    made: Utc
    enriched_at: Utc
    notice: Notice
    home: int
    digest: Digest = "at once"
    zone: str = "UTC"
    update_due: Utc | None = None
    one_an_event: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """Search, channel and story."""
        return self.search, self.channel.name, self.story


class DeliveryRecord(Record, frozen=True):
    """The delivery of a `WantedAlert`, of one ``version`` and ``kind``.

    ``sending`` is recorded before the server is contacted; if the process dies then, nobody knows whether it arrived.
    ``dead``: given up, for the ``reason``. ``dropped``: nothing had to be sent.
    """

    search: str
    channel: str
    story: str
    version: int
    kind: NoticeKind
    state: Literal["sending", "sent", "dead", "dropped"]
    at: Utc
    message_id: str = ""
    thread: str = ""  # the id of the first message, to which later ones refer
    reason: str = ""
    received: bool = False  # whether this reader has, or may have, received any version

    @property
    def key(self) -> tuple[str, str, str]:
        """Search, channel and story."""
        return self.search, self.channel, self.story


class AlertDecision(Record, frozen=True):
    """What follows from a version: alerts, the story to remember, and the end of its embargo.

    ``stands`` is false if a newer version has arrived before.
    """

    wanted: tuple[WantedAlert, ...] = ()
    story: Story | None = None
    held_until: Utc | None = None
    stands: bool = True


class AlertRules(Record, frozen=True):
    """``oldest`` is the age up to which a story alerts; ``daily_at`` the time of daily digests.

    ``event_wait`` is how long an alert waits until it is known which event its story reports.
    """

    oldest: timedelta = timedelta(days=1)
    daily_at: time = DAILY_AT
    event_wait: timedelta = timedelta(seconds=5)


def is_done(wanted: WantedAlert, delivery: DeliveryRecord | None) -> bool:
    """Whether nothing is left to send."""
    if delivery is None or delivery.state == "sending":
        return False
    if delivery.received and wanted.kind == "refresh":
        return True
    return (delivery.version, delivery.kind) == (wanted.version, wanted.kind)


def kind_to_send(wanted: WantedAlert, delivery: DeliveryRecord | None) -> NoticeKind | None:
    """The kind of message to send; ``None`` for a kill or hold of what the reader never received."""
    if delivery is None or not delivery.received:
        return None if wanted.kind in RETRACTIONS else "alert"
    if wanted.kind == "refresh" or (wanted.kind, wanted.version) == (delivery.kind, delivery.version):
        return "alert" if wanted.kind == "refresh" else wanted.kind
    return wanted.kind


def send_time(wanted: WantedAlert, delivery: DeliveryRecord | None) -> datetime:
    """When it may be sent: corrections, kills and holds of what was received at once, all else when due."""
    if delivery is None or not delivery.received:
        return wanted.due
    return (wanted.update_due or wanted.made) if wanted.kind == "update" else wanted.made


def story_after(before: Story | None, document: Document) -> Story:
    """The story with one more version."""
    return arrive(before, document)


def is_current(story: Story, document: Document, now: datetime) -> bool:
    """Whether this version is the current one and readers may see it, so that it is matched with searches."""
    return stands(story, document) and story.top.source is not None and holds(VISIBLE, stored(story), now)


def decide(
    before: Story | None,
    document: Document,
    matches: Sequence[SavedSearch],
    earlier: Sequence[WantedAlert],
    now: datetime,
    home_of: Callable[[SavedSearch, Channel], int],
    rules: AlertRules = AlertRules(),  # noqa: B008 - frozen
) -> AlertDecision:
    """What follows from a version of a story. ``earlier`` are the alerts that the story has had."""
    after = story_after(before, document)
    kept = light(after)
    if not stands(after, document):
        return AlertDecision(story=kept if before else None, stands=False)
    source = stored(after)
    visible = holds(VISIBLE, source, now)
    notice = _current_notice(before, after, source, earlier, visible=visible)
    wanted = [_follow_up(alert, notice, document, matches, now, rules) for alert in earlier]
    if visible:
        already_wanted = {alert.key[:2] for alert in earlier}
        wanted += _first_alerts(matches, already_wanted, notice, document, now, home_of, rules)
    changed = tuple(alert for alert in wanted if alert is not None)
    held = document.embargo_until if holds(WAITING, source, now) else None
    is_remembered = before or earlier or changed or held or not visible
    return AlertDecision(changed, kept if is_remembered else None, held)


def _current_notice(
    before: Story | None, after: Story, source: Mapping[str, Any], earlier: Sequence[WantedAlert], *, visible: bool
) -> Notice:
    """The notice of the version that is current now."""
    if visible:
        old = (before.top.headline, before.top.body) if before and before.top.status == "usable" else ("", "")
        return notice_of(source, changes_between(old, (source["headline"], source["body"])))
    if is_forgotten(source):
        return retraction_notice(source, "")
    killed = source.get("killed") or {}
    known = killed.get("headline") or next((alert.notice.headline for alert in earlier), "")
    return retraction_notice(source, known if after.top.status == "canceled" or earlier else "")


def _follow_up(
    earlier: WantedAlert,
    notice: Notice,
    document: Document,
    matches: Sequence[SavedSearch],
    now: datetime,
    rules: AlertRules,
) -> WantedAlert | None:
    """The follow-up to an earlier alert, sent or not; ``None`` if nothing has changed."""
    search = next((search for search in matches if search.id == earlier.search), None)
    kind = _kind(earlier, document, notice, search)
    if (earlier.version, earlier.kind) == (notice.version, kind) or (
        earlier.version == notice.version and kind == "refresh"
    ):
        return None
    return msgspec.structs.replace(
        earlier,
        version=notice.version,
        kind=kind,
        notice=notice,
        made=now,
        enriched_at=document.enriched_at,
        update_due=due_at(search, now, rules.daily_at) if search and kind == "update" else None,
    )


def _kind(earlier: WantedAlert, document: Document, notice: Notice, search: SavedSearch | None) -> NoticeKind:
    if document.status == "canceled":
        return "kill"
    if document.status != "usable" or notice.embargo_until:
        return "hold"
    if earlier.kind in RETRACTIONS:
        return "release"
    if document.kind == "correction":
        return "correction"
    return "update" if search and search.updates else "refresh"


def _first_alerts(
    matches: Sequence[SavedSearch],
    already_wanted: set[tuple[str, str]],
    notice: Notice,
    document: Document,
    now: datetime,
    home_of: Callable[[SavedSearch, Channel], int],
    rules: AlertRules,
) -> list[WantedAlert]:
    """Alerts for searches that have had none of this story. Old stories, and those from before the search, get none."""
    first_notice = msgspec.structs.replace(notice, changes=(), more_changes=0)
    return [
        first_alert(
            search,
            channel,
            first_notice,
            due=due_at(search, now + _wait(search, rules), rules.daily_at),
            now=now,
            enriched_at=document.enriched_at,
            home=home_of(search, channel),
            one_an_event=search.one_report_per_event,
        )
        for search in matches
        if search.alerts and is_news(search, document, now, rules)
        for channel in search.channels
        if (search.id, channel.name) not in already_wanted
    ]


def first_alert(
    search: SavedSearch,
    channel: Channel,
    notice: Notice,
    *,
    due: datetime,
    now: datetime,
    enriched_at: datetime,
    home: int,
    one_an_event: bool = False,
) -> WantedAlert:
    """The first alert of a search about a story."""
    return WantedAlert(
        search=search.id,
        name=search.name,
        owner=search.owner,
        channel=channel,
        story=notice.story,
        version=notice.version,
        kind="alert",
        due=due,
        made=now,
        enriched_at=enriched_at,
        notice=notice,
        home=home,
        digest=search.digest,
        zone=search.zone,
        one_an_event=one_an_event,
    )


def _wait(search: SavedSearch, rules: AlertRules) -> timedelta:
    """How long to wait until the story's event is known; digests do not wait."""
    return rules.event_wait if search.one_report_per_event and search.digest == "at once" else timedelta()


class ReceivedItem(Protocol):
    """An item with the time of its receipt, and perhaps an embargo."""

    @property
    def received_at(self) -> datetime:
        """When a feed received it."""

    @property
    def embargo_until(self) -> datetime | None:
        """When its embargo ends."""


def is_news(search: SavedSearch, document: ReceivedItem, now: datetime, rules: AlertRules) -> bool:
    """Whether a story is recent, and newer than the search. An embargoed story counts from the end of its embargo."""
    arrived = max(document.received_at, min(document.embargo_until or document.received_at, now))
    return arrived >= max(search.changed_at, now - rules.oldest)
