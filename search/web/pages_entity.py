"""Names: those most in the news; one with its volume and tone over time, its stances, latest stories and places."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from search.query.checking import ParsedQuery
from search.query.fields import NAMED
from search.query.request import QueryError
from search.store import Hit
from search.views import Facets
from search.web.addresses import SearchParameters
from search.web.charts import chart_of
from search.web.pages_stances import of_name, standings
from search.web.site import Site, now, site_of
from search.web.summaries import row_of
from search.web.world import place

router = APIRouter()

KINDS = {
    "person": "People",
    "organization": "Organizations",
    "location": "Places",
    "nationality": "Nationalities & groups",
}
TONES = ("negative", "neutral", "positive")
LATEST = 10
BESIDE = 8
STANCES = 100
STANCES_SHOWN = 10
COUNTRIES = 60
SHADES = 4


@router.get("/names")
async def names(request: Request) -> Response:
    """The names that most stories have."""
    site = site_of(request)
    question = site.asked(request)
    query = msgspec.structs.replace(question.query, sort="newest", position=None, limit=1)
    facets = await site.library.facets(query, (*KINDS, "country"), size=COUNTRIES)
    context = {
        "asked": question,
        "kinds": [(KINDS[kind], facets.counts[kind][:30]) for kind in KINDS if facets.counts[kind]],
        "countries": shaded(facets.counts["country"]),
        "counted": facets.counted,
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
    query = await _stories_of(site, question, name)
    split = {tone: ("toward", f"{name}: {tone}") for tone in TONES}
    found, course, beside, stances = await asyncio.gather(
        site.library.find(query),
        site.library.timeline(query, split),
        site.library.facets(query, (*KINDS, "country"), size=COUNTRIES),
        site.library.facets(of_name(question.query, name), ("stance",), size=STANCES, about=name),
    )
    context = {
        "asked": question,
        "name": name,
        "total": found.total,
        "rows": [row_of(msgspec.structs.replace(hit, highlights={}), now()) for hit in found.hits],
        "course": chart_of(course, {tone: tone.capitalize() for tone in TONES}),
        "tones": {tone: sum(slot.split.get(tone, 0) for slot in course.slots) for tone in TONES},
        "beside": _beside(beside, name),
        "countries": shaded(beside.counts["country"]),
        "marker": _marker(found.hits, name),
        **_sides(stances, name),
    }
    return await site.page(request, "entity.html", context, 200 if found.total else 404)


async def _stories_of(site: Site, question: SearchParameters, name: str) -> ParsedQuery:
    """The stories that have the name as one of theirs, or where there are none, that call anything by it."""
    query = msgspec.structs.replace(question.query, sort="newest", position=None, limit=LATEST, brief=True)
    whole = query.having(NAMED, name)
    if (await site.library.find(msgspec.structs.replace(whole, limit=1))).total:
        return whole
    return query.naming(entity=name)


def _marker(hits: Sequence[Hit], name: str) -> tuple[float, float] | None:
    """Where on the map the name lies, if it is a place."""
    for hit in hits:
        for entity in hit.document.get("entities") or ():
            if entity["name"] == name and entity["lat"] is not None and entity["lon"] is not None:
                return place(entity["lat"], entity["lon"])
    return None


def _beside(facets: Facets, name: str) -> list[tuple[str, list[Any]]]:
    """Other names in the same stories, by kind."""
    found = [
        (title, [count for count in facets.counts[kind] if count.value != name][:BESIDE])
        for kind, title in KINDS.items()
    ]
    return [(title, counts) for title, counts in found if counts]


def _sides(facets: Facets, name: str) -> dict[str, Any]:
    """Who is for and against a name, and what it is for and against itself."""
    listed = standings(facets.counts["stance"])
    return {
        f"{side}_{label}": [one for one in listed if one.label == label and getattr(one, at) == name][:STANCES_SHOWN]
        for side, at in (("held", "target"), ("holds", "holder"))
        for label in ("favor", "against")
    }


def shaded(counts: Sequence[Any]) -> list[tuple[str, int, int]]:
    """Countries with their stories and a shade from 1 to `SHADES`."""
    most = max((count.stories for count in counts), default=1)
    return [(count.value, count.stories, 1 + round((SHADES - 1) * (count.stories / most) ** 0.5)) for count in counts]
