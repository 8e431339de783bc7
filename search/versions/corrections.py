"""What people corrected in a story's annotations: corrections and a document in, the corrected document out. Pure.

Corrections are kept beside the annotations, with the story, and are applied each time that it is written: after a new
version, a new annotation or a replay too. What the annotators said is kept whole (``annotated``), so that a correction
can be taken back. A killed story keeps neither.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from processors.annotations import Entity, Record
from processors.text.repetitions import sentence_id
from search.documents import flat
from search.stances import PARTS as STANCES
from search.stances import stated
from search.versions.joining import PARTS, ROWS, Merges, named, sides

What = Literal["stance", "name", "link"]
Verdict = Literal["wrong", "favor", "against"]
MOST = 200  # corrections of one story, the newest


class Correction(Record, frozen=True):
    """One correction: of a stance, a name, or a link of a name to whom or what it means.

    ``wrong``: there is no such stance, no such name, or it is another of that name; ``favor`` and ``against``: the
    stance is that one. ``row`` is what the annotator said.
    """

    what: What
    verdict: Verdict
    by: str
    at: datetime
    holder: str = ""
    target: str = ""
    label: str = ""
    sentence: str = ""  # its id (`processors.text.repetitions`)
    evidence: str = ""
    name: str = ""
    entity: str = ""
    type: str = ""
    row: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """What it corrects."""
        return self.what, self.holder, self.target, self.sentence, self.name, self.entity


def with_correction(known: Iterable[Correction], correction: Correction) -> tuple[Correction, ...]:
    """Corrections with one more, in place of one of the same."""
    return (*without_correction(known, correction), correction)[-MOST:]


def without_correction(known: Iterable[Correction], correction: Correction) -> tuple[Correction, ...]:
    """Corrections without the one of the same."""
    return tuple(one for one in known if one.key != correction.key)


def as_annotators_said(source: Mapping[str, Any], correction: Correction, merges: Merges) -> tuple[Correction, ...]:
    """A reader's correction, as corrections of what the annotators said, where a merged name may be several."""
    said = as_annotated(source)
    if correction.what == "stance":
        seen = (correction.holder, correction.target, correction.sentence)
        found = [
            _of_row(correction, row, holder=row["holder"], target=row["target"])
            for part in ROWS
            for row in said.get(part) or ()
            if (*sides(row, merges), sentence_id(row["evidence"]["text"])) == seen
        ]
    else:
        found = [
            _of_row(correction, row, name=row["name"], entity=row["id"])
            for row in said.get("entities") or ()
            if named(row, merges) == (correction.name, correction.entity)
        ]
    return tuple(found) or (correction,)


def _of_row(correction: Correction, row: Mapping[str, Any], **names: str) -> Correction:
    """The correction itself where it has these names."""
    if all(getattr(correction, name) == value for name, value in names.items()):
        return correction
    return msgspec.structs.replace(correction, **names, row=dict(row))


def corrections_in(source: Mapping[str, Any]) -> tuple[Correction, ...]:
    """The corrections of a stored document."""
    return msgspec.convert(source.get("corrections") or (), tuple[Correction, ...])


def as_annotated(source: Mapping[str, Any]) -> dict[str, Any]:
    """A stored document as it would be without corrections and merged names."""
    document = {**source, **(source.get("annotated") or {})}
    if document.pop("annotated", None):
        document |= flat(_entities(document))
    document.pop("corrections", None)
    document.pop("joined", None)
    return document


def corrected(source: Mapping[str, Any], corrections: Iterable[Correction]) -> dict[str, Any]:
    """A document with its corrections, whether it was stored with others or none."""
    said = as_annotated(source)
    made = dict(said)
    corrections = tuple(corrections)
    if not corrections or made.get("status") == "canceled":
        return made
    for one in corrections:
        if one.what == "stance":
            _correct_stance(made, one)
        elif one.what == "name":
            _take_out_name(made, one)
        else:
            _take_off_link(made, one)
    if any(made.get(part) != said.get(part) for part in PARTS):
        made["annotated"] = {part: said.get(part) for part in PARTS}
    if made.get("entities") != said.get("entities"):
        made |= flat(_entities(made))
    return {**made, "corrections": msgspec.to_builtins(corrections)}


def unlinked(name: str) -> str:
    """The id of a name that is linked to nobody."""
    return f"name:{re.sub(r'[^a-z0-9]+', '-', name.casefold()).strip('-') or 'unknown'}"


def _correct_stance(made: dict[str, Any], one: Correction) -> None:
    for part in STANCES:
        if made.get(part):
            rows = (_judged(row, one) for row in made[part])
            made[part] = [row for row in rows if row is not None]


def _judged(row: dict[str, Any], one: Correction) -> dict[str, Any] | None:
    """A row of a stance as the correction has it: as it is, with another label, or not at all."""
    evidence = row["evidence"] if isinstance(row["evidence"], str) else row["evidence"]["text"]
    if (row["holder"], row["target"]) != (one.holder, one.target) or sentence_id(evidence) != one.sentence:
        return row
    if one.verdict == "wrong":
        return None
    changed = {**row, "label": one.verdict}
    return {**changed, "statement": stated(one.holder, one.verdict, one.target)} if "statement" in row else changed


def _take_out_name(made: dict[str, Any], one: Correction) -> None:
    if made.get("entities"):
        made["entities"] = [row for row in made["entities"] if (row["name"], row["id"]) != (one.name, one.entity)]
    if tone := made.get("sentiment"):
        kept = [row for row in tone["entities"] if row["entity"] != one.entity]
        toward = [f"{row['name']}: {row['label']}" for row in kept]
        made["sentiment"] = {**tone, "entities": kept, "toward": list(dict.fromkeys(toward))}


def _take_off_link(made: dict[str, Any], one: Correction) -> None:
    """The name stays, and means somebody or something that is not known."""
    other = unlinked(one.name)
    nothing = {"id": other, "country": None, "lat": None, "lon": None, "refers_to": None}
    if made.get("entities"):
        made["entities"] = [
            {**row, **nothing} if (row["name"], row["id"]) == (one.name, one.entity) else row
            for row in made["entities"]
        ]
    if tone := made.get("sentiment"):
        rows = [{**row, "entity": other} if row["entity"] == one.entity else row for row in tone["entities"]]
        made["sentiment"] = {**tone, "entities": rows}
    for part in ROWS:
        if made.get(part):
            made[part] = [_relinked(row, one.entity, other) for row in made[part]]


def _relinked(row: dict[str, Any], entity: str, other: str) -> dict[str, Any]:
    ends = {side: other for side in ("holder_id", "target_id") if row.get(side) == entity}
    return {**row, **ends, "about": [one for one in row.get("about") or () if one != entity]}


def _entities(document: Mapping[str, Any]) -> list[Entity]:
    return msgspec.convert(document.get("entities") or [], list[Entity])
