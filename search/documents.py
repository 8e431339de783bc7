"""The indexed document: an article's fields and its annotations, as every store keeps them.

Takes a `Document`, gives the JSON object that is stored (`source_of`): every field of the document under its own
name, the annotations opened up, and flat fields beside them for tools that cannot look into nested rows.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, Self, TypeVar

import msgspec
from msgspec.structs import fields

from processors.annotations import Annotations, Entity, Record
from search.articles import ArticleFields, NamedStory, Stated
from search.stances import stances_of
from search.visibility import arrived_at
from search.words.stemming import ENGLISH, STEMMINGS, stemming_of

# Rows kept of one document, so that no article exceeds the 10,000 nested rows that Elasticsearch allows.
MOST_ENTITIES = 1000
MOST_MENTIONS = 200  # of one entity; its count stays that of all
MOST_STANCES = 500

MAX_VERSION = 2**63 - 2  # Elasticsearch's external versions are signed 64-bit
MAX_ID_BYTES = 512  # Elasticsearch's own limit
MAX_URGENCY = 2**31 - 1

TYPE_FIELDS = {
    "PERSON": "people",
    "ORG": "organizations",
    "GPE": "locations",
    "LOC": "locations",
    "FAC": "locations",
    "NORP": "nationalities",
}

NOTHING = Annotations()
_BROKEN_WORD = re.compile(r"(?<=\w-)\n\s*(?=\w)")  # "Iraq-" at the end of a line, "Iran war" on the next
OPEN: Final = "open"  # a notice whose story is not found yet

# What a tombstone keeps of what the agency stated: whose it was, its reason, and the slugline of the kill itself, by
# which a desk knows the story. No other word of the story, so no keywords or address either: they repeat the headline.
# What the killed version was called is kept apart from it (`search.versions.history.KilledVersion`).
TOMBSTONE_KEEPS = (
    "slugline", "language", "editorial_note", "credit", "copyright_holder", "copyright_notice", "usage_terms", "links",
)  # fmt: skip
TOMBSTONE_DROPS: dict[str, Any] = {
    **{one.name: one.default for one in fields(Stated) if one.name not in TOMBSTONE_KEEPS},
    "notes": (),
    "annotations": NOTHING,
}


R = TypeVar("R", bound=Record)


class KillNotice(NamedStory, frozen=True):
    """What a notice calls the story that it kills, and what became of it."""

    state: Literal["open", "killed"] = OPEN
    story: str = ""  # the id of the story that was killed


class Document(ArticleFields, frozen=True, kw_only=True):  # type: ignore[misc]  # as its base
    """One story at one version, ready for a store: an article, its annotations, and when each was made.

    ``version`` decides which of two stays.
    """

    kills: KillNotice | None = None
    annotations: Annotations
    enriched_at: datetime
    indexed_at: datetime
    read_at: datetime | None = None

    @classmethod
    def of(cls, article: ArticleFields, annotations: Annotations, **times: Any) -> Self:
        """The document with every field of an article; ``times`` are when it was read, enriched and indexed."""
        said: dict[str, Any] = {name: getattr(article, name) for name in ArticleFields.__struct_fields__}
        if article.kills:
            said["kills"] = KillNotice(**msgspec.structs.asdict(article.kills))
        return cls(annotations=annotations, **said, **times)


# The order in which a document is stored. What is not named here comes behind it, as the article has it.
FIRST = (
    "id", "version", "source", "guid", "format", "version_created", "received_at", "first_created", "enriched_at",
    "indexed_at", "status", "kind", "headline", "body", "read_at",
)  # fmt: skip
NOT_STORED = ("former_ids",)  # they only say where to write
DERIVED = ("arrived_at", "meaning_vector", "stemming", *STEMMINGS)  # made of the rest on every write, to be searched
STORED = (*FIRST, *(name for name in ArticleFields.__struct_fields__ if name not in (*FIRST, *NOT_STORED)))


def tombstone(document: Document) -> Document:
    """What stays of a killed story: its identity, times, rights and the agency's note; no text, no annotations."""
    return msgspec.structs.replace(document, status="canceled", **TOMBSTONE_DROPS)


def source_of(document: Document) -> dict[str, Any]:
    """The JSON object that a store keeps for ``document``: times as ISO 8601, a canceled one as its tombstone."""
    if document.status == "canceled":
        document = tombstone(document)
    said: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(document, annotations=NOTHING))
    source = {name: said[name] for name in STORED}
    if document.kills:
        del source["kills"]["sure"]
    found = _on_one_line(document.annotations)
    entities, notes = _bounded(found)
    source["notes"] = [*document.notes, *notes]
    source["entities"] = None if entities is None else [msgspec.to_builtins(entity) for entity in entities]
    source["sentiment"] = _sentiment(found)
    names = {entity.id: names_of(entity) for entity in entities or ()}
    kept = None if found.stance is None else found.stance[:MOST_STANCES]
    source |= stances_of(kept, names)
    source["models"] = msgspec.to_builtins(found.models)
    source["model_versions"] = [f"{name}: {model.name} {model.version}" for name, model in found.models.items()]
    source["failures"] = found.failures
    source["failed"] = sorted(found.failures)
    source["latency"] = _latency(document)
    source["event"] = own_event(source)
    source |= flat(entities or ()) | meaning_fields(found.meaning)
    return source | _in_its_language(source) | _arrival(source)


def document_from(source: Mapping[str, Any]) -> Document:
    """The document that ``source`` was made of by `source_of`; ``msgspec.ValidationError`` where it was not.

    What `source_of` left out for length stays out.
    """
    source = {**source, **(source.get("annotated") or {})}  # as it was before people corrected it
    sentiment = source.get("sentiment")
    annotations = {
        "entities": source.get("entities"),
        "sentiment": sentiment and {name: value for name, value in sentiment.items() if name != "toward"},
        "stance": None if source.get("stance") is None else _stances(source),
        "models": source.get("models") or {},
        "failures": source.get("failures") or {},
        "meaning": source.get("meaning") or "",
    }
    said = {name: source[name] for name in STORED if name in source}
    return msgspec.convert(said | {"annotations": annotations}, Document)


def _stances(source: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All stances of a stored document, those that are shown first."""
    rows = [*source["stance"], *(source.get("stance_claims") or ()), *(source.get("stance_unsure") or ())]
    return [{name: value for name, value in row.items() if name not in ("statement", "claim")} for row in rows]


def unfit(document: Document) -> str:
    """Why no store takes this document, whatever its text: a field out of bounds, named; "" where none is."""
    if not document.id or len(document.id.encode("utf-8", "replace")) > MAX_ID_BYTES:
        return f"id: must be 1 to {MAX_ID_BYTES} bytes long"
    if not 0 <= document.version <= MAX_VERSION:
        return f"version: {document.version} is not between 0 and {MAX_VERSION}"
    if document.urgency is not None and abs(document.urgency) > MAX_URGENCY:
        return f"urgency: {document.urgency} is out of bounds"
    return ""


def names_of(entity: Entity) -> tuple[str, ...]:
    """Every name that the text calls an entity by, its own first, each once."""
    return tuple(dict.fromkeys([entity.name, *(mention.text for mention in entity.mentions)]))


def _on_one_line(found: Annotations) -> Annotations:
    """Annotations whose names have no line breaks in them: a name that a text breaks is counted with the others."""
    entities = found.entities and tuple(_renamed(entity, "name") for entity in found.entities)
    stance = found.stance and tuple(_renamed(row, "holder", "target") for row in found.stance)
    sentiment = found.sentiment
    if sentiment:
        named = tuple(_renamed(row, "name") for row in sentiment.entities)
        sentiment = msgspec.structs.replace(sentiment, entities=named)
    return msgspec.structs.replace(found, entities=entities, sentiment=sentiment, stance=stance)


def _renamed(row: R, *fields: str) -> R:
    broken = {
        name: " ".join(_BROKEN_WORD.sub("", getattr(row, name)).split())
        for name in fields
        if "\n" in getattr(row, name)
    }
    return msgspec.structs.replace(row, **broken) if broken else row


def _bounded(found: Annotations) -> tuple[tuple[Entity, ...] | None, list[str]]:
    """The entities to keep, and a note for whatever was left out."""
    notes = []
    entities = found.entities
    if entities is not None:
        if len(entities) > MOST_ENTITIES:
            notes.append(f"{MOST_ENTITIES} most salient of {len(entities)} entities kept")
            entities = tuple(sorted(entities, key=lambda entity: -entity.salience)[:MOST_ENTITIES])
        entities = tuple(
            msgspec.structs.replace(entity, mentions=entity.mentions[:MOST_MENTIONS])
            if len(entity.mentions) > MOST_MENTIONS
            else entity
            for entity in entities
        )
    if found.stance and len(found.stance) > MOST_STANCES:
        notes.append(f"first {MOST_STANCES} of {len(found.stance)} stances kept")
    return entities, notes


def _sentiment(found: Annotations) -> dict[str, Any] | None:
    if found.sentiment is None:
        return None
    sentiment: dict[str, Any] = msgspec.to_builtins(found.sentiment)
    sentiment["entities"] = sentiment["entities"][:MOST_ENTITIES]
    sentiment["toward"] = _distinct(f"{row['name']}: {row['label']}" for row in sentiment["entities"])
    return sentiment


def flat(entities: Iterable[Entity]) -> dict[str, Any]:
    """Names by kind of entity, countries and coordinates, each once."""
    flat: dict[str, list[Any]] = {field: [] for field in TYPE_FIELDS.values()}
    flat |= {"countries": [], "coordinates": []}
    for entity in entities:
        field = TYPE_FIELDS.get(entity.type)
        if field:
            flat[field].append(entity.name)
        if entity.country:
            flat["countries"].append(entity.country)
        if entity.lat is not None and entity.lon is not None and abs(entity.lat) <= 90 and abs(entity.lon) <= 180:  # noqa: PLR2004 - degrees on a globe
            flat["coordinates"].append((entity.lat, entity.lon))
    flat = {field: _distinct(values) for field, values in flat.items()}
    flat["coordinates"] = [{"lat": lat, "lon": lon} for lat, lon in flat["coordinates"]]
    return flat


def meaning_fields(meaning: bytes) -> dict[str, Any]:
    """The fields of a document that say its meaning: "" and null where it has none."""
    return _with_vector({"meaning": b64encode(meaning).decode()})


def as_searched(source: Mapping[str, Any]) -> dict[str, Any]:
    """A stored document with what is made of it for searching: `DERIVED`."""
    return {**_with_vector(source), **_in_its_language(source), **_arrival(source)}


def _with_vector(source: Mapping[str, Any]) -> dict[str, Any]:
    """A stored document with its meaning as numbers too, made of its bytes."""
    meaning = meaning_of(source)
    return {**source, "meaning_vector": list(memoryview(meaning).cast("b")) if meaning else None}


def _in_its_language(source: Mapping[str, Any]) -> dict[str, Any]:
    """Headline and body once more in the fields of their language; nulls for English."""
    name = stemming_of(source.get("language") or "")
    texts = {part: source.get(part) for part in ("headline", "body")}
    made = {language: texts if language == name else None for language in STEMMINGS}
    return {"stemming": None if name == ENGLISH else name, **made}


def _arrival(source: Mapping[str, Any]) -> dict[str, Any]:
    """When it reaches readers: the time that the wire is ordered by."""
    return {"arrived_at": msgspec.to_builtins(arrived_at(source))}


def meaning_of(source: Mapping[str, Any]) -> bytes:
    """The vector of a stored document, empty where it has none."""
    return b64decode(source.get("meaning") or "")


def own_event(source: Mapping[str, Any]) -> dict[str, Any] | None:
    """The event of a stored document as long as no other is known to report it; nothing for what is or was hidden."""
    if source["status"] != "usable" or source["embargo_until"]:
        return None
    made = source["version_created"]
    found = {"id": source["id"], "headline": source["headline"], "size": 1, "sources": [source["source"]]}
    return found | {"first": made, "last": made, "copy_of": ""}


def _latency(document: Document) -> dict[str, float]:
    """Seconds between the stages. A replay counts from the first receipt, so it shows as a long wait."""
    read = {"read": (document.read_at - document.received_at).total_seconds()} if document.read_at else {}
    return read | {
        "wire": (document.received_at - document.version_created).total_seconds(),
        "enrich": (document.enriched_at - (document.read_at or document.received_at)).total_seconds(),
        "index": (document.indexed_at - document.enriched_at).total_seconds(),
        "total": (document.indexed_at - document.received_at).total_seconds(),
    }


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
