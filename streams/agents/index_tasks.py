"""The index stage's background tasks: check open kill notices again, and check whether the index is reachable.

Takes the stage and its store; the tasks run until they are cancelled.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from search.store import Store, StoreError, StoreUnavailable
from search.stories.kill_notices import settle
from streams.agents.stage import Stage
from streams.stores import said

log = logging.getLogger(__name__)

LOOK_AGAIN = 20.0  # seconds between looks for the stories of open notices
MOST_OPEN = 100  # notices, the newest, that are looked at again
ASK_INDEX = 10.0  # seconds between questions whether the index is there


async def settle_notices(stage: Stage, store: Store, notices: Sequence[Mapping[str, Any]]) -> None:
    """Kill what notices name. What cannot be done now is done later: they stay open in the index."""
    try:
        await settle(store, notices, timedelta(days=stage.settings.kill_notice_days))
    except (StoreUnavailable, StoreError) as away:
        log.warning("%d kill notices are waiting for their stories: %s", len(notices), said(away))


async def look_again(stage: Stage, store: Store) -> None:
    """Look again and again for the stories of open notices: those may come later, or a process may have ended."""
    while True:
        await asyncio.sleep(LOOK_AGAIN)
        try:
            since = datetime.now(UTC) - timedelta(days=stage.settings.kill_notice_days)
            notices = await store.open_notices(since, MOST_OPEN)
        except (StoreUnavailable, StoreError) as away:
            log.info("cannot look up open kill notices: %s", said(away))
        else:
            await settle_notices(stage, store, notices)


async def ask_index(stage: Stage, store: Store) -> None:
    """Ask the index again and again whether it is there, for ``/readyz``: writes tell only while there are some."""
    while True:
        try:
            await store.count(hidden=True)
            stage.health.index_said()
        except (StoreUnavailable, StoreError) as away:
            stage.health.index_said(said(away))
        await asyncio.sleep(ASK_INDEX)
