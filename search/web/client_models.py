"""Writes the models of the Python client: ``python -m search.web.client_models > search/client/src/…/models.py``.

Takes the description that the page gives of itself; prints a typed dictionary for each of its shapes.
"""

import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from search.open import open_store
from search.web import create_app

HEAD = '''"""The shapes of the JSON API, as the page describes them. Generated: see ``search.web.client_models``."""

from typing import Literal, TypedDict
'''
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
LEFT_OUT = ("HTTPValidationError", "ValidationError", "Problem")
FILTERS = {"Filters": "/api/facets", "PageFilters": "/api/stories", "ExportFilters": "/api/stories.jsonl"}
ARGUMENTS = ("q", "field", "size", "limit", "after")  # of the client's methods, each by itself
WIDTH = 110


def models() -> str:
    """The module."""
    with tempfile.TemporaryDirectory() as folder:
        described = create_app(open_store(f"sqlite:///{Path(folder) / 'none.sqlite'}")).openapi()
    schemas = {name: one for name, one in described["components"]["schemas"].items() if name not in LEFT_OUT}
    parts = [HEAD]
    parts += [_model(name, one.get("description", f"{name}."), _properties(one)) for name, one in _ordered(schemas)]
    for name, path in FILTERS.items():
        parameters = [one for one in described["paths"][path]["get"]["parameters"] if one["name"] not in ARGUMENTS]
        rows = {one["name"]: (_filter(one["schema"]), one.get("description", "")) for one in parameters}
        parts.append(_model(name, "What narrows a search; a story must match all that are given.", rows))
    return "\n\n".join(parts)


def _properties(schema: dict[str, Any]) -> dict[str, tuple[str, str]]:
    properties = schema.get("properties", {})
    return {name: (_type(one), one.get("description", "")) for name, one in properties.items()}


def _model(name: str, description: str, rows: dict[str, tuple[str, str]]) -> str:
    lines = [f"class {name}(TypedDict, total=False):", *_docstring(description)]
    for field, (kind, what) in rows.items():
        lines += [f"    # {line}" for line in textwrap.wrap(what, WIDTH)]
        lines.append(f"    {field}: {kind}")
    return "\n".join(lines) + "\n"


def _docstring(text: str) -> list[str]:
    paragraphs = [" ".join(one.split()).replace("``", "`") for one in text.split("\n\n")]
    first, *others = [textwrap.wrap(one, WIDTH) for one in paragraphs]
    if not others and len(first) == 1:
        return [f'    """{first[0]}"""', ""]
    lines = [f'    """{first[0]}', *(f"    {line}" for line in first[1:])]
    for other in others:
        lines += ["", *(f"    {line}" for line in other)]
    return [*lines, '    """', ""]


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return f"Literal[{', '.join(repr(one) for one in schema['enum'])}]".replace("'", '"')
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    kind = schema.get("type")
    if kind == "array":
        return f"list[{_type(schema.get('items', {}))}]"
    if kind == "object":
        inside = schema.get("additionalProperties")
        return f"dict[str, {_type(inside) if isinstance(inside, dict) else 'Any'}]"
    return PLAIN.get(str(kind), "Any")


def _filter(schema: dict[str, Any]) -> str:
    """A parameter's type; one that may have several values takes a single one too."""
    made = _type(schema)
    return f"str | {made}" if made.startswith("list[") else made


def _ordered(schemas: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The schemas by name, each behind those that it refers to."""
    done: dict[str, None] = {}

    def add(name: str) -> None:
        if name in done or name not in schemas:
            return
        for used in _used(schemas[name]):
            if used != name:
                add(used)
        done[name] = None

    for name in sorted(schemas):
        add(name)
    return ((name, schemas[name]) for name in done)


def _used(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield str(schema["$ref"]).rpartition("/")[2]
        for one in schema.values():
            yield from _used(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from _used(one)


if __name__ == "__main__":
    sys.stdout.write(models())
