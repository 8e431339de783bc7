"""What is left of a killed story for one reader: what they may know it by, and what its desk did with it."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from search.web.desk.showing import of_story, shown_before
from search.web.site import now, reader_of
from search.web.summaries import facts_of_kill, marks


async def closed_context(request: Request, document: Mapping[str, Any]) -> dict[str, Any]:
    """What the page of a killed story shows, and the pane."""
    reader = reader_of(request)
    shown = await shown_before(request, [document])
    return {
        **await of_story(request, document["id"], None),
        **facts_of_kill(document, hidden=reader.hidden, shown=document["id"] in shown),
        "marks": marks(document, now()),
    }
