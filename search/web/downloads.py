"""What leaves the page as files: a story as text, ninjs or NewsML-G2, a search as CSV, JSON Lines or Atom.

Part of the JSON API. A search is sent page by page as it is read, so it takes no memory, and ends at a bound that its
headers tell.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from processors.annotations import Record
from search.exports.atom import FEED_END, entry, feed_head
from search.exports.newsml_g2 import newsml_g2_of
from search.exports.ninjs import ninjs_of
from search.exports.tables import COLUMNS, csv_line, csv_row, json_line
from search.exports.texts import text_of_story
from search.query.addresses import SearchParameters, address, story_address
from search.query.checking import ParsedQuery
from search.store import Hit, SearchResults, StoreUnavailable
from search.views import MOST_VALUES
from search.visibility import came_at, closing_words
from search.web.api_models import ERRORS, ExportFilters, StanceExportFilters
from search.web.pages_stances import standings
from search.web.pages_story import known_story
from search.web.positions.named import positions_of
from search.web.site import Site, now, require, site_of, still_reads

StoryId = Annotated[str, Path(max_length=512, description="The story's ID")]

PAGE = 250  # stories read at once
FEED = 50  # stories of a feed
BYTE_ORDER_MARK = "\ufeff"  # by which spreadsheets know UTF-8
NEVER = "1970-01-01T00:00:00Z"  # when an empty feed was last updated

router = APIRouter(prefix="/api", tags=["stories"], responses=ERRORS)


def _gives(kind: str, what: str) -> dict[int | str, dict[str, Any]]:
    """The description of an answer that is a file."""
    return {200: {"description": what, "content": {kind: {"schema": {"type": "string"}}}}}


class ExportForm(Record, frozen=True):
    """How stories are written: the ending and the kind of the file, its head, its foot, and how stories become text."""

    ending: str
    kind: str
    write: Callable[[Sequence[Hit]], str]
    head: Callable[[SearchResults], str] = lambda _: ""
    foot: str = ""


CSV_FILE = ExportForm(
    "csv",
    "text/csv; charset=utf-8",
    lambda hits: "".join(f"{csv_row(hit)}\r\n" for hit in hits),
    lambda _: f"{BYTE_ORDER_MARK}{csv_line(COLUMNS)}\r\n",
)
JSON_LINES = ExportForm(
    "jsonl", "application/jsonl", lambda hits: "".join(f"{json_line(hit).decode()}\n" for hit in hits)
)


@router.get("/stories.csv", response_class=Response, responses=_gives("text/csv", "A line for each story"))
async def as_csv(request: Request, given: Annotated[ExportFilters, Query()]) -> Response:
    """Matching stories as CSV, safe to open in a spreadsheet. Ends at the limit for exports, as its name says."""
    return await _export(request, given, CSV_FILE)


@router.get("/stories.jsonl", response_class=Response, responses=_gives("application/jsonl", "An object a line"))
async def as_json_lines(request: Request, given: Annotated[ExportFilters, Query()]) -> Response:
    """Matching stories as JSON Lines, with all their stored fields. Ends at the limit for exports, as its name says."""
    return await _export(request, given, JSON_LINES)


@router.get("/stories.atom", response_class=Response, responses=_gives("application/atom+xml", "An Atom feed"))
async def as_atom(request: Request, given: Annotated[ExportFilters, Query()]) -> Response:
    """The newest matching stories as an Atom feed, for feed readers and other programs."""
    site, question = site_of(request), _question(request, given)
    given.limit = min(given.limit or FEED, FEED)
    given.sort = "arrived"
    base = str(request.base_url).rstrip("/")
    title = f"{site.options.title}: {given.q}" if given.q else site.options.title

    def head(found: SearchResults) -> str:
        first = found.hits[0].document if found.hits else None
        updated = came_at(first, now(), by_receipt=question.query.hidden).isoformat() if first else NEVER
        return feed_head(title, str(request.url), base + address("/", question.given), updated)

    def write(hits: Sequence[Hit]) -> str:
        return "".join(entry(hit.document, base + story_address(hit.id)) for hit in hits)

    return await _export(request, given, ExportForm("atom", "application/atom+xml", write, head, FEED_END))


@router.get("/stances.csv", response_class=Response, responses=_gives("text/csv", "A line for each position"))
async def positions(request: Request, given: Annotated[StanceExportFilters, Query()]) -> Response:
    """Positions as CSV, those first that most sentences state; at most 500, as its name says where there are more."""
    require(request, "export")
    site = site_of(request)
    query = site.asked(request, given.parameters()).query
    found = (await positions_of(site, query, given.about, given.level, MOST_VALUES)).facets
    rows = [one for one in standings(found.counts["stance"]) if given.label in ("", one.label)]
    lines = [csv_line(("holder", "label", "target", "sentences", "stories"))]
    lines += [csv_line((one.holder, one.label, one.target, one.sentences, one.stories)) for one in rows]
    more = "-first" if len(found.counts["stance"]) == MOST_VALUES or found.more else ""
    name = f"newswire-positions-{now():%Y-%m-%d}{more}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    body = BYTE_ORDER_MARK + "".join(f"{line}\r\n" for line in lines)
    return Response(body, headers=headers, media_type="text/csv; charset=utf-8")


def _question(request: Request, given: ExportFilters) -> SearchParameters:
    return site_of(request).asked(request, ((name, one) for name, one in given.parameters() if name != "limit"))


async def _export(request: Request, given: ExportFilters, form: ExportForm) -> Response:
    """Matching stories as they are read. The first page is read before the answer begins, so that errors can show."""
    require(request, "export")
    site = site_of(request)
    most = min(given.limit or site.options.export, site.options.export)
    query = msgspec.structs.replace(_question(request, given).query, limit=min(PAGE, most))
    found = await site.library.find(query)

    async def pieces() -> AsyncIterator[str]:
        yield form.head(found)
        async for hits in _pages(site, query, found, most, still_reads(request)):
            yield await site.renderings.beside(partial(form.write, hits))
        yield form.foot

    number = f"{most}-of-{found.total}" if found.total > most else str(found.total)
    headers = {"X-Total-Count": str(found.total), "X-Count": str(min(most, found.total))}
    if form.ending != "atom":
        name = f"newswire-{now():%Y-%m-%d}-{number}.{form.ending}"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return StreamingResponse(pieces(), headers=headers, media_type=form.kind)


async def _pages(
    site: Site, query: ParsedQuery, found: SearchResults, most: int, still: Callable[[], Awaitable[bool]]
) -> AsyncIterator[tuple[Hit, ...]]:
    """The pages of a search, at most ``most`` stories. Breaks off where its reader may read no more."""
    left = most
    while True:
        yield found.hits[:left]
        left -= len(found.hits)
        if left <= 0 or not found.after:
            return
        if not await still():
            raise StoreUnavailable("an export was broken off: its reader may read no more")
        found = await site.library.find(query.following(found.after))


@router.get("/stories/{story_id}/text", response_class=Response, responses=_gives("text/plain", "The text"))
async def as_text(request: Request, story_id: StoryId) -> Response:
    """One story as plain text with its credit and rights."""

    def made(site: Site, document: dict[str, Any]) -> bytes:
        name = site.display.look(document["source"]).name
        return text_of_story(document, site.options.zone, name).encode()

    return await _file(request, story_id, "txt", "text/plain; charset=utf-8", made)


@router.get(
    "/stories/{story_id}/ninjs",
    response_class=Response,
    responses={200: {"description": "The item", "content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def as_ninjs(request: Request, story_id: StoryId) -> Response:
    """One story as a ninjs 3.1 item (IPTC)."""
    return await _file(
        request, story_id, "ninjs.json", "application/json", lambda _, story: msgspec.json.encode(ninjs_of(story))
    )


@router.get(
    "/stories/{story_id}/newsml-g2", response_class=Response, responses=_gives("application/xml", "The news item")
)
async def as_newsml_g2(request: Request, story_id: StoryId) -> Response:
    """One story as a NewsML-G2 2.35 news item (IPTC)."""
    return await _file(request, story_id, "g2.xml", "application/xml", lambda _, story: newsml_g2_of(story))


async def open_story(request: Request, story_id: str) -> dict[str, Any]:
    """A story that its reader may have; 410, in the words for it, for one that was killed or removed."""
    document = await known_story(request, story_id)
    if document["status"] == "canceled":
        raise HTTPException(410, closing_words(document))
    return document


async def _file(request: Request, story_id: str, ending: str, kind: str, make: Any) -> Response:
    """A story as a file, made beside the event loop."""
    document, site = await open_story(request, story_id), site_of(request)
    body: bytes = await site.renderings.beside(lambda: make(site, document))
    name = re.sub(r"[^A-Za-z0-9-]", "", document["id"])[:64] or "story"
    return Response(body, headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"'}, media_type=kind)
