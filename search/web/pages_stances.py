"""Who stands where: stances drawn and listed, one pair over time, and the sentences that prove it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from search.query.addresses import address, pair_address
from search.query.checking import ParsedQuery
from search.query.request import QueryError
from search.views import STATEMENT, Count, StoriesOverTime, TimeInterval, parted
from search.web.charts import chart_of
from search.web.graph import StanceTally, draw, joined
from search.web.names.same import shown_as
from search.web.positions.claims import claims_between, claims_of
from search.web.positions.matrix import joined_targets, matrix_of, meaning
from search.web.positions.named import of_name, positions_of
from search.web.positions.newest import newest_first, newest_positions
from search.web.positions.sentences import evidence
from search.web.site import Site, reader_of, site_of, zone_of

router = APIRouter(include_in_schema=False)

DRAWN = 24  # lines
LISTED = 60
CONSIDERED = 500  # that those drawn and listed are chosen from
EVIDENCE = 20  # stories of each side
SIDES = ("favor", "against")
LEVELS = ("high", "medium")
TOPICS = 40  # to choose from
WHOLE_NAMES = 12  # that contain the words of the name asked for
ALSO = 5  # other names of a target that are looked up


@router.get("/stances")
async def stances(request: Request) -> Response:
    """The matrix, the graph and the table, in which a row opens its sentences."""
    site = site_of(request)
    question = site.asked(request)
    about, level = question.about, level_of(request)
    query = of_name(question.query, about)
    found, total, topics, newest = await asyncio.gather(
        positions_of(site, question.query, about, level, CONSIDERED),
        site.library.total(query),
        site.library.facets(of_name(_of_any_topic(question.query), ""), ("subject",), size=TOPICS + 1),
        newest_positions(site.library, query, level),
    )
    named = found.names
    if len(named) == 1 and named[0] != about:
        return RedirectResponse(question.link("/stances", about=named[0]), 307)
    facets = found.facets
    newest = [one for one in newest if found.has(one.value)]
    counted = standings(newest_first(facets.counts["stance"], newest, CONSIDERED))
    considered, others = joined_targets(one for one in counted if question.query.label in ("", one.label))
    listed = considered[:LISTED]
    opened = request.query_params.get("row", "")
    opened_stories, sentences = await _opened(site, question.query, opened, others)
    names = dict.fromkeys(name for one in listed for name in (one.holder, one.target))
    context = {
        "asked": question,
        "about": about,
        "whole_names": named[:WHOLE_NAMES] if found.part else (),
        "more_names": max(0, len(named) - WHOLE_NAMES),
        "level": level,
        "topics": [count.value for count in topics.counts["subject"][:TOPICS]],
        "topics_early": len(topics.counts["subject"]) > TOPICS,
        "matrix": matrix_of(considered),
        "others": others,
        "drawing": draw(joined(considered, DRAWN)),
        "drawn": min(DRAWN, len(listed)),
        "early": len(considered) > LISTED or len(counted) >= CONSIDERED,
        "listed": listed,
        "names": list(names)[:200],
        "counted": facets.counted,
        "total": total,
        "newest": facets.more,
        "row": opened,
        "sentences": sentences,
        "opened_stories": opened_stories,
        "evidence": EVIDENCE,
        "claims": await claims_of(site.library, question.query, found, request.query_params.get("claim", "")),
        "corrects": reader_of(request).may("correct"),
        "csv": address("/api/stances.csv", [*question.given, *([("level", level)] if level else [])]),
        "here": [*question.given, *([("level", level)] if level else [])],
    }
    return await site.page(request, "stances.html", context)


@router.get("/stances/pair")
async def pair(request: Request) -> Response:
    """One toward another: over time, and the evidence for and against. ``also`` are other names of the target."""
    site = site_of(request)
    question = site.asked(request)
    holder, target = question.value("holder"), question.value("target")
    if not (holder and target):
        raise QueryError("holder and target: give both names")
    also = [name for name in request.query_params.getlist("also")[:ALSO] if meaning(name) == meaning(target)]
    query = _of_newest(question.query)
    said = {label: statements(holder, label, [target, *also]) for label in SIDES}
    sides = await asyncio.gather(*(evidence(site.library, query, said[label]) for label in SIDES))
    if not any(total for total, _ in sides):
        others = [await shown_as(site, name) for name in (holder, target)]
        if others != [holder, target]:
            return RedirectResponse(pair_address(others[0], others[1], period=question.period), 307)
    split = {f"{label}{n}": ("stance", one) for label in SIDES for n, one in enumerate(said[label])}
    zone = zone_of(request)
    named = query.naming(holder=holder, target=min([target, *also], key=len))
    course = await site.library.timeline(named, split, zone=zone)
    returned = await asyncio.gather(
        *(site.library.total(query.having("stance", *statements(target, label, [holder]))) for label in SIDES)
    )
    context = {
        "asked": question,
        "holder": holder,
        "target": target,
        "also": also,
        "sides": list(zip(SIDES, sides, strict=True)),
        "claims": await claims_between(site.library, query, said),
        "corrects": reader_of(request).may("correct"),
        "evidence": EVIDENCE,
        "here": pair_address(holder, target, also, question.period),
        "course": chart_of(_by_side(course), {"favor": "For", "against": "Against"}, zone),
        "returned": [one for one in zip(SIDES, returned, strict=True) if one[1]],
    }
    return await site.page(request, "pair.html", context)


def level_of(request: Request) -> str:
    """The level of confidence that positions are asked for, "" for any."""
    level = request.query_params.get("level", "")
    if level not in ("", *LEVELS):
        raise QueryError(f"level: {level[:60]!r} is not one of {', '.join(LEVELS)}")
    return level


def statements(holder: str, label: str, targets: Iterable[str]) -> list[str]:
    """A stance toward a target of several names, as values."""
    return [f"{holder}{STATEMENT}{label}{STATEMENT}{target}" for target in targets]


async def _opened(
    site: Site, query: ParsedQuery, row: str, others: Mapping[str, Sequence[str]]
) -> tuple[int, list[dict[str, Any]]]:
    """How many stories the row that is opened has, and the sentences of the newest."""
    if not (parts := parted(row)):
        return 0, []
    holder, label, target = parts
    every = statements(holder, label, [target, *others.get(target, ())][: ALSO + 1])
    return await evidence(site.library, _of_newest(query), every)


def _of_newest(query: ParsedQuery) -> ParsedQuery:
    """The newest stories of a query, whatever stances it asks for."""
    named = query.naming(holder="", target="", about="")
    return msgspec.structs.replace(named, label="", sort="newest", position=None, limit=EVIDENCE, brief=True)


def _of_any_topic(query: ParsedQuery) -> ParsedQuery:
    kept = tuple(one for one in query.exact if one[0] != ("subject",))
    return msgspec.structs.replace(query.naming(about=""), exact=kept)


def _by_side(course: StoriesOverTime) -> StoriesOverTime:
    """A course in which all names of a target count as one."""
    slots = tuple(
        TimeInterval(
            slot.start,
            slot.stories,
            {label: sum(n for name, n in slot.split.items() if name.startswith(label)) for label in SIDES},
        )
        for slot in course.slots
    )
    return StoriesOverTime(course.step, slots)


def standings(counts: Iterable[Count]) -> list[StanceTally]:
    """Stances taken apart, those first that most sentences say: one that many stories repeat counts once.

    Equals stay in their order.
    """
    rows = [StanceTally(*parts, count.stories, count.sentences) for count in counts if (parts := parted(count.value))]
    return sorted(rows, key=lambda one: (-one.sentences, -one.stories))
