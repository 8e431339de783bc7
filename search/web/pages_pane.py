"""A story beside the wire's list: the same fragment in the page and by itself, for a script to put in."""

from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from search.query.addresses import address, story_address
from search.web.desk.killed import closed_context
from search.web.desk.showing import form_context, of_story
from search.web.pages_story import LAYERS, known_story, list_of, rendered
from search.web.site import site_of

router = APIRouter(include_in_schema=False)


@router.get("/pane/{story_id:path}")
async def pane(request: Request, story_id: str) -> Response:
    """The fragment; 404 for a story that there is not, 410 for one that was killed, with what may be said of it."""
    html, status = await fragment(request, story_id)
    return HTMLResponse(html, status)


async def story_in_pane(request: Request, story_id: str) -> Markup:
    """What the wire's page shows beside its list."""
    return (await fragment(request, story_id))[0]


async def fragment(request: Request, story_id: str) -> tuple[Markup, int]:
    """The fragment of a story, and its status."""
    site = site_of(request)
    try:
        document = await known_story(request, story_id)
    except HTTPException as error:
        context: dict[str, Any] = {"document": None, "closed": False, "missing": f"{error.detail}."}
        return await _made(request, context), error.status_code
    question = list_of(site, request)
    desk = {
        **form_context(request),
        "desk_back": address("/", [*(one for one in question.given if one[0] != "open"), ("open", story_id)]),
    }
    if document["status"] == "canceled":
        return await _made(request, {**await closed_context(request, document), **desk, "closed": True}), 410
    shown = {
        **await of_story(request, story_id, document["version"]),
        **desk,
        "document": document,
        "closed": False,
        "pane": True,
        "layers": (),
        "choices": [(name, label, story_address(document["id"], [("show", name)])) for name, label in LAYERS.items()],
        "told": await rendered(request, document, question, pane=True),
    }
    return Markup(site.display.html("_pane.html", shown)), 200  # noqa: S704 - made by a template


async def _made(request: Request, context: dict[str, Any]) -> Markup:
    site = site_of(request)
    return Markup(await site.renderings.beside(lambda: site.display.html("_pane.html", context)))  # noqa: S704 - as above
