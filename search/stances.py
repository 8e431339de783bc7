"""The stances of a document: those that its sentences state, those that are denied or only claimed, and the unsure.

Takes an article's stances, gives the fields that are stored of them. Only what a sentence states is searched and
counted as a stance; one that somebody denies, or only attributes to another, goes into a field of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from processors.annotations import Stance
from processors.stance.claims import claim_of
from processors.text.repetitions import sentence_id

PARTS = ("stance", "stance_claims", "stance_unsure", "stance_rows")  # of a document


def stances_of(found: Sequence[Stance] | None, names: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The parts of a document, by `PARTS`; ``names`` are those that the text calls each entity by, by its id."""
    shown = [row for row in found or () if is_shown(row)]
    claims = {id(row): claim_of(row) for row in shown}
    said = [row for row in shown if not claims[id(row)]]
    return {
        "stance": None if found is None else [_stance(row) for row in said],
        "stance_claims": [{"claim": claims[id(row)], **_stance(row)} for row in shown if claims[id(row)]],
        "stance_unsure": [msgspec.to_builtins(row) for row in found or () if not is_shown(row)],
        "stance_rows": [_nested(row, names) for row in said],
    }


def is_shown(stance: Stance) -> bool:
    """Whether readers see the stance without asking for those that are unsure."""
    return stance.level != "low"


def statement(stance: Stance) -> str:
    """One stance as one value to count: "Russia → against → United States"."""
    return stated(stance.holder, stance.label, stance.target)


def stated(holder: str, label: str, target: str) -> str:
    """A holder, a label and a target as one value."""
    return f"{holder} → {label} → {target}"


def _stance(stance: Stance) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(stance)
    return {"statement": statement(stance)} | row


def _nested(row: Stance, names: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A stance with every name of its holder and target, to ask of one row at a time.

    Whom the target phrase names is found as a target too: the United States of "US interference".
    """
    return {
        "statement": statement(row),
        "holder": row.holder,
        "target": row.target,
        "label": row.label,
        "score": row.score,
        "evidence": row.evidence.text,
        "level": row.level,
        "sentence": sentence_id(row.evidence.text),
        "holder_names": _distinct([row.holder, row.holder_span.text, *names.get(row.holder_id or "", ())]),
        "target_names": _distinct(
            [row.target, row.target_span.text]
            + [name for each in (row.target_id, *row.about) for name in names.get(each or "", ())]
        ),
    }


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
