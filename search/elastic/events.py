"""Which event stories report, in Elasticsearch: said of stored documents by partial updates.

A document is updated on the condition that nobody wrote it since it was read: a story that was killed meanwhile is read
again, and then nothing is said of it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from processors.events.summary import EventSummary
from search.elastic.placement import LOOK_UP
from search.elastic.server import CONFLICT, NOT_FOUND, ElasticServer, written_in
from search.store import StoreUnavailable
from search.visibility import VISIBLE, holds

TRIES = 5
REFUSED = 400


async def set_events(server: ElasticServer, events: Mapping[str, EventSummary]) -> None:
    """Say of stories, by id, which event they report: of visible ones only. `StoreUnavailable` to be tried again."""
    left = dict(events)
    for _ in range(TRIES):
        if not left:
            return
        await server.refresh()
        left = {story: events[story] for story in await _try(server, left)}
    if left:
        raise StoreUnavailable(f"{len(left)} stories are being written by others")


async def _try(server: ElasticServer, events: Mapping[str, EventSummary]) -> list[str]:
    """Update what nobody else is writing; gives the stories that somebody is."""
    conflicting, ids = [], list(events)
    for start in range(0, len(ids), LOOK_UP):
        hits = [hit for hit in await _found(server, ids[start : start + LOOK_UP]) if _is_visible(hit)]
        lines = [line for hit in hits for line in _lines(hit, events[hit["_id"]])]
        if not lines:
            continue
        status, answer = await server.bulk(lines)
        if status >= REFUSED:
            raise StoreUnavailable(f"Elasticsearch answered {status} to what was said of events")
        for hit, result in zip(hits, answer["items"], strict=True):
            if (code := result["update"]["status"]) == CONFLICT:
                conflicting.append(hit["_id"])
            elif code > REFUSED and code != NOT_FOUND:
                raise StoreUnavailable(f"{hit['_index']} did not take what was said of an event: {code}")
    return conflicting


async def _found(server: ElasticServer, ids: list[str]) -> list[Mapping[str, Any]]:
    answer = await server.call(
        server.client.search(
            index=server.everything,
            query={"ids": {"values": ids}},
            size=len(ids) * 2,
            seq_no_primary_term=True,
            source_includes=["status", "embargo_until"],
            allow_partial_search_results=False,
        ),
        missing={"hits": {"hits": []}},
    )
    hits: list[Mapping[str, Any]] = answer["hits"]["hits"]
    return hits


def _is_visible(hit: Mapping[str, Any]) -> bool:
    return holds(VISIBLE, hit["_source"], datetime.now(UTC))


def _lines(hit: Mapping[str, Any], event: EventSummary) -> tuple[bytes, bytes]:
    where = {"_index": hit["_index"], "_id": hit["_id"], **written_in(hit).condition}
    return msgspec.json.encode({"update": where}), msgspec.json.encode({"doc": {"event": event}})
