"""Decides which alerts follow from story versions: takes arrivals, gives records for ``news.alerts``.

Reads the alert table and the saved searches, and writes nothing itself. Stories without alerts are remembered for a
while, so that a version that arrives after a newer one is recognized as outdated.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zlib import crc32

import msgspec

from search.alerts.deciding import AlertDecision, AlertRules, WantedAlert, decide, is_current, story_after
from search.alerts.saved import Channel, SavedSearch
from search.documents import Document
from search.versions.history import Story, light
from search.versions.lineage import stored
from streams.alerts.clock import utc_now
from streams.alerts.journal import AlertJournal
from streams.alerts.merged_names import MergedNames
from streams.alerts.records import AlertKey, EmbargoedStory, JournalEntry, KnownStory, wanted_entries
from streams.alerts.searches import SearchTable
from streams.errors import Rejected
from streams.records import EnrichedArticle, decode, document_of
from streams.settings import Settings

MOST_REMEMBERED = 20_000  # stories without alerts


class Arrival(NamedTuple):
    """A story version that has arrived on ``news.enriched``: its partition, document and message."""

    partition: int
    document: Document
    message: bytes


def arrival_of(message: Any) -> Arrival | None:
    """The version that a message of ``news.enriched`` holds; ``None`` if it is no text, or cannot be read.

    The index stage reads the same messages, and sends those that it cannot read to the dead letters.
    """
    try:
        document = _document_in(message.value)
    except Rejected:
        return None
    return None if document.item_class else Arrival(message.partition, document, message.value)


class AlertDecider:
    """Makes the alert decisions of one process."""

    def __init__(
        self, settings: Settings, journal: AlertJournal, searches: SearchTable, merged: MergedNames | None = None
    ) -> None:
        self._settings = settings
        self._merged = merged or MergedNames(settings)
        self._journal = journal
        self._table = journal.table
        self._searches = searches
        self._rules = AlertRules(
            timedelta(hours=settings.alert_oldest_hours),
            settings.alert_daily_at,
            timedelta(seconds=settings.alert_event_seconds),
        )
        self._recent: OrderedDict[str, Story] = OrderedDict()

    def has_alerted(self, arrival: Arrival) -> bool:
        """Whether another version of this story has alerted."""
        earlier = self._table.alerts_of_story(arrival.partition, arrival.document.id)
        return any(wanted.version != arrival.document.version for wanted in earlier)

    def decide(self, arrivals: Sequence[Arrival]) -> list[JournalEntry]:
        """The records that follow from versions, in their order."""
        now = utc_now()
        matches = self._matches(arrivals, now)
        stories: dict[str, Story | None] = {}
        earlier: dict[str, dict[tuple[str, ...], WantedAlert]] = {}
        entries: list[JournalEntry] = []
        for arrival, searches in zip(arrivals, matches, strict=True):
            name = arrival.document.id
            known = stories[name] if name in stories else self._known_story(arrival)
            if name not in earlier:
                earlier[name] = {wanted.key: wanted for wanted in self._table.alerts_of_story(arrival.partition, name)}
            decision = decide(
                known,
                arrival.document,
                searches,
                [*earlier[name].values()],
                now,
                self._home_for(arrival.partition),
                self._rules,
            )
            stories[name] = self._remember(known, arrival.document)
            earlier[name] |= {wanted.key: wanted for wanted in decision.wanted}
            entries += self._entries(arrival, decision, now)
        return entries

    def ended_embargoes(self, now: datetime) -> list[Arrival]:
        """The stories whose embargo has ended, in the order of their embargoes."""
        ended = sorted((until, key) for key, until in self._table.held.items() if until <= now)
        arrivals = []
        for _, (partition, story) in ended:
            held = self._table.held_story(partition, story)
            if held and self._journal.owns(partition):
                message = bytes(held.enriched)
                arrivals.append(Arrival(partition, _document_in(message), message))
        return arrivals

    def expired(self, oldest: datetime, most: int) -> list[JournalEntry]:
        """Tombstones for records from before a time."""
        old = self._table.older_than(oldest, most)
        return [JournalEntry(partition, key, None) for partition, key in old if self._journal.owns(partition)]

    def _matches(self, arrivals: Sequence[Arrival], now: datetime) -> list[list[SavedSearch]]:
        """The searches that match each arrival as the index will store it."""
        stories: dict[str, Story] = {}
        current: list[tuple[int, Any]] = []
        for number, arrival in enumerate(arrivals):
            known = stories.get(arrival.document.id) or self._known_story(arrival)
            after = story_after(known, arrival.document)
            if is_current(after, arrival.document, now):
                current.append((number, stored(after, self._merged.known)))
            stories[arrival.document.id] = light(after)
        matching: list[list[SavedSearch]] = [[] for _ in arrivals]
        matched = self._searches.match([source for _, source in current], now)
        for (number, _), names in zip(current, matched, strict=True):
            matching[number] = self._searches.by_ids(names)
        return matching

    def _known_story(self, arrival: Arrival) -> Story | None:
        known = self._table.known_story(arrival.partition, arrival.document.id)
        return known.story if known else self._recent.get(arrival.document.id)

    def _remember(self, known: Story | None, document: Document) -> Story:
        """Remember the story with this version, without its text."""
        after = light(story_after(known, document))
        self._recent[document.id] = msgspec.structs.replace(
            after, texts=(), top=msgspec.structs.replace(after.top, body="")
        )
        self._recent.move_to_end(document.id)
        while len(self._recent) > MOST_REMEMBERED:
            self._recent.popitem(last=False)
        return after

    def _home_for(self, partition: int) -> Any:
        """Chooses the partition that sends an alert: the same one for all stories of a digest, or of one-per-event."""

        def home(search: SavedSearch, channel: Channel) -> int:
            if search.digest == "at once" and not search.one_report_per_event:
                return partition
            return crc32(f"{search.id}\0{channel.name}".encode()) % self._journal.partitions

        return home

    def _entries(self, arrival: Arrival, decision: AlertDecision, now: datetime) -> Iterable[JournalEntry]:
        """The records of a decision, alerts first: a story record must never be there without its alerts."""
        for wanted in decision.wanted:
            yield from wanted_entries(wanted, arrival.partition)
        name = arrival.document.id
        if decision.story:
            yield JournalEntry(arrival.partition, AlertKey("story", name), KnownStory(decision.story, now))
        if decision.held_until:
            held = EmbargoedStory(decision.held_until, msgspec.Raw(arrival.message))
            yield JournalEntry(arrival.partition, AlertKey("held", name), held)
        elif (arrival.partition, name) in self._table.held and decision.stands:
            yield JournalEntry(arrival.partition, AlertKey("held", name), None)


def _document_in(message: bytes) -> Document:
    enriched = decode(message, EnrichedArticle)
    return document_of(enriched, enriched.enriched_at)
