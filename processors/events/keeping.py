"""The events of a stream of stories: takes fingerprints and what time it is, gives what changed. Pure.

Beside grouping it keeps stories back until their embargo ends, leaves out those that are gone, and knows what was said.
"""

import sys
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from processors.annotations import Record
from processors.events.fingerprint import Fingerprint
from processors.events.grouping import Bounds, Grouping
from processors.events.summary import EventSummary, summary


class Event(Record, frozen=True):
    """An event with its reports in order, as on ``news.events``.

    ``version`` is the position on ``news.stories`` of the last story that changed it: who reads the events again from
    the stories comes to the same ones at the same versions.
    """

    id: str
    headline: str
    size: int
    sources: tuple[str, ...]
    first: datetime
    last: datetime
    stories: tuple[str, ...]
    version: int = 0


class Changes(Record, frozen=True):
    """What changed: by story, what is to be said of it; by id, events of several reports, ``None`` for what is none."""

    said: dict[str, EventSummary]
    events: dict[str, Event | None]
    forgotten: tuple[str, ...]


class EventKeeping:
    """The stories in the window and their events."""

    def __init__(self, bounds: Bounds) -> None:
        self.grouping = Grouping(bounds)
        self._waiting: dict[str, Fingerprint] = {}
        self._said: dict[str, EventSummary] = {}
        self._told: set[str] = set()

    def restore(self, stories: Iterable[Fingerprint], events: Mapping[str, str], told: Iterable[str], now: int) -> None:
        """Take over: the last fingerprint of each story, the event of each story of several, and which were told."""
        ordered = sorted(stories, key=lambda one: (one.made, one.id))
        settled = max((one.made for one in ordered), default=0) - self.grouping.bounds.window
        for story in ordered:
            known = events.get(story.id, story.id) if story.made < settled else ""
            self._take(story, now, known)
        self._told = set(told)
        self.changes()  # was all said before

    def take(self, stories: Iterable[Fingerprint], now: int) -> None:
        """Stories came, changed or went."""
        for story in stories:
            self._take(story, now)

    def _take(self, story: Fingerprint, now: int, event: str = "") -> None:
        self._waiting.pop(story.id, None)
        if not story.source:
            self.grouping.remove(story.id)
        elif story.visible_from > now:
            self.grouping.remove(story.id)
            self._waiting[story.id] = story
        else:
            words = {sys.intern(word): weight for word, weight in story.words.items()}
            self.grouping.put(msgspec.structs.replace(story, words=words), event)

    def changes(self, version: int = 0, now: int = 0) -> Changes:
        """What changed since the last call; stories whose embargo has ended by ``now`` are taken in before."""
        for story in [one for one in self._waiting.values() if one.visible_from <= now]:
            self._take(story, now)
        said: dict[str, EventSummary] = {}
        events: dict[str, Event | None] = {}
        for event in sorted(self.grouping.touched):
            events |= self._event(event, version, said)
        self.grouping.touched.clear()
        forgotten, self.grouping.forgotten = tuple(self.grouping.forgotten), []
        for story_id in [*forgotten, *(one for one in self._said if one not in self.grouping.stories)]:
            self._said.pop(story_id, None)
        return Changes(said, events, forgotten)

    def _is_alone(self, said: EventSummary) -> bool:
        """Whether a story is indexed with just that as its event; one that was hidden is indexed with none."""
        story = self.grouping.stories.get(said.id)
        return said.size == 1 and not (story and story.visible_from)

    def _event(self, event: str, version: int, said: dict[str, EventSummary]) -> dict[str, Event | None]:
        found = summary(self.grouping, event)
        stories = [one.id for one in self.grouping.reports(event)]
        for story in stories:
            assert found is not None
            copied = self.grouping.copied(story) if found.size > 1 else ""
            own = msgspec.structs.replace(found, copy_of=copied)
            before = self._said.get(story)
            if before != own:
                self._said[story] = own
                if not (self._is_alone(own) and (before is None or self._is_alone(before))):
                    said[story] = own
        if found is None or found.size == 1:
            was_told = event in self._told
            self._told.discard(event)
            return {event: None} if was_told else {}
        self._told.add(event)
        shown = {name: getattr(found, name) for name in ("id", "headline", "size", "sources", "first", "last")}
        return {event: Event(**shown, stories=tuple(stories), version=version)}
