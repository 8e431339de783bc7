"""Merged names: two entities that readers declared to be the same, and documents that show both as one. Pure.

A merge says which other entity an entity is, or of two spellings with one id, which is shown: it then merges the entity
with itself, under that name. The store keeps it for all stories (`search.store`) and applies it each
time a story is written, after its corrections. The annotators' output is kept unchanged (``annotated`` in a document),
so that names can be split again. A document lists what was merged in it (``joined``).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from processors.annotations import Entity, Record
from search.documents import flat
from search.stances import PARTS as STANCES
from search.stances import stated

PARTS = ("entities", "sentiment", *STANCES)  # of a document, that names stand in
ROWS = ("stance", "stance_claims", "stance_unsure")  # that bear the ids of entities
OWN = ("type", "country", "lat", "lon", "refers_to")  # of an entity, beside its id and name
SIDES = ("holder", "target")


class Meant(Record, frozen=True):
    """The entity that another was merged into, as in a row of a document's entities."""

    id: str
    name: str
    type: str
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    refers_to: str | None = None


class Merge(Record, frozen=True):
    """``entity``, which stories call ``name``, is the same as ``into``; with who said so, and when.

    If ``into`` has the same id, it is one entity with several spellings, and all are shown as ``into.name``.
    """

    entity: str
    name: str
    into: Meant
    by: str
    at: datetime


class Merges:
    """All merges of a store."""

    def __init__(self, merges: Iterable[Merge] = ()) -> None:
        self.all = tuple(merges)
        self._by_entity = {one.entity: one for one in self.all}

    def __eq__(self, other: object) -> bool:
        """Whether both say the same."""
        return isinstance(other, Merges) and self.all == other.all

    __hash__ = None  # type: ignore[assignment]  # nothing is found by it

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.all)

    def chain(self, entity: str) -> list[Merge]:
        """The merges that lead from an entity to the one that it is shown as: A is B, and B is C."""
        found: list[Merge] = []
        while (one := self._by_entity.get(entity)) and one not in found:
            found.append(one)
            entity = one.into.id
        return found

    def within(self, merge: Merge, *, withdraw: bool = False) -> "Merges":
        """These with one more, replacing one of the same entity; or without it."""
        others = [one for one in self.all if one.entity != merge.entity]
        return Merges(others if withdraw else [*others, merge])


NO_MERGES = Merges()


def merges_in(source: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The merges that a document lists: entity, name, into, by, at."""
    return tuple(source.get("joined") or ())


def with_joined(source: dict[str, Any], merges: Merges) -> dict[str, Any]:
    """A document, corrected or not, with its names merged; the same object if it has none of them."""
    if not merges or source.get("status") == "canceled":
        return source
    chains = {one: chain for one in _ids(source) if (chain := merges.chain(one))}
    if not chains:
        return source
    meant = {entity: chain[-1].into for entity, chain in chains.items()}
    stance, rows = _stances(source, meant)
    made = {
        **source,
        "entities": _entities(source.get("entities"), meant),
        "sentiment": _sentiment(source.get("sentiment"), meant),
        "stance": stance,
        **{part: [row for one in source.get(part) or () if (row := _stance(one, meant))] for part in ROWS[1:]},
        "stance_rows": rows,
        "joined": _said((one for chain in chains.values() for one in chain), source),
    }
    made.setdefault("annotated", {part: source.get(part) for part in PARTS})
    return made | flat(msgspec.convert(made["entities"] or [], list[Entity]))


def is_of(source: Mapping[str, Any], entity: str) -> bool:
    """Whether a stored document names an entity, or did before it was merged into another."""
    return entity in _ids(source) or any(one["entity"] == entity for one in merges_in(source))


def named(row: Mapping[str, Any], merges: Merges) -> tuple[str, str]:
    """The name and the id of a row of entities, as readers see them."""
    chain = merges.chain(row["id"])
    return (chain[-1].into.name, chain[-1].into.id) if chain else (row["name"], row["id"])


def sides(row: Mapping[str, Any], merges: Merges) -> tuple[str, ...]:
    """Holder and target of a row of stance, as readers see them."""
    chains = [merges.chain(row.get(f"{side}_id") or "") for side in SIDES]
    return tuple(chain[-1].into.name if chain else row[side] for side, chain in zip(SIDES, chains, strict=True))


def _ids(source: Mapping[str, Any]) -> set[str]:
    found = {row["id"] for row in source.get("entities") or ()}
    for part in ROWS:
        for row in source.get(part) or ():
            found.update(one for one in (row.get("holder_id"), row.get("target_id"), *(row.get("about") or ())) if one)
    return found


def _said(merges: Iterable[Merge], source: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was merged in a document: under the name that the merge has, and the document's own where it is another."""
    own = {row["id"]: row["name"] for row in source.get("entities") or ()}
    each = {one.entity: one for one in merges}.values()
    called = [(one, name) for one in each for name in dict.fromkeys((one.name, own.get(one.entity, one.name)))]
    return [
        {"entity": one.entity, "name": name, "into": one.into.id, "by": one.by, "at": msgspec.to_builtins(one.at)}
        for one, name in called
        if (one.entity, name) != (one.into.id, one.into.name)
    ]


def _entities(rows: Iterable[dict[str, Any]] | None, meant: Mapping[str, Meant]) -> list[dict[str, Any]] | None:
    """Rows of entities, one for each: with all its mentions, and the greatest salience."""
    if rows is None:
        return None
    made: dict[str, dict[str, Any]] = {}
    for row in rows:
        known = meant.get(row["id"])
        new = _as_known(row, known) if known else row
        first = made.setdefault(new["id"], new)
        if first is not new:
            spans = {(span["start"], span["end"]): span for one in (first, new) for span in one["mentions"]}
            both = {
                "mentions": [spans[place] for place in sorted(spans)],
                "count": first["count"] + new["count"],
                "salience": max(first["salience"], new["salience"]),
            }
            made[new["id"]] = {**first, **both}
    return list(made.values())


def _as_known(row: Mapping[str, Any], known: Meant) -> dict[str, Any]:
    """A row of an entity as the one that it was merged into; of the same id only the name differs."""
    own = {} if row["id"] == known.id else {name: getattr(known, name) for name in OWN}
    return {**row, "id": known.id, "name": known.name, **own}


def _sentiment(tone: dict[str, Any] | None, meant: Mapping[str, Meant]) -> dict[str, Any] | None:
    """The tone, with one row for each entity: of several, the one with the highest confidence."""
    if tone is None:
        return None
    made: dict[str, dict[str, Any]] = {}
    for row in tone["entities"]:
        known = meant.get(row["entity"])
        new = {**row, "entity": known.id, "name": known.name} if known else row
        if new["confidence"] > made.get(new["entity"], {"confidence": -1.0})["confidence"]:
            made[new["entity"]] = new
    toward = dict.fromkeys(f"{row['name']}: {row['label']}" for row in made.values())
    return {**tone, "entities": list(made.values()), "toward": list(toward)}


def _stances(
    source: Mapping[str, Any], meant: Mapping[str, Meant]
) -> tuple[list[dict[str, Any]] | None, list[dict[str, Any]]]:
    """The stances that readers see, and their nested rows, each once; none of an entity toward itself."""
    stance: dict[tuple[Any, ...], dict[str, Any]] = {}
    nested: dict[tuple[Any, ...], dict[str, Any]] = {}
    before = source.get("stance")
    rows = {(row["statement"], row["evidence"]): row for row in source.get("stance_rows") or ()}
    for row in before or ():
        if made := _stance(row, meant):
            key = made["statement"], made["evidence"]["text"]
            stance.setdefault(key, made)
            if beside := rows.get((row["statement"], row["evidence"]["text"])):
                nested.setdefault(key, _nested(made, row, beside, meant))
    return (None if before is None else list(stance.values())), list(nested.values())


def _stance(row: dict[str, Any], meant: Mapping[str, Meant]) -> dict[str, Any] | None:
    made = dict(row)
    for side in SIDES:
        if known := meant.get(row.get(f"{side}_id") or ""):
            made |= {side: known.name, f"{side}_id": known.id}
    made["about"] = list(dict.fromkeys(meant[one].id if one in meant else one for one in row.get("about") or ()))
    if made.get("holder_id") and made.get("holder_id") == made.get("target_id"):
        return None
    if "statement" in row:
        made["statement"] = stated(made["holder"], made["label"], made["target"])
    return made


def _nested(
    made: Mapping[str, Any], row: Mapping[str, Any], beside: dict[str, Any], meant: Mapping[str, Meant]
) -> dict[str, Any]:
    """A nested row with the new name, found by every name that the text uses for either entity."""

    def names(side: str, ids: Iterable[str | None]) -> list[str]:
        more = [meant[one].name for one in ids if one and one in meant]
        return list(dict.fromkeys([made[side], *more, *beside[f"{side}_names"]]))

    return {
        **beside,
        **{name: made[name] for name in ("statement", *SIDES)},
        "holder_names": names("holder", [row.get("holder_id")]),
        "target_names": names("target", [row.get("target_id"), *(row.get("about") or ())]),
    }
