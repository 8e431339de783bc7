"""What can be done with each field: takes the index's mapping, gives types by full name as Kibana sees them."""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.kibana.source import Operation, SourceError
from search.mapping import properties

KINDS = {
    "keyword": "string",
    "text": "text",
    "date": "date",
    "integer": "number",
    "long": "number",
    "float": "number",
    "double": "number",
    "boolean": "boolean",
    "geo_point": "geo_point",
}
ALLOWED: dict[Operation, tuple[str, ...]] = {
    "terms": ("string", "number", "boolean"),
    "date_histogram": ("date",),
    "unique_count": ("string", "number", "date", "boolean"),
    "average": ("number",),
    "median": ("number",),
    "percentile": ("number",),
    "max": ("number", "date"),
}


def field_kinds(mapped: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Kibana's kind of each field that can be searched from outside; nested rows are left out, as Lens leaves them."""
    return dict(_walk(properties() if mapped is None else mapped, ""))


def _walk(mapped: Mapping[str, Any], start: str) -> Iterator[tuple[str, str]]:
    for name, field in mapped.items():
        kind = field.get("type", "object")
        if field.get("index", True) and kind in KINDS:
            yield start + name, KINDS[kind]
        if kind == "object":
            yield from _walk(field.get("properties", {}), f"{start}{name}.")
        yield from _walk(field.get("fields", {}), f"{start}{name}.")


def kind_for(kinds: Mapping[str, str], field: str, operation: Operation) -> str:
    """The kind of ``field``; `SourceError` where the mapping lacks it or Lens cannot do ``operation`` on it."""
    kind = kinds.get(field)
    if kind is None:
        raise SourceError(f"{field}: no such field in the mapping")
    if kind not in ALLOWED[operation]:
        raise SourceError(f"{field}: {operation} is not possible on {kind}")
    return kind
