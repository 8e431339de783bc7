"""Collects the state of the pipeline for the page: takes `Settings`, returns what `search.web.pipeline` shows.

Kafka and the feeds' state are read in a thread of its own, at most every few seconds, and only on request; concurrent
requests get the last state. What cannot be read is listed as a trouble, and does not delay the rest.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from typing import TypeVar

from search.web.pipeline import DeadLetterGroup, FeedStatus, PipelineState, StageProgress
from streams.dead_letters.choosing import LetterSelection
from streams.dead_letters.store import DeadStore
from streams.errors import NewswireError
from streams.feeds.state import FILE, FeedState
from streams.kafka.lag import LagReader
from streams.kafka.reader import TopicReader
from streams.kafka.stages import stages_with
from streams.settings import Settings
from streams.sources.book import ProfileBook

EVERY = 5.0  # seconds between reads
PATIENCE = 4.0  # seconds that a request waits for a read
MOST_GROUPS = 50  # of dead letters
KAFKA_TIMEOUT = 10.0  # seconds that news.dead may take to answer

T = TypeVar("T")


class PipelineStatus:
    """Reads the state of the pipeline."""

    def __init__(self, settings: Settings, book: ProfileBook | None = None) -> None:
        self._settings = settings
        self._book = book or ProfileBook.of(settings)
        self._thread = ThreadPoolExecutor(1, "standing")  # DeadStore and consumers serve one thread each
        self._connections = ExitStack()
        self._lags: dict[str, LagReader] = {}
        self._dead: tuple[DeadStore, TopicReader] | None = None
        self._before: dict[str, tuple[float, int]] = {}
        self._seen: PipelineState | None = None
        self._collecting: asyncio.Future[PipelineState] | None = None
        self._collected_at = -EVERY

    async def state(self) -> PipelineState:
        """The pipeline's state, at most a few seconds old."""
        if self._collecting is None and time.monotonic() - self._collected_at >= EVERY:
            self._collecting = asyncio.get_running_loop().run_in_executor(self._thread, self._collect)
            self._collecting.add_done_callback(self._collected)
        if self._collecting is not None:
            await asyncio.wait([self._collecting], timeout=PATIENCE)
        return self._seen or PipelineState(datetime.now(UTC), troubles=("Kafka has not answered yet",))

    def close(self) -> None:
        """Close the connections."""
        self._thread.submit(self._connections.close)
        self._thread.shutdown()

    def _collected(self, future: "asyncio.Future[PipelineState]") -> None:
        self._collecting, self._collected_at = None, time.monotonic()
        if not future.cancelled():
            self._seen = future.result()

    def _collect(self) -> PipelineState:
        troubles: list[str] = []

        def tried(collect: Callable[[], tuple[T, ...]]) -> tuple[T, ...] | None:
            try:
                return collect()
            except NewswireError as error:
                if (problem := str(error)) not in troubles:
                    troubles.append(problem)
                return None

        stages, dead, feeds = tried(self._stages), tried(self._letters), tried(self._feeds)
        return PipelineState(datetime.now(UTC), stages or (), dead, feeds or (), tuple(troubles))

    def _stages(self) -> tuple[StageProgress, ...]:
        found = []
        for stage in stages_with(self._settings.archive):
            if stage not in self._lags:
                self._lags[stage] = self._connections.enter_context(LagReader(self._settings, stage))
            places = self._lags[stage].places().values()
            total = sum(place.end for place in places)
            done = total - sum(place.lag for place in places)
            now = time.monotonic()
            then, earlier = self._before.get(stage, (now, done))
            self._before[stage] = now, done
            speed = max(0, done - earlier) / (now - then) if now > then else None
            found.append(StageProgress(stage, done, total, speed))
        return tuple(found)

    def _letters(self) -> tuple[DeadLetterGroup, ...]:
        if self._dead is None:
            reader = self._connections.enter_context(TopicReader(self._settings, KAFKA_TIMEOUT))
            self._dead = self._connections.enter_context(closing(DeadStore(self._settings))), reader
        store, reader = self._dead
        store.read_on(reader)
        return tuple(
            DeadLetterGroup(group.stage, group.error, group.source, group.letters, group.last, group.message)
            for group in store.groups(LetterSelection())[:MOST_GROUPS]
        )

    def _feeds(self) -> tuple[FeedStatus, ...]:
        if not (self._settings.data / FILE).exists():  # reading must not create it
            return ()
        with FeedState.of(self._settings, self._book) as state:
            return tuple(
                FeedStatus(
                    feed.feed,
                    feed.kind,
                    datetime.fromtimestamp(feed.last_arrival, UTC) if feed.last_arrival else None,
                    feed.silence.silent,
                    feed.silence.usual,
                    feed.error,
                )
                for feed in state.feeds()
            )
