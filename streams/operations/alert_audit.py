"""Audits alerts: every story that matches a saved search was sent, will be sent, or was given up with a reason.

Takes the topics ``news.searches`` and ``news.alerts``, and the index; gives an `AlertReport`. Each alerting search is
run in the index, and each story found must have an alert for each of its channels. Each alert must have been delivered
or be waiting, and readers of a story that was since corrected, killed or withheld must have had a follow-up. Stories
that the alert stage has not read yet count as on their way.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from search.alerts.deciding import AlertRules, DeliveryRecord, WantedAlert, is_done, is_news
from search.alerts.saved import SavedSearch, parsed_query_of
from search.query.request import QueryError
from search.store import Store
from search.visibility import arrived_at
from streams.alerts.searches import saved_searches
from streams.alerts.table import AlertTable, OpenAlert
from streams.kafka.reader import TopicReader, committed, of_existing
from streams.kafka.stages import ALERTS, STAGES
from streams.operations.audited_messages import article_in
from streams.settings import Settings

PROPAGATION = timedelta(seconds=30)  # until every process knows a search that was just saved
MOST_MISSING = 1000
PAGE = 500
RETRACTED = ("canceled", "withheld")


class MissingAlert(msgspec.Struct, frozen=True):
    """An alert that should exist and does not."""

    search: str
    channel: str
    story: str
    why: str


class AlertReport(msgspec.Struct):
    """Counts of alerts by outcome. ``dead`` is by reason; those ``in_doubt`` may have been sent, and are sent again."""

    searches: int = 0
    matches: int = 0
    sent: int = 0
    waiting: int = 0
    in_doubt: int = 0
    dropped: int = 0
    dead: dict[str, int] = {}
    taken_back: int = 0  # of sent: kills, holds and corrections that followed
    on_their_way: int = 0
    lag: int = 0
    missing: int = 0
    missing_alerts: list[MissingAlert] = []

    def add_missing(self, search: str, channel: str, story: str, why: str) -> None:
        """Count something that is not accounted for."""
        self.missing += 1
        if len(self.missing_alerts) < MOST_MISSING:
            self.missing_alerts.append(MissingAlert(search, channel, story, why))


class AlertAuditor:
    """One audit."""

    def __init__(self, settings: Settings, store: Store, reader: TopicReader) -> None:
        self._settings = settings
        self._store = store
        self._reader = reader
        self._table = AlertTable()
        self._backlog: set[str] = set()
        self.report = AlertReport()

    async def run(self, since: datetime | None = None) -> AlertReport:
        """Audit what was received since a time, by default as far back as follow-ups are sent."""
        now = datetime.now(UTC)
        oldest = now - timedelta(days=self._settings.alert_days)
        since = max(since, oldest) if since else oldest
        await self._store.refresh()
        searches = [one for one in saved_searches(self._settings) if one.alerts]
        self._read_backlog()
        self._read_alerts()
        self.report.searches = len(searches)
        self._check_alerts()
        for search in searches:
            await self._check_matches(search, since, now)
        await self._check_follow_ups()
        return self.report

    def _read_backlog(self) -> None:
        """The stories that the alert stage has still to read."""
        topic = self._settings.topic(STAGES["alert"].reads)
        bounds = of_existing(topic, self._reader.bounds(topic))
        offsets = committed(self._settings, self._settings.group("alert"), bounds)
        tails = [b._replace(start=min(b.end, max(b.start, offsets.get((topic, b.partition), 0)))) for b in bounds]
        self.report.lag = sum(tail.end - tail.start for tail in tails)
        for message in self._reader.read(tails):
            if article := article_in(message.value, "enriched"):
                self._backlog.add(article.id)

    def _read_alerts(self) -> None:
        for message in self._reader.read(self._reader.bounds(self._settings.topic(ALERTS))):
            self._table.apply(message.partition, message.offset, message.key, message.value)

    def _all_wanted(self) -> Iterator[tuple[OpenAlert, WantedAlert, DeliveryRecord | None]]:
        """Every wanted alert of the partition that sends it, with its delivery record."""
        for alert in self._table.wanted_alerts():
            wanted, delivery = self._table.wanted_and_delivery(alert)
            if wanted is not None and wanted.home == alert.partition:
                yield alert, wanted, delivery

    def _check_alerts(self) -> None:
        dead: Counter[str] = Counter()
        for _, wanted, delivery in self._all_wanted():
            if not is_done(wanted, delivery):
                if delivery is not None and delivery.state == "sending":
                    self.report.in_doubt += 1
                else:
                    self.report.waiting += 1
            elif delivery is not None and delivery.state == "dead":
                dead[f"{wanted.channel.kind}: {delivery.reason}"] += 1
            elif delivery is not None and delivery.state == "dropped":
                self.report.dropped += 1
            else:
                self.report.sent += 1
                self.report.taken_back += wanted.kind in ("kill", "hold", "correction")
        self.report.dead = dict(dead.most_common())

    async def _check_matches(self, search: SavedSearch, since: datetime, now: datetime) -> None:
        """Every story that the search finds must have an alert for each of its channels."""
        rules = AlertRules(timedelta(hours=self._settings.alert_oldest_hours))
        try:
            query = parsed_query_of(search, self._store.limits)
        except QueryError as error:
            self.report.add_missing(search.id, "", "", f"the search cannot be run: {error}")
            return
        page = msgspec.structs.replace(query, sort="arrived", limit=PAGE, brief=True)
        while True:
            result = await self._store.find(page)
            for hit in result.hits:
                story = hit.document
                enriched = datetime.fromisoformat(story["enriched_at"])
                if arrived_at(story) < since:
                    return
                # The backlog will be matched with every search; older stories may have come before a search was known.
                counts = hit.id in self._backlog or _has_settled(search, story, now)
                if counts and is_news(search, _Times.of(story), enriched, rules):
                    self._check_match(search, hit.id)
            if not result.after:
                return
            page = page.following(result.after)

    def _check_match(self, search: SavedSearch, story: str) -> None:
        self.report.matches += 1
        for channel in search.channels:
            if self._table.is_wanted(search.id, channel.name, story):
                continue
            if story in self._backlog:
                self.report.on_their_way += 1
            else:
                self.report.add_missing(search.id, channel.label, story, "it matches, and has no alert")

    async def _check_follow_ups(self) -> None:
        """Readers of a story must have had its current version or kill: the index knows which version is current."""
        received: dict[str, list[WantedAlert]] = {}
        for alert, wanted, delivery in self._all_wanted():
            if delivery is not None and delivery.received:
                received.setdefault(alert.story, []).append(wanted)
        names = list(received)
        for at in range(0, len(names), PAGE):
            fates = await self._store.fates(names[at : at + PAGE])
            for name in names[at : at + PAGE]:
                fate = fates.get(name)
                for wanted in received[name] if fate else ():
                    assert fate is not None
                    follows = wanted.version >= fate.version and not (
                        fate.status in RETRACTED and wanted.kind not in ("kill", "hold")
                    )
                    if not follows and name in self._backlog:
                        self.report.on_their_way += 1
                    elif not follows:
                        why = f"version {wanted.version} was sent, the index has {fate.version} ({fate.status})"
                        self.report.add_missing(wanted.search, wanted.channel.label, name, why)


class _Times(msgspec.Struct, frozen=True):
    """The times of a stored story that decide whether it is news."""

    received_at: datetime
    embargo_until: datetime | None

    @classmethod
    def of(cls, story: dict[str, str]) -> "_Times":
        """The times of a stored document."""
        until = story.get("embargo_until")
        received = datetime.fromisoformat(story["received_at"])
        return cls(received, datetime.fromisoformat(until) if until else None)


def _has_settled(search: SavedSearch, story: dict[str, str], now: datetime) -> bool:
    """Whether every process knew the search when the story arrived, or its embargo ended, and that is a while ago."""
    came = arrived_at(story)
    return came >= search.changed_at + PROPAGATION and came < now - timedelta(seconds=5)
