"""The wire: the newest stories or those that a search finds, with what narrows it, kept up to date; and its ticker."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from search.query.addresses import SearchParameters, address, asked
from search.query.checking import ParsedQuery
from search.query.request import QueryError
from search.store import SearchResults
from search.views import BesideList, Facets, StoriesOverTime, parted
from search.web.desk.showing import beside_wire, of_rows, shown_before
from search.web.happening.reports import reported, with_events
from search.web.happening.trends import trend_context
from search.web.live import NOTICES
from search.web.live_events import notice
from search.web.names.near import name_searched, names_near
from search.web.pages_meaning import by_meaning
from search.web.pages_pane import story_in_pane
from search.web.problems import problem
from search.web.site import Site, now, reader_of, site_of, still_reads, zone_of
from search.web.subscriptions import MOST_SHOWN
from search.web.summaries import ROW_FIELDS, StoryRow, row_of
from search.web.wire.histogram import histogram
from search.web.wire.narrowing import FACETS, LISTED, MORE, VALUES, conditions, facet_values, groups, periods
from search.web.wire.ways_out import WayOut, ways_out

router = APIRouter(include_in_schema=False)

LONGEST_ID = 512
LONGEST_NUMBER = 19
LONGEST_SHOWN = 1000  # characters of a question that cannot be asked

LONGEST_FIND = 100  # characters of a text that values are searched for
TICKER = 30  # stories


@router.head("/")
@router.get("/")
async def wire(request: Request) -> Response:
    """The wire; with ``open`` also the story of this id beside it, with ``by=meaning``, a search by meaning."""
    if request.query_params.get("by") == "meaning":
        return await by_meaning(request)
    site = site_of(request)
    library, hidden = site.library, reader_of(request).hidden
    trouble, status, beside = "", 200, BesideList(Facets({}, 0), StoriesOverTime("hour", ()))
    try:
        question = site.asked(request)
        found, beside = await asyncio.gather(
            library.find(_in_lines(question)),
            library.overview(_unpaged(question), tuple(FACETS), size=VALUES + 1, zone=zone_of(request)),
        )
    except QueryError as error:
        question, trouble, status = _as_typed(request), str(error), 400
        found = SearchResults(0, ())
    facets, course = beside.facets, beside.course
    found = msgspec.structs.replace(found, total=max(found.total, len(found.hits), _stories_in(course)))
    told = await reported(library, found.hits)
    rising = await trend_context(site.trends, library, now())
    notices = await library.notices(NOTICES, hidden=hidden)
    shown = await shown_before(request, notices)
    desk = await of_rows(request, [hit.id for hit in found.hits]) | await beside_wire(request)
    extra = (
        desk
        | rising
        | {
            "trouble": trouble,
            "notices": [notice(one, hidden=hidden, shown=one["id"] in shown) for one in notices],
            "ways_out": [] if found.total or trouble else await _ways_out(site, request, question),
            "near": [] if found.total or trouble else await _near(site, request, question),
            "pane": await story_in_pane(request, question.open) if question.open else None,
        }
    )

    def context() -> dict[str, Any]:
        of_all = question.query.hidden
        rows = [row_of(hit, now(), hidden=hidden, by_receipt=of_all) for hit in found.hits]
        rows = with_events(rows, found.hits, told, fold=question.value("fold") == "1")
        shown = wire_context(site, question, found, facets, rows)
        return shown | extra | {"histogram": histogram(question, course, zone_of(request))}

    return await site.page(request, "wire.html", context, status)


def _stories_in(course: StoriesOverTime) -> int:
    """How many stories a course is of: counted with it, and so not once more with the list."""
    return sum(slot.stories for slot in course.slots)


@router.get("/ticker")
async def ticker(request: Request) -> Response:
    """The wire in a small window of its own: the newest stories of a search, as they come."""
    site = site_of(request)
    question = site.asked(request)
    query = msgspec.structs.replace(question.query, sort="arrived", position=None, limit=TICKER)
    uncounted = msgspec.structs.replace(listed(query), counted=False)
    found, total = await asyncio.gather(site.library.find(uncounted), site.library.total(question.query))
    found = msgspec.structs.replace(found, total=max(found.total, len(found.hits), total))
    hidden, by_receipt = reader_of(request).hidden, query.hidden
    rows = [row_of(hit, now(), hidden=hidden, by_receipt=by_receipt) for hit in found.hits]
    given = [one for one in question.given if one[0] != "sort"]
    context = {
        "asked": question, "found": found, "rows": rows, "live": address("/live", given), "wire": address("/", given),
    }  # fmt: skip
    return await site.page(request, "ticker.html", context)


@router.get("/values")
async def values(request: Request, field: str, find: str = "") -> Response:
    """All values of one field among the stories of a search, or those that contain a text."""
    if field not in LISTED:
        raise HTTPException(404, "No such field")
    site = site_of(request)
    question, find = site.asked(request), find.strip()[:LONGEST_FIND]
    query = _unpaged(question)
    facets, total = await asyncio.gather(
        site.library.facets(query, (field,), size=MORE, containing=find), site.library.total(query)
    )
    counts = facets.counts[field]
    context = {
        "asked": question, "field": field, "heading": LISTED[field], "find": find, "parted": parted,
        "total": total, "counted": facets.counted, "values": list(facet_values(question, field, counts)),
        "all_shown": len(counts) < MORE,
    }  # fmt: skip
    return await site.page(request, "values.html", context)


async def _ways_out(site: Site, request: Request, question: SearchParameters) -> list[WayOut]:
    """Wider searches than one that found nothing."""
    return await ways_out(question, lambda parameters: site.asked(request, parameters), site.library.total)


async def _near(site: Site, request: Request, question: SearchParameters) -> list[tuple[str, str]]:
    """Names that a search which found nothing may have meant, and the searches for them, within the same filters."""
    name = name_searched(question.query) if question.value("q") else ""
    if not name:
        return []
    filters = site.asked(request, [one for one in question.given if one[0] != "q"])
    found = await names_near(site.library, filters.query, name)
    return [(one, question.link("/", q='"{}"'.format(one.replace('"', " ")), sort="")) for one in found]


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
    site: Site, question: SearchParameters, found: SearchResults, facets: Facets, rows: Sequence[StoryRow]
) -> dict[str, Any]:
    """What the wire's template shows."""
    sort = question.query.sort
    days = [(None, rows)] if sort == "relevance" else list(_days(rows, ZoneInfo(site.options.zone), sort == "arrived"))
    first_page = not question.query.position
    return {
        "asked": question,
        "within": question.given,
        "found": found,
        "days": days,
        "facets": groups(question, facets),
        "at_least": bool(facets.counted) and facets.counted < found.total,
        "counted": facets.counted,
        "conditions": conditions(question),
        "periods": periods(question),
        "parted": parted,
        "next": address("/", [*question.given, ("after", found.after)]) if found.after else "",
        "first_page": first_page,
        "neighbours": _neighbours(question, rows),
        "live": address("/live", question.given) if sort == "arrived" and first_page else "",
    }


def _neighbours(question: SearchParameters, rows: Sequence[StoryRow]) -> tuple[str, str]:
    """The addresses of the stories before and after the open one in the list, "" where there is none."""
    ids = [row.id for row in rows]
    if question.open not in ids:
        return "", ""
    at = ids.index(question.open)
    beside = ids[at - 1] if at else "", ids[at + 1] if at + 1 < len(ids) else ""
    before, following = (question.link("/", open=one) if one else "" for one in beside)
    return before, following


def listed(query: ParsedQuery) -> ParsedQuery:
    """The query for stories of which a list shows a line or two."""
    return msgspec.structs.replace(query, brief=True, fields=ROW_FIELDS)


def _in_lines(question: SearchParameters) -> ParsedQuery:
    """The query for the wire's own list, whose stories are counted beside it; a line shows nothing of a text."""
    full = question.value("view") == "full"
    return msgspec.structs.replace(listed(question.query), counted=False, marks_texts=full)


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
