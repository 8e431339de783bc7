"""Polls servers for files: takes sources, puts every finished file of each on ``news.raw``.

As with drop folders, a file is taken once it no longer changes, and is marked as taken after Kafka has confirmed all of
it; then it may be moved on the server. A crash in between sends that file again, under the same key. A temporary error
is retried at a later poll; a file that can never be taken is marked as refused, with the reason.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from streams.errors import NewswireError, Unavailable
from streams.feeds.polling import CONCURRENT_POLLS, Poll, Poller
from streams.feeds.producer import Feeder
from streams.feeds.pulls.pull import Pull
from streams.feeds.pulls.remote import PullLimits
from streams.feeds.pulls.servers import remote_of
from streams.feeds.pulls.sources import PullSource
from streams.feeds.state import FeedState

log = logging.getLogger(__name__)


class Puller(Poller[PullSource]):
    """Polls servers, each poll in a thread of its own. Use as an asynchronous context manager."""

    kind = "pull"

    def __init__(self, sources: Sequence[PullSource], feeder: Feeder, state: FeedState) -> None:
        super().__init__(feeder, state)
        limits = PullLimits.of(feeder.settings)
        self._pulls = {one.id: Pull(one, remote_of(one, limits), state, feeder) for one in sources}
        self._threads = ThreadPoolExecutor(CONCURRENT_POLLS, thread_name_prefix="pull")

    async def _poll(self, source: PullSource) -> Poll:
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, self._poll_source, self._pulls[source.id]
        )

    def _poll_source(self, pull: Pull) -> Poll:
        """Poll once. Connection errors become `NewswireError`s, without secrets in them."""
        started = time.monotonic()
        try:
            return pull.poll()
        except NewswireError:
            raise
        except pull.remote.errors as error:
            log.debug("%s: after %.1f s", pull.source.name, time.monotonic() - started, exc_info=True)
            raise Unavailable(f"{type(error).__name__}: {str(error)[:300]}") from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pull in self._pulls.values():
            pull.stop()
        await asyncio.to_thread(self._threads.shutdown)
