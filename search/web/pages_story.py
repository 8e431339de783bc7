"""A story: its text with what is said of it marked, its versions, rights and origin, and similar ones."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from search.query.similar import similar_to
from search.redaction import named
from search.store import Hit
from search.visibility import EMBARGOED, holds, is_there
from search.web.changes import STEPS, changed_passages, changes, shortened_pieces
from search.web.comparing import StepBudget
from search.web.library import Library
from search.web.marking import KINDS, LONGEST_NAME, MarkingLimits, marked_text
from search.web.plain import shortened
from search.web.problems import STORY_NOT_FOUND
from search.web.site import now, reader_of, site_of
from search.web.summaries import marks, row_of

router = APIRouter()

SIMILAR = 6
ENTITIES = 40
STANCES = 500
EVIDENCE = 240  # characters
VERSIONS = 40
ANNOTATORS = {"entities": "Mentions", "sentiment": "Tone", "stance": "Positions"}
LISTED = 20  # of models and failures
LONGEST = 4000  # characters of a note or a line on rights
VERSION_BITS = 20  # below the milliseconds of a version: rank and hash, which only matter at equal times
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
KIND_NAMES = {
    "person": "People",
    "organization": "Organizations",
    "place": "Places",
    "group": "Nationalities & groups",
    "other": "Other",
}


@router.get("/story/{story_id:path}")
async def story(request: Request, story_id: str) -> Response:
    """The page of one story; of a killed one, a page that says so."""
    site = site_of(request)
    document = await known_story(request, story_id)
    if document["status"] == "canceled":
        slugline, headline = named(document, hidden=reader_of(request).hidden)
        closed = {"document": document, "marks": marks(document, now()), "slugline": slugline, "headline": headline}
        return await site.page(request, "closed.html", closed, 410)
    similar = await similar_rows(site.library, document)

    def told() -> str:
        return site.display.html("_story.html", story_context(document, site.options.most))

    context = {
        "document": document,
        "told": Markup(await site.renderings.of(decisive(document, hidden=reader_of(request).hidden), told)),  # noqa: S704 - made by a template
        "similar": similar,
    }
    return await site.page(request, "story.html", context)


def decisive(document: Mapping[str, Any], *, hidden: bool) -> tuple[Any, ...]:
    """What decides how a story is shown: itself as it was indexed, its past, its embargo, and the reader's rights."""
    past = [row["version"] for field in ("previous_headlines", "previous_texts") for row in document.get(field) or ()]
    indexed, killed = document["indexed_at"], document.get("killed_version")
    return document["id"], document["version"], indexed, killed, tuple(past), holds(EMBARGOED, document, now()), hidden


async def known_story(request: Request, story_id: str) -> dict[str, Any]:
    """A story, or its tombstone; 404, in the same words, for one that there is not or that is hidden to the reader."""
    document = await site_of(request).library.get(story_id)
    if document is None or not is_there(document, now(), hidden=reader_of(request).hidden):
        raise HTTPException(404, STORY_NOT_FOUND)
    return document


async def similar_rows(library: Library, document: dict[str, Any]) -> list[Any]:
    """The stories most like one."""
    query = similar_to(document, SIMILAR + 1, library.limits)
    found = await library.find(query) if query else None
    hits = [Hit(hit.id, hit.score, hit.document) for hit in found.hits] if found else []
    return [row_of(hit, now()) for hit in hits if hit.id != document["id"]][:SIMILAR]


def story_context(document: dict[str, Any], most: MarkingLimits) -> dict[str, Any]:
    """What a story's template shows."""
    text = marked_text(document, most)
    tones = (document.get("sentiment") or {}).get("entities") or ()
    return {
        "document": document,
        "text": text,
        "marks": marks(document, now()),
        "stances": [stance_of(row) for row in (document.get("stance") or ())[:STANCES]],
        "unsure": [stance_of(row) for row in (document.get("stance_unsure") or ())[:STANCES]],
        "entities": entities_by_kind(document),
        "tones": {row["name"]: row for row in tones},
        "versions": versions(document),
        "times": [
            (name, datetime.fromisoformat(document[field])) for field, name in TIMES.items() if document.get(field)
        ],
        "longest": LONGEST,
        "annotators": ANNOTATORS,
        "models": list(document["models"].items())[:LISTED],
        "failures": list(document["failures"].items())[:LISTED],
    }


def stance_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A stance as it is shown: no name or word of it longer than a line or two."""
    return {
        "holder": row["holder"][:LONGEST_NAME],
        "target": row["target"][:LONGEST_NAME],
        "label": row["label"],
        "score": row["score"],
        "level": row.get("level") or "medium",
        "cue": row["cue"][:LONGEST_NAME],
        "evidence": shortened(row["evidence"]["text"], EVIDENCE),
    }


TIMES = {
    "first_created": "First filed", "version_created": "This version", "received_at": "Received",
    "read_at": "Read", "enriched_at": "Enriched", "indexed_at": "Indexed",
}  # fmt: skip


def entities_by_kind(document: Mapping[str, Any]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """The most salient entities: kind, its name for readers, and those of it."""
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KIND_NAMES}
    entities = sorted(document.get("entities") or (), key=lambda entity: -entity["salience"])
    for entity in entities[:ENTITIES]:
        found[KINDS.get(entity["type"], "other")].append({**entity, "name": entity["name"][:LONGEST_NAME]})
    return [(kind, KIND_NAMES[kind], found[kind]) for kind in KIND_NAMES if found[kind]]


def versions(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The versions that are known, newest first, each with what changed in its headline and in its text."""
    headlines = [(row["version"], row["headline"]) for row in document.get("previous_headlines") or ()]
    texts = [(row["version"], row["body"]) for row in document.get("previous_texts") or ()]
    known = [*sorted({number for number, _ in (*headlines, *texts)}), document["version"]][-VERSIONS:]
    found, before, effort = [], None, StepBudget(STEPS)
    for number in known:
        borne = _borne(headlines, number, document["headline"]), _borne(texts, number, document["body"])
        was = before or borne
        found.append(
            {
                "pieces": shortened_pieces(changes(was[0], borne[0], effort), whole=LONGEST),
                "passages": changed_passages(was[1], borne[1], effort),
                "time": version_time(number),
                "first": before is None,
            }
        )
        before = borne
    return found[::-1]


def _borne(rows: list[tuple[int, str]], number: int, present: str) -> str:
    """The wording of a version: a row says which was the last to bear its own."""
    return next((wording for last, wording in rows if last >= number), present)


def version_time(version: int) -> datetime | None:
    """When a version was made, which its number says; ``None`` for a number that says nothing."""
    try:
        made = datetime.fromtimestamp((version >> VERSION_BITS) / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return made if made > EARLIEST else None
