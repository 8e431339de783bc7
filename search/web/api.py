"""The JSON API: the pages' own questions, for programs. Described at /api/openapi.json; errors are problem details."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from search.query.addresses import SearchParameters
from search.store import Hit, SearchResults
from search.stories.alike import stories_like
from search.web import api_models as shapes
from search.web.downloads import StoryId, open_story
from search.web.pages_entity import TONES
from search.web.pages_meaning import described
from search.web.pages_pipeline import FLOW, all_sources_only, state_of
from search.web.pages_similar import SIMILAR
from search.web.pages_stances import standings
from search.web.positions.named import positions_of
from search.web.reading.plain import marked
from search.web.site import now, site_of

VERSION = "1"
DESCRIPTION = (
    "News stories with the people, organizations and places that they mention, their tone, and the positions they "
    "report: who is for or against whom (`stance` in the fields). Read-only. To page, pass `after` from the last "
    "answer; new stories then neither shift nor repeat results. If a key is required, send it as a bearer token or in "
    "X-API-Key."
)
router = APIRouter(prefix="/api", tags=["stories"], responses=shapes.ERRORS)
page = APIRouter(include_in_schema=False)


@router.get("/stories", response_model=shapes.FoundStories)
async def stories(request: Request, given: Annotated[shapes.PageFilters, Query()]) -> Response:
    """Matching stories, page by page. A page of very long stories may hold fewer than its limit."""
    return await _found(request, await site_of(request).library.find(_asked(request, given).query))


@router.get("/stories/{story_id}", response_model=dict[str, Any])
async def story(request: Request, story_id: StoryId) -> Response:
    """One story with all its stored fields (docs/fields.md)."""
    return await _encoded(request, await open_story(request, story_id))


@router.get("/stories/{story_id}/similar", response_model=shapes.FoundStories)
async def similar(request: Request, story_id: StoryId) -> Response:
    """Similar stories in words and in meaning, most similar first."""
    others = await stories_like(site_of(request).library, await open_story(request, story_id), SIMILAR, brief=False)
    return await _found(request, SearchResults(len(others), others))


@router.get("/meaning", response_model=shapes.FoundStories)
async def meaning(request: Request, given: Annotated[shapes.MeaningFilters, Query()]) -> Response:
    """The stories that are about what q describes in plain English, nearest first. They need not have its words."""
    asked = site_of(request).asked(request, [one for one in given.parameters() if one[0] != "q"])
    return await _found(request, await described(site_of(request), given.q.strip(), asked))


@router.get("/facets")
async def facets(request: Request, given: Annotated[shapes.FacetFilters, Query()]) -> shapes.CountedFields:
    """Story counts by person, place, source, tone or position."""
    query = _asked(request, given).query
    found = await site_of(request).library.facets(query, tuple(dict.fromkeys(given.field)), size=given.size)
    counts = {
        field: [shapes.Counted(value=one.value, stories=one.stories) for one in values]
        for field, values in found.counts.items()
    }
    return shapes.CountedFields(fields=counts, counted=found.counted, more=found.more)


@router.get("/stances")
async def stances(request: Request, given: Annotated[shapes.StanceFilters, Query()]) -> shapes.StanceCounts:
    """Positions, with the numbers of stories and of different sentences that report each."""
    found = await positions_of(site_of(request), _asked(request, given).query, given.about, given.level, given.size)
    facets = found.facets
    rows = [shapes.StanceCount(**msgspec.structs.asdict(one)) for one in standings(facets.counts["stance"])]
    return shapes.StanceCounts(stances=rows, names=found.names, counted=facets.counted, more=facets.more)


@router.get("/trends")
async def trends(request: Request) -> shapes.RisingValues:
    """What is above its usual level in the past hour: names, places, events, positions and sources."""
    site = site_of(request)
    found = await site.trends.counted(site.library, now())
    rows = [
        shapes.RisingValue(field=one.field, value=one.value, stories=one.stories, usual=round(one.usual, 2))
        for one in found
    ]
    return shapes.RisingValues(trends=rows)


@router.get("/timeline")
async def timeline(request: Request, given: Annotated[shapes.Filters, Query()]) -> shapes.Timeline:
    """Number of matching stories over time, by tone."""
    split = {tone: ("sentiment", tone) for tone in TONES}
    course = await site_of(request).library.timeline(_asked(request, given).query, split)
    slots = [shapes.TimeSlot(start=slot.start, stories=slot.stories, tones=slot.split) for slot in course.slots]
    return shapes.Timeline(step=course.step, slots=slots)


@router.get("/pipeline", tags=["pipeline"])
async def pipeline(request: Request) -> dict[str, Any]:
    """State of the pipeline: speed and latency of the latest stories, queues, rejected messages, feeds."""
    site = site_of(request)
    all_sources_only(request)
    flow = await site.library.flow(FLOW)
    found: dict[str, Any] = msgspec.to_builtins({"flow": flow, "state": await state_of(site)})
    return found


@page.get("/health")
async def health(request: Request) -> Response:
    """Health: 200 if the page runs and its store answers, otherwise 503."""
    site = site_of(request)
    count = await site.library.count()
    told = {"status": "ok", **({"stories": count} if site.options.tells_count else {})}
    return Response(msgspec.json.encode(told), media_type="application/json")


@page.get("/api")
async def about(request: Request) -> Response:
    """The API, for people."""
    paths = request.app.openapi()["paths"]
    rows = [(path, verbs["get"]) for path, verbs in paths.items()]
    return await site_of(request).page(request, "api.html", {"rows": rows})


def _asked(request: Request, given: shapes.Filters) -> SearchParameters:
    return site_of(request).asked(request, given.parameters())


async def _found(request: Request, found: SearchResults) -> Response:
    stories = [{"story": hit.document, "score": hit.score, "highlights": _highlights(hit)} for hit in found.hits]
    return await _encoded(request, {"total": found.total, "stories": stories, "after": found.after})


def _highlights(hit: Hit) -> dict[str, list[list[dict[str, Any]]]]:
    return {
        field: [[{"text": text, "matched": matched} for text, matched in marked(passage)] for passage in passages]
        for field, passages in hit.highlights.items()
    }


async def _encoded(request: Request, value: Any) -> Response:
    """JSON made beside the event loop: stories may be large."""
    body = await site_of(request).renderings.beside(lambda: msgspec.json.encode(value))
    return Response(body, media_type="application/json")
