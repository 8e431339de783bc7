"""The index stage's background tasks: retry open kill notices, and check whether the index is reachable.

Takes the stage and its store; the tasks run until they are cancelled.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from processors.annotations import Annotations
from search.articles import ArticleFields
from search.documents import Document
from search.store import Store, StoreError, StoreUnavailable
from search.stories.kill_notices import settle
from streams.agents.producer import Outgoing
from streams.agents.stage import Stage
from streams.records import Article, EnrichedArticle, encode
from streams.stores import said

log = logging.getLogger(__name__)

NOTICE_INTERVAL = 20.0  # seconds between searches for the stories of open notices
MOST_OPEN = 100  # open notices that are retried, the newest
PROBE_INTERVAL = 10.0  # seconds between checks that the index is reachable


PublishChanges = Callable[[], Awaitable[None]]  # publishes what was written, for the grouping by event


async def publish_nothing() -> None:
    """Publish no changes."""


async def kill_named_stories(stage: Stage, store: Store, notices: Sequence[Mapping[str, Any]]) -> None:
    """Kill the stories that notices name. A notice whose story is not found stays open in the index, and is retried."""
    try:
        await settle(store, notices, timedelta(days=stage.settings.kill_notice_days), partial(_publish_kills, stage))
    except (StoreUnavailable, StoreError) as error:
        log.warning("%d kill notices are waiting for their stories: %s", len(notices), said(error))


async def _publish_kills(stage: Stage, kills: Sequence[Document]) -> None:
    """Put the kills on ``news.enriched``, so that the alert stage sends them to readers of these stories.

    This stage reads them as well, and finds them in the index already.
    """
    topic, now = stage.settings.topic("enriched"), datetime.now(UTC)
    fields = [name for name in ArticleFields.__struct_fields__ if name != "kills"]
    articles = [Article(**{name: getattr(kill, name) for name in fields}) for kill in kills]
    messages = [encode(EnrichedArticle(article, Annotations(), now)) for article in articles]
    await stage.send(
        Outgoing(topic, article.id.encode(), message) for article, message in zip(articles, messages, strict=True)
    )


async def retry_open_notices(stage: Stage, store: Store, publish_changes: PublishChanges = publish_nothing) -> None:
    """Retry open notices regularly: their stories may arrive later, or a process may have died before the kill."""
    while True:
        await asyncio.sleep(NOTICE_INTERVAL)
        try:
            since = datetime.now(UTC) - timedelta(days=stage.settings.kill_notice_days)
            notices = await store.open_notices(since, MOST_OPEN)
        except (StoreUnavailable, StoreError) as error:
            log.info("cannot look up open kill notices: %s", said(error))
        else:
            await kill_named_stories(stage, store, notices)
            await publish_changes()


async def probe_index(stage: Stage, store: Store) -> None:
    """Check the index regularly, for ``/readyz``: without traffic, no write shows whether it is reachable."""
    while True:
        try:
            await store.count(hidden=True)
            stage.health.record_index_answer()
        except (StoreUnavailable, StoreError) as error:
            stage.health.record_index_answer(said(error))
        await asyncio.sleep(PROBE_INTERVAL)
