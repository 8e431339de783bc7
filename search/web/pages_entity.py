"""Names: those most in the news; one with its volume and tone over time, its stances, latest stories and places."""

import asyncio
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from search.query.addresses import SearchParameters, entity_address
from search.query.checking import ParsedQuery
from search.query.fields import NAMED
from search.query.request import QueryError
from search.store import Hit, SearchResults
from search.views import Facets
from search.web.charts import chart_of
from search.web.desk.showing import watched
from search.web.happening.reports import reported
from search.web.happening.trends import trend_of_name
from search.web.names.days import DAY_FIELDS, LOOKED_AT, day_address, days_of
from search.web.names.near import names_near
from search.web.names.same import in_its_case, joined_to, meant_by
from search.web.names.spellings import also_known_as, called_so
from search.web.names.volume import HOUR, volume_of
from search.web.names.written import other_spellings
from search.web.pages_stances import standings
from search.web.positions.named import of_name
from search.web.site import Site, now, reader_of, site_of, zone_of
from search.web.summaries import ROW_FIELDS, row_of
from search.web.world import place

router = APIRouter(include_in_schema=False)

KINDS = {
    "person": "People",
    "organization": "Organizations",
    "location": "Places",
    "nationality": "Nationalities & groups",
}
TONES = ("negative", "neutral", "positive")
LATEST = 10
FIELDS = (*ROW_FIELDS, "entities", "joined")  # of these
LISTED = 30  # names of each kind
BESIDE = 8
STANCES = 100
STANCES_SHOWN = 10
COUNTRIES = 300  # more than there are
SHADES = 4


@router.get("/names")
async def names(request: Request) -> Response:
    """The names that most stories have."""
    site = site_of(request)
    question = site.asked(request)
    query = msgspec.structs.replace(question.query, sort="newest", position=None, limit=1)
    facets, total = await asyncio.gather(
        site.library.facets(query, (*KINDS, "country"), size=COUNTRIES), site.library.total(query)
    )
    context = {
        "asked": question,
        "total": total,
        "kinds": [
            (
                KINDS[kind],
                facets.counts[kind][:LISTED],
                question.link("/values", field=kind) if len(facets.counts[kind]) > LISTED else "",
            )
            for kind in KINDS
            if facets.counts[kind]
        ],
        "countries": shaded(facets.counts["country"]),
        "counted": facets.counted,
        "newest": facets.more,
    }
    return await site.page(request, "names.html", context)


@router.get("/entity")
async def entity(request: Request) -> Response:
    """One name."""
    site = site_of(request)
    question = site.asked(request)
    name = request.query_params.get("name", "").strip()
    if not name:
        raise QueryError("name: give a name, as in /entity?name=Xi Jinping")
    query, found = await _stories_of(site, question, name)
    zone = zone_of(request)
    split = {tone: ("toward", f"{name}: {tone}") for tone in TONES}
    lately, volume, course, beside, stances = await asyncio.gather(
        site.library.find(msgspec.structs.replace(query, sort="newest", limit=LOOKED_AT, fields=DAY_FIELDS)),
        volume_of(site.library, query, now()),
        site.library.timeline(query, split, zone=zone),
        site.library.facets(query, (*KINDS, "country"), size=COUNTRIES),
        site.library.facets(of_name(question.query, name), ("stance",), size=STANCES, about=name),
    )
    documents = [hit.document for hit in found.hits]
    in_case = in_its_case(documents, name)
    if (other := meant_by(documents, in_case or name) or in_case or name) != name:
        return RedirectResponse(entity_address(other, question.period), 307)
    merged, spellings = await asyncio.gather(
        joined_to(site, request, documents, name), other_spellings(site.library, question.query, documents, name)
    )
    merges = reader_of(request).may("merge")
    joins = merges and request.query_params.get("join") == "1"
    context = {
        "asked": question,
        "name": name,
        "also": also_known_as(documents, name),
        "called_so": called_so(documents, name),
        "near": [] if found.total and not joins else await names_near(site.library, question.query, name),
        "joined": merged,
        "spellings": spellings,
        "merges": merges,
        "joins": joins,
        "volume": volume,
        "rising": trend_of_name(site.trends, site.library, now(), name),
        "hour_ago": now() - HOUR,
        "newest": beside.more,
        "counted": beside.counted,
        "stances_newest": stances.more,
        "stances_counted": stances.counted,
        "early": len(stances.counts["stance"]) == STANCES,
        "total": found.total,
        "rows": [
            row_of(msgspec.structs.replace(hit, highlights={}), now(), by_receipt=question.query.hidden)
            for hit in found.hits
        ],
        "course": chart_of(
            course, {tone: tone.capitalize() for tone in TONES}, zone, lambda *ends: day_address(name, *ends)
        ),
        "days": days_of(name, lately.hits, await reported(site.library, lately.hits), ZoneInfo(zone)),
        "looked_at": len(lately.hits),
        "period": [question.query.since, question.query.until],
        "tones": {tone: sum(slot.split.get(tone, 0) for slot in course.slots) for tone in TONES},
        "beside": _beside(beside, name, question),
        "countries": shaded(beside.counts["country"]),
        "marker": _marker(found.hits, name),
        **_sides(stances, name),
        **await watched(request, name),
    }
    return await site.page(request, "entity.html", context, 200 if found.total else 404)


async def _stories_of(site: Site, question: SearchParameters, name: str) -> tuple[ParsedQuery, SearchResults]:
    """The stories that have the name as one of theirs, or where there are none, that call anything by it.

    Their query, and the latest of them.
    """
    query = msgspec.structs.replace(question.query, sort="arrived", position=None, limit=LATEST, fields=FIELDS)
    whole = query.having(NAMED, name)
    found = await site.library.find(whole)
    if not found.total:
        whole = query.naming(entity=name)
        found = await site.library.find(whole)
    return whole, found


def _marker(hits: Sequence[Hit], name: str) -> tuple[float, float] | None:
    """Where on the map the name lies, if it is a place."""
    for hit in hits:
        for entity in hit.document.get("entities") or ():
            if entity["name"] == name and entity["lat"] is not None and entity["lon"] is not None:
                return place(entity["lat"], entity["lon"])
    return None


def _beside(facets: Facets, name: str, question: SearchParameters) -> list[tuple[str, list[Any], str]]:
    """Other names in the same stories, by kind, and where there are more of them."""
    found = []
    for kind, title in KINDS.items():
        counts = [count for count in facets.counts[kind] if count.value != name]
        more = question.link("/values", named=name, field=kind) if len(counts) > BESIDE else ""
        found.append((title, counts[:BESIDE], more))
    return [one for one in found if one[1]]


def _sides(facets: Facets, name: str) -> dict[str, Any]:
    """Who is for and against a name, and what it is for and against itself."""
    listed = standings(facets.counts["stance"])
    found = {
        f"{side}_{label}": [one for one in listed if one.label == label and getattr(one, at) == name]
        for side, at in (("held", "target"), ("holds", "holder"))
        for label in ("favor", "against")
    }
    left = {f"{side}_left": max(0, len(some) - STANCES_SHOWN) for side, some in found.items()}
    return {side: some[:STANCES_SHOWN] for side, some in found.items()} | left


def shaded(counts: Sequence[Any]) -> list[tuple[str, int, int]]:
    """Countries with their stories and a shade from 1 to `SHADES`."""
    most = max((count.stories for count in counts), default=1)
    return [(count.value, count.stories, 1 + round((SHADES - 1) * (count.stories / most) ** 0.5)) for count in counts]
