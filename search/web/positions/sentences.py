"""The sentences that prove a position: a position and a query in, sentences with stories out, refilings folded."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from processors.text.repetitions import sentence_id
from search.query.checking import ParsedQuery
from search.store import Hit
from search.web.library import Library
from search.web.site import now
from search.web.summaries import marks

PARTS = {"stance": "stance", "claimed": "stance_claims"}  # of a document, by the field that stories are found by


async def evidence(
    library: Library, query: ParsedQuery, statements: Sequence[str], field: str = "stance"
) -> tuple[int, list[dict[str, Any]]]:
    """How many stories have one of the stances, and of the newest the sentences that prove it, each once.

    With the field ``claimed``, stances that are denied or only reported.
    """
    found = await asyncio.gather(*(library.find(query.having(field, statement)) for statement in statements))
    proofs: dict[str, dict[str, Any]] = {}
    every = [
        proof
        for page, statement in zip(found, statements, strict=True)
        for hit in page.hits
        for proof in _proofs(hit, statement, PARTS[field])
    ]
    for proof in sorted(every, key=lambda one: one["time"], reverse=True):
        first = proofs.setdefault(sentence_id(proof["evidence"]), proof)
        first["repeated"] += first is not proof
    stories = {hit.id for page in found for hit in page.hits}
    beyond = sum(page.total - len(page.hits) for page in found)
    return len(stories) + beyond, list(proofs.values())


def _proofs(hit: Hit, statement: str, part: str) -> Sequence[dict[str, Any]]:
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
            "label": row["label"],
            "claim": row.get("claim", ""),
            "said": {
                "what": "stance",
                "holder": row["holder"],
                "target": row["target"],
                "sentence": sentence_id(row["evidence"]["text"]),
            },
            "repeated": 0,  # in how many of the other stories
        }
        for number, row in enumerate(document.get(part) or ())
        if row["statement"] == statement
    ]
