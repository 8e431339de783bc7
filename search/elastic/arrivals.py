"""Whether the stories in Elasticsearch can be ordered by the time at which they reached readers. Takes a server.

Stories that a program wrote before that time was stored lack it until `newswire index migrate`. As long as there are
such, none can be ordered by it: a story that is written once more would come before newer ones.
"""

import time
from typing import Any

from search.elastic.server import ElasticServer
from search.visibility import elastic_filter, seen_by

LOOK_AGAIN, LOOK_SOON = 60.0, 5.0  # seconds
SEEN = elastic_filter(*seen_by(hidden=False, kills=True))
HAS_ARRIVED = {"exists": {"field": "arrived_at"}}


class Arrivals:
    """What is known of the stories of one server."""

    def __init__(self, server: ElasticServer) -> None:
        self._server = server
        self._known = False
        self._until = 0.0

    async def are_known(self) -> bool:
        """Whether every story has its time of arrival, as of the last minute."""
        if time.monotonic() >= self._until:
            lacking = await self.are_lacking()
            self._known = not lacking and await self._any({"bool": {"filter": [SEEN, HAS_ARRIVED]}})
            self._until = time.monotonic() + (LOOK_AGAIN if self._known else LOOK_SOON if lacking else 0)
        return self._known

    async def are_lacking(self) -> bool:
        """Whether any story lacks it, of those that are not hidden: of others nobody may learn by the order."""
        return await self._any({"bool": {"filter": [SEEN], "must_not": [HAS_ARRIVED]}})

    async def _any(self, query: dict[str, Any]) -> bool:
        asked = self._server.client.search(
            index=self._server.everything,
            query=query,
            size=1,
            source=False,
            track_total_hits=False,
            terminate_after=1,
            allow_partial_search_results=False,
        )
        found = await self._server.call(asked, missing={"hits": {"hits": []}})
        return bool(found["hits"]["hits"])
