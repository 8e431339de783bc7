"""My desk: a reader's saved searches and watch-lists with what is new in them, collections, and what is taken."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from search.desk import Desk, DeskUnavailable
from search.query.addresses import address
from search.web.desk.showing import AWAY, address_of, desk_for, of_rows, rows_for, unread, watching
from search.web.display import STATIC
from search.web.site import reader_of, site_of

router = APIRouter(include_in_schema=False)

NO_DESK = "My desk is for readers who sign in, so that others know whose a note is."
SHOWN = 60  # stories of a list


@router.get("/desk")
async def my_desk(request: Request) -> Response:
    """The reader's lists."""
    desk = _desk(request)
    try:
        context = await _lists(request, desk)
    except DeskUnavailable:
        return await site_of(request).page(request, "desk.html", {"desk_away": AWAY}, 503)
    return await site_of(request).page(request, "desk.html", context)


@router.get("/desk/collection/{collection_id}")
async def collection(request: Request, collection_id: str) -> Response:
    """The stories of one collection."""
    desk, reader = _desk(request), reader_of(request)
    try:
        found = await desk.collections.of(reader.owner, collection_id)
        if found is None:
            raise HTTPException(404, "There is no such collection.")
        return await _stories(request, f"Collection: {found[0].name}", found[1], collection=found[0])
    except DeskUnavailable:
        return await site_of(request).page(request, "desk.html", {"desk_away": AWAY}, 503)


@router.get("/desk/tag/{tag:path}")
async def tagged(request: Request, tag: str) -> Response:
    """The stories with one tag."""
    try:
        return await _stories(request, f"Tag: {tag}", await _desk(request).stories.tagged(tag))
    except DeskUnavailable:
        return await site_of(request).page(request, "desk.html", {"desk_away": AWAY}, 503)


@router.get("/notifications.js")
async def notifications() -> Response:
    """The service worker, at the root, since a browser lets it control only pages below its own address."""
    return FileResponse(
        STATIC / "notifications.js", media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


def _desk(request: Request) -> Desk:
    desk = desk_for(request)
    if desk is None:
        raise HTTPException(403, NO_DESK)
    return desk


async def _lists(request: Request, desk: Desk) -> dict[str, Any]:
    site, reader = site_of(request), reader_of(request)
    await desk.meet(reader.owner, reader.display, reader.groups)
    searches, lists, collections, claimed = await asyncio.gather(
        desk.searches.of(reader.owner), desk.watch_lists.of(reader.owner), desk.collections.seen_by(reader.owner),
        desk.stories.claimed(SHOWN + 1),
    )  # fmt: skip
    new = await asyncio.gather(
        *(unread(site, request, one.search.parameters, one.seen_at) for one in searches),
        *(unread(site, request, [("q", watching(one.names))], one.seen_at) for one in lists),
    )
    more, claimed = len(claimed) > SHOWN, claimed[:SHOWN]
    rows = await rows_for(request, [story for story, _ in claimed])
    return {
        "searches": [
            (one, address_of(one.search), count) for one, count in zip(searches, new, strict=False)
        ],
        "watch_lists": [
            (one, address("/", [("q", watching(one.names))]), count)
            for one, count in zip(lists, new[len(searches) :], strict=True)
        ],
        "collections": collections,
        "more_claimed": more,
        # A story that is not there for this reader is not known to be taken either.
        "claimed": [(row, claim) for (_, row), (_, claim) in zip(rows, claimed, strict=True) if row],
    }  # fmt: skip


async def _stories(request: Request, heading: str, stories: list[str], **more: Any) -> Response:
    rows = await rows_for(request, stories[:SHOWN])
    context = {"heading": heading, "rows": rows, "total": len(stories), **more}
    return await site_of(request).page(request, "desk_stories.html", context | await of_rows(request, stories[:SHOWN]))
