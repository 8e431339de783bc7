"""The wire: the newest stories or those that a search finds, with counts to narrow it, kept up to date."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from search.store import Found, QueryError
from search.views import Facets, parted
from search.web.asked import Asked, address, asked
from search.web.problems import problem
from search.web.rows import StoryRow, embargoed, marks, row_of
from search.web.site import Site, now, reader_of, site_of, still_reads

router = APIRouter()

LONGEST_SHOWN = 1000  # characters of a question that cannot be asked

FACETS = {
    "person": "People", "organization": "Organizations", "location": "Places", "source": "Source",
    "language": "Language", "sentiment": "Tone", "stance": "Stance",
}  # fmt: skip
VALUES = 8  # of each
NOTICES = 6
PERIODS = {"24h": "Past day", "7d": "Past week", "4w": "Past 4 weeks", "52w": "Past year"}
CONDITIONS = {
    "entity": "Names", "holder": "Held by", "target": "Toward", "label": "Stance", "named": "Names",
    "country": "Country", "kind": "Kind", "person": "Person", "organization": "Organization", "location": "Place",
    "nationality": "Group", "source": "Source", "language": "Language", "sentiment": "Tone", "stance": "Stance",
}  # fmt: skip


@router.head("/")
@router.get("/")
async def wire(request: Request) -> Response:
    """The wire."""
    site = site_of(request)
    library, trouble, status = site.library, "", 200
    try:
        question = site.asked(request)
        found, facets = await asyncio.gather(
            library.find(question.query), library.facets(_unpaged(question), tuple(FACETS), size=VALUES)
        )
    except QueryError as error:
        question, trouble, status = _as_typed(request), str(error), 400
        found, facets = Found(0, ()), Facets({}, 0)
    notices = await library.notices(NOTICES, hidden=reader_of(request).hidden)
    return site.page(
        request, "wire.html", wire_context(site, question, found, facets, notices) | {"trouble": trouble}, status
    )


@router.get("/live")
async def live(request: Request) -> Response:
    """Server-sent events: stories of the same question as they come."""
    site = site_of(request)
    reader = reader_of(request)
    if refusal := site.live.refusal(reader):
        return problem(503, refusal, {"Retry-After": "60"})
    return StreamingResponse(
        site.live.events(site.asked(request).query, reader, still_reads(request)),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
    )


def wire_context(
    site: Site, question: Asked, found: Found, facets: Facets, notices: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """What the wire's template shows."""
    rows = [row_of(hit, now()) for hit in found.hits]
    by_day = question.query.sort != "relevance"
    page = [("after", found.after)]
    return {
        "asked": question,
        "found": found,
        "days": list(_days(rows, ZoneInfo(site.options.zone))) if by_day else [(None, rows)],
        "facets": [(name, FACETS[name], facets.counts[name]) for name in FACETS if facets.counts.get(name)],
        "counted": facets.counted,
        "conditions": [(CONDITIONS.get(name, name), name, value) for name, value in question.narrowed],
        "notices": [_notice(document) for document in notices],
        "periods": PERIODS,
        "parted": parted,
        "next": address("/", [*question.given, *page]) if found.after else "",
        "first_page": not question.query.after,
        "live": address("/live", question.given) if by_day and question.query.sort == "newest" else "",
    }


def _unpaged(question: Asked) -> Any:
    """The query whose values are counted: the same for every page and order of it."""
    return msgspec.structs.replace(question.query, after="", sort="newest", limit=1)


def _as_typed(request: Request) -> Asked:
    """A question that cannot be asked, to be shown in the form as it was typed."""
    given = tuple(
        (name, request.query_params[name][:LONGEST_SHOWN])
        for name in ("q", "since", "until")
        if name in request.query_params
    )
    return Asked(asked((), limit=1).query, given)


def _days(rows: Sequence[StoryRow], zone: tzinfo) -> Iterator[tuple[datetime | None, list[StoryRow]]]:
    """Rows by the day that they are of."""
    day: list[StoryRow] = []
    for row in rows:
        if day and day[-1].time.astimezone(zone).date() != row.time.astimezone(zone).date():
            yield day[0].time, day
            day = []
        day.append(row)
    if day:
        yield day[0].time, day


def _notice(document: dict[str, Any]) -> dict[str, Any]:
    """A kill or an embargo, without a word of the story itself."""
    moment = now()
    return {
        "id": document["id"],
        "source": document["source"],
        "time": datetime.fromisoformat(document["version_created"]),
        "mark": marks(document, moment)[0],
        "note": document["editorial_note"] if document["status"] == "canceled" else "",
        "until": document["embargo_until"] if embargoed(document, moment) else "",
    }
