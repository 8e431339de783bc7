"""Stories similar to one: apart from its own page, since looking for them takes longest."""

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from search.store import Hit
from search.stories.alike import stories_like
from search.web.pages_story import known_story
from search.web.problems import STORY_NOT_FOUND
from search.web.site import now, site_of
from search.web.summaries import ROW_FIELDS, row_of

router = APIRouter(include_in_schema=False)

SIMILAR = 6


@router.get("/similar/{story_id:path}")
async def similar(request: Request, story_id: str) -> Response:
    """The stories most like one, in words and in meaning."""
    site = site_of(request)
    document = await known_story(request, story_id)
    if document["status"] == "canceled":
        raise HTTPException(404, STORY_NOT_FOUND)
    hits = await stories_like(site.library, document, SIMILAR, brief=True, fields=ROW_FIELDS)
    rows = [row_of(Hit(hit.id, hit.score, hit.document), now()) for hit in hits]  # without marks of words
    return await site.page(request, "similar.html", {"document": document, "similar": rows})
