"""A story: its text with what is said of it marked, its versions, rights and origin."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from processors.text.repetitions import sentence_id
from search.articles import version_time
from search.exports.texts import credit_of
from search.query.addresses import SearchParameters, story_address
from search.query.checking import ParsedQuery, parsed
from search.query.request import QueryError
from search.store import StoreTrouble
from search.stories.cited import cited_by
from search.stories.stated_times import undated
from search.versions.corrections import corrections_in
from search.visibility import EMBARGOED, closing_words, holds, is_there
from search.web.desk.killed import closed_context
from search.web.desk.showing import of_story
from search.web.library import Library
from search.web.problems import STORY_NOT_FOUND
from search.web.reading.changes import STEPS, changed_passages, changes, shortened_pieces
from search.web.reading.comparing import StepBudget
from search.web.reading.filed import filed_under
from search.web.reading.marking import KINDS, LONGEST_NAME, MarkingLimits, marked_text
from search.web.reading.neighbours import Way, neighbour
from search.web.reading.plain import shortened
from search.web.reading.searched import searched_places
from search.web.site import Site, now, reader_of, site_of
from search.web.summaries import marks, words_in

router = APIRouter(include_in_schema=False)

ENTITIES = 40
STANCES = 500
EVIDENCE = 240  # characters
VERSIONS = 40
ANNOTATORS = {"entities": "Mentions", "sentiment": "Tone", "stance": "Positions"}
LISTED = 20  # of models and failures
CAPTION, RIGHTS = 500, 300  # characters of an item's
RIGHTS_FIELDS = ("credit", "copyright_notice", "usage_terms")
LAYERS = {"names": "Names", "tone": "Tone", "positions": "Positions"}  # that can be shown in the text
CORRECTIONS = 50  # shown, the newest
PREVIEW = 200  # characters of the text in a preview of a link
LONGEST = 4000  # characters of a note or a line on rights
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
        return await site.page(request, "closed.html", await closed_context(request, document), 410)
    items = await cited_items(site.items, document, hidden=reader_of(request).hidden) if site.items else []
    question = list_of(site, request)
    desk = await of_story(request, story_id, document["version"])
    layers = [layer for layer in LAYERS if layer in request.query_params.get("show", "").split(",")]
    context = {
        "document": document,
        "told": await rendered(request, document, question, names="names" in layers),
        "items": items,
        "asked": question,
        "layers": layers,
        "choices": [
            (name, label, _address(document, question, _without(layers, name))) for name, label in LAYERS.items()
        ],
        "end": request.query_params.get("end", ""),
        "preview": shortened(document["body"], PREVIEW),
    }
    return await site.page(request, "story.html", context | desk)


async def rendered(
    request: Request,
    document: dict[str, Any],
    question: SearchParameters | None = None,
    *,
    pane: bool = False,
    names: bool = False,
) -> Markup:
    """A story as its own page shows it, or as the ``pane`` beside the wire's list does.

    What the question of the list looks for is marked in its text. ``names`` is whether the names in it are links.
    """
    site, query = site_of(request), question.query if question else None
    reader = reader_of(request)
    corrects = reader.may("correct")

    def told() -> str:
        shown = story_context(document, site.options.most, query, pane=pane)
        return site.display.html("_story.html", {**shown, "corrects": corrects, "names": names})

    words = tuple(query.wanted) if query else ()
    look = site.display.look(document["source"])
    key = pane, corrects, names, words, decisive(document, hidden=reader.hidden), look
    return Markup(await site.renderings.of(key, told))  # noqa: S704 - made by a template


@router.get("/beside/{way}/{story_id:path}")
async def beside(request: Request, way: Way, story_id: str) -> Response:
    """To the next or previous story of the list that the address asks for; at its end, back to the story itself."""
    site = site_of(request)
    document = await known_story(request, story_id)
    question = list_of(site, request)
    found = await neighbour(site.library, question.query, document, way)
    show = [("show", request.query_params["show"])] if "show" in request.query_params else []
    end = [] if found else [("end", way)]
    return RedirectResponse(story_address(found or story_id, [*question.given, *show, *end]), 303)


def list_of(site: Site, request: Request) -> SearchParameters:
    """The list that a story was opened from, as its address says; the whole wire where that cannot be understood."""
    try:
        return site.asked(request)
    except QueryError:
        return site.asked(request, ())


def _without(layers: list[str], name: str) -> list[str]:
    """The layers with one more, or one less where it is among them."""
    return [layer for layer in LAYERS if (layer in layers) != (layer == name)]


def _address(document: Mapping[str, Any], question: SearchParameters, layers: list[str]) -> str:
    show = [("show", ",".join(layers))] if layers else []
    return story_address(document["id"], [*question.given, *show])


def decisive(document: Mapping[str, Any], *, hidden: bool) -> tuple[Any, ...]:
    """What decides how a story is shown: itself as it was indexed, its past, its embargo, and the reader's rights."""
    past = [row["version"] for field in ("previous_headlines", "previous_texts") for row in document.get(field) or ()]
    past += [(*one.key, one.verdict, one.at) for one in corrections_in(document)]
    indexed, killed = document["indexed_at"], document.get("killed_version")
    return document["id"], document["version"], indexed, killed, tuple(past), holds(EMBARGOED, document, now()), hidden


async def known_story(request: Request, story_id: str) -> dict[str, Any]:
    """A story, or its tombstone; 404, in the same words, for one that there is not or that is hidden to the reader."""
    document = await site_of(request).library.get(story_id)
    if document is None or not is_there(document, now(), hidden=reader_of(request).hidden):
        raise HTTPException(404, STORY_NOT_FOUND)
    return document


async def cited_items(library: Library, document: Mapping[str, Any], *, hidden: bool) -> list[dict[str, Any]]:
    """The pictures and other items that a story cites, as captions with rights; of a killed one only that it was."""
    query = cited_by(document, hidden=hidden)
    if query is None:
        return []
    try:
        found = await library.find(parsed(query, library.limits))
    except (QueryError, StoreTrouble):  # no index of items, or odd links: the story is shown without
        return []
    return [_item(hit.document) for hit in found.hits]


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    killed = item["status"] == "canceled"
    texts = () if killed else (item.get("headline"), item.get("body"))
    return {
        "kind": item.get("item_class") or "item",
        "closing": closing_words(item) if killed else "",
        "caption": shortened(" ".join(dict.fromkeys(filter(None, texts))), CAPTION),
        "rights": [shortened(item[name], RIGHTS) for name in RIGHTS_FIELDS if item[name]],
        "guid": item["guid"],
        "embargo": EMBARGOED if holds(EMBARGOED, item, now()) else None,
    }


def story_context(
    document: dict[str, Any], most: MarkingLimits, query: ParsedQuery | None = None, *, pane: bool = False
) -> dict[str, Any]:
    """What a story's template shows, of its own page or of the ``pane`` beside the wire's list.

    What ``query`` looks for is marked in its text.
    """
    text = marked_text(document, most, searched_places(document, query, most.marks) if query else ())
    tones = (document.get("sentiment") or {}).get("entities") or ()
    return {
        "pane": pane,
        "names": False,
        "document": document,
        "text": text,
        "marks": marks(document, now()),
        "undated": undated(document),
        "word_count": words_in(document["body"]),
        "filed": filed_under(document),
        "proofs": folded((document.get("stance") or ())[:STANCES]),
        "unsure": [stance_of(row) for row in (document.get("stance_unsure") or ())[:STANCES]],
        "entities": entities_by_kind(document),
        "tones": {row["name"]: row for row in tones},
        "versions": versions(document),
        "times": [
            (name, datetime.fromisoformat(document[field])) for field, name in TIMES.items() if document.get(field)
        ],
        "longest": LONGEST,
        "credit": credit_of(document),
        "corrects": False,
        "corrections": corrections_in(document)[::-1][:CORRECTIONS],
        "annotators": ANNOTATORS,
        "models": list(document["models"].items())[:LISTED],
        "failures": list(document["failures"].items())[:LISTED],
    }


def folded(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[tuple[int, dict[str, Any]]]]]:
    """Stances by the sentence that proves them: its text, and the stances with their numbers in the story."""
    proofs: dict[tuple[int, int], list[tuple[int, dict[str, Any]]]] = {}
    for number, row in enumerate(rows):
        sentence = row["evidence"]["start"], row["evidence"]["end"]
        proofs.setdefault(sentence, []).append((number, stance_of(row)))
    return [(stances[0][1]["evidence"], stances) for stances in proofs.values()]


def stance_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A stance as it is shown: no name or word of it longer than a line or two."""
    return {
        "holder": row["holder"][:LONGEST_NAME],
        "target": row["target"][:LONGEST_NAME],
        "label": row["label"],
        "score": row["score"],
        "level": row.get("level") or "medium",
        "whole": (row["holder"], row["target"], sentence_id(row["evidence"]["text"])),
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
        found[KINDS.get(entity["type"], "other")].append(
            {**entity, "name": entity["name"][:LONGEST_NAME], "whole": entity["name"]}
        )
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
