"""The JSON API: the pages' own questions, for programs. Described at /api/openapi.json; errors are problem details."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from search.http.problems import TYPE
from search.query.similar import similar_to
from search.store import Hit, SearchResults
from search.visibility import KILLED_BY_AGENCY
from search.web import api_models as shapes
from search.web.addresses import SearchParameters
from search.web.pages_entity import TONES
from search.web.pages_pipeline import FLOW, state_of
from search.web.pages_stances import of_name, standings
from search.web.pages_story import SIMILAR, known_story
from search.web.plain import marked
from search.web.site import site_of

VERSION = "1"
DESCRIPTION = (
    "News stories with the people, organizations and places that they mention, their tone, and the positions they "
    "report: who is for or against whom (`stance` in the fields). Read-only. To page, pass `after` from the last "
    "answer; new stories then neither shift nor repeat results. If a key is required, send it as a bearer token or in "
    "X-API-Key."
)
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": shapes.Problem, "description": what, "content": {TYPE: {}}}
    for status, what in {
        400: "Search not understood",
        401: "No valid key",
        403: "Access denied",
        404: "Story not found",
        410: "Killed by the agency",
        422: "Invalid parameter",
        429: "Too many requests",
        503: "Archive not available",
    }.items()
}

router = APIRouter(prefix="/api", tags=["stories"], responses=ERRORS)
page = APIRouter()

StoryId = Annotated[str, Path(max_length=512, description="The story's ID")]


@router.get("/stories", response_model=shapes.FoundStories)
async def stories(request: Request, given: Annotated[shapes.PageFilters, Query()]) -> Response:
    """Matching stories, page by page. A page of very long stories may hold fewer than its limit."""
    return await _found(request, await site_of(request).library.find(_asked(request, given).query))


@router.get("/stories/{story_id}", response_model=dict[str, Any])
async def story(request: Request, story_id: StoryId) -> Response:
    """One story with all its stored fields (docs/index.md)."""
    return await _encoded(request, await _open_story(request, story_id))


@router.get("/stories/{story_id}/similar", response_model=shapes.FoundStories)
async def similar(request: Request, story_id: StoryId) -> Response:
    """Similar stories, most similar first."""
    query = similar_to(await _open_story(request, story_id), SIMILAR + 1, site_of(request).library.limits)
    query = query and msgspec.structs.replace(query, brief=False)
    found = await site_of(request).library.find(query) if query else SearchResults(0, ())
    others = tuple(hit for hit in found.hits if hit.id != story_id)[:SIMILAR]
    return await _found(request, SearchResults(len(others), others))


@router.get("/facets")
async def facets(request: Request, given: Annotated[shapes.FacetFilters, Query()]) -> shapes.CountedFields:
    """Story counts by person, place, source, tone or position."""
    query = _asked(request, given).query
    found = await site_of(request).library.facets(query, tuple(dict.fromkeys(given.field)), size=given.size)
    counts = {
        field: [shapes.Counted(value=one.value, stories=one.stories) for one in values]
        for field, values in found.counts.items()
    }
    return shapes.CountedFields(fields=counts, counted=found.counted)


@router.get("/stances")
async def stances(request: Request, given: Annotated[shapes.StanceFilters, Query()]) -> shapes.StanceCounts:
    """Positions, with the number of stories that report each."""
    query = of_name(_asked(request, given).query, given.about)
    found = await site_of(request).library.facets(query, ("stance",), size=given.size, about=given.about)
    rows = [shapes.StanceCount(**msgspec.structs.asdict(one)) for one in standings(found.counts["stance"])]
    return shapes.StanceCounts(stances=rows, counted=found.counted)


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
    flow = await site.library.flow(FLOW)
    found: dict[str, Any] = msgspec.to_builtins({"flow": flow, "state": await state_of(site)})
    return found


@page.get("/health")
async def health(request: Request) -> Response:
    """Health: 200 if the page runs and its store answers, otherwise 503."""
    count = await site_of(request).library.count()
    return Response(msgspec.json.encode({"status": "ok", "stories": count}), media_type="application/json")


@page.get("/api")
async def about(request: Request) -> Response:
    """The API, for people."""
    paths = request.app.openapi()["paths"]
    rows = [(path, verbs["get"]) for path, verbs in paths.items()]
    return await site_of(request).page(request, "api.html", {"rows": rows})


def _asked(request: Request, given: shapes.Filters) -> SearchParameters:
    return site_of(request).asked(request, given.parameters())


async def _open_story(request: Request, story_id: str) -> dict[str, Any]:
    document = await known_story(request, story_id)
    if document["status"] == "canceled":
        raise HTTPException(410, KILLED_BY_AGENCY)
    return document


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
