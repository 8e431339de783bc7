"""A story: its text with what is said of it marked, its versions, rights and origin, and similar ones."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from search.similar import similar_to
from search.store import Hit
from search.visible import is_there
from search.web.changes import changed_passages, changes
from search.web.library import Library
from search.web.marking import FIELDS, KINDS, headline_and_paragraphs
from search.web.rows import marks, row_of
from search.web.site import now, reader_of, site_of

router = APIRouter()

SIMILAR = 6
ENTITIES = 40
VERSION_BITS = 20  # below the milliseconds of a version: rank and hash, which only matter at equal times
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
KIND_NAMES = {
    "person": "People",
    "organization": "Organizations",
    "place": "Places",
    "group": "Groups",
    "other": "Other",
}


@router.get("/story/{story_id:path}")
async def story(request: Request, story_id: str) -> Response:
    """The page of one story; of a killed one, a page that says so."""
    site = site_of(request)
    document = await known_story(request, story_id)
    if document["status"] == "canceled":
        return site.page(request, "closed.html", {"document": document, "marks": marks(document, now())}, 410)
    similar = await similar_rows(site.library, document)
    return site.page(request, "story.html", story_context(document, similar))


async def known_story(request: Request, story_id: str) -> dict[str, Any]:
    """A story, or its tombstone; 404, in the same words, for one that there is not or that is hidden to the reader."""
    document = await site_of(request).library.get(story_id)
    if document is None or not is_there(document, now(), hidden=reader_of(request).hidden):
        raise HTTPException(404, "No such story is in the archive.")
    return document


async def similar_rows(library: Library, document: dict[str, Any]) -> list[Any]:
    """The stories most like one."""
    query = similar_to(document, SIMILAR + 1, library.limits)
    found = await library.find(query) if query else None
    hits = [Hit(hit.id, hit.score, hit.document) for hit in found.hits] if found else []
    return [row_of(hit, now()) for hit in hits if hit.id != document["id"]][:SIMILAR]


def story_context(document: dict[str, Any], similar: list[Any]) -> dict[str, Any]:
    """What a story's template shows."""
    headline, paragraphs = headline_and_paragraphs(document)
    return {
        "document": document,
        "headline": headline,
        "paragraphs": paragraphs,
        "marks": marks(document, now()),
        "stances": document.get("stance") or (),
        "entities": entities_by_kind(document),
        "tones": {row["name"]: row for row in (document.get("sentiment") or {}).get("entities") or ()},
        "versions": versions(document),
        "fields": FIELDS,
        "similar": similar,
        "times": [
            (name, datetime.fromisoformat(document[field])) for field, name in TIMES.items() if document.get(field)
        ],
    }


TIMES = {
    "first_created": "First made", "version_created": "This version made", "received_at": "Received",
    "read_at": "Decoded", "enriched_at": "Annotated", "indexed_at": "Indexed",
}  # fmt: skip


def entities_by_kind(document: Mapping[str, Any]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """The most salient entities: kind, its name for readers, and those of it."""
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KIND_NAMES}
    entities = sorted(document.get("entities") or (), key=lambda entity: -entity["salience"])
    for entity in entities[:ENTITIES]:
        found[KINDS.get(entity["type"], "other")].append(entity)
    return [(kind, KIND_NAMES[kind], found[kind]) for kind in KIND_NAMES if found[kind]]


def versions(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The versions that are known, newest first, each with what changed in its headline and in its text."""
    headlines = [(row["version"], row["headline"]) for row in document.get("previous_headlines") or ()]
    texts = [(row["version"], row["body"]) for row in document.get("previous_texts") or ()]
    known = [*sorted({number for number, _ in (*headlines, *texts)}), document["version"]]
    found, before = [], None
    for number in known:
        borne = _borne(headlines, number, document["headline"]), _borne(texts, number, document["body"])
        was = before or borne
        found.append(
            {
                "pieces": changes(was[0], borne[0]),
                "passages": changed_passages(was[1], borne[1]),
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
