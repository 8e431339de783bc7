"""An event: its reports in order, who has it and who not."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from search.query.addresses import address, event_address
from search.query.checking import parsed
from search.query.request import Query
from search.store import Hit
from search.views import EventReport
from search.visibility import VISIBLE, holds
from search.web.happening.reports import MOST_REPORTS, called_in, event_headline, havers
from search.web.site import Site, now, site_of
from search.web.summaries import NOTABLE, StoryRow, row_of

router = APIRouter(include_in_schema=False)

SHOWN = 100  # reports
ACTIVE = timedelta(days=7)  # a source that sent nothing in that time is not said to lack an event
SOURCES = 100
NOT_FOUND = "No such event. The stories that reported it may have been joined with others, or killed."


@router.get("/event/{event_id:path}")
async def event(request: Request, event_id: str) -> Response:
    """The page of one event; of a story's id that is not that of an event, the event that the story reports."""
    site = site_of(request)
    limits = site.library.limits
    query = parsed(Query(exact=(("event", event_id),), sort="oldest", limit=SHOWN, brief=True), limits)
    lately = parsed(Query(since=now().replace(second=0, microsecond=0) - ACTIVE, limit=1), limits)
    found, of_event, active = await asyncio.gather(
        site.library.find(query),
        site.library.reports([event_id], MOST_REPORTS, firsts=True),
        site.library.facets(lately, ("source",), size=SOURCES),
    )
    if not found.hits:
        return RedirectResponse(await _moved(site, event_id), 307)
    reports = of_event.get(event_id, ())
    hits = await _first_first(site, found.hits, reports)
    having = havers(reports)
    have = {one.source.lower() for one in having}
    context = {
        "headline": event_headline(called_in(hits), reports) or hits[0].document["headline"],
        "total": found.total,
        "rows": [_row(hit, {one.id: one.made for one in reports}) for hit in hits],
        "having": having,
        "early": len(reports) >= MOST_REPORTS,
        "active_newest": active.more or len(active.counts["source"]) == SOURCES,
        "lacking": [one.value for one in active.counts["source"] if one.value.lower() not in have],
        "in_wire": address("/", [("q", f"event:{event_id}")]),
    }
    return await site.page(request, "event.html", context)


async def _first_first(site: Site, hits: Sequence[Hit], reports: Sequence[EventReport]) -> list[Hit]:
    """The first reports of an event, the first one first: by their first versions, where ``hits`` are by the present.

    So the first of very many may not be among the hits, since its story was corrected.
    """
    there = {hit.id for hit in hits}
    whole = len(reports) < MOST_REPORTS
    missing = [one.id for one in reports[:SHOWN] if one.id not in there] if whole else []
    more = await asyncio.gather(*(site.library.get(one) for one in missing))
    found = [*hits, *(Hit(one["id"], 0.0, one) for one in more if one and holds(VISIBLE, one, now()))]
    made = {one.id: one.made for one in reports}
    return sorted(found, key=lambda hit: (made.get(hit.id) or _made(hit), hit.id))[:SHOWN]


def _made(hit: Hit) -> datetime:
    return datetime.fromisoformat(hit.document["version_created"])


def _row(hit: Hit, first: Mapping[str, datetime]) -> StoryRow:
    """A report as a row, with the time of its first version; its arrival is said where it has no other version."""
    row = row_of(msgspec.structs.replace(hit, highlights={}), now())
    made = first.get(hit.id, row.time)
    return msgspec.structs.replace(row, time=made, apart=row.apart and abs(made - row.time) < NOTABLE)


async def _moved(site: Site, story_id: str) -> str:
    """The address of the event that a story reports."""
    document = await site.library.get(story_id)
    if document is None or not holds(VISIBLE, document, now()):
        raise HTTPException(404, NOT_FOUND)
    other = (document.get("event") or {}).get("id")
    if not other or other == story_id:
        raise HTTPException(404, NOT_FOUND)
    return event_address(other)
