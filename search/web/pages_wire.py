"""The wire: the newest stories or those that a search finds, with counts to narrow it, kept up to date."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from search.query.checking import ParsedQuery
from search.query.request import QueryError
from search.store import SearchResults
from search.views import Facets, parted
from search.web.addresses import SearchParameters, address, asked
from search.web.live import NOTICES
from search.web.live_events import notice
from search.web.problems import problem
from search.web.site import Site, now, reader_of, site_of, still_reads
from search.web.subscriptions import MOST_SHOWN
from search.web.summaries import StoryRow, row_of

router = APIRouter()

LONGEST_ID = 512
LONGEST_NUMBER = 19
LONGEST_SHOWN = 1000  # characters of a question that cannot be asked

FACETS = {
    "person": "People", "organization": "Organizations", "location": "Places", "source": "Source",
    "language": "Language", "sentiment": "Tone", "stance": "Position",
}  # fmt: skip
VALUES = 8  # of each
PERIODS = {"24h": "Past day", "7d": "Past week", "4w": "Past 4 weeks", "52w": "Past year"}
CONDITIONS = {
    "entity": "Mentions", "holder": "Position of", "target": "Position toward", "label": "Position",
    "named": "Mentions", "country": "Country", "kind": "Kind", "person": "Person", "organization": "Organization",
    "location": "Place", "nationality": "Nationality or group", "source": "Source", "language": "Language",
    "sentiment": "Tone", "stance": "Position",
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
            library.find(listed(question.query)), library.facets(_unpaged(question), tuple(FACETS), size=VALUES)
        )
    except QueryError as error:
        question, trouble, status = _as_typed(request), str(error), 400
        found, facets = SearchResults(0, ()), Facets({}, 0)
    hidden = reader_of(request).hidden
    notices = await library.notices(NOTICES, hidden=hidden)

    def context() -> dict[str, Any]:
        shown = wire_context(site, question, found, facets, hidden=hidden)
        return shown | {"trouble": trouble, "notices": [notice(one, hidden=hidden) for one in notices]}

    return await site.page(request, "wire.html", context, status)


@router.get("/live/stories")
@router.get("/live")
async def live(request: Request) -> Response:
    """Server-sent events: stories of the same question as they come, and what becomes of those that are shown.

    At /live/stories only the latter.
    """
    site = site_of(request)
    reader = reader_of(request)
    if refusal := site.live.refusal(reader):
        return problem(503, refusal, {"Retry-After": "60"})
    query = site.asked(request).query if request.url.path == "/live" else None
    return StreamingResponse(
        site.live.events(query, reader, still_reads(request), shown_in(request.query_params.getlist("seen"))),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
    )


def shown_in(seen: Sequence[str]) -> dict[str, int]:
    """The stories that a page shows, of which it says version and id; what is no such pair is passed over."""
    pairs = (one.partition(":") for one in seen[:MOST_SHOWN])
    return {
        story: int(version)
        for version, _, story in pairs
        if story
        and len(story) <= LONGEST_ID
        and version.isascii()
        and version.isdigit()
        and len(version) <= LONGEST_NUMBER
    }


def wire_context(
    site: Site, question: SearchParameters, found: SearchResults, facets: Facets, *, hidden: bool
) -> dict[str, Any]:
    """What the wire's template shows."""
    rows = [row_of(hit, now(), hidden=hidden) for hit in found.hits]
    sort = question.query.sort
    days = [(None, rows)] if sort == "relevance" else list(_days(rows, ZoneInfo(site.options.zone), sort == "arrived"))
    page = [("after", found.after)]
    return {
        "asked": question,
        "found": found,
        "days": days,
        "facets": [(name, FACETS[name], facets.counts[name]) for name in FACETS if facets.counts.get(name)],
        "counted": facets.counted,
        "conditions": [(CONDITIONS.get(name, name), name, value) for name, value in question.narrowed],
        "periods": PERIODS,
        "parted": parted,
        "next": address("/", [*question.given, *page]) if found.after else "",
        "first_page": not question.query.position,
        "live": address("/live", question.given) if sort == "arrived" and not question.query.position else "",
    }


def listed(query: ParsedQuery) -> ParsedQuery:
    """The query for stories of which a list shows a line or two."""
    return msgspec.structs.replace(query, brief=True)


def _unpaged(question: SearchParameters) -> ParsedQuery:
    """The query whose values are counted: the same for every page and order of it."""
    return msgspec.structs.replace(question.query, position=None, sort="newest", limit=1)


def _as_typed(request: Request) -> SearchParameters:
    """A question that cannot be asked, to be shown in the form as it was typed."""
    given = tuple(
        (name, request.query_params[name][:LONGEST_SHOWN])
        for name in ("q", "since", "until")
        if name in request.query_params
    )
    return SearchParameters(asked((), limit=1).query, given)


def _days(
    rows: Sequence[StoryRow],
    zone: tzinfo,
    arrived: bool,
) -> Iterator[tuple[datetime | None, list[StoryRow]]]:
    """Rows by the day that they arrived on, or are of."""

    def moment(row: StoryRow) -> datetime:
        return row.arrived if arrived else row.time

    day: list[StoryRow] = []
    for row in rows:
        if day and moment(day[-1]).astimezone(zone).date() != moment(row).astimezone(zone).date():
            yield moment(day[0]), day
            day = []
        day.append(row)
    if day:
        yield moment(day[0]), day
