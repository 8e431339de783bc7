"""Merged names: shows them on a name's page, and merges or splits them for readers with the right to."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from search.query.addresses import entity_address
from search.query.checking import ParsedQuery, parsed
from search.query.fields import NAMED
from search.query.request import Query
from search.versions.joining import Meant, Merge, merges_in
from search.visibility import EVERY_SOURCE
from search.web.desk.forms import form_of
from search.web.site import Site, now, reader_of, require, site_of

LOOKED_AT = 50  # newest stories searched for a name's ids and for what was merged with them
LONGEST = 200  # characters of a name, and of the reader who merges
WAITED = 5.0  # seconds that the reader waits for the stories to be rewritten; the rest is done in the background
NOT_FOUND = "No story mentions {!r}. Enter the other name as its page spells it."
ALREADY = "{!r} and {!r} are already merged."

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)


@router.post("/names/join")
async def join(request: Request) -> Response:
    """Merge one name with another, under which it is shown from then on."""
    require(request, "merge")
    reader, site = reader_of(request), site_of(request)
    form = await form_of(request, reader)
    asked = form["name"].strip()[:LONGEST], form["other"].strip()[:LONGEST]
    (name, mine), (other, theirs) = [await _spelt(site, one, hidden=reader.hidden) for one in asked]
    for one, rows in zip(asked, (mine, theirs), strict=True):
        if not rows:
            raise HTTPException(404, NOT_FOUND.format(one))
    if name == other:
        raise HTTPException(400, ALREADY.format(*asked))
    into = msgspec.convert(theirs[0], Meant)
    by = (reader.display or reader.owner or reader.name)[:LONGEST]
    at = now().astimezone(UTC).replace(microsecond=0)
    for row in mine:
        await _done(site, Merge(row["id"], name, into, by, at), withdraw=False)
    return RedirectResponse(f"{entity_address(into.name)}#also", 303)


@router.post("/names/split")
async def split(request: Request) -> Response:
    """Undo the merge of two names."""
    require(request, "merge")
    site = site_of(request)
    form = await form_of(request, reader_of(request))
    merges = await site.library.merges()
    found = next((one for one in merges.all if one.entity == form["entity"]), None)
    if found is None:
        raise HTTPException(404, "These names are not merged.")
    await _done(site, found, withdraw=True)
    return RedirectResponse(entity_address(found.name), 303)


async def _done(site: Site, merge: Merge, *, withdraw: bool) -> None:
    """Merge or split, waiting a few seconds; the rest goes on in the background."""
    running = site.library.join(merge, withdraw=withdraw)
    running.add_done_callback(_ended)
    await asyncio.wait([running], timeout=WAITED)
    if running.done():
        running.result()


def _ended(running: "asyncio.Task[None]") -> None:
    error = "the page ended" if running.cancelled() else running.exception()
    if error:
        log.error("not all stories were rewritten after names were merged or split; repeat it: %s", error)


async def joined_to(site: Site, request: Request, documents: Iterable[Mapping[str, Any]], name: str) -> list[Any]:
    """Names merged into this one, as its stories say; for readers who may split them, those of all stories."""
    ids = [row["id"] for row in called(documents, name)[:1]]
    query = _newest(hidden=reader_of(request).hidden)
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for entity in ids:
        hits = (await site.library.find(query.having("joined", entity))).hits
        rows = [row for hit in hits for row in merges_in(hit.document)]
        if reader_of(request).may("merge") and site.library.sources == EVERY_SOURCE:
            rows += [_row(one) for one in (await site.library.merges()).all]
        found = _leading_to(entity, rows)
    return sorted(found.values(), key=lambda row: (row["at"], row["name"]), reverse=True)


async def shown_as(site: Site, name: str) -> str:
    """The name under which stories show this one, in whatever case; the name itself where none is found."""
    return (await _spelt(site, name, hidden=False))[0]


def meant_by(documents: Iterable[Mapping[str, Any]], name: str) -> str:
    """The name under which stories show this one, if it is merged into another in all of them; else ""."""
    for document in documents:
        names = {row["id"]: row["name"] for row in document.get("entities") or ()}
        if name in names.values():
            return ""
        said = {row["entity"]: row for row in merges_in(document)}
        for row in merges_in(document):
            if row["name"] == name:
                into, steps = row["into"], 0
                while into in said and steps < len(said):
                    into, steps = said[into]["into"], steps + 1
                return str(names.get(into, ""))
    return ""


def _leading_to(entity: str, rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The merges that lead to an entity, directly or through others, by entity and name."""
    left, found, ids = list(rows), dict[tuple[str, str], Mapping[str, Any]](), {entity}
    while some := {_key(row): row for row in left if row["into"] in ids and _key(row) not in found}:
        found |= some
        ids.update(row["entity"] for row in some.values())
    return found


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["entity"], row["name"]


def _row(merge: Merge) -> dict[str, Any]:
    at = msgspec.to_builtins(merge.at)
    return {"entity": merge.entity, "name": merge.name, "into": merge.into.id, "by": merge.by, "at": at}


def _newest(*, hidden: bool) -> ParsedQuery:
    query = parsed(Query(sort="newest", limit=LOOKED_AT, brief=True, hidden=hidden))
    return msgspec.structs.replace(query, fields=("id", "entities", "joined"))


async def _spelt(site: Site, name: str, *, hidden: bool) -> tuple[str, list[Mapping[str, Any]]]:
    """A name as stories show it, in whatever case it is given and even if it is merged, with its rows of entities."""
    if not name:
        return name, []
    newest = _newest(hidden=hidden)
    documents = await _documents(site, newest.having(NAMED, name))
    if not documents:
        documents = await _documents(site, newest.naming(entity=name))
        name = in_its_case(documents, name) or name
    name = meant_by(documents, name) or name
    return name, called(documents, name)


def in_its_case(documents: Iterable[Mapping[str, Any]], name: str) -> str:
    """This name as stories have it, merged or not; else the most frequent that differs by case alone; "" for none."""
    rows = (row for document in documents for row in (*(document.get("entities") or ()), *merges_in(document)))
    found = Counter(row["name"] for row in rows if row["name"].casefold() == name.casefold())
    return name if name in found else next((one for one, _ in found.most_common(1)), "")


async def _documents(site: Site, query: ParsedQuery) -> list[Mapping[str, Any]]:
    return [hit.document for hit in (await site.library.find(query)).hits]


def called(documents: Iterable[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    """The rows of entities with this name in stories, one for each id, the most frequent first."""
    rows: dict[str, Mapping[str, Any]] = {}
    seen: Counter[str] = Counter()
    for document in documents:
        for row in document.get("entities") or ():
            if row["name"] == name:
                rows.setdefault(row["id"], row)
                seen[row["id"]] += 1
    return [rows[entity] for entity, _ in seen.most_common()]
