"""People correct what the annotators said of a story: a form in, the correction kept with the story."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, get_args

import msgspec
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from processors.text.repetitions import sentence_id
from search.query.addresses import story_address
from search.versions.corrections import Correction, Verdict, What, corrections_in
from search.versions.joining import ROWS
from search.web.desk.forms import form_of
from search.web.downloads import open_story
from search.web.site import now, reader_of, require, site_of

LONGEST_NAME = 200  # of who corrects
WITHDRAW = "withdraw"
VERDICTS = get_args(Verdict)
MENTIONS = 5  # kept of a name that is corrected

router = APIRouter(include_in_schema=False)


@router.post("/corrections")
async def correct(request: Request) -> Response:
    """Keep a correction, or take one back, and show the story again, or the page where the button was."""
    require(request, "correct")
    reader = reader_of(request)
    form = await form_of(request, reader)
    document = await open_story(request, form["story"])
    claim = _claim(form["claim"])
    by = (reader.display or reader.owner or reader.name)[:LONGEST_NAME]
    made = correction_of(document, claim, by, now())
    if made is None:
        raise HTTPException(400, "The story no longer says what was to be corrected. Reload it.")
    if not await site_of(request).library.correct(document["id"], made, withdraw=claim.get("verdict") == WITHDRAW):
        raise HTTPException(404, "Story not found")
    back = form.back if form["back"] else f"{story_address(document['id'])}#corrections"
    return RedirectResponse(back, 303)


def correction_of(document: Mapping[str, Any], claim: Mapping[str, str], by: str, at: datetime) -> Correction | None:
    """The correction that a button asks for; ``None`` where the story has nothing of the kind."""
    what, verdict = claim.get("what", ""), claim.get("verdict", "")
    if verdict == WITHDRAW:
        return next((one for one in corrections_in(document) if "|".join(one.key) == claim.get("key")), None)
    if verdict not in VERDICTS or (what != "stance" and verdict != "wrong"):
        return None
    said = {"verdict": verdict, "by": by, "at": at.astimezone(UTC).replace(microsecond=0)}
    row = _stance(document, claim) if what == "stance" else _entity(document, claim)
    if row is None or what not in get_args(What):
        return None
    return msgspec.convert({"what": what, **said, **row}, Correction)


def _stance(document: Mapping[str, Any], claim: Mapping[str, str]) -> dict[str, Any] | None:
    """What a correction says of the stance that a button names."""
    for row in (row for part in ROWS for row in document.get(part) or ()):
        evidence = row["evidence"]["text"]
        found = {"holder": row["holder"], "target": row["target"], "sentence": sentence_id(evidence)}
        if all(claim.get(name) == value for name, value in found.items()):
            return {**found, "label": row["label"], "evidence": evidence, "row": dict(row)}
    return None


def _entity(document: Mapping[str, Any], claim: Mapping[str, str]) -> dict[str, Any] | None:
    """What a correction says of the name that a button names."""
    for row in document.get("entities") or ():
        if (row["name"], row["id"]) == (claim.get("name"), claim.get("entity")):
            kept = {**row, "mentions": list(row.get("mentions") or ())[:MENTIONS]}
            return {"name": row["name"], "entity": row["id"], "type": row["type"], "row": kept}
    return None


def _claim(text: str) -> dict[str, str]:
    """What a button says: what is to be corrected, and how; nothing for what no button of ours says."""
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return {}
