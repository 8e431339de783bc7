"""Logs when feeds fall silent and when they are heard again. Takes the state of feeds."""

import logging
import time

from streams.feeds.spans import span
from streams.feeds.state import FeedState

EVERY = 30.0  # seconds between looks at the same feed

log = logging.getLogger(__name__)


class SilenceLog:
    """One line when a feed falls silent, one when it is heard again."""

    def __init__(self, state: FeedState) -> None:
        self._state = state
        self._silent: set[str] = set()
        self._looked: dict[str, float] = {}

    def look(self, feed: str) -> None:
        """Judge one feed; does nothing within `EVERY` seconds of the last look."""
        now = time.monotonic()
        if now - self._looked.get(feed, -EVERY) < EVERY:
            return
        self._looked[feed] = now
        verdict = self._state.silence(feed)
        if verdict.silent and feed not in self._silent:
            self._silent.add(feed)
            log.warning(
                "%s is silent: nothing for %s, its usual gap is %s", feed, span(verdict.quiet), span(verdict.usual)
            )
        elif not verdict.silent and feed in self._silent:
            self._silent.remove(feed)
            log.warning("%s is active again", feed)
