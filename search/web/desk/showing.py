"""What pages show of the desk: takes a request, gives what their templates need. A desk that is away is said to be."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from fastapi import Request

from search.alerts.saved import SavedSearch
from search.desk import Desk, DeskUnavailable
from search.desk.records import StoryMarks
from search.query.addresses import address
from search.query.request import QueryError
from search.redaction import is_unnamed
from search.store import Hit, StoreTrouble
from search.visibility import is_there
from search.web.desk.forms import secret_of, token_for
from search.web.site import Site, reader_of, site_of
from search.web.summaries import StoryRow, row_of

AWAY = "My desk is not available at the moment. What you save now would be lost, so its buttons are not shown."
BESIDE = 12  # searches and watch-lists beside the wire
AT_ONCE = 8  # stories that a list reads at a time

T = TypeVar("T")


def desk_for(request: Request) -> Desk | None:
    """The desk, for a reader who can keep something."""
    return site_of(request).desk if reader_of(request).owner else None


async def of_story(request: Request, story: str, version: int | None) -> dict[str, Any]:
    """What a story's page shows, whose reader has read this version now; ``None`` for a killed story."""
    desk, reader = desk_for(request), reader_of(request)
    if desk is None:
        return {}
    try:
        await desk.meet(reader.owner, reader.display, reader.groups)
        if version is not None:
            await desk.stories.read(reader.owner, story, version)
        marks = (await desk.stories.marks(reader.owner, [story])).get(story) or StoryMarks(story)
        choice = await desk.collections.choice(reader.owner, story)
    except DeskUnavailable:
        return {"desk_away": AWAY}
    return {"desk_marks": {story: marks}, "desk_choice": choice}


def form_context(request: Request) -> dict[str, Any]:
    """What forms need in a part of a page that is made by itself."""
    reader = reader_of(request)
    return {"reader": reader, "form_token": token_for(secret_of(request)[0], reader)}


async def of_rows(request: Request, stories: Sequence[str]) -> dict[str, Any]:
    """What a list of stories shows."""
    desk = desk_for(request)
    if desk is None:
        return {}
    try:
        return {"desk_marks": await desk.stories.marks(reader_of(request).owner, stories)}
    except DeskUnavailable:
        return {"desk_away": AWAY}


async def beside_wire(request: Request) -> dict[str, Any]:
    """The reader's searches and watch-lists beside the wire: how each is opened, its name, and how much is new."""
    desk, site, owner = desk_for(request), site_of(request), reader_of(request).owner
    if desk is None:
        return {}
    try:
        searches, lists, shared = await asyncio.gather(
            desk.searches.of(owner), desk.watch_lists.of(owner), desk.searches.shared_with(owner)
        )
    except DeskUnavailable:
        return {}
    kept = [
        ("open-search", {"id": one.search.id}, one.search.name, one.search.parameters, one.seen_at) for one in searches
    ] + [("open-watch-list", {"name": one.name}, one.name, [("q", watching(one.names))], one.seen_at) for one in lists]
    kept = kept[:BESIDE]
    new = await asyncio.gather(*(unread(site, request, parameters, seen) for *_, parameters, seen in kept))
    return {
        "desk_lists": [
            (f"/desk/lists/{action}", fields, name, address("/", parameters), count)
            for (action, fields, name, parameters, _), count in zip(kept, new, strict=True)
        ],
        "desk_shared": [(one.search.name, address_of(one.search), one.display) for one in shared],
    }


async def watched(request: Request, name: str) -> dict[str, Any]:
    """The reader's watch-lists, and those that have a name; nothing where there is no desk, or while it is away."""
    desk = desk_for(request)
    if desk is None:
        return {}
    try:
        lists = [(one.name, one.names) for one in await desk.watch_lists.of(reader_of(request).owner)]
    except DeskUnavailable:
        return {}
    return {"watch_lists": [one for one, _ in lists], "watched_in": [one for one, names in lists if name in names]}


async def rows_for(request: Request, stories: Sequence[str]) -> list[tuple[str, StoryRow | None]]:
    """The stories with these ids as rows, a killed one as killed; ``None`` for one that is not there for the reader."""
    site, reader = site_of(request), reader_of(request)
    turns = asyncio.Semaphore(AT_ONCE)

    async def read(story: str) -> dict[str, Any] | None:
        async with turns:
            document = await site.library.get(story)
        return document if is_there(document, datetime.now(UTC), hidden=reader.hidden) else None

    documents = await asyncio.gather(*(read(story) for story in stories))
    shown = await shown_before(request, [one for one in documents if one])

    def row(story: str, document: dict[str, Any]) -> StoryRow:
        hit = Hit(story, 0.0, document)
        return row_of(hit, datetime.now(UTC), hidden=reader.hidden, shown=story in shown)

    return [(story, row(story, one) if one else None) for story, one in zip(stories, documents, strict=True)]


async def shown_before(request: Request, documents: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The killed stories with a headline that this reader had before the kill, as the desk's records say."""
    desk, reader = desk_for(request), reader_of(request)
    unnamed = [one["id"] for one in documents if one["status"] == "canceled" and is_unnamed(one)]
    if desk is None or reader.hidden or not unnamed:
        return frozenset()
    try:
        return await desk.stories.had_by(reader.owner, unnamed)
    except DeskUnavailable:
        return frozenset()


def address_of(search: SavedSearch) -> str:
    """Where what a saved search finds is shown."""
    return address("/", search.parameters)


def watching(names: Sequence[str]) -> str:
    """The words that find the stories in which any of these names is mentioned."""
    quoted = (name.replace('"', " ").replace("\\", " ").strip() for name in names)
    return " OR ".join(f'entity:"{name}"' for name in quoted if name)


async def unread(site: Site, request: Request, parameters: Sequence[tuple[str, str]], since: datetime) -> int | None:
    """How many stories a search finds that have arrived since then; ``None`` where it cannot be asked any more."""
    try:
        query = site.asked(request, [one for one in parameters if one[0] not in ("after", "limit")]).query
        return await site.library.total(msgspec.structs.replace(query, arrived_since=since))
    except (QueryError, StoreTrouble):
        return None
