"""The stream of `/live` for programs: a question in, JSON Lines out; part of the JSON API."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from search.web.api_models import ERRORS, Filters
from search.web.problems import problem
from search.web.site import reader_of, site_of, still_reads

STILL_HERE = "\n"  # an empty line, so that neither proxies nor clients take silence for the end

router = APIRouter(prefix="/api", tags=["stories"], responses=ERRORS)


@router.get(
    "/live",
    response_class=Response,
    responses={
        200: {
            "description": "A JSON object a line; empty lines say that the connection lives",
            "content": {"application/jsonl": {"schema": {"type": "string"}}},
        }
    },
)
async def live(request: Request, given: Annotated[Filters, Query()]) -> Response:
    """Stories as they come, as JSON Lines: first the newest 30, then each new one and each new version.

    `event` is `story`, `killed` (by the agency: take it down), `removed` (by this archive's operator), `gone`
    (withheld, embargoed or deleted, or no longer found by the search) or `notices` (the newest kills and removals).
    Ends after a while so that keys are checked again: connect again, and pass over what you have.
    """
    site, reader = site_of(request), reader_of(request)
    if refusal := site.live_json.refusal(reader):
        return problem(503, refusal, {"Retry-After": "60"})
    query = site.asked(request, given.parameters()).query
    events = site.live_json.events(query, reader, still_reads(request))

    async def lines() -> AsyncIterator[str]:
        async for event in events:
            yield STILL_HERE if event.startswith(":") else event

    # Said to be encoded already, so that no line waits in a compressor for the next.
    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store", "Content-Encoding": "identity"}
    return StreamingResponse(lines(), media_type="application/jsonl", headers=headers)
