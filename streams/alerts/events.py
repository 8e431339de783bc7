"""A local table of ``news.events``: which stories report the same event. For the alert stage."""

import logging
from collections.abc import Callable, Iterable, Sequence

import msgspec

from processors.events.keeping import Event
from streams.alerts.following import follow
from streams.alerts.journal import RetryDelays
from streams.kafka.stages import EVENTS
from streams.settings import Settings

log = logging.getLogger(__name__)


class EventTable:
    """A table of the events that have several reports."""

    def __init__(self, settings: Settings, backoff: Callable[[], RetryDelays]) -> None:
        self._settings = settings
        self._backoff = backoff
        self._events: dict[bytes, tuple[str, ...]] = {}
        self._event_of: dict[str, bytes] = {}

    def reports_beside(self, story: str) -> Sequence[str]:
        """The other stories that report the same event."""
        event = self._event_of.get(story)
        return [other for other in self._events[event] if other != story] if event is not None else ()

    def take(self, records: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Apply records of the topic."""
        for key, value in records:
            for story in self._events.pop(key, ()):
                if self._event_of.get(story) == key:
                    del self._event_of[story]
            try:
                event = msgspec.json.decode(value, type=Event) if value else None
            except msgspec.MsgspecError as error:
                log.warning("an event record cannot be read: %s", error)
                continue
            if event:
                self._events[key] = event.stories
                self._event_of |= dict.fromkeys(event.stories, key)

    async def run(self) -> None:
        """Read the topic from its beginning and follow it, until cancelled."""
        await follow(self._settings, self._settings.topic(EVENTS), self._backoff, self.take, self._ready)

    def _ready(self) -> None:
        log.info("%d events with several reports loaded", len(self._events))
