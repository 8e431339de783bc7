"""Who stands where: stances drawn and listed, one pair over time, and the sentences that prove it."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from search.query.checking import ParsedQuery
from search.query.request import QueryError
from search.store import Hit
from search.views import STATEMENT, Count, parted
from search.web.charts import chart_of
from search.web.graph import StanceTally, draw, joined
from search.web.site import Site, now, site_of
from search.web.summaries import marks

router = APIRouter()

DRAWN = 24  # lines
LISTED = 60
CONSIDERED = 200  # that those drawn are chosen from
EVIDENCE = 20  # stories of each side
SIDES = ("favor", "against")


@router.get("/stances")
async def stances(request: Request) -> Response:
    """The graph and the table."""
    site = site_of(request)
    question = site.asked(request)
    about = question.about
    facets = await site.library.facets(of_name(question.query, about), ("stance",), size=CONSIDERED, about=about)
    considered = standings(facets.counts["stance"])
    listed = considered[:LISTED]
    names = dict.fromkeys(name for one in listed for name in (one.holder, one.target))
    context = {
        "asked": question,
        "about": about,
        "drawing": draw(joined(considered, DRAWN)),
        "drawn": min(DRAWN, len(listed)),
        "more": len(considered) > LISTED,
        "listed": listed,
        "names": list(names)[:200],
        "counted": facets.counted,
    }
    return await site.page(request, "stances.html", context)


@router.get("/stances/pair")
async def pair(request: Request) -> Response:
    """One toward another: over time, and the evidence for and against."""
    site = site_of(request)
    question = site.asked(request)
    holder, target = question.value("holder"), question.value("target")
    if not (holder and target):
        raise QueryError("holder and target: give both names")
    query = msgspec.structs.replace(
        question.query.naming(holder="", target=""), label="", sort="newest", position=None, limit=EVIDENCE, brief=True
    )
    said = {label: f"{holder}{STATEMENT}{label}{STATEMENT}{target}" for label in SIDES}
    sides = await asyncio.gather(*(evidence(site, query, said[label]) for label in SIDES))
    between = query.naming(holder=holder, target=target)
    course = await site.library.timeline(between, {label: ("stance", said[label]) for label in SIDES})
    back = await site.library.facets(of_name(query, target), ("stance",), size=LISTED, about=target)
    context = {
        "asked": question,
        "holder": holder,
        "target": target,
        "sides": list(zip(SIDES, sides, strict=True)),
        "course": chart_of(course, {"favor": "For", "against": "Against"}),
        "returned": [one for one in standings(back.counts["stance"]) if (one.holder, one.target) == (target, holder)],
    }
    return await site.page(request, "pair.html", context)


def of_name(query: ParsedQuery, name: str) -> ParsedQuery:
    """The stories of a query in which somebody of this name holds or receives a stance; all of them for ""."""
    about = name if any(char.isalnum() for char in name) else ""
    return msgspec.structs.replace(query.naming(about=about), sort="newest", position=None, limit=1)


def standings(counts: Iterable[Count]) -> list[StanceTally]:
    """Stances taken apart, the most frequent first."""
    rows = ((parted(count.value), count.stories) for count in counts)
    return [StanceTally(*parts, stories) for parts, stories in rows if parts]


async def evidence(site: Site, query: ParsedQuery, statement: str) -> tuple[int, list[dict[str, Any]]]:
    """How many stories have a stance, and of the newest the sentence that proves it."""
    found = await site.library.find(query.having("stance", statement))
    return found.total, [proof for hit in found.hits for proof in _proofs(hit, statement)]


def _proofs(hit: Hit, statement: str) -> Sequence[dict[str, Any]]:
    document = hit.document
    return [
        {
            "id": hit.id,
            "version": document["version"],
            "number": number,
            "headline": document["headline"],
            "source": document["source"],
            "time": datetime.fromisoformat(document["version_created"]),
            "marks": marks(document, now()),
            "evidence": row["evidence"]["text"],
            "cue": row["cue"],
            "score": row["score"],
        }
        for number, row in enumerate(document.get("stance") or ())
        if row["statement"] == statement
    ]
