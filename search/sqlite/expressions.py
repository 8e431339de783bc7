"""Parts of a query as expressions of FTS5: words joined by AND, OR and NOT, each text in quotes. Pure."""

from collections.abc import Collection
from typing import Literal

from search.query.fields import QUERY_FIELDS
from search.query.language import AllOf, AnyOf, Leaf, Node, Not
from search.sqlite.tables import apart
from search.words.stemming import STEMMINGS, asked

BEGINNING = " *"  # after a text in quotes: words that begin so
Table = Literal["stems", "exact"]  # the full-text indices of headline and body


def in_one(node: Node, table: Table, names: Collection[str] = STEMMINGS.keys()) -> str | None:
    """One FTS5 expression for a node of which all words are in this full-text index; ``None`` for others.

    Stems are those of these languages.

    FTS5 goes through its lists of stories side by side; of several conditions on ``stories`` each makes a list first.
    """
    if isinstance(node, Leaf):
        field = QUERY_FIELDS.get(node.field)
        if field is not None and field.kind != "text":
            return None
        return (
            fts(node, table=table, names=names)
            if table == ("exact" if node.exact or node.prefix else "stems")
            else None
        )
    if not isinstance(node, AllOf | AnyOf) or not node.parts:
        return None
    without = [part.part for part in node.parts if isinstance(part, Not)] if isinstance(node, AllOf) else []
    parts = [in_one(part, table, names) for part in node.parts if not (without and isinstance(part, Not))]
    left_out = [in_one(part, table, names) for part in without]
    if not parts or None in parts or None in left_out:
        return None
    joined = (" AND " if isinstance(node, AllOf) else " OR ").join(f"({part})" for part in parts)
    return " NOT ".join([f"({joined})", *(f"({part})" for part in left_out)])


def codes_in(node: AnyOf) -> tuple[str, list[str]] | None:
    """The field and the values of which a story has one, where a node says no more than that."""
    leaves = [part for part in node.parts if isinstance(part, Leaf) and not part.prefix]
    fields = {leaf.field for leaf in leaves}
    if len(leaves) < len(node.parts) or len(fields) != 1:
        return None
    (field,) = fields
    known = QUERY_FIELDS.get(field)
    return (field, [leaf.text.lower() for leaf in leaves]) if known and known.kind == "code" else None


def fts(leaf: Leaf, only: str = "", *, table: Table, names: Collection[str] = STEMMINGS.keys()) -> str:
    """The FTS5 expression that finds a leaf in headline and text, or in ``only`` one of them.

    Among stems it is looked for as each language stems it.
    """
    column = only or (leaf.field if leaf.field in ("headline", "body") else "")
    within = f"{{{column}}} : " if column else ""  # asked for both columns, FTS5 would read where each word stands
    if leaf.prefix:
        return f"{within}{quoted(leaf.text)}{BEGINNING}"
    phrases = [apart(leaf.text), *(asked(leaf.text, names) if table == "stems" else ())]
    return f"{within}({' OR '.join(map(quoted, phrases))})"


def quoted(text: str) -> str:
    """A text as FTS5 reads it: text only."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
