"""The page of the JSON API, made from the description that the program serves at /api/openapi.json.

It is made when the site is built and is no file of the repository, so it is always that of the code beside it.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from search.open import open_store
from search.web import create_app

HEAD = """# JSON API

`newswire serve` answers these requests beside its pages; [The page](page.md) says who may read. All are `GET`. Answers
are JSON, and errors are problem details (RFC 9457) whose `detail` says what is wrong. A running server describes itself
at `/api/openapi.json`; [openapi.json](openapi.json) is that of this version, with the fields of every answer.

    curl 'http://127.0.0.1:8080/api/stories?holder=Putin&label=against&limit=5'
"""
COMMON = """
## Which stories

All requests that search take these parameters:

"""


def description() -> dict[str, Any]:
    """The API as OpenAPI describes it."""
    with tempfile.TemporaryDirectory() as folder:
        return dict(create_app(open_store(f"sqlite:///{Path(folder) / 'none.sqlite'}")).openapi())


def page(described: dict[str, Any]) -> str:
    """The page, as Markdown."""
    requests = {path: ways["get"] for path, ways in described["paths"].items()}
    searching = [_parameters(one) for one in requests.values() if "q" in _parameters(one)]
    common = {name: one for name, one in searching[0].items() if all(name in each for each in searching)}
    parts = [HEAD, COMMON, *_table(common.values())]
    for path, one in requests.items():
        own = [parameter for name, parameter in _parameters(one).items() if name not in common]
        also = "It takes the parameters above" if "q" in _parameters(one) else "It takes"
        takes = f"{also}{', and' if also != 'It takes' and own else ''}{':' if own else '.'}\n\n"
        parts += [f"\n## {path}\n\n{_prose(one['description'])}\n\n", takes if own or "q" in _parameters(one) else ""]
        parts += _table(own)
    return "".join(parts)


def openapi(described: dict[str, Any]) -> str:
    """The description as a file."""
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _prose(text: str) -> str:
    """A description, with its mention of the fields' page as a link."""
    return text.replace("(docs/fields.md)", "([all fields](fields.md))")


def _parameters(request: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in request.get("parameters", ())}


def _table(parameters: Iterable[dict[str, Any]]) -> Iterator[str]:
    rows = [
        f"| `{one['name']}` | {_values(one['schema'])} | {_cell(one.get('description', ''))} |\n" for one in parameters
    ]
    if rows:
        yield from ("| parameter | values | meaning |\n|---|---|---|\n", *rows)


def _values(schema: dict[str, Any]) -> str:
    """What a parameter may be: its values or its type, its bounds, and its default."""
    if schema.get("type") == "array":
        usual = ", ".join(schema.get("default") or ())
        return _cell(f"{_values(schema['items'])}; may be repeated" + (f"; default {usual}" if usual else ""))
    if "enum" in schema:
        said = ", ".join(f"`{value}`" for value in schema["enum"] if value != "")
    else:
        least, most = schema.get("minimum"), schema.get("maximum")
        bounds = f" {least} to {most}" if least is not None and most is not None else ""
        said = ("text" if schema.get("type") == "string" else schema.get("type", "text")) + bounds
    default = schema.get("default")
    return _cell(f"{said}; default {default}" if default not in (None, "", []) else said)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
