"""Logs when a feed falls silent, and when it sends again. Takes the state of feeds."""

import logging
import time

from streams.feeds.state import FeedState
from streams.spans import span

EVERY = 30.0  # seconds between checks of the same feed

log = logging.getLogger(__name__)


class SilenceLog:
    """Logs one line when a feed falls silent, and one when it sends again."""

    def __init__(self, state: FeedState) -> None:
        self._state = state
        self._silent: set[str] = set()
        self._looked: dict[str, float] = {}

    def check(self, feed: str) -> None:
        """Judge one feed; does nothing within `EVERY` seconds of the last check."""
        now = time.monotonic()
        if now - self._looked.get(feed, -EVERY) < EVERY:
            return
        self._looked[feed] = now
        verdict = self._state.silence(feed)
        if verdict.silent and feed not in self._silent:
            self._silent.add(feed)
            known = "its usual gap" if verdict.expected is None else "the longest that its profile expects"
            length = span(verdict.expected or verdict.usual)
            log.warning("%s is silent: nothing for %s, %s is %s", feed, span(verdict.quiet), known, length)
        elif not verdict.silent and feed in self._silent:
            self._silent.remove(feed)
            log.warning("%s is active again", feed)
