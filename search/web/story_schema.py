"""The JSON Schema of a stored story, for the description of the JSON API; made of the records of a document."""

from typing import Any

import msgspec

from search.documents import TYPE_FIELDS, Document
from search.mapping import SEARCH_ONLY

REF = "#/components/schemas/{name}"
NAMES = {"type": "array", "items": {"type": "string"}}
TIME = {"type": "string", "format": "date-time"}
OTHER: dict[str, Any] = {  # what is stored beside the fields of an article and its annotations
    **dict.fromkeys((*TYPE_FIELDS.values(), "countries", "model_versions", "failed"), NAMES),
    "coordinates": {"type": "array", "items": {"$ref": REF.format(name="Coordinates")}},
    "latency": {"type": "object", "additionalProperties": {"type": "number"}},
    "stance_claims": {"type": "array", "items": {"$ref": REF.format(name="Stance")}},
    "stance_unsure": {"type": "array", "items": {"$ref": REF.format(name="Stance")}},
    "previous_headlines": {"type": "array", "items": {"$ref": REF.format(name="PreviousHeadline")}},
    "previous_texts": {"type": "array", "items": {"$ref": REF.format(name="PreviousText")}},
    "killed_version": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    "enriched_at": TIME,
    "indexed_at": TIME,
    "read_at": {"anyOf": [TIME, {"type": "null"}]},
}
NOT_SHOWN = ("annotations", "former_ids", *SEARCH_ONLY)


def story_schemas() -> dict[str, Any]:
    """Schemas by name: that of a story is ``Story``. Nothing is required: lists leave out long parts."""
    _, parts = msgspec.json.schema_components([Document], ref_template=REF)
    document, annotations = parts.pop("Document"), parts.pop("Annotations")
    fields = {**document["properties"], **annotations["properties"], **OTHER}
    made = {name: _plain(part) for name, part in parts.items() if name != "KillNotice"}
    made["Stance"]["properties"]["statement"] = {"type": "string"}
    made["Sentiment"]["properties"]["toward"] = NAMES
    made["Coordinates"] = _object(lat={"type": "number"}, lon={"type": "number"})
    made["PreviousHeadline"] = _object(headline={"type": "string"}, version={"type": "integer"})
    made["PreviousText"] = _object(body={"type": "string"}, version={"type": "integer"})
    shown = {name: _plain(field) for name, field in fields.items() if name not in NOT_SHOWN}
    made["Story"] = {**_object(**shown), "description": "A story as it is stored (docs/fields.md)."}
    return made


def describe_stories(described: dict[str, Any]) -> dict[str, Any]:
    """A description by OpenAPI in which stories have their fields."""
    schemas = described["components"]["schemas"]
    schemas |= story_schemas()
    story = {"$ref": REF.format(name="Story")}
    schemas["FoundStory"]["properties"]["story"] = story
    answer = described["paths"]["/api/stories/{story_id}"]["get"]["responses"]["200"]
    answer["content"]["application/json"]["schema"] = story
    return described


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _plain(schema: Any) -> Any:
    """A schema without defaults, requirements and bounds."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    dropped = ("default", "required", "minimum", "maximum", "title")
    kept = {name: value for name, value in schema.items() if name not in dropped or name == "properties"}
    if "properties" in kept:
        kept["properties"] = {name: _plain(value) for name, value in kept["properties"].items()}
        return kept
    return {
        name: _plain(value) if name in ("anyOf", "items", "additionalProperties") else value
        for name, value in kept.items()
    }
