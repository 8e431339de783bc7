"""The types of stored fields, named by what a reader can do with them. Takes a description, gives a `Field`.

``english`` and ``words`` text is searched by words, ``keyword`` values are counted and matched whole.
"""

from typing import Any

import msgspec

from processors.annotations import Record

DIMENSIONS = 128  # of a vector of meaning
LONGEST_KEYWORD = 512  # characters; a longer value stays readable and searchable by words, but is not counted
STEMS = "news_"  # begins the names of the other languages' analyzers
ANALYZER = "news_text"  # `search.elastic.analysis` says what it is, so that the mapping is the same without English


class Field(Record, frozen=True):
    """One stored field: its Elasticsearch parameters, what it means, and what lies inside it."""

    description: str
    parameters: dict[str, Any]
    inside: dict[str, "Field"] = msgspec.field(default_factory=dict)


def typed(description: str, kind: str, **parameters: Any) -> Field:
    """A field of one of Elasticsearch's own types."""
    return Field(description, {"type": kind, **parameters})


def keyword(description: str) -> Field:
    """A value matched whole and counted."""
    return typed(description, "keyword", ignore_above=LONGEST_KEYWORD)


def words(description: str) -> Field:
    """A value counted whole, and searched by its words as ``.words``."""
    return typed(
        description, "keyword", ignore_above=LONGEST_KEYWORD, fields={"words": {"type": "text", "analyzer": "standard"}}
    )


def english(description: str) -> Field:
    """Text searched by English word stems, and by its exact words as ``.exact``."""
    exact = {"type": "text", "analyzer": "standard"}
    return typed(description, "text", analyzer=ANALYZER, fields={"exact": exact})


def stemmed(description: str, language: str) -> Field:
    """Text searched by the word stems of another language (`search.words.stemming.STEMMINGS`)."""
    return typed(description, "text", analyzer=f"{STEMS}{language}")


def headline(description: str) -> Field:
    """`english` text short enough to be counted whole too, as ``.keyword``."""
    field = english(description)
    field.parameters["fields"]["keyword"] = {"type": "keyword", "ignore_above": LONGEST_KEYWORD}
    return field


def date(description: str) -> Field:
    """A moment in UTC."""
    return typed(description, "date", format="strict_date_optional_time")


def number(description: str, kind: str = "float") -> Field:
    """A number to filter, sort and average by."""
    return typed(description, kind)


def kept(description: str, kind: str) -> Field:
    """A number given back with the document, never searched."""
    return typed(description, kind, index=False, doc_values=False)


def vector(description: str) -> Field:
    """Signed bytes whose nearest others can be found, each compared with each.

    A graph (HNSW) would be quicker in an archive of millions, but hidden stories would be in it, and what it finds of
    the others depends on them. So would the scales of quantized numbers; bytes need none.
    """
    parameters = {"element_type": "byte", "dims": DIMENSIONS, "similarity": "cosine", "index_options": {"type": "flat"}}
    return typed(description, "dense_vector", index=True, **parameters)


def rows(description: str, **inside: Field) -> Field:
    """Rows whose fields lie flat in the document: simple to count, but a row's fields are not held together."""
    return Field(description, {"type": "object"}, inside)


def nested(description: str, **inside: Field) -> Field:
    """Rows each kept apart, so that conditions can be put to one and the same row."""
    return Field(description, {"type": "nested"}, inside)


def span(description: str, text: Field) -> Field:
    """A place in the text: its words as ``text``, and where they begin and end."""
    return rows(
        description,
        start=kept("First character, counted from 0 in headline, blank line, body", "integer"),
        end=kept("One past the last character", "integer"),
        text=text,
    )


def stored_only(description: str) -> Field:
    """Anything, given back as it was and not searched."""
    return typed(description, "object", enabled=False)
