"""docs/fields.md: the description of every stored field. Takes nothing, gives Markdown made from `search.mapping`."""

from search.field_types import ANALYZER, STEMS, Field
from search.mapping import FIELDS

_HEADER = """# The index, field by field

Made from `search/mapping.py` by `newswire index fields > docs/fields.md`; do not edit.

Each story is one document, in the index of the month of its first version, `news-v<generation>-<year>.<month>`.
[searching.md](searching.md) has example queries, and [operations.md](operations.md) says how a new generation is made
and how old months are deleted. Readers use the alias `news`, which hides killed, withheld and embargoed stories (an
embargoed one appears by itself when its time comes); `news-all` shows everything. A field of the type *keyword + words*
is counted as a whole under its name, and searched by words as `<field>.words`. *english text* is searched by English
word stems under its name, and by exact words as `<field>.exact`. Stories in German, French, Spanish and Italian have
their text in `german`, `french`, `spanish` and `italian` once more, as *text* of that language, searched by its word
stems: in KQL, `german.body: Regierung` finds "Regierungen". Other languages' stories have it in `plain`, searched by
whole words. Rows of the type *nested* are separate: in KQL,
`stance_rows: { holder: "Putin" and label: "favor" }` finds both in the same row. The mapping is strict: a document with
any other field is rejected.

| field | type | what it is |
|---|---|---|"""


def markdown() -> str:
    """docs/fields.md: every field, how it is typed, and what it means."""
    return f"{_HEADER}\n{_rows(FIELDS, '')}"


def _rows(fields: dict[str, Field], start: str) -> str:
    lines = ""
    for name, field in fields.items():
        lines += f"| `{start}{name}` | {_type_name(field)} | {field.description} |\n"
        lines += _rows(field.inside, f"{start}{name}.")
    return lines


def _type_name(field: Field) -> str:
    kind: str = field.parameters["type"]
    analyzer: str = field.parameters.get("analyzer", "")
    if analyzer == ANALYZER:
        return "english text" + (" + keyword" if "keyword" in field.parameters["fields"] else "")
    if analyzer.startswith(STEMS):
        return f"{analyzer.removeprefix(STEMS)} text"
    if "words" in field.parameters.get("fields", {}):
        return "keyword + words"
    if kind == "object":
        return "rows" if field.inside else "kept as it is"
    return f"{kind}, not searched" if field.parameters.get("index") is False else kind
