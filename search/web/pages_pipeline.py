"""The pipeline: how fast stories come, how long each stage takes, what waits, what died, which feeds are silent."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from search.views import Throughput
from search.visibility import EVERY_SOURCE
from search.web.pipeline import PipelineState
from search.web.site import Site, now, reader_of, site_of

router = APIRouter(include_in_schema=False)

FLOW = 1000  # newest stories that speeds and latencies are of
MINUTES = 60  # shown
PARTS = {
    "wire": "Agency delay", "read": "Read", "enrich": "Enrich", "index": "Index", "total": "Received to searchable",
}  # fmt: skip


@router.get("/pipeline")
async def pipeline(request: Request) -> Response:
    """The pipeline's page."""
    site = site_of(request)
    all_sources_only(request)
    flow = await site.library.flow(FLOW)
    state = await state_of(site)
    context = {
        "flow": flow,
        "state": state,
        "stories": await site.library.count(),
        "latencies": [(name, flow.seconds[part]) for part, name in PARTS.items() if part in flow.seconds],
        "bars": bars(flow, int(now().timestamp()) // 60),
    }
    return await site.page(request, "pipeline.html", context)


def all_sources_only(request: Request) -> None:
    """Refuse a reader of some sources only: measurements are of all stories, and name all sources."""
    if reader_of(request).sources != EVERY_SOURCE:
        raise HTTPException(403, "The pipeline is shown to readers of all sources.")


async def state_of(site: Site) -> PipelineState:
    """How the pipeline stands, as far as whoever started the page knows."""
    if site.pipeline is None:
        return PipelineState(now(), troubles=("This page is not connected to a pipeline",))
    return await site.pipeline.state()


def bars(flow: Throughput, minute: int) -> list[dict[str, Any]]:
    """Stories indexed in each of the last minutes, oldest first: how many, and that as a share of the most."""
    counts = dict(flow.minutes)
    last = [counts.get(one, 0) for one in range(minute - MINUTES + 1, minute + 1)]
    most = max([*last, 1])
    return [
        {"ago": MINUTES - 1 - place, "stories": stories, "share": stories / most} for place, stories in enumerate(last)
    ]
