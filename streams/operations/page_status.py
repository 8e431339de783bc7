"""The state of the pipeline for the page: takes `Settings`, returns what `search.web.pipeline` shows.

Kafka and the feeds' state are looked at in one thread of its own, at most every few seconds, and only while somebody
asks; whoever asks meanwhile gets what was seen last. What cannot be seen is said, and costs nothing else.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from typing import TypeVar

from search.web.pipeline import DeadLetterGroup, FeedStatus, PipelineState, StageProgress
from streams.dead_letters.choosing import Choice
from streams.dead_letters.store import DeadStore
from streams.errors import NewswireError
from streams.feeds.state import FILE, FeedState
from streams.kafka.lag import LagReader
from streams.kafka.reader import TopicReader
from streams.kafka.stages import STAGES
from streams.settings import Settings

EVERY = 5.0  # seconds between looks
PATIENCE = 4.0  # seconds that a reader of the page waits for a look
MOST_GROUPS = 50  # of dead letters
SILENCE = 10.0  # seconds that news.dead may take to answer

T = TypeVar("T")


class PipelineStatus:
    """Looks at the pipeline of some settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._thread = ThreadPoolExecutor(1, "standing")  # DeadStore and consumers serve one thread each
        self._opened = ExitStack()
        self._lags: dict[str, LagReader] = {}
        self._dead: tuple[DeadStore, TopicReader] | None = None
        self._before: dict[str, tuple[float, int]] = {}
        self._seen: PipelineState | None = None
        self._looking: asyncio.Future[PipelineState] | None = None
        self._looked = -EVERY

    async def state(self) -> PipelineState:
        """The pipeline's state, at most a few seconds old."""
        if self._looking is None and time.monotonic() - self._looked >= EVERY:
            self._looking = asyncio.get_running_loop().run_in_executor(self._thread, self._look)
            self._looking.add_done_callback(self._looked_at)
        if self._looking is not None:
            await asyncio.wait([self._looking], timeout=PATIENCE)
        return self._seen or PipelineState(datetime.now(UTC), troubles=("Kafka has not answered yet",))

    def close(self) -> None:
        """Give connections back."""
        self._thread.submit(self._opened.close)
        self._thread.shutdown()

    def _looked_at(self, looking: "asyncio.Future[PipelineState]") -> None:
        self._looking, self._looked = None, time.monotonic()
        if not looking.cancelled():
            self._seen = looking.result()

    def _look(self) -> PipelineState:
        troubles: list[str] = []

        def tried(look: Callable[[], tuple[T, ...]]) -> tuple[T, ...] | None:
            try:
                return look()
            except NewswireError as error:
                if (told := str(error)) not in troubles:
                    troubles.append(told)
                return None

        stages, dead, feeds = tried(self._stages), tried(self._letters), tried(self._feeds)
        return PipelineState(datetime.now(UTC), stages or (), dead, feeds or (), tuple(troubles))

    def _stages(self) -> tuple[StageProgress, ...]:
        found = []
        for stage in STAGES:
            if stage not in self._lags:
                self._lags[stage] = self._opened.enter_context(LagReader(self._settings, stage))
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
            reader = self._opened.enter_context(TopicReader(self._settings, SILENCE))
            self._dead = self._opened.enter_context(closing(DeadStore(self._settings))), reader
        store, reader = self._dead
        store.read_on(reader)
        return tuple(
            DeadLetterGroup(group.stage, group.error, group.source, group.letters, group.last, group.message)
            for group in store.groups(Choice())[:MOST_GROUPS]
        )

    def _feeds(self) -> tuple[FeedStatus, ...]:
        if not (self._settings.data / FILE).exists():  # looking must not make it
            return ()
        with FeedState.of(self._settings) as state:
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
